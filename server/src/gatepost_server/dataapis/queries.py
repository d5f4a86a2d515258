"""Reads of data APIs, their versions and authorizations; rights are the caller's matter."""

from collections.abc import Sequence

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import Session

from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiVersionRow, DataApiRow
from gatepost_server.kernel.paging import Page, PageRequest, page_from


def api_id_of(session: Session, key: str | None, ref: str) -> str | None:
    """Return the id of a data API by its id, slug or number, or by its name in the project of that *key*.

    One statement, whether there is one or not: how long it takes tells nobody.
    """
    named = or_(DataApiRow.id == ref, DataApiRow.slug == ref, DataApiRow.number_text == ref)
    if key is None:
        return session.scalar(select(DataApiRow.id).where(named))
    inside = select(DataApiRow.id).where(
        DataApiRow.project_key == key, or_(named, DataApiRow.folded == ref.casefold())
    )
    return session.scalar(inside.order_by(case((named, 0), else_=1)).limit(1))


def is_name_taken(session: Session, project_id: str, name: str, but: str = "") -> bool:
    """Tell whether another API of a project has this name."""
    same = (DataApiRow.project_id == project_id, DataApiRow.folded == name.casefold(), DataApiRow.id != but)
    return session.scalar(select(DataApiRow.id).where(*same)) is not None


def is_slug_taken(session: Session, slug: str, but: str = "") -> bool:
    """Tell whether another API of the instance has this slug."""
    return (
        session.scalar(select(DataApiRow.id).where(DataApiRow.slug == slug, DataApiRow.id != but)) is not None
    )


def page_of_apis(
    session: Session, page: PageRequest, visible: Select[str], project_id: str | None = None
) -> Page[DataApiRow]:
    """Return a page of the *visible* APIs of a project, or of all, by name; searched by name and slug."""
    query = select(DataApiRow).where(DataApiRow.id.in_(visible))
    if project_id is not None:
        query = query.where(DataApiRow.project_id == project_id)
    for word in page.q.split()[:8]:
        named = DataApiRow.name.icontains(word, autoescape=True)
        query = query.where(or_(named, DataApiRow.slug.icontains(word, autoescape=True)))
    position = page.position(2)
    if position is not None:
        name, api_id = position
        after = (DataApiRow.folded == name) & (DataApiRow.id > api_id)
        query = query.where((DataApiRow.folded > name) | after)
    rows = session.scalars(query.order_by(DataApiRow.folded, DataApiRow.id).limit(page.limit + 1)).all()
    return page_from(rows, page, lambda one: (one.folded, one.id))


def api_ids_of(session: Session, project_id: str) -> Sequence[str]:
    """Return the ids of a project's APIs, in the order in which they were made."""
    query = select(DataApiRow.id).where(DataApiRow.project_id == project_id)
    return session.scalars(query.order_by(DataApiRow.id)).all()


def last_number(session: Session, api_id: str) -> int:
    """Return the number of an API's latest version."""
    query = select(ApiVersionRow.number).where(ApiVersionRow.api_id == api_id)
    return session.scalar(query.order_by(ApiVersionRow.number.desc()).limit(1)) or 0


def page_of_versions(session: Session, page: PageRequest, api_id: str) -> Page[ApiVersionRow]:
    """Return a page of an API's versions, the latest first.

    Raises:
        Invalid: a cursor that is not of this list.
    """
    query = select(ApiVersionRow).where(ApiVersionRow.api_id == api_id)
    position = page.position()
    if position is not None:
        query = query.where(ApiVersionRow.number < (int(position[0]) if position[0].isdecimal() else 0))
    rows = session.scalars(query.order_by(ApiVersionRow.number.desc()).limit(page.limit + 1)).all()
    return page_from(rows, page, lambda one: (str(one.number),))


def shown_versions(session: Session, rows: Sequence[DataApiRow]) -> dict[str, ApiVersionRow]:
    """Return the version of each API that callers see: published, or else in development."""
    wanted = {row.id: row.production_version or row.development_version for row in rows}
    query = select(ApiVersionRow).where(ApiVersionRow.api_id.in_(wanted))
    numbers = ApiVersionRow.number.in_({one for one in wanted.values() if one is not None})
    return {
        one.api_id: one for one in session.scalars(query.where(numbers)) if wanted[one.api_id] == one.number
    }


def authorizations(
    session: Session, *, api_id: str | None = None, client_id: str | None = None, after: str = "", limit: int
) -> Sequence[tuple[ApiAuthorizationRow, str]]:
    """Return authorizations of an API or of a client with the API's name, the first given first."""
    query = select(ApiAuthorizationRow, DataApiRow.name).join(
        DataApiRow, DataApiRow.id == ApiAuthorizationRow.api_id
    )
    if api_id is not None:
        query = query.where(ApiAuthorizationRow.api_id == api_id)
    if client_id is not None:
        query = query.where(ApiAuthorizationRow.client_id == client_id)
    query = query.where(ApiAuthorizationRow.grant_id > after)
    rows = session.execute(query.order_by(ApiAuthorizationRow.grant_id).limit(limit))
    return [(row, name) for row, name in rows]
