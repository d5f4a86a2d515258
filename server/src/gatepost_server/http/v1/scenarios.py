"""Scenarios of a project: made, changed, run, and what became of each run."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from gatepost_server import projects
from gatepost_server.authz import allowed_on
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.projects import Run, Scenario, ScenarioChange, StepRun
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["scenarios"])
_ALL, _ONE = "/projects/{project}/scenarios", "/projects/{project}/scenarios/{scenario}"


class ScenarioIn(Body):
    """A scenario to be made. `cron` has five fields and counts in UTC."""

    name: str
    steps: list[dict[str, Any]] = Field(max_length=100)
    cron: str | None = None
    run_as: str | None = None


class ScenarioChangeIn(Body):
    """What to change; absent fields stay, null clears `cron` and `run_as`."""

    name: str | None = None
    steps: list[dict[str, Any]] | None = Field(None, max_length=100)
    cron: str | None = None
    run_as: str | None = None


class ScenarioOut(BaseModel):
    """A scenario. Steps, schedule and whom it acts as are null for who may not read it."""

    id: str
    name: str
    steps: list[dict[str, Any]] | None
    cron: str | None
    next_at: Time | None
    acts_as: str | None
    run_as: str | None
    created_at: Time
    updated_at: Time


class StepRunOut(BaseModel):
    """One step of a run."""

    type: str
    state: str
    reason: str | None
    log: list[str]
    started_at: Time | None
    ended_at: Time | None

    @classmethod
    def of(cls, one: StepRun) -> "StepRunOut":
        """Present a step."""
        return cls(
            type=one.type, state=one.state, reason=one.reason, log=list(one.log),
            started_at=one.started_at, ended_at=one.ended_at,
        )  # fmt: skip


class RunOut(BaseModel):
    """A run. `scheduled_at` is the moment of the schedule that it belongs to, if any."""

    id: str
    run: str
    job: str
    state: str
    reason: str | None
    asked_by: str
    acts_as: str
    scheduled_at: Time | None
    created_at: Time
    started_at: Time | None
    ended_at: Time | None
    steps: list[StepRunOut]

    @classmethod
    def of(cls, run: Run) -> "RunOut":
        """Present *run*."""
        return cls(
            id=run.id, run=run.id, job=run.job_id, state=run.state, reason=run.reason, asked_by=run.asked_by,
            acts_as=run.acts_as, scheduled_at=run.slot_at, created_at=run.created_at,
            started_at=run.started_at, ended_at=run.ended_at, steps=[StepRunOut.of(one) for one in run.steps],
        )  # fmt: skip


@router.makes(_ALL, status_code=201, action="project:add")
def create_scenario(call: ApiCall, project: str, body: ScenarioIn) -> ScenarioOut:
    """Make a scenario; it acts as the caller, who must hold what its steps do."""
    with call.read() as tx:
        projects.require_project(tx, "project:add", project)
    projects.examine_steps(call.house.steps, body.steps, call.house.folders.datasets)
    wanted = ScenarioChange(body.name, body.steps, body.cron, body.run_as)
    with call.begin() as tx:
        return _shown(tx, [projects.create_scenario(tx, project, call.house.steps, wanted)])[0]


@router.reads(_ALL, action="project:list")
def list_scenarios(call: ApiCall, project: str, page: PageQuery) -> PageOut[ScenarioOut]:
    """List the scenarios of a project that one may see."""
    with call.read() as tx:
        found = projects.list_scenarios(tx, project, page)
        return PageOut(items=_shown(tx, found.items), next=found.next)


@router.reads(_ONE, action="scenario:list")
def get_scenario(call: ApiCall, project: str, scenario: str) -> ScenarioOut:
    """Return a scenario, by name or id."""
    with call.read() as tx:
        return _shown(tx, [projects.get_scenario(tx, project, scenario)])[0]


@router.changes(_ONE, action="scenario:edit")
def change_scenario(call: ApiCall, project: str, scenario: str, body: ScenarioChangeIn) -> ScenarioOut:
    """Change a scenario; from then on it acts as the caller."""
    with call.read() as tx:
        projects.require_scenario(tx, "scenario:edit", project, scenario)
    projects.examine_steps(call.house.steps, body.steps or (), call.house.folders.datasets)
    sent = body.model_fields_set
    clears = frozenset(name for name in ("cron", "run_as") if name in sent and getattr(body, name) is None)
    wanted = ScenarioChange(body.name, body.steps, body.cron, body.run_as, clears)
    with call.begin() as tx:
        return _shown(tx, [projects.change_scenario(tx, project, scenario, call.house.steps, wanted)])[0]


@router.removes(_ONE, action="scenario:delete", status_code=204)
def delete_scenario(call: ApiCall, project: str, scenario: str) -> None:
    """Delete a scenario with its runs; one that runs is cancelled."""
    with call.begin() as tx:
        projects.delete_scenario(tx, project, scenario)


@router.makes(_ONE + "/run", status_code=202, action="scenario:run")
def run_scenario(call: ApiCall, project: str, scenario: str) -> RunOut:
    """Start a scenario now; poll its run until `state` is done, failed or cancelled."""
    with call.begin() as tx:
        return RunOut.of(projects.run_scenario(tx, project, scenario))


@router.reads(_ONE + "/runs", action="scenario:runs")
def list_runs(call: ApiCall, project: str, scenario: str, page: PageQuery) -> PageOut[RunOut]:
    """List the runs of a scenario, latest first."""
    with call.read() as tx:
        return page_out(projects.list_runs(tx, project, scenario, page), RunOut.of)


@router.reads(_ONE + "/runs/{run}", action="scenario:runs")
def get_run(call: ApiCall, project: str, scenario: str, run: str) -> RunOut:
    """Say how far a run has come, step by step."""
    with call.read() as tx:
        return RunOut.of(projects.get_run(tx, project, scenario, run))


@router.removes(_ONE + "/runs/{run}", action="scenario:run")
def cancel_run(call: ApiCall, project: str, scenario: str, run: str) -> RunOut:
    """Cancel a run; it stays in the list."""
    with call.begin() as tx:
        return RunOut.of(projects.cancel_run(tx, project, scenario, run))


def _shown(tx: Tx, scenarios: Sequence[Scenario]) -> list[ScenarioOut]:
    """Present *scenarios*, of each what the caller may know."""
    ids = [one.id for one in scenarios]
    read = allowed_on(tx, "scenario:read", ids)
    names = projects.run_as_names(tx, [one.run_as_id for one in scenarios if one.run_as_id])
    return [
        ScenarioOut(
            id=one.id,
            name=one.name,
            steps=[dict(step) for step in one.steps] if one.id in read else None,
            cron=one.cron if one.id in read else None,
            next_at=one.next_at if one.id in read else None,
            acts_as=one.definer if one.id in read else None,
            run_as=names.get(one.run_as_id or "") if one.id in read else None,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )
        for one in scenarios
    ]
