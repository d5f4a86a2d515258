"""Reads of sources, their versions, and the history of deployments."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.apps.errors import BadCursor
from gatepost_server.apps.model import Detected, Kind, VersionState
from gatepost_server.apps.parameters import read_parameters
from gatepost_server.apps.resources import read_resources
from gatepost_server.apps.tables import (
    AppRow,
    BuildRow,
    DeploymentRow,
    LiveRow,
    SourceRow,
    SourceVersionRow,
)
from gatepost_server.apps.views import Deployment, Source, SourceVersion
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import micros, moment_of

_AT_ONCE: Final = 500


def source_by_id(session: Session, source_id: str) -> Source | None:
    """Return a source, or None; rights are the caller's matter."""
    row = session.execute(_sources().where(SourceRow.id == source_id)).one_or_none()
    return None if row is None else _source(*row)


def page_of_sources(session: Session, page: PageRequest, visible: Select[str]) -> Page[Source]:
    """Return a page of the *visible* sources, the last changed first, searched by name."""
    query = _sources().where(SourceRow.id.in_(visible))
    for word in page.q.split()[:8]:
        query = query.where(SourceRow.name.icontains(word, autoescape=True))
    position = page.position(2)
    if position is not None:
        try:
            at, source_id = moment_of(int(position[0])), position[1]
        except (ValueError, IndexError, OverflowError):
            raise BadCursor from None
        same = and_(SourceRow.updated_at == at, SourceRow.id < source_id)
        query = query.where(or_(SourceRow.updated_at < at, same))
    query = query.order_by(SourceRow.updated_at.desc(), SourceRow.id.desc()).limit(page.limit + 1)
    found = [_source(*row) for row in session.execute(query)]
    return page_from(found, page, lambda one: (str(micros(one.updated_at)), one.id))


def version_by_number(session: Session, source_id: str, number: int) -> SourceVersion | None:
    """Return a version of a source, or None."""
    return _one(session, and_(SourceVersionRow.source_id == source_id, SourceVersionRow.number == number))


def version_by_id(session: Session, version_id: str) -> SourceVersion | None:
    """Return a version by its id, or None."""
    return _one(session, SourceVersionRow.id == version_id)


def page_of_versions(session: Session, page: PageRequest, source_id: str) -> Page[SourceVersion]:
    """Return a page of a source's versions, newest first."""
    query = _versions().where(SourceVersionRow.source_id == source_id)
    position = page.position()
    if position is not None:
        if not position[0].isdigit() or len(position[0]) > 9:  # noqa: PLR2004  # fits an integer
            raise BadCursor
        query = query.where(SourceVersionRow.number < int(position[0]))
    rows = session.execute(query.order_by(SourceVersionRow.number.desc()).limit(page.limit + 1))
    return page_from([_version(row, build) for row, build in rows], page, lambda one: (str(one.number),))


def deployments_of(session: Session, app_id: str, limit: int = 100) -> Sequence[Deployment]:
    """Return an app's last deployments, newest first."""
    rows = session.execute(
        select(
            DeploymentRow,
            SourceVersionRow.source_id,
            SourceVersionRow.number,
            SourceVersionRow.kind,
            AppRow.wanted_id,
            LiveRow.deployment_id,
        )
        .join(SourceVersionRow, SourceVersionRow.id == DeploymentRow.version_id)
        .join(AppRow, AppRow.id == DeploymentRow.app_id)
        .outerjoin(LiveRow, LiveRow.app_id == DeploymentRow.app_id)
        .where(DeploymentRow.app_id == app_id)
        .order_by(DeploymentRow.id.desc())
        .limit(limit)
    )
    return [
        Deployment(
            id=row.id,
            app_id=row.app_id,
            version_id=row.version_id,
            source_id=source_id,
            version=number,
            kind=Kind(kind),
            at=row.at,
            by_id=row.by_id,
            by_name=row.by_name,
            is_wanted=row.id == wanted_id,
            is_live=row.id == live_id,
        )
        for row, source_id, number, kind, wanted_id, live_id in rows
    ]


