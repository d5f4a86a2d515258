"""Reads of users and sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session as OrmSession

from gatepost_server.authz import ORGANIZATION, organizations, policy, principals_with
from gatepost_server.authz import principal as principal_of
from gatepost_server.identity.model import Group, Session, SessionKind, User
from gatepost_server.identity.tables import GroupRow, LoginRow, SessionRow, SessionSeenRow, UserRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx


def user_by_id(tx: Tx, user_id: str) -> User | None:
    """Return a user, or None."""
    row = tx.session.get(UserRow, user_id)
    return None if row is None else present_user(tx, row)


def row_by_username(session: OrmSession, username: str) -> UserRow | None:
    """Return the account of *username* (any case), or None."""
    return session.scalar(select(UserRow).where(UserRow.username == username.strip().lower()))


def page_of_users(
    tx: Tx,
    page: PageRequest,
    *,
    role: str | None = None,
    is_active: bool | None = None,
    by_email: bool = False,
    within: Sequence[str] | None = None,
) -> Page[User]:
    """Return users by username; only of a server role, activity and organizations when given.

    Mail addresses are searched only *by_email*: an answer would tell them otherwise.
    """
    query: Select[UserRow] = select(UserRow)
    if role is not None or is_active is not None or within is not None:
        wanted = principals_with(role=role, is_active=is_active, organizations=within)
        query = query.where(UserRow.id.in_(wanted))
    if page.q:
        searched = [UserRow.username, UserRow.display_name]
        if by_email:
            searched.append(UserRow.email)
        query = query.where(or_(*(column.icontains(page.q, autoescape=True) for column in searched)))
    position = page.position()
    if position is not None:
        query = query.where(UserRow.username > position[0])
    rows: Sequence[UserRow] = tx.session.scalars(query.order_by(UserRow.username).limit(page.limit + 1)).all()
    return page_from([present_user(tx, row) for row in rows], page, lambda user: (user.username,))


def sessions_of(tx: Tx, user_id: str, idle: timedelta) -> list[Session]:
    """Return a person's live sessions on the control plane, latest first."""
    rows = tx.session.execute(
        select(SessionRow, SessionSeenRow.at)
        .outerjoin(SessionSeenRow, SessionSeenRow.session_id == SessionRow.id)
        .where(
            SessionRow.user_id == user_id,
            SessionRow.kind == SessionKind.CONTROL,
            SessionRow.expires_at > tx.now,
        )
        .order_by(SessionRow.id.desc())
    )
    found = [present_session(row, seen or row.created_at) for row, seen in rows]
    return [session for session in found if session.seen_at > tx.now - idle]


def present_session(row: SessionRow, seen_at: datetime) -> Session:
    """Return a stored session as a value."""
    return Session(
        id=row.id,
        user_id=row.user_id,
        kind=SessionKind(row.kind),
        client=row.client,
        created_at=row.created_at,
        seen_at=seen_at,
        expires_at=row.expires_at,
        confirmed_at=row.confirmed_at,
        ip=row.ip,
        user_agent=row.user_agent,
        app_id=row.app_id,
    )


def present_user(tx: Tx, row: UserRow) -> User:
    """Return a stored user as a value, with role and activity from its principal."""
    holder = principal_of(tx, row.id)
    assert holder is not None, "every user is a principal"
    login = tx.session.get(LoginRow, row.id)
    return User(
        id=row.id,
        username=row.username,
        email=row.email,
        display_name=row.display_name,
        role=policy.role_of_cap(holder.cap),
        is_active=holder.is_active,
        must_change_password=row.must_change_password,
        created_at=row.created_at,
        last_login_at=login.at if login else None,
        org_id=holder.org_id or ORGANIZATION,
        organization=organization_names(tx)[holder.org_id or ORGANIZATION],
        is_email_own=row.is_email_own,
    )


def organization_names(tx: Tx) -> dict[str, str]:
    """Return the name of every organization by id; read once a call."""
    known = tx.memo.get("organizations")
    if not isinstance(known, dict):
        known = tx.memo["organizations"] = {one.id: one.name for one in organizations(tx)}
    return known


def organization_by_name(tx: Tx, name: str) -> str | None:
    """Return the id of the organization with *name*, whatever its case, or None."""
    return next((one.id for one in organizations(tx) if one.name.casefold() == name.casefold()), None)


def organization_meant(tx: Tx, text: str) -> str:
    """Return the id of the organization that is meant by an id or a name.

    Raises:
        Invalid: there is none.
    """
    if text in organization_names(tx):
        return text
    found = organization_by_name(tx, text)
    if found is None:
        raise Invalid(
            "Unknown organization.", faults=[FieldFault("organization", "there is none of this name")]
        )
    return found


def group(tx: Tx, group_id: str) -> Group:
    """Return a group that there is."""
    return _present_group(tx, tx.session.get_one(GroupRow, group_id))


def group_id_by_name(tx: Tx, org_id: str, name: str) -> str | None:
    """Return the id of an organization's group, whatever the case of its name, or None."""
    return tx.session.scalar(
        select(GroupRow.id).where(GroupRow.org_id == org_id, GroupRow.name_key == name.casefold())
    )


def page_of_groups(tx: Tx, page: PageRequest, within: Sequence[str]) -> Page[Group]:
    """Return the groups of some organizations by name."""
    query = select(GroupRow).where(GroupRow.org_id.in_(within))
    if page.q:
        query = query.where(GroupRow.name.icontains(page.q, autoescape=True))
    position = page.position(2)
    if position is not None:
        key, row_id = position
        after = (GroupRow.name_key == key) & (GroupRow.id > row_id)
        query = query.where((GroupRow.name_key > key) | after)
    rows = tx.session.scalars(query.order_by(GroupRow.name_key, GroupRow.id).limit(page.limit + 1)).all()
    return page_from(
        [_present_group(tx, row) for row in rows], page, lambda one: (one.name.casefold(), one.id)
    )


def _present_group(tx: Tx, row: GroupRow) -> Group:
    return Group(row.id, row.name, row.org_id, organization_names(tx)[row.org_id], row.created_at)
