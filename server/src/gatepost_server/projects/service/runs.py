"""Runs of scenarios: started by people and by the clock, listed, cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from gatepost_server.authz import allowed_on, principal
from gatepost_server.jobs import Job, JobEnded, JobState, actor_of, end_or_ask, queue, state_of, states_of
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.projects.errors import ScenarioRunning, UnknownRun
from gatepost_server.projects.queries import scenarios as queries
from gatepost_server.projects.scenarios import RUN, Run, RunState, next_slot, token_for
from gatepost_server.projects.service.scenarios import require_scenario
from gatepost_server.projects.tables import RunRow, ScenarioClockRow, ScenarioRow
from gatepost_server.store import Tx, UnitOfWork

_AT_ONCE: Final = 20


def run_scenario(tx: Tx, key: str, ref: str) -> Run:
    """Start a scenario now. It acts as its definer (or `run_as`), whoever starts it.

    Raises:
        ScenarioRunning: it runs already.
    """
    node = require_scenario(tx, "scenario:run", key, ref)
    row = tx.session.get_one(ScenarioRow, node.id, with_for_update=True)
    if _is_running(tx, row.id):
        raise ScenarioRunning(row.name)
    run = _start(tx, row, None)
    return present(tx, run)


def list_runs(tx: Tx, key: str, ref: str, page: PageRequest) -> Page[Run]:
    """Return a page of a scenario's runs, latest first."""
    node = require_scenario(tx, "scenario:runs", key, ref)
    return queries.page_of_runs(tx.session, page, node.id).map(lambda row: present(tx, row))


def last_runs(tx: Tx, scenario_ids: Sequence[str]) -> Mapping[str, Run]:
    """Return the latest run of each scenario whose runs the caller may see, for lists; in two queries."""
    seen = allowed_on(tx, "scenario:runs", scenario_ids)
    rows = queries.last_runs_of(tx.session, sorted(seen)) if seen else ()
    runs = [queries.present_run(row) for row in rows]
    jobs = states_of(tx, [run.job_id for run in runs if not run.state.is_ended])
    return {run.scenario_id: _as_its_job_says(run, jobs.get(run.job_id)) for run in runs}


def get_run(tx: Tx, key: str, ref: str, run_id: str) -> Run:
    """Return a run with what each step said.

    Raises:
        UnknownRun: the scenario has no such run.
    """
    node = require_scenario(tx, "scenario:runs", key, ref)
    return present(tx, _found(tx, node.id, run_id))


def cancel_run(tx: Tx, key: str, ref: str, run_id: str) -> Run:
    """Cancel a run: one that waits at once, one that works as soon as its step can stop.

    Raises:
        UnknownRun: the scenario has no such run.
        JobEnded: it has ended already.
    """
    node = require_scenario(tx, "scenario:run", key, ref)
    row = _found(tx, node.id, run_id)
    if present(tx, row).state.is_ended:
        raise JobEnded
    end_or_ask(tx, row.job_id)
    tx.audit("scenario:cancel", "scenario", node.id, node.name, after={"run": row.id})
    tx.session.flush()
    return present(tx, row)


def start_due(uow: UnitOfWork, who: tuple[Actor, Origin]) -> int:
    """Start every scenario whose moment has come; return how many.

    Any number of workers may ask at once: each moment is taken by one. What was missed
    while nobody asked is made up for by one run.
    """
    with uow.read(*who) as tx:
        due = tx.session.execute(
            select(ScenarioClockRow.scenario_id, ScenarioClockRow.next_at)
            .where(ScenarioClockRow.next_at <= tx.now)
            .order_by(ScenarioClockRow.next_at)
            .limit(_AT_ONCE)
        ).all()
    started = 0
    for scenario_id, slot_at in due:
        with uow.begin(*who) as tx:
            started += _start_slot(tx, scenario_id, slot_at)
    return started


def present(tx: Tx, row: RunRow) -> Run:
    """Return a run as it is now: how its job ended counts where the run itself could not say."""
    run = queries.present_run(row)
    return run if run.state.is_ended else _as_its_job_says(run, state_of(tx, row.job_id))


def _as_its_job_says(run: Run, job: Job | None) -> Run:
    if run.state.is_ended or job is None or not job.state.is_ended or job.state is JobState.DONE:
        return run
    return replace(run, state=RunState(job.state.value), reason=job.reason, ended_at=job.ended_at)


def _start_slot(tx: Tx, scenario_id: str, slot_at: datetime) -> int:
    row = tx.session.get(ScenarioRow, scenario_id, with_for_update=True)
    if row is None or row.cron is None:
        return 0
    taken = tx.session.execute(
        update(ScenarioClockRow)
        .where(ScenarioClockRow.scenario_id == scenario_id, ScenarioClockRow.next_at == slot_at)
        .values(next_at=next_slot(row.cron, tx.now))
        .returning(ScenarioClockRow.scenario_id)
    ).all()
    if not taken or _is_running(tx, scenario_id):
        return 0
    _start(tx, row, slot_at)
    return 1


def _start(tx: Tx, row: ScenarioRow, slot_at: datetime | None) -> RunRow:
    definer = actor_of(row.definer)
    acting = definer
    if row.run_as_id is not None:
        named = principal(tx, row.run_as_id)
        acting = token_for(row.run_as_id, named.name if named is not None else row.run_as_id)
    run_id = new_id("run", tx.now)
    job = queue(tx, RUN, row.id, {"run": run_id}, actor=acting)
    run = RunRow(
        id=run_id, scenario_id=row.id, slot_at=slot_at, job_id=job.id, asked_by_id=tx.actor.principal_id,
        asked_by="schedule" if slot_at is not None else tx.actor.name, acts_as_id=acting.principal_id,
        acts_as=acting.name, definer=row.definer, state=RunState.QUEUED, created_at=tx.now,
        steps=[{"step": step, "state": RunState.QUEUED.value, "log": []} for step in row.steps],
    )  # fmt: skip
    tx.session.add(run)
    after = {"run": run_id, "acts_as": acting.principal_id, "definer": definer.principal_id}
    tx.audit("scenario:run", "scenario", row.id, row.name, after=after)
    tx.session.flush()
    return run


def _is_running(tx: Tx, scenario_id: str) -> bool:
    return any(not present(tx, row).state.is_ended for row in queries.unended_runs(tx.session, scenario_id))


def _found(tx: Tx, scenario_id: str, run_id: str) -> RunRow:
    row = tx.session.get(RunRow, run_id)
    if row is None or row.scenario_id != scenario_id:
        raise UnknownRun
    return row
