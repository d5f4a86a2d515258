"""Reads of client applications, their groups and secrets; rights are the caller's matter."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.clients.errors import GroupNameTaken
from gatepost_server.clients.tables import AppKeyRow, ClientGroupRow, ClientRow, SecretRow
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import micros, moment_of


def group_meant(session: Session, org_id: str, text: str) -> ClientGroupRow | None:
    """Return the group of an organization that *text* names, by its id or its name."""
    named = or_(ClientGroupRow.id == text, ClientGroupRow.name_key == text.casefold())
    id_first = (ClientGroupRow.id == text).desc()
    found = select(ClientGroupRow).where(ClientGroupRow.org_id == org_id, named)
    return session.scalar(found.order_by(id_first).limit(1))


def require_group_name_free(session: Session, org_id: str, name: str, but: str = "") -> None:
    """Refuse a name that another group of the organization has.

    Raises:
        GroupNameTaken: it has.
    """
    found = select(ClientGroupRow.id).where(
        ClientGroupRow.org_id == org_id, ClientGroupRow.name_key == name.casefold(), ClientGroupRow.id != but
    )
    if session.scalar(found) is not None:
        raise GroupNameTaken(name)


def page_of_groups(session: Session, org_id: str, page: PageRequest) -> Page[ClientGroupRow]:
    """Return a page of the groups of an organization by name."""
    query = select(ClientGroupRow).where(ClientGroupRow.org_id == org_id)
    for word in page.q.split()[:8]:
        query = query.where(ClientGroupRow.name.icontains(word, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(ClientGroupRow.name_key > position[0])
    rows = session.scalars(query.order_by(ClientGroupRow.name_key).limit(page.limit + 1)).all()
    return page_from(rows, page, lambda one: (one.name_key,))


def count_by_group(session: Session, group_ids: Sequence[str]) -> dict[str, int]:
    """Return how many applications each group holds."""
    query = select(ClientRow.group_id, func.count()).where(ClientRow.group_id.in_(group_ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(ClientRow.group_id)).all()}


def group_names(session: Session, group_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of groups by id."""
    found = select(ClientGroupRow.id, ClientGroupRow.name).where(ClientGroupRow.id.in_(group_ids))
    return {row[0]: row[1] for row in session.execute(found).all()}


def is_name_taken(session: Session, group_id: str, name: str, but: str = "") -> bool:
    """Tell whether another application of a group has this name."""
    found = select(ClientRow.id).where(
        ClientRow.group_id == group_id, ClientRow.name_key == name.casefold(), ClientRow.id != but
    )
    return session.scalar(found) is not None


def is_app_key_taken(session: Session, app_key: str) -> bool:
    """Tell whether an AppKey is, or ever was, given out."""
    return session.get(AppKeyRow, app_key) is not None


def page_of_clients(
    session: Session, page: PageRequest, conditions: Sequence[ColumnElement[bool]], group_id: str | None
) -> Page[ClientRow]:
    """Return a page of applications, the last changed first, searched by name or AppKey."""
    query = select(ClientRow).where(*conditions)
    if group_id is not None:
        query = query.where(ClientRow.group_id == group_id)
    for word in page.q.split()[:8]:
        called = ClientRow.name.icontains(word, autoescape=True)
        query = query.where(or_(called, ClientRow.app_key.icontains(word, autoescape=True)))
    position = page.position(2)
    if position is not None:
        try:
            at, client_id = moment_of(int(position[0])), position[1]
        except (ValueError, OverflowError):
            raise Invalid(
                "The cursor is not one of ours; start again without it.", code="bad-cursor"
            ) from None
        same = and_(ClientRow.updated_at == at, ClientRow.id < client_id)
        query = query.where(or_(ClientRow.updated_at < at, same))
    query = query.order_by(ClientRow.updated_at.desc(), ClientRow.id.desc()).limit(page.limit + 1)
    return page_from(session.scalars(query).all(), page, lambda one: (str(micros(one.updated_at)), one.id))


def among(ids: Select[str]) -> ColumnElement[bool]:
    """Return the condition of applications whose ids a sub-select finds."""
    return ClientRow.id.in_(ids)


def secrets_of(session: Session, client_id: str, member_id: str | None) -> Sequence[SecretRow]:
    """Return the secrets of an application, of a member only if one is named, the latest first."""
    query = select(SecretRow).where(SecretRow.client_id == client_id)
    if member_id is not None:
        query = query.where(SecretRow.member_id == member_id)
    return session.scalars(query.order_by(SecretRow.id.desc())).all()


def count_open_secrets(session: Session, client_id: str, now: datetime) -> int:
    """Return how many secrets of an application have not ended by their own window."""
    mine = select(func.count()).where(SecretRow.client_id == client_id, SecretRow.until_at > now)
    return session.scalar(mine) or 0


def signing_grants(session: Session, client_id: str, now: datetime) -> frozenset[str]:
    """Return the grants on which a secret hangs that has not ended."""
    found = select(SecretRow.grant_id).where(SecretRow.client_id == client_id, SecretRow.until_at > now)
    return frozenset(one for one in session.scalars(found.distinct()) if one is not None)
