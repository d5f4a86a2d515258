"""The box of outgoing mail: put in, looked at."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from gatepost_server.authz import require_instance
from gatepost_server.identity import mail_addresses
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.notify import queries
from gatepost_server.notify.addresses import is_address, parse_address
from gatepost_server.notify.model import NO_SERVER, Mail, MailState, checked_subject, checked_text
from gatepost_server.notify.service.server import view
from gatepost_server.notify.tables import MailRow
from gatepost_server.store import Tx

_ABOUT: Final = 50


def is_configured(tx: Tx) -> bool:
    """Tell whether there is a mail server to send through; asks for no right."""
    return view(tx).is_configured


def send(
    tx: Tx,
    to: str,
    subject: str,
    text: str,
    kind: str,
    about_id: str | None = None,
    *,
    until: datetime | None = None,
) -> Mail:
    """Put a mail into the box; it leaves after the caller's transaction is kept, or never.

    *kind* says what it is for, *about_id* names the thing. After *until* it is not sent
    any more. Without a mail server it is kept as failed, saying so. The caller has asked
    for rights and writes the audit entry; how often one may be mailed is its matter too.

    Raises:
        BadAddress: *to* is not one plain address.
        Invalid: the subject is not one line, or the text cannot be sent.
    """
    is_ready = is_configured(tx)
    row = MailRow(
        id=new_id("mail", tx.now),
        to_address=str(parse_address(to)),
        subject=checked_subject(subject),
        text=checked_text(text) if is_ready else None,
        kind=kind,
        about_id=about_id,
        state=MailState.QUEUED if is_ready else MailState.FAILED,
        reason=None if is_ready else NO_SERVER,
        attempts=0,
        created_at=tx.now,
        until_at=until,
        next_at=tx.now if is_ready else None,
        ended_at=None if is_ready else tx.now,
    )
    tx.session.add(row)
    return queries.present(row)


def send_to_people(tx: Tx, user_ids: Iterable[str], subject: str, text: str, kind: str, about_id: str) -> int:
    """Put one mail for each address of these people into the box, as `send` does; return how many.

    Who has no address that mail can go to is passed over.
    """
    addresses = sorted({one for one in mail_addresses(tx, user_ids).values() if is_address(one)})
    for address in addresses:
        send(tx, address, subject, text, kind, about_id)
    return len(addresses)


def mail_of(tx: Tx, mail_id: str) -> Mail | None:
    """Return a mail and how far it has come; asks for no right."""
    row = tx.session.get(MailRow, mail_id)
    return None if row is None else queries.present(row)


def mails_about(tx: Tx, about_id: str, limit: int = _ABOUT) -> Sequence[Mail]:
    """Return the latest mails about a thing; the caller has asked for the right to read it."""
    return queries.about(tx.session, about_id, limit)


def list_mails(tx: Tx, page: PageRequest, state: MailState | None = None) -> Page[Mail]:
    """Return a page of all mails, latest first, for administrators; never their texts."""
    require_instance(tx, "settings:read")
    return queries.page_of_mails(tx.session, page, state)
