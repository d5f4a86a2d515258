"""Accounts: made, changed and deactivated by administrators."""

from collections.abc import Sequence
from typing import Final

from gatepost_server.authz import (
    INSTANCE,
    ORGANIZATION,
    SessionRequired,
    administers,
    administrators,
    hand_over,
    known_organizations,
    lock_node,
    may_on_instance,
    move_principal,
    own_organization,
    policy,
    register_principal,
    relabel_principal,
    require_instance,
    require_self,
    role_names,
    set_active,
    set_role,
)
from gatepost_server.crypto import hash_password, one_time_password
from gatepost_server.identity import queries
from gatepost_server.identity.errors import UnknownUser
from gatepost_server.identity.model import (
    User,
    UserMade,
    checked_email,
    checked_password,
    checked_username,
)
from gatepost_server.identity.queries import organization_meant
from gatepost_server.identity.service.ending import end_sessions_of
from gatepost_server.identity.tables import UserRow
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.errors import Conflict, Denied, FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx

_ADMINISTRATOR: Final = "administrator"


def create_user(
    tx: Tx,
    *,
    username: str,
    email: str,
    display_name: str,
    role: str,
    password: Secret | None = None,
    organization: str | None = None,
) -> UserMade:
    """Create a local account, in the caller's organization if none is named.

    A session may choose the password, since there is nothing of the user's yet to steal,
    or gets a one-time one back; a key gets none (security.md §7).

    Raises:
        Invalid: a field cannot be accepted.
        Conflict: the username is taken.
        SessionRequired: a key tried to make an administrator.
    """
    require_instance(tx, "user:create")
    _require_person_for(tx, role, "user:create")
    if password is not None and not tx.actor.is_interactive:
        raise Denied("Only a person's own session may choose a password.", code="session-required")
    made_up = one_time_password() if password is None and tx.actor.is_interactive else None
    user = _add_user(
        tx,
        username=username,
        email=email,
        display_name=display_name,
        role=role,
        password=password or made_up,
        must_change=password is None,
        org_id=own_organization(tx) if organization is None else organization_meant(tx, organization),
    )
    after = {"role": role, "email": user.email, "organization": user.organization}
    tx.audit("user:create", "user", user.id, user.username, after=after)
    return UserMade(user, made_up)


def create_first_administrator(tx: Tx, username: str, email: str) -> UserMade | None:
    """Create the first administrator with a one-time password; None when there is one.

    Called at the first start, by the server itself.
    """
    if administrators(tx):
        return None
    password = one_time_password()
    user = _add_user(
        tx,
        username=username,
        email=email,
        display_name="Administrator",
        role=_ADMINISTRATOR,
        password=password,
        must_change=True,
    )
    tx.audit("user:create", "user", user.id, user.username, after={"role": _ADMINISTRATOR})
    return UserMade(user, password)


def change_user(
    tx: Tx,
    user_id: str,
    *,
    role: str | None = None,
    is_active: bool | None = None,
    organization: str | None = None,
) -> tuple[User, list[tuple[str, str, str]]]:
    """Change a person's server role, activity or organization; keys and sessions follow at once.

    Who moves to another organization loses what they held in others, unless both allow
    sharing outside. Returns the user and what was handed over because nobody else owned
    it, as (kind, id, heir): to an administrator of the organization that it stands in, the
    acting one if they are among them; without one there, to any.

    Raises:
        UnknownUser: no such user.
        Invalid: no such role, or no such organization.
        Conflict: the server would be left without an active administrator.
        SessionRequired: a key tried to promote somebody to administrator, or to let one in again.
    """
    require_instance(tx, "user:edit")
    lock_node(tx, INSTANCE)  # so that two administrators cannot demote each other at once
    moved: list[tuple[str, str, str]] = []
    if role is not None:
        _change_role(tx, user_id, role)
    if is_active is not None:
        _change_activity(tx, user_id, is_active=is_active)
    if organization is not None:
        moved += _change_organization(tx, user_id, organization)
    if not administrators(tx):
        raise Conflict("The server would be left without an administrator.", code="last-administrator")
    return _existing(tx, user_id), moved + hand_over(tx, user_id, tx.actor.principal_id)


def _change_role(tx: Tx, user_id: str, role: str) -> None:
    require_instance(tx, "user:role")
    _require_person_for(tx, role, "user:role")
    if role not in role_names():
        raise Invalid("Unknown role.", faults=[FieldFault("role", f"one of {', '.join(role_names())}")])
    before = _existing(tx, user_id)
    if role != before.role:
        set_role(tx, user_id, role)
        was = {"role": before.role}
        tx.audit("user:role", "user", user_id, before.username, before=was, after={"role": role})


