"""Giving several a role at once, and telling them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server import notify
from gatepost_server.authz import Grant, Node, give_role, people_among, principal, require, share_action
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.sharing.errors import TooManyMails
from gatepost_server.sharing.model import (
    MAILS_MOST,
    NO_MAIL_SERVER,
    NOBODY_TO_MAIL,
    NOTE_LENGTH,
    Shared,
    Told,
    subject_of,
    text_of,
)
from gatepost_server.store import Bucket, Tx, take

_SHARES: Final = Bucket(capacity=60, period_s=3600)
_MAIL: Final = "share"


def share(
    tx: Tx,
    node_id: str,
    who_ids: Sequence[str],
    role: str,
    until: datetime | None,
    *,
    note: str = "",
    link: str | None = None,
) -> Shared:
    """Give all of *who_ids* a role on a thing, or nobody.

    With *link*, the page of the thing, each person is told by mail, with the note. Without
    a mail server the roles are given all the same, and `told` says that nobody is told. The
    note is kept with the grants as their reason.

    Raises:
        Invalid: no such role, an end that has passed, one who cannot have it, too long a
            note, or more people than are mailed at once.
        TooWide: beyond what the caller holds.
        Conflict: one of them has that role already.
        TooManyMails: more than sixty shares told in an hour.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    note = note.strip()
    if len(note) > NOTE_LENGTH:
        raise Invalid(
            "The note is too long.", faults=[FieldFault("note", f"at most {NOTE_LENGTH} characters")]
        )

    grants = [give_role(tx, node.id, who, role, until=until, reason=note) for who in who_ids]
    told = None if link is None else _tell(tx, node, grants, link)
    return Shared(grants, told)


def _tell(tx: Tx, node: Node, grants: Sequence[Grant], link: str) -> Told:
    if not notify.is_configured(tx):
        return Told(is_mailed=False, why_not=NO_MAIL_SERVER)
    wait = take(tx, f"share-mail:{tx.actor.principal_id}", _SHARES)
    if wait is not None:
        raise TooManyMails(wait)
    people = people_among(tx, [one.who_id for one in grants], MAILS_MOST + 1)
    if len(people) > MAILS_MOST:
        fault = FieldFault("notify", f"leave it out: more than {MAILS_MOST} people would be mailed")
        raise Invalid("That is too many people to mail at once.", faults=[fault])
    sharer = _called(tx)
    subject = subject_of(sharer, node.name)
    text = text_of(sharer, node, grants[0], link)
    sent = notify.send_to_people(tx, {*people} - {tx.actor.principal_id or ""}, subject, text, _MAIL, node.id)
    if not sent:
        return Told(is_mailed=False, why_not=NOBODY_TO_MAIL)
    tx.audit(f"{node.kind}:tell", node.kind, node.id, node.name, after={"mails": sent})
    return Told(is_mailed=True)


def _called(tx: Tx) -> str:
    """Return what people call the caller."""
    known = principal(tx, tx.actor.principal_id or "")
    return known.label if known is not None else tx.actor.name
