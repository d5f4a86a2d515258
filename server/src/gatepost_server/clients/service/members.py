"""Members: people who may use an application with a secret of their own, each for a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from gatepost_server.approvals import Validity
from gatepost_server.authz import (
    Grant,
    change_role,
    give_role,
    list_grants,
    policy,
    require,
    take_back,
)
from gatepost_server.clients import queries
from gatepost_server.clients.errors import AlreadyMember, UnknownMember
from gatepost_server.clients.model import Member, new_app_secret
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.people import users_named
from gatepost_server.clients.service.writing import add_secret
from gatepost_server.clients.tables import ClientRow, SecretRow
from gatepost_server.crypto import Seals
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx

_MEMBER = "consumer"
_OWNING = policy.mask("OWN")


def list_members(tx: Tx, client_id: str) -> list[Member]:
    """Return who may use an application besides its owners, the latest last."""
    require(tx, "app:members", client_id)
    row_for(tx, "app:members", client_id, for_change=False)
    signing = queries.signing_grants(tx.session, client_id, tx.now)
    return [_member(one, has_secret=one.id in signing) for one in _memberships(tx, client_id)]


def add_members(
    tx: Tx, seals: Seals, client_id: str, names: Sequence[str], validity: Validity, reason: str = ""
) -> list[Member]:
    """Let people use an application, each with a secret of their own; all of them or nobody.

    Raises:
        Invalid: nobody is named, or there is nobody of a name.
        AlreadyMember: one of them owns the application or is a member.
    """
    node = require(tx, "app:admit", client_id)
    client = row_for(tx, "app:admit", client_id)
    people = users_named(tx, names, "users")
    if not people:
        raise Invalid("Nobody is named.", faults=[FieldFault("users", "name at least one")])
    inside = {one.who_id for one in list_grants(tx, client_id) if _counts(tx, one)}
    for one in people:
        if one.id in inside:
            raise AlreadyMember(one.display_name)

    until = validity.ends_at(tx.now)
    given = [give_role(tx, client_id, one.id, _MEMBER, until=until, reason=reason) for one in people]
    for grant in given:
        let_sign(tx, seals, client_id, grant)
    client.updated_at = tx.now
    after = {"members": [one.username for one in people], "until": _day(until)}
    tx.audit("client:add-members", "app", node.id, client.name, after=after)
    return [_member(one) for one in given]


def change_member(tx: Tx, client_id: str, name: str, validity: Validity) -> Member:
    """Let a membership end at another time, from now counted; the member's secrets follow.

    Raises:
        UnknownMember: nobody of that name is a member; owners are none.
    """
    node = require(tx, "app:admit", client_id)
    client = row_for(tx, "app:admit", client_id)
    before = _grant_of(tx, client_id, name)
    until = validity.ends_at(tx.now)
    after = extend(tx, client_id, before, validity)
    client.updated_at = tx.now
    tx.audit(
        "client:change-member", "app", node.id, client.name,
        before={"member": before.who_name, "until": _day(before.until_at)}, after={"until": _day(until)},
    )  # fmt: skip
    return _member(after)


def extend(tx: Tx, client_id: str, before: Grant, validity: Validity) -> Grant:
    """Give a membership another end, and the secrets that hang on it."""
    after = change_role(tx, client_id, before.id, before.role or _MEMBER, validity.ends_at(tx.now))
    _move_secrets(tx, client_id, before, after)
    return after


def follow_grant(tx: Tx, client_id: str, before: Grant) -> None:
    """Let a member's secrets go on by what they hold now in the place of *before*.

    For who has just changed somebody's role or its end; does nothing where no secret hangs on it.
    """
    now = [one for one in _living(tx, client_id) if one.who_id == before.who_id and one.id != before.id]
    if now:
        _move_secrets(tx, client_id, before, now[-1])


def _move_secrets(tx: Tx, client_id: str, before: Grant, after: Grant) -> None:
    theirs = (SecretRow.client_id == client_id, SecretRow.grant_id == before.id)
    whole = (*theirs, SecretRow.until_at == before.until_at)  # not those that a reset has ended earlier
    tx.session.execute(update(SecretRow).where(*whole).values(until_at=after.until_at))
    tx.session.execute(update(SecretRow).where(*theirs).values(grant_id=after.id))


def remove_member(tx: Tx, client_id: str, name: str) -> Member:
    """End a membership, and with it the member's secrets.

    Raises:
        UnknownMember: nobody of that name is a member; owners are none.
    """
    node = require(tx, "app:members", client_id)
    client = row_for(tx, "app:members", client_id)
    grant = _grant_of(tx, client_id, name)
    take_back(tx, client_id, grant.id)
    theirs = (SecretRow.client_id == client_id, SecretRow.member_id == grant.who_id)
    tx.session.execute(update(SecretRow).where(*theirs, SecretRow.until_at > tx.now).values(until_at=tx.now))
    client.updated_at = tx.now
    tx.audit("client:remove-member", "app", node.id, client.name, before={"member": grant.who_name})
    return _member(grant)


def member_named(tx: Tx, client_id: str, name: str) -> Member:
    """Return a member by username or id; for who may read the members.

    Raises:
        UnknownMember: nobody of that name is a member.
    """
    return _member(_grant_of(tx, client_id, name))


def let_sign(tx: Tx, seals: Seals, client_id: str, grant: Grant) -> None:
    """Make the secret that a new member signs with; they read it themselves."""
    add_secret(
        tx, seals, client_id, new_app_secret(), is_custom=False, until=grant.until_at,
        member=(grant.who_id, grant.id),
    )  # fmt: skip


def is_client(tx: Tx, app_id: str) -> bool:
    """Tell whether an application has a client facet; rights are not asked."""
    return tx.session.get(ClientRow, app_id) is not None


def _grant_of(tx: Tx, client_id: str, name: str) -> Grant:
    found = [one for one in _memberships(tx, client_id) if name in (one.who_name, one.who_id)]
    if not found:
        raise UnknownMember
    return found[-1]


def _memberships(tx: Tx, client_id: str) -> list[Grant]:
    """Return the grants of members that count now: no owner is one, nor is a set."""
    grants = [one for one in _living(tx, client_id) if one.who_kind == "user"]
    owners = {one.who_id for one in grants if one.atoms & _OWNING}
    return [one for one in grants if one.who_id not in owners]


def _living(tx: Tx, client_id: str) -> list[Grant]:
    return [one for one in list_grants(tx, client_id) if _counts(tx, one)]


def _counts(tx: Tx, grant: Grant) -> bool:
    return grant.from_at <= tx.now and (grant.until_at is None or grant.until_at > tx.now)


def _day(until: datetime | None) -> str | None:
    return None if until is None else until.isoformat()


def _member(grant: Grant, *, has_secret: bool = True) -> Member:
    return Member(
        grant.who_id, grant.who_name, grant.who_label, grant.id, grant.from_at, grant.until_at, grant.by_name,
        has_secret,
    )  # fmt: skip
