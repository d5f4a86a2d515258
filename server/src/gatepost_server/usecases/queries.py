"""Reads of use cases and of what is linked to them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import micros, moment_of
from gatepost_server.usecases.errors import BadCursor
from gatepost_server.usecases.model import Usecase
from gatepost_server.usecases.tables import LinkRow, UsecaseRow


def usecase_by_id(session: Session, usecase_id: str) -> Usecase | None:
    """Return a use case, or None; rights are the caller's matter."""
    row = session.get(UsecaseRow, usecase_id)
    return None if row is None else _usecase(row)


def page_of_usecases(
    session: Session, page: PageRequest, visible: Select[str], linked_to: str | None
) -> Page[Usecase]:
    """Return a page of the *visible* use cases, the last changed first, searched by name.

    With *linked_to* only those that this thing is linked to.
    """
    query = select(UsecaseRow).where(UsecaseRow.id.in_(visible))
    if linked_to is not None:
        query = query.where(UsecaseRow.id.in_(select(LinkRow.usecase_id).where(LinkRow.node_id == linked_to)))
    for word in page.q.split()[:8]:
        query = query.where(UsecaseRow.name.icontains(word, autoescape=True))
    position = page.position(2)
    if position is not None:
        try:
            at, usecase_id = moment_of(int(position[0])), position[1]
        except (ValueError, IndexError, OverflowError):
            raise BadCursor from None
        same = and_(UsecaseRow.updated_at == at, UsecaseRow.id < usecase_id)
        query = query.where(or_(UsecaseRow.updated_at < at, same))
    query = query.order_by(UsecaseRow.updated_at.desc(), UsecaseRow.id.desc()).limit(page.limit + 1)
    found = [_usecase(row) for row in session.scalars(query)]
    return page_from(found, page, lambda one: (str(micros(one.updated_at)), one.id))


def links_of(session: Session, usecase_id: str, seen: ColumnElement[bool]) -> Sequence[LinkRow]:
    """Return those links of a use case that are *seen*, the last made first."""
    query = select(LinkRow).where(LinkRow.usecase_id == usecase_id, seen)
    return session.scalars(query.order_by(LinkRow.at.desc(), LinkRow.node_id)).all()


def count_links(session: Session, usecase_ids: Sequence[str], seen: ColumnElement[bool]) -> dict[str, int]:
    """Return how many links each use case has that are *seen*."""
    query = select(LinkRow.usecase_id, func.count()).where(LinkRow.usecase_id.in_(usecase_ids), seen)
    rows = session.execute(query.group_by(LinkRow.usecase_id)).all()
    return {row[0]: row[1] for row in rows}


def how_many_links(session: Session, usecase_id: str) -> int:
    """Return how many links a use case has, seen or not."""
    return session.scalar(select(func.count()).where(LinkRow.usecase_id == usecase_id)) or 0


def _usecase(row: UsecaseRow) -> Usecase:
    return Usecase(row.id, row.name, row.description, row.created_at, row.updated_at)
