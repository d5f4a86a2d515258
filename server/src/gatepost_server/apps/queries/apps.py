"""Reads of applications: one, a filtered page, and the SQL of the one word people see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from gatepost_server.apps.errors import BadCursor
from gatepost_server.apps.model import (
    AppState,
    Desired,
    Kind,
    ReplicaState,
    VersionState,
    reason_of,
    state_of,
)
from gatepost_server.apps.naming import AppRef
from gatepost_server.apps.processes import read_processes
from gatepost_server.apps.resources import read_resources
from gatepost_server.apps.tables import AppRow, BuildRow, DeploymentRow, LiveRow, ReplicaRow, SourceVersionRow
from gatepost_server.apps.views import App, AppFilter
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import micros, moment_of

_wanted, _live = aliased(ReplicaRow), aliased(ReplicaRow)
_live_deployment, _live_version = aliased(DeploymentRow), aliased(SourceVersionRow)


@dataclass(frozen=True)
class _Order:
    column: Any
    written: Callable[[App], str]
    read: Callable[[str], object]


_ORDERS: Final = {
    "updated": _Order(AppRow.updated_at, lambda a: str(micros(a.updated_at)), lambda t: moment_of(int(t))),
    "created": _Order(AppRow.created_at, lambda a: str(micros(a.created_at)), lambda t: moment_of(int(t))),
    "name": _Order(AppRow.name, lambda a: a.name, str),
    "number": _Order(AppRow.number, lambda a: str(a.number), int),
}


def app_by_ref(session: Session, ref: AppRef) -> App | None:
    """Return one app as people see it, or None; rights are the caller's matter."""
    match = AppRow.id == ref.app_id if ref.app_id is not None else AppRow.number == ref.number
    row = session.execute(_joined().where(match)).one_or_none()
    return None if row is None else _app(row)


def page_of_apps(session: Session, page: PageRequest, visible: Select[str], wanted: AppFilter) -> Page[App]:
    """Return a page of the *visible* apps, searched by name, slug or number.

    Raises:
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    asked = page.sort or "-updated"
    order = _ORDERS.get(asked.removeprefix("-"))
    if order is None:
        names = ", ".join(f"{name}, -{name}" for name in _ORDERS)
        raise Invalid("Unknown order.", faults=[FieldFault("sort", f"one of {names}")], code="bad-sort")
    query = _searched(_ids(wanted).where(AppRow.id.in_(visible)), page.q)
    query = _after(query, page, order, is_down=asked.startswith("-"))
    ids = session.scalars(query.limit(page.limit + 1)).all()
    found = {row[0].id: _app(row) for row in session.execute(_joined().where(AppRow.id.in_(ids)))}
    return page_from([found[app_id] for app_id in ids], page, lambda app: (order.written(app), app.id))


def _ids(wanted: AppFilter) -> Select[str]:
    """Select the ids of those *wanted*; all that a row shows is joined for one page of them only."""
    query = select(AppRow.id)
    if wanted.state is not None or wanted.kind is not None:
        query = _joined().with_only_columns(AppRow.id)
    if wanted.state is not None:
        query = query.where(state_column() == wanted.state.value)
    if wanted.kind is not None:
        query = query.where(SourceVersionRow.kind == wanted.kind.value)
    if wanted.source_id is not None:
        query = query.where(AppRow.source_id == wanted.source_id)
    return query


def apps_of_source(session: Session, source_id: str) -> Sequence[str]:
    """Return the ids of all apps that run a version of a source, or ran one and can go back to it."""
    ran = (
        select(DeploymentRow.app_id)
        .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
        .where(SourceVersionRow.source_id == source_id)
    )
    uses = or_(AppRow.source_id == source_id, AppRow.id.in_(ran))
    return session.scalars(select(AppRow.id).where(uses).order_by(AppRow.name, AppRow.id)).all()


def names_among(session: Session, app_ids: Sequence[str], visible: Select[str], most: int) -> Sequence[str]:
    """Return the names of those of *app_ids* that are *visible*, at most so many."""
    seen = select(AppRow.name).where(AppRow.id.in_(app_ids), AppRow.id.in_(visible))
    return session.scalars(seen.order_by(AppRow.name, AppRow.id).limit(most)).all()


def among(session: Session, app_ids: Sequence[str], visible: Select[str]) -> set[str]:
    """Return those of *app_ids* that are *visible*."""
    return set(session.scalars(select(AppRow.id).where(AppRow.id.in_(app_ids), AppRow.id.in_(visible))))


def last_used(session: Session, app_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when applications were last used; those that never were are left out."""
    rows = session.execute(select(LiveRow.app_id, LiveRow.last_used_at).where(LiveRow.app_id.in_(app_ids)))
    return {row.app_id: row.last_used_at for row in rows if row.last_used_at is not None}


