"""The courier: takes what is due from the box, hands it to the mail server, notes what came of it."""

import logging
import ssl
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.notify.addresses import parse_address
from gatepost_server.notify.model import NO_SERVER, TOO_LATE, MailServer, MailState, next_try
from gatepost_server.notify.service.server import Post
from gatepost_server.notify.smtp import TIMEOUT_S, Fate, Letter, Outcome, deliver
from gatepost_server.notify.tables import MailRow
from gatepost_server.store import ChangeWatch, Tx, UnitOfWork

log = logging.getLogger(__name__)

_LEASE: Final = timedelta(minutes=10)
"""Longer than any conversation: a mail taken by a worker that died is due again after it."""
_AT_ONCE: Final = 50
_KEPT: Final = timedelta(days=90)


class Courier:
    """Delivers mail; any number of workers may have one, each mail is taken by one of them.

    A worker that dies between the server's yes and our note sends a mail twice: no
    protocol of mail can tell the two apart.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        who: tuple[Actor, Origin],
        post: Post,
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT_S,
    ) -> None:
        self._uow = uow
        self._who = who
        self._post = post
        self._context = context
        self._timeout = timeout
        self._watch = ChangeWatch(uow.engine)
        self._due: datetime | None = None

    def step(self) -> int:
        """Deliver what is due; return how many were tried. Next to nothing when none is."""
        is_due = self._due is not None and self._due <= self._uow.clock.now()
        if not self._watch.has_moved() and not is_due:
            return 0
        tried = 0
        while tried < _AT_ONCE and self._deliver_next():
            tried += 1
        with self._uow.read(*self._who) as tx:
            self._due = tx.session.scalar(
                select(func.min(MailRow.next_at)).where(MailRow.state == MailState.QUEUED)
            )
        return tried

    def close(self) -> None:
        """Give up the connection on which it watches."""
        self._watch.close()

    def sweep(self) -> None:
        """Forget mails that ended three months ago."""
        with self._uow.begin(*self._who) as tx:
            tx.session.execute(delete(MailRow).where(MailRow.ended_at < tx.now - _KEPT))

    def _deliver_next(self) -> bool:
        with self._uow.begin(*self._who) as tx:
            _give_up_late(tx)
            letter = _taken(tx)
            server = self._post.server(tx) if letter is not None else None
        if letter is None:
            return False
        outcome = self._tried(server, letter)
        with self._uow.begin(*self._who) as tx:
            _note(tx, letter.id, outcome)
        return True

    def _tried(self, server: MailServer | None, letter: Letter) -> Outcome:
        if server is None:
            return Outcome(Fate.NEVER, "no-mail-server", NO_SERVER)
        outcome = deliver(server, letter, context=self._context, timeout=self._timeout)
        log.info("mail %s: %s", letter.id, outcome.code)
        return outcome


def _give_up_late(tx: Tx) -> None:
    """Give up what is of no use any more."""
    late = update(MailRow).where(MailRow.state == MailState.QUEUED, MailRow.until_at <= tx.now)
    tx.session.execute(
        late.values(state=MailState.FAILED, reason=TOO_LATE, text=None, next_at=None, ended_at=tx.now)
    )


def _taken(tx: Tx) -> Letter | None:
    """Take the next due mail for a while, so that no other worker does."""
    due = (
        select(MailRow.id)
        .where(MailRow.state == MailState.QUEUED, MailRow.next_at <= tx.now)
        .order_by(MailRow.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail_id = tx.session.scalar(due)
    if mail_id is None:
        return None
    row = tx.session.get_one(MailRow, mail_id)
    row.attempts += 1
    row.next_at = tx.now + _LEASE
    return Letter(row.id, parse_address(row.to_address), row.subject, row.text or "", tx.now)


def _note(tx: Tx, mail_id: str, outcome: Outcome) -> None:
    """Write down what became of a mail; one that somebody else finished stays as it is."""
    row = tx.session.get(MailRow, mail_id)
    if row is None or row.state != MailState.QUEUED:
        return
    row.reason = None if outcome.is_sent else outcome.detail
    if outcome.fate is Fate.LATER:
        row.next_at = next_try(row.created_at, tx.now, row.attempts, row.until_at)
        if row.next_at is not None:
            return
        row.reason = f"{outcome.detail} It was tried {row.attempts} times and given up."
    row.state = MailState.SENT if outcome.is_sent else MailState.FAILED
    row.text, row.next_at, row.ended_at = None, None, tx.now
