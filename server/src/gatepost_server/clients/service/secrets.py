"""AppSecrets: several of an application, each with its window; shown again to whose they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gatepost_server import notify
from gatepost_server.authz import living_grants, may, principals, require
from gatepost_server.clients import queries
from gatepost_server.clients.errors import UnknownSecret
from gatepost_server.clients.model import (
    ClientSecret,
    Member,
    checked_app_secret,
    checked_overlap,
    new_app_secret,
)
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.members import member_named
from gatepost_server.clients.service.presenting import owner
from gatepost_server.clients.service.writing import add_secret, place_of
from gatepost_server.clients.tables import SecretRow
from gatepost_server.crypto import Seals
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx


def list_secrets(tx: Tx, client_id: str) -> list[ClientSecret]:
    """Return the secrets of an application, the latest first, never a text; to a member their own."""
    require(tx, "app:secrets", client_id)
    row_for(tx, "app:secrets", client_id, for_change=False)
    mine = None if may(tx, "app:members", client_id) else tx.actor.principal_id or ""
    return _shown(tx, queries.secrets_of(tx.session, client_id, mine))


def make_secret(
    tx: Tx,
    seals: Seals,
    client_id: str,
    *,
    member: str | None = None,
    custom: Secret | None = None,
    overlap_s: int | None = None,
    until: datetime | None = None,
) -> tuple[ClientSecret, Secret | None]:
    """Make another secret; return it, with its text if it is the application's own.

    A *member*'s is made at random, ends with the membership, and is read by nobody but them:
    they are told by mail where. With *overlap_s* it takes the place of the earlier ones of the
    same holder: those end so many seconds from now.

    Raises:
        Invalid: the secret or the overlap cannot be used, or the end has passed.
        UnknownMember: nobody of that name is a member.
        TooManySecrets: as many count already as an application may have.
    """
    node = require(tx, "app:make-secret", client_id)
    client = row_for(tx, "app:make-secret", client_id)
    overlap = None if overlap_s is None else checked_overlap(overlap_s)
    text = new_app_secret() if custom is None else checked_app_secret(custom.reveal())
    if until is not None and until <= tx.now:
        raise Invalid("The end has passed.", faults=[FieldFault("until", "has to lie in the future")])
    of = None if member is None else member_named(tx, client_id, member)
    if of is not None and custom is not None:
        fault = FieldFault(
            "custom_secret", "for the application's own only: a member's is known to them alone"
        )
        raise Invalid("A member's secret is not chosen by somebody else.", faults=[fault])
    if of is not None:
        until = of.until if until is None or (of.until is not None and of.until < until) else until

    ended = _end_earlier(tx, client_id, None if of is None else of.id, overlap)
    whose = None if of is None else (of.id, of.grant_id)
    row = add_secret(tx, seals, client_id, text, is_custom=custom is not None, until=until, member=whose)
    client.updated_at = tx.now
    after = {
        "secret": row.id, "member": None if of is None else of.username, "custom": row.is_custom,
        "weak": row.is_weak, "overlap_seconds": overlap_s, "replaces": ended,
    }  # fmt: skip
    tx.audit("client:make-secret", "app", node.id, client.name, after=after)
    if of is not None:
        _tell_member(tx, of, client.name)
    return _shown(tx, [row])[0], text if of is None or of.id == tx.actor.principal_id else None


def _tell_member(tx: Tx, member: Member, client_name: str) -> None:
    """Mail a member that there is a new secret, which they read on the application's page."""
    if member.id == tx.actor.principal_id or not notify.is_configured(tx):
        return
    text = (
        f"You have a new AppSecret of the application {client_name}. Only you can read it: sign in, "
        f"open My applications, then {client_name}, and choose Show.\n"
    )
    subject = f"You have a new AppSecret of {client_name}"
    notify.send_to_people(tx, [member.id], subject, text, "client-secret", member.grant_id)


def reveal_secret(tx: Tx, seals: Seals, client_id: str, secret_id: str) -> Secret:
    """Return the text of a secret once more: of the application to its owners, of a member to them.

    Needs a session with recent authentication; audited.

    Raises:
        UnknownSecret: there is none that the caller may read.
    """
    node = require(tx, "app:reveal-secret", client_id)
    client = row_for(tx, "app:reveal-secret", client_id, for_change=False)
    row = _secret_of(tx, client_id, secret_id)
    is_mine = row.member_id is not None and row.member_id == tx.actor.principal_id
    if not is_mine:
        require(tx, "app:make-secret", client_id)
    if row.member_id is not None and not is_mine:
        raise UnknownSecret
    text = seals.open(row.text_sealed, place_of(row))
    tx.audit("client:reveal-secret", "app", node.id, client.name, after={"secret": row.id})
    return text


def end_secret(tx: Tx, client_id: str, secret_id: str) -> ClientSecret:
    """Delete a secret; the next call that is signed with it is refused.

    Raises:
        UnknownSecret: there is none that the caller may end.
    """
    node = require(tx, "app:end-secret", client_id)
    client = row_for(tx, "app:end-secret", client_id)
    row = _secret_of(tx, client_id, secret_id)
    gone = _shown(tx, [row])[0]
    tx.session.delete(row)
    client.updated_at = tx.now
    tx.session.flush()
    tx.audit("client:end-secret", "app", node.id, client.name, before={"secret": gone.id})
    return gone


def _secret_of(tx: Tx, client_id: str, secret_id: str) -> SecretRow:
    row = tx.session.get(SecretRow, secret_id)
    if row is None or row.client_id != client_id:
        raise UnknownSecret
    return row


def _end_earlier(tx: Tx, client_id: str, member_id: str | None, overlap: timedelta | None) -> int:
    """Let the earlier secrets of a holder end after *overlap*; return how many that ends."""
    if overlap is None:
        return 0
    end, ended = tx.now + overlap, 0
    for row in queries.secrets_of(tx.session, client_id, member_id):
        is_same = row.member_id == member_id
        if is_same and (row.until_at is None or row.until_at > end):
            row.until_at, ended = end, ended + 1
    return ended


def _shown(tx: Tx, rows: Sequence[SecretRow]) -> list[ClientSecret]:
    people = principals(tx, {row.member_id for row in rows if row.member_id})
    living = living_grants(tx, [row.grant_id for row in rows if row.grant_id])
    return [
        ClientSecret(
            row.id,
            row.created_at,
            row.from_at,
            row.until_at,
            row.is_weak,
            row.is_custom,
            row.by_name,
            owner(people[row.member_id]) if row.member_id in people else None,
            row.grant_id is None or row.grant_id in living,
        )
        for row in rows
    ]