def bundled_app_named(session: Session, name: str) -> str | None:
    """Return the id of the first app of that name that Gatepost itself brought along."""
    found = select(AppRow.id).where(AppRow.is_bundled, AppRow.name == name).order_by(AppRow.id).limit(1)
    return session.scalar(found)


def count_states(session: Session) -> dict[AppState, int]:
    """Return how many applications are in each state; rights are the caller's matter."""
    state = state_column()
    rows = session.execute(_joined().with_only_columns(state, func.count()).group_by(state))
    return {AppState(name): count for name, count in rows}


def state_column() -> ColumnElement[str]:
    """Return `model.state_of` as SQL, for filters; a test holds the two together."""
    is_live = LiveRow.deployment_id == AppRow.wanted_id
    return case(
        (AppRow.desired == Desired.STOPPED, AppState.STOPPED.value),
        (
            or_(BuildRow.state == VersionState.FAILED, _wanted.state == ReplicaState.FAILED),
            AppState.FAILED.value,
        ),
        (BuildRow.state != VersionState.BUILT, AppState.BUILDING.value),
        (and_(_wanted.state == ReplicaState.READY, is_live), AppState.RUNNING.value),
        (_wanted.state == ReplicaState.IDLE, AppState.IDLE.value),
        else_=AppState.STARTING.value,
    )


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AppRow,
            DeploymentRow,
            SourceVersionRow,
            BuildRow,
            _wanted,
            _live,
            LiveRow.deployment_id,
            LiveRow.last_used_at,
            _live_version.number,
            _live_version.id,
        )
        .join(DeploymentRow, DeploymentRow.id == AppRow.wanted_id)
        .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
        .join(BuildRow, BuildRow.version_id == SourceVersionRow.id)
        .outerjoin(LiveRow, LiveRow.app_id == AppRow.id)
        .outerjoin(_live, _live.deployment_id == LiveRow.deployment_id)
        .outerjoin(_wanted, _wanted.deployment_id == AppRow.wanted_id)
        .outerjoin(_live_deployment, _live_deployment.id == LiveRow.deployment_id)
        .outerjoin(_live_version, _live_version.id == _live_deployment.version_id)
    )


def _searched(query: Select[str], words: str) -> Select[str]:
    for word in words.split()[:8]:
        match: list[ColumnElement[bool]] = [
            AppRow.name.icontains(word, autoescape=True),
            AppRow.slug.icontains(word, autoescape=True),
            AppRow.id == word,
        ]
        if word.isascii() and word.isdigit() and len(word) <= 9:  # noqa: PLR2004  # fits an integer
            match.append(AppRow.number == int(word))
        query = query.where(or_(*match))
    return query


def _after(query: Select[str], page: PageRequest, order: _Order, *, is_down: bool) -> Select[str]:
    position = page.position(2)
    if position is not None:
        try:
            at, app_id = order.read(position[0]), position[1]
        except (ValueError, IndexError, OverflowError):
            raise BadCursor from None
        further = order.column < at if is_down else order.column > at
        same = AppRow.id < app_id if is_down else AppRow.id > app_id
        query = query.where(or_(further, and_(order.column == at, same)))
    if is_down:
        return query.order_by(order.column.desc(), AppRow.id.desc())
    return query.order_by(order.column, AppRow.id)


def _app(row: Row[*tuple[Any, ...]]) -> App:
    app: AppRow
    deployment: DeploymentRow
    version: SourceVersionRow
    build: BuildRow
    wanted: ReplicaRow | None
    live: ReplicaRow | None
    app, deployment, version, build, wanted, live, live_id, used_at, live_number, live_version_id = row
    built = VersionState(build.state)
    seen = ReplicaState(wanted.state) if wanted is not None else None
    is_live = live_id == app.wanted_id
    state = state_of(desired=Desired(app.desired), build=built, wanted=seen, is_live=is_live)
    return App(
        id=app.id,
        number=app.number,
        name=app.name,
        slug=app.slug,
        kind=Kind(version.kind),
        state=state,
        reason=reason_of(state, build.reason, wanted.reason if wanted is not None else None),
        desired=Desired(app.desired),
        source_id=app.source_id,
        version_id=version.id,
        version=version.number,
        live_version=live_number,
        live_version_id=live_version_id,
        deployment_id=deployment.id,
        live_deployment_id=live_id,
        created_at=app.created_at,
        updated_at=app.updated_at,
        deployed_by=deployment.by_name,
        restarts=wanted.restarts if wanted is not None else 0,
        isolation=_isolation(wanted, live),
        is_bundled=app.is_bundled,
        has_failed_build=state is AppState.FAILED and built is VersionState.FAILED,
        processes=read_processes(wanted.processes) if wanted is not None else (),
        key_scope_level=read_resources(version.resources).required_key_scope_level,
        last_used_at=used_at,
    )


def _isolation(wanted: ReplicaRow | None, live: ReplicaRow | None) -> str | None:
    seen = live or wanted
    return None if seen is None else seen.isolation
