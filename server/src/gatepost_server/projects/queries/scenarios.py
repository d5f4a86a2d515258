"""Reads of scenarios and their runs."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.projects.naming import folded
from gatepost_server.projects.scenarios import Run, RunState, Scenario, StepRun
from gatepost_server.projects.tables import ProjectRow, RunRow, ScenarioClockRow, ScenarioRow
from gatepost_server.store import moment_of


def scenario_id_of(session: Session, key: str, ref: str) -> str | None:
    """Return the id of a project's scenario by its name or id, or None."""
    return session.scalar(
        select(ScenarioRow.id)
        .join(ProjectRow, ProjectRow.id == ScenarioRow.project_id)
        .where(ProjectRow.key == key, (ScenarioRow.folded == folded(ref)) | (ScenarioRow.id == ref))
    )


def scenario_by_id(session: Session, scenario_id: str) -> Scenario | None:
    """Return a scenario, or None; rights are the caller's matter."""
    row = session.execute(_joined().where(ScenarioRow.id == scenario_id)).one_or_none()
    return None if row is None else _scenario(row)


def page_of_scenarios(
    session: Session, page: PageRequest, project_id: str, visible: Select[str]
) -> Page[Scenario]:
    """Return a page of a project's *visible* scenarios by name; *q* finds words of names."""
    query = _joined().where(ScenarioRow.project_id == project_id, ScenarioRow.id.in_(visible))
    for word in page.q.split()[:8]:
        query = query.where(ScenarioRow.name.icontains(word, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(ScenarioRow.folded > position[0])
    rows = session.execute(query.order_by(ScenarioRow.folded).limit(page.limit + 1)).all()
    return page_from([_scenario(row) for row in rows], page, lambda one: (folded(one.name),))


def scenario_ids_of(session: Session, project_id: str) -> Sequence[str]:
    """Return the ids of a project's scenarios, in the order in which they were made."""
    query = select(ScenarioRow.id).where(ScenarioRow.project_id == project_id).order_by(ScenarioRow.id)
    return session.scalars(query).all()


def page_of_runs(session: Session, page: PageRequest, scenario_id: str) -> Page[RunRow]:
    """Return a page of a scenario's runs, latest first."""
    query = select(RunRow).where(RunRow.scenario_id == scenario_id)
    position = page.position()
    if position is not None:
        query = query.where(RunRow.id < position[0])
    rows = session.scalars(query.order_by(RunRow.id.desc()).limit(page.limit + 1)).all()
    return page_from(rows, page, lambda row: (row.id,))


def last_runs_of(session: Session, scenario_ids: Sequence[str]) -> Sequence[RunRow]:
    """Return the latest run of each of several scenarios; those that never ran are left out."""
    latest = (
        select(func.max(RunRow.id)).where(RunRow.scenario_id.in_(scenario_ids)).group_by(RunRow.scenario_id)
    )
    return session.scalars(select(RunRow).where(RunRow.id.in_(latest))).all()


def unended_runs(session: Session, scenario_id: str) -> Sequence[RunRow]:
    """Return the runs of a scenario that nobody has written an end of."""
    active = (RunState.QUEUED, RunState.RUNNING)
    return session.scalars(
        select(RunRow).where(RunRow.scenario_id == scenario_id, RunRow.state.in_(active))
    ).all()


def present_run(row: RunRow) -> Run:
    """Return a stored run as a value."""
    return Run(
        id=row.id,
        scenario_id=row.scenario_id,
        job_id=row.job_id,
        state=RunState(row.state),
        reason=row.reason,
        asked_by=row.asked_by,
        acts_as=row.acts_as,
        slot_at=row.slot_at,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        steps=[
            StepRun(
                type=one["step"]["type"],
                state=RunState(one["state"]),
                reason=one.get("reason"),
                log=one.get("log", ()),
                started_at=_moment(one.get("started_at")),
                ended_at=_moment(one.get("ended_at")),
            )
            for one in row.steps
        ],
    )


def _moment(stored: object) -> datetime | None:
    return moment_of(stored) if isinstance(stored, int) else None


def next_refresh_of(session: Session, project_id: str, names: Collection[str]) -> datetime | None:
    """Return when a scenario of the project next refreshes the dataset that *names* mean."""
    rows = session.execute(
        _joined().where(ScenarioRow.project_id == project_id, ScenarioRow.cron.is_not(None))
    )
    due = [clock.next_at for row, clock in rows if clock is not None and _refreshes(row, names)]
    return min(due, default=None)


def scenarios_refreshing(
    session: Session, project_id: str, names: Collection[str], visible: Select[str]
) -> Sequence[Scenario]:
    """Return the *visible* scenarios of the project that refresh the dataset that *names* mean, by name."""
    query = _joined().where(ScenarioRow.project_id == project_id, ScenarioRow.id.in_(visible))
    found = session.execute(query.order_by(ScenarioRow.folded)).all()
    return [_scenario(row) for row in found if _refreshes(row[0], names)]


def _refreshes(row: ScenarioRow, names: Collection[str]) -> bool:
    return any(
        step["type"] == "refresh_dataset" and folded(str(step["dataset"])) in names for step in row.steps
    )


def _joined() -> Select[ScenarioRow, ScenarioClockRow]:
    return select(ScenarioRow, ScenarioClockRow).outerjoin(
        ScenarioClockRow, ScenarioClockRow.scenario_id == ScenarioRow.id
    )


def _scenario(found: Row[ScenarioRow, ScenarioClockRow]) -> Scenario:
    row, clock = found
    return Scenario(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        steps=row.steps,
        cron=row.cron,
        next_at=clock.next_at if clock is not None else None,
        definer_id=row.definer["principal_id"],
        definer=row.definer["name"],
        run_as_id=row.run_as_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