def _change_activity(tx: Tx, user_id: str, *, is_active: bool) -> None:
    require_instance(tx, "user:deactivate")
    before = _existing(tx, user_id)
    if is_active != before.is_active:
        if is_active:
            _require_person_for(tx, before.role, "user:deactivate")
        set_active(tx, user_id, is_active=is_active)
        if not is_active:
            end_sessions_of(tx, user_id)
        verb = "user:activate" if is_active else "user:deactivate"
        tx.audit(verb, "user", user_id, before.username)


def _change_organization(tx: Tx, user_id: str, organization: str) -> Sequence[tuple[str, str, str]]:
    require_instance(tx, "user:move")
    before, org_id = _existing(tx, user_id), organization_meant(tx, organization)
    if org_id == before.org_id:
        return ()
    ended = move_principal(tx, user_id, org_id, tx.actor.principal_id)
    after = _existing(tx, user_id).organization
    tx.audit(
        "user:move", "user", user_id, before.username, before={"organization": before.organization},
        after={
            "organization": after, "ended_grants": ended.grants, "ended_memberships": ended.memberships,
        },
    )  # fmt: skip
    return ended.moved


def edit_profile(tx: Tx, *, display_name: str, email: str) -> User:
    """Change one's own display name and mail address."""
    user_id = require_self(tx, "profile:edit")
    row = tx.session.get_one(UserRow, user_id)
    before = {"display_name": row.display_name, "email": row.email}
    row.display_name = _checked_display_name(display_name)
    address = checked_email(email)
    if address != row.email:
        # Administrators say whose an address is; of what anybody else writes nobody has proved it.
        row.email, row.is_email_own = address, not may_on_instance(tx, "user:list")
    relabel_principal(tx, user_id, row.display_name)
    after = {"display_name": row.display_name, "email": row.email}
    tx.audit("profile:edit", "user", user_id, row.username, before=before, after=after)
    return _existing(tx, user_id)


def list_users(
    tx: Tx, page: PageRequest, *, role: str | None = None, is_active: bool | None = None
) -> Page[User]:
    """Return users in full, for administrators; only of a server role or activity when given."""
    require_instance(tx, "user:list")
    return queries.page_of_users(tx, page, role=role, is_active=is_active, by_email=True)


def find_users(tx: Tx, page: PageRequest) -> Page[User]:
    """Return active users of the own organization to anybody who is known.

    Those of others too, where both allow sharing outside. The door shows only names of them.
    """
    require_self(tx, "user:find")
    return queries.page_of_users(tx, page, is_active=True, within=known_organizations(tx))


def get_user(tx: Tx, user_id: str) -> User:
    """Return one user in full, for administrators.

    Raises:
        UnknownUser: no such user.
    """
    require_instance(tx, "user:list")
    return _existing(tx, user_id)


def user_named(tx: Tx, name: str) -> User | None:
    """Return the user with username *name*, for sharing; None when there is none for the caller."""
    row = queries.row_by_username(tx.session, name)
    found = None if row is None else queries.present_user(tx, row)
    return found if found is not None and found.org_id in known_organizations(tx) else None


def user_by_name(tx: Tx, user_id: str) -> User:
    """Return any user by id, for the doors' own use (greeting, owner names)."""
    return _existing(tx, user_id)


def _require_person_for(tx: Tx, role: str, action: str) -> None:
    """Refuse a key that would make an administrator (security.md, decision 6)."""
    if administers(role) and not tx.actor.is_interactive and tx.actor.kind is not ActorKind.SYSTEM:
        raise SessionRequired(action)


def _existing(tx: Tx, user_id: str) -> User:
    user = queries.user_by_id(tx, user_id)
    if user is None:
        raise UnknownUser
    return user


def _add_user(
    tx: Tx,
    *,
    username: str,
    email: str,
    display_name: str,
    role: str,
    password: Secret | None,
    must_change: bool,
    org_id: str = ORGANIZATION,
) -> User:
    name = checked_username(username)
    if role not in policy.roles:
        raise Invalid("Unknown role.", faults=[FieldFault("role", f"one of {', '.join(role_names())}")])
    if queries.row_by_username(tx.session, name) is not None:
        raise Conflict(f"The username {name} is taken.", code="username-taken")
    if password is not None:
        checked_password(password, name)
    user_id = new_id("usr", tx.now)
    shown = _checked_display_name(display_name or name)
    register_principal(tx, user_id, "user", name, role, label=shown, org_id=org_id)
    tx.session.add(
        UserRow(
            id=user_id,
            username=name,
            email=checked_email(email),
            display_name=shown,
            password_hash=hash_password(password) if password is not None else None,
            must_change_password=must_change,
            created_at=tx.now,
        )
    )
    tx.session.flush()
    return _existing(tx, user_id)


def _checked_display_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():  # noqa: PLR2004
        fault = FieldFault("display_name", "1 to 120 printable characters")
        raise Invalid("The name cannot be used.", faults=[fault])
    return name