def was_deployed(session: Session, app_id: str, version_id: str) -> bool:
    """Tell whether a version has been put to work for an app before."""
    found = select(func.count()).where(DeploymentRow.app_id == app_id, DeploymentRow.version_id == version_id)
    return bool(session.scalar(found))


def was_deployed_by(session: Session, version_id: str, by_ids: Sequence[str]) -> bool:
    """Tell whether one of these has put a version to work before, for any app."""
    found = select(func.count()).where(
        DeploymentRow.version_id == version_id, DeploymentRow.by_id.in_(by_ids)
    )
    return bool(session.scalar(found))


def draft_of(session: Session, source_id: str) -> SourceVersion | None:
    """Return the draft of a source, or None."""
    is_draft = BuildRow.state == VersionState.DRAFT
    return _one(session, and_(SourceVersionRow.source_id == source_id, is_draft))


def newest_number(session: Session, source_id: str, *, with_draft: bool) -> int:
    """Return the number of the newest version, a draft counting only if so said; 0 without one."""
    newest = (
        select(func.max(SourceVersionRow.number))
        .join(BuildRow, BuildRow.version_id == SourceVersionRow.id)
        .where(SourceVersionRow.source_id == source_id)
    )
    if not with_draft:
        newest = newest.where(BuildRow.state != VersionState.DRAFT)
    return session.scalar(newest) or 0


def number_before(session: Session, source_id: str, number: int) -> int | None:
    """Return the number of the version that came before one; None for the first."""
    numbers = select(func.max(SourceVersionRow.number)).where(SourceVersionRow.source_id == source_id)
    return session.scalar(numbers.where(SourceVersionRow.number < number))


def folders_of(session: Session, source_id: str) -> dict[str, str]:
    """Return the names of the folders of all versions of a source, by the versions' ids."""
    found = select(SourceVersionRow).where(SourceVersionRow.source_id == source_id)
    return {row.id: row.folder for row in session.scalars(found)}


def known_folders(session: Session, names: Sequence[str]) -> set[str]:
    """Return in which of the folders *names* the files of a version lie."""
    found: set[str] = set()
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        known = select(SourceVersionRow.folder).where(SourceVersionRow.folder.in_(some))
        found.update(session.scalars(known))
    return found


def _versions() -> Select[SourceVersionRow, BuildRow]:
    return select(SourceVersionRow, BuildRow).join(BuildRow, BuildRow.version_id == SourceVersionRow.id)


def _one(session: Session, match: ColumnElement[bool]) -> SourceVersion | None:
    row = session.execute(_versions().where(match)).one_or_none()
    return None if row is None else _version(row[0], row[1])


def _sources() -> Select[SourceRow, str | None, str | None]:
    newest = and_(SourceVersionRow.source_id == SourceRow.id, SourceVersionRow.number == SourceRow.latest)
    return (
        select(SourceRow, SourceVersionRow.kind, BuildRow.state)
        .outerjoin(SourceVersionRow, newest)
        .outerjoin(BuildRow, BuildRow.version_id == SourceVersionRow.id)
    )


def _source(row: SourceRow, kind: str | None, state: str | None) -> Source:
    return Source(
        row.id,
        row.name,
        row.created_at,
        row.updated_at,
        row.latest,
        Kind(kind) if kind else None,
        VersionState(state) if state else None,
    )


def _version(row: SourceVersionRow, build: BuildRow) -> SourceVersion:
    return SourceVersion(
        id=row.id,
        source_id=row.source_id,
        number=row.number,
        detected=None if build.state == VersionState.DRAFT else detected_of(row),
        state=VersionState(build.state),
        reason=build.reason,
        author_id=row.author_id,
        author_name=row.author_name,
        created_at=row.created_at,
        sha256=row.sha256,
        size=row.size,
        files=row.files,
        resources=read_resources(row.resources),
        built_at=build.finished_at,
        folder=row.folder,
        based_on=row.based_on,
        authors=tuple((one, name) for one, name in row.authors),
    )


def detected_of(row: SourceVersionRow) -> Detected:
    """Return how a version is served, as it was found out when it was made."""
    declared = read_parameters(row.parameters)
    return Detected(Kind(row.kind), row.entrypoint, row.because, row.requirements, row.python, declared)
