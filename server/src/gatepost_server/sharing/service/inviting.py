"""Inviting people outside: mails that open one application once, and who comes in by them."""

import hashlib
from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from typing import Final

from sqlalchemy import delete, select

from gatepost_server import notify
from gatepost_server.authz import Node, load_node, reader_of, require
from gatepost_server.crypto import KeyLetter, Peppers, mint_key, new_token
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify import Address, BadAddress, NoMailServer
from gatepost_server.sharing import queries
from gatepost_server.sharing.entries import addresses_of, is_listed, parse_outside
from gatepost_server.sharing.errors import ExternalOff, InvitationOver
from gatepost_server.sharing.facts import GUEST_TOKEN
from gatepost_server.sharing.outside import (
    GUEST_TTL,
    INVITATION_TTL,
    Guest,
    NewGuest,
    Sent,
    invitation_subject,
    invitation_text,
)
from gatepost_server.sharing.tables import ExternalLinkRow, GuestRow, InvitationRow
from gatepost_server.store import Bucket, Tx, take

Home = Callable[[str], str]
"""Gives the address of an app's own origin, without a slash at its end."""

WAY_IN: Final = "/_gatepost/guest/"
"""The path on an app's own origin below which invitations are used."""

_INVITATION: Final = "invitation"
_KIND: Final = "guest-invitation"
_ADDRESSED: Final = Bucket(capacity=5, period_s=3600)
"""Mails to one address about one application."""
_ANYWHERE: Final = Bucket(capacity=20, period_s=3600)
"""Mails to one address about any."""
_ASKED: Final = Bucket(capacity=30, period_s=3600)
_TOO_OFTEN: Final = "five mails went to this address within an hour"
_AGENT_LENGTH: Final = 300


def link_name(tx: Tx, link_id: str) -> str | None:
    """Return the name of the app that a link leads to; None unless it is on. Asks for no right."""
    row = queries.link_row(tx.session, link_id)
    node = load_node(reader_of(tx), row.app_id) if row is not None else None
    return None if node is None else node.name


def ask_invitation(tx: Tx, peppers: Peppers, home: Home, link_id: str, email: str) -> None:
    """Mail an invitation to *email* if the link lets it in; nothing tells the caller whether it did.

    One source may ask thirty times an hour; one address is mailed five times at most about one
    application, and twenty times about any.
    """
    if take(tx, f"guest-ask:{_source(tx.origin.ip)}", _ASKED) is not None:
        return
    row = queries.link_row(tx.session, link_id)
    try:
        address = parse_outside(email)
    except BadAddress:
        return
    node = load_node(reader_of(tx), row.app_id) if row is not None else None
    if row is None or node is None or not is_listed(address, row.allowed):
        return
    _invite(tx, peppers, home, row, node, address)


def _source(ip: str | None) -> str:
    """Return what counts as one source: an address, or of IPv6 the /64 that one customer has."""
    try:
        address = ip_address(ip or "")
    except ValueError:
        return ip or ""
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))  # noqa: PLR2004


def send_invitations(
    tx: Tx, peppers: Peppers, home: Home, app_id: str, emails: Sequence[str] | None = None
) -> list[Sent]:
    """Mail an invitation to every full address of the list, or to those of *emails* that it lets in.

    Raises:
        ExternalOff: external sharing of the app is off.
        NoMailServer: there is no server through which mails could go.
        Invalid: one of *emails* is not let in by the list.
    """
    node = require(tx, "app:share", app_id)
    row = tx.session.get(ExternalLinkRow, node.id)
    if row is None or not row.is_enabled:
        raise ExternalOff
    if not notify.is_configured(tx):
        raise NoMailServer
    wanted = addresses_of(row.allowed) if emails is None else emails
    addresses = [_let_in(row, at, email) for at, email in enumerate(wanted)]
    return [
        Sent(str(one), "" if _invite(tx, peppers, home, row, node, one) else _TOO_OFTEN)
        for one in dict.fromkeys(addresses)
    ]


