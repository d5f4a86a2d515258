"""External sharing of an application: read, set up, turned off; and the guests it has."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from gatepost_server import notify
from gatepost_server.authz import Node, require, require_opening
from gatepost_server.crypto import new_link_id
from gatepost_server.notify import Address, NoMailServer
from gatepost_server.sharing import queries
from gatepost_server.sharing.entries import checked_entries, is_listed
from gatepost_server.sharing.errors import NoOwnHosts, UnknownGuest
from gatepost_server.sharing.outside import External
from gatepost_server.sharing.tables import ExternalLinkRow, GuestRow, GuestSeenRow, InvitationRow
from gatepost_server.store import Tx

_BATCH: Final = 500


def get_external(tx: Tx, app_id: str) -> External:
    """Return external sharing of an app and its guests, for who may share it."""
    return queries.external_of(tx.session, require(tx, "app:share", app_id).id, tx.now)


def change_external(
    tx: Tx,
    app_id: str,
    *,
    is_enabled: bool,
    allowed: Sequence[str] | None = None,
    confirmed: Collection[str] = (),
    has_own_hosts: bool = True,
) -> External:
    """Turn external sharing on or off, and say who may come in; None leaves the list as it is.

    Turned off, every guest and invitation ends for good; so do those of whom an entry that
    is taken away had let in. *confirmed* are domains that are meant although everybody can
    have an address there.

    Raises:
        Invalid: entries that cannot be used, each named.
        TooWide: to let more people in than before, of one who may not open the app, or shares
            it for a time only.
        NoMailServer: to turn it on without a server through which invitations can go.
        NoOwnHosts: to turn it on where apps have no hosts of their own, so that guests could not be
            kept to one app.
    """
    node = require(tx, "app:share", app_id)
    row = tx.session.get(ExternalLinkRow, node.id, with_for_update=True)
    before = _state(row)
    kept = row.allowed if row is not None else []
    entries = kept if allowed is None else list(checked_entries(allowed, confirmed=confirmed, kept=kept))
    was_on = row is not None and row.is_enabled
    if is_enabled and (not was_on or {*entries} - {*kept}):
        require_opening(tx, node)
    if is_enabled and not was_on and not notify.is_configured(tx):
        raise NoMailServer
    if is_enabled and not has_own_hosts:
        raise NoOwnHosts
    if row is None:
        row = _new_row(tx, node)
    if (is_enabled, entries) == before:
        return queries.external_of(tx.session, node.id, tx.now)

    row.generation += was_on and not is_enabled
    row.is_enabled, row.allowed, row.changed_at = is_enabled, entries, tx.now
    row.by_id, row.by_name = tx.actor.principal_id or "", tx.actor.name
    ended = _end_unlisted(tx, node.id, entries if is_enabled else [])
    _audit(tx, node, before=before, after=_state(row), ended=ended)
    tx.session.flush()
    return queries.external_of(tx.session, node.id, tx.now)


def end_guest(tx: Tx, app_id: str, guest_id: str) -> str:
    """End the session of one guest and return their address; while it is listed they may ask anew.

    Raises:
        UnknownGuest: the app has no such guest (any more).
    """
    node = require(tx, "app:share", app_id)
    row = tx.session.get(GuestRow, guest_id)
    if row is None or row.app_id != node.id:
        raise UnknownGuest
    _remove(tx, [row.id])
    forget = delete(InvitationRow)
    tx.session.execute(forget.where(InvitationRow.app_id == node.id, InvitationRow.address == row.address))
    tx.audit("app:end-guest", "app", node.id, node.name, before={"guest": row.id, "email": row.address})
    return row.address


def forget_external(tx: Tx, app_id: str) -> None:
    """Remove the link, guests and invitations of an app that is deleted; the caller audits."""
    tx.session.execute(delete(InvitationRow).where(InvitationRow.app_id == app_id))
    ids = select(GuestRow.id).where(GuestRow.app_id == app_id)
    tx.session.execute(delete(GuestSeenRow).where(GuestSeenRow.guest_id.in_(ids)))
    tx.session.execute(delete(GuestRow).where(GuestRow.app_id == app_id))
    tx.session.execute(delete(ExternalLinkRow).where(ExternalLinkRow.app_id == app_id))


def note_guests_seen(tx: Tx, seen: Mapping[str, datetime]) -> None:
    """Note when guests were last there; ended ones are passed over. Bookkeeping only."""
    if not seen:
        return
    for guest_id in tx.session.scalars(select(GuestRow.id).where(GuestRow.id.in_(seen))):
        tx.session.merge(GuestSeenRow(guest_id=guest_id, at=seen[guest_id]))


def sweep_guests(tx: Tx) -> int:
    """Delete sessions and invitations that are over; return how many guests went.

    They are refused from the moment they end; this only frees their rows.
    """
    tx.session.execute(delete(InvitationRow).where(InvitationRow.expires_at <= tx.now))
    over = select(GuestRow.id, GuestRow.app_id).where(GuestRow.ends_at <= tx.now).limit(_BATCH)
    by_app: dict[str, list[str]] = {}
    for guest_id, app_id in tx.session.execute(over):
        by_app.setdefault(app_id, []).append(guest_id)
    for app_id, ids in by_app.items():
        _remove(tx, ids)
        tx.audit("app:sweep-guests", "app", app_id, "guests whose time is over", after={"guests": len(ids)})
    return sum(map(len, by_app.values()))


def _new_row(tx: Tx, node: Node) -> ExternalLinkRow:
    row = ExternalLinkRow(
        app_id=node.id, link_id=new_link_id(), is_enabled=False, generation=1, allowed=[], changed_at=tx.now,
        by_id=tx.actor.principal_id or "", by_name=tx.actor.name,
    )  # fmt: skip
    tx.session.add(row)
    return row


def _state(row: ExternalLinkRow | None) -> tuple[bool, list[str]] | None:
    return None if row is None else (row.is_enabled, list(row.allowed))


def _end_unlisted(tx: Tx, app_id: str, entries: Sequence[str]) -> int:
    """End every guest and invitation whose address is not among *entries*; return how many guests."""
    asked = select(InvitationRow).where(InvitationRow.app_id == app_id)
    for one in tx.session.scalars(asked):
        if not is_listed(_address(one.address), entries):
            tx.session.delete(one)
    guests = tx.session.execute(select(GuestRow.id, GuestRow.address).where(GuestRow.app_id == app_id))
    ended = [guest_id for guest_id, address in guests if not is_listed(_address(address), entries)]
    _remove(tx, ended)
    return len(ended)


def _remove(tx: Tx, guest_ids: Sequence[str]) -> None:
    if guest_ids:
        tx.session.execute(delete(GuestSeenRow).where(GuestSeenRow.guest_id.in_(guest_ids)))
        tx.session.execute(delete(GuestRow).where(GuestRow.id.in_(guest_ids)))


def _address(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    return Address(local, domain)


def _audit(
    tx: Tx,
    node: Node,
    *,
    before: tuple[bool, list[str]] | None,
    after: tuple[bool, list[str]] | None,
    ended: int,
) -> None:
    def told(state: tuple[bool, list[str]] | None) -> dict[str, object]:
        return {} if state is None else {"enabled": state[0], "allowed": state[1]}

    said = {**told(after), **({"guests_ended": ended} if ended else {})}
    tx.audit("app:external", "app", node.id, node.name, before=told(before), after=said)