def invited_to(tx: Tx, peppers: Peppers, app_id: str, token: Secret) -> str | None:
    """Return the name of the app that an invitation opens; None when it cannot be used. Uses nothing up."""
    row = _found(tx, peppers, app_id, token)
    node = load_node(reader_of(tx), app_id) if row is not None else None
    return None if node is None else node.name


def accept_invitation(tx: Tx, peppers: Peppers, app_id: str, token: Secret) -> NewGuest:
    """Use an invitation up and let its address in to the app for 30 days.

    Raises:
        InvitationOver: used, ended, of another app, or its address is not let in any more.
    """
    invitation = _found(tx, peppers, app_id, token, is_used=True)
    node = load_node(reader_of(tx), app_id) if invitation is not None else None
    if invitation is None or node is None:
        raise InvitationOver
    address = invitation.address
    others = InvitationRow.app_id == app_id, InvitationRow.address == address
    tx.session.execute(delete(InvitationRow).where(*others))
    minted = mint_key(KeyLetter.GUEST)
    row = GuestRow(
        id=new_id("gst", tx.now),
        app_id=app_id,
        generation=invitation.generation,
        address=address,
        token_mac=peppers.mac(GUEST_TOKEN, minted.text.reveal()).digest,
        since=tx.now,
        ends_at=tx.now + GUEST_TTL,
        ip=tx.origin.ip,
        user_agent=(tx.origin.user_agent or "")[:_AGENT_LENGTH] or None,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.actor = Actor(ActorKind.GUEST, row.id, address, app_id=app_id)
    tx.audit("app:enter", "app", app_id, node.name, after={"guest": row.id})
    return NewGuest(Guest(row.id, address, row.since, row.ends_at, None), minted.text, node.name)


def _let_in(row: ExternalLinkRow, at: int, email: str) -> Address:
    try:
        address = parse_outside(email)
    except BadAddress:
        raise Invalid(
            "That is no address.", faults=[FieldFault(f"emails[{at}]", "not an address that mail can go to")]
        ) from None
    if not is_listed(address, row.allowed):
        fault = FieldFault(f"emails[{at}]", "neither it nor its domain is listed")
        raise Invalid("The address is not let in.", faults=[fault])
    return address


def _invite(tx: Tx, peppers: Peppers, home: Home, row: ExternalLinkRow, node: Node, address: Address) -> bool:
    """Put the mail into the box; False when the address was mailed often enough."""
    to = str(address)
    for about, bucket in ((f"{row.app_id} {to}", _ADDRESSED), (to, _ANYWHERE)):
        if take(tx, f"guest-mail:{hashlib.sha256(about.encode()).hexdigest()}", bucket) is not None:
            return False
    token, expires_at = new_token(), tx.now + INVITATION_TTL
    mac = peppers.mac(_INVITATION, token.reveal()).digest
    tx.session.add(
        InvitationRow(
            token_mac=mac, app_id=row.app_id, generation=row.generation, address=to, expires_at=expires_at
        )
    )
    text = invitation_text(node.name, f"{home(row.app_id)}{WAY_IN}{token.reveal()}")
    notify.send(tx, to, invitation_subject(node.name), text, _KIND, row.app_id, until=expires_at)
    tx.audit("app:invite", "app", row.app_id, node.name, after={"email": to})
    return True


def _found(
    tx: Tx, peppers: Peppers, app_id: str, token: Secret, *, is_used: bool = False
) -> InvitationRow | None:
    """Return the invitation of a token while it can be used, held for the caller that uses it."""
    macs = peppers.candidates(_INVITATION, token.reveal())
    wanted = select(InvitationRow).where(InvitationRow.token_mac.in_(macs))
    found = tx.session.scalar(wanted.with_for_update() if is_used else wanted)
    if found is None or found.app_id != app_id or found.expires_at <= tx.now:
        return None
    link = tx.session.get(ExternalLinkRow, app_id)
    if link is None or not link.is_enabled or link.generation != found.generation:
        return None
    local, _, domain = found.address.rpartition("@")
    return found if is_listed(Address(local, domain), link.allowed) else None
