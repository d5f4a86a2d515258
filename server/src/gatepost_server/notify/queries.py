"""Reads of the mail server's layers and of the box."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from gatepost_server.crypto import Place, Seals
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify.model import Mail, MailFields, MailState, Tls
from gatepost_server.notify.tables import MailEnvironmentRow, MailRow, MailServerRow

ONE = "mail"
"""The id of the one row of settings."""
PASSWORD = Place("mail_server", "password_sealed", ONE)
_NOT_TOLD = Secret("")


def stored_fields(session: Session, seals: Seals | None) -> MailFields:
    """Return what administrators have set; without *seals* the password is only known to be there."""
    row = session.get(MailServerRow, ONE)
    if row is None:
        return MailFields()
    password = None
    if row.password_sealed is not None:
        password = _NOT_TOLD if seals is None else seals.open(row.password_sealed, PASSWORD)
    return MailFields(
        row.host, row.port, None if row.tls is None else Tls(row.tls), row.user, password, row.sender
    )


def environment_fields(session: Session) -> MailFields:
    """Return what the environment sets, as told at the last start; a password only as being there."""
    row = session.get(MailEnvironmentRow, ONE)
    said = {} if row is None else row.value
    return MailFields(
        said.get("host"),
        said.get("port"),
        Tls(said["tls"]) if "tls" in said else None,
        said.get("user"),
        _NOT_TOLD if "password" in said else None,
        said.get("from"),
    )


def page_of_mails(session: Session, page: PageRequest, state: MailState | None) -> Page[Mail]:
    """Return a page of all mails, latest first; *q* finds recipients, subjects and kinds."""
    query = select(MailRow)
    if state is not None:
        query = query.where(MailRow.state == state)
    for word in page.q.split()[:8]:
        query = query.where(
            MailRow.to_address.icontains(word, autoescape=True)
            | MailRow.subject.icontains(word, autoescape=True)
            | (MailRow.kind == word)
            | (MailRow.id == word)
        )
    position = page.position()
    if position is not None:
        query = query.where(MailRow.id < position[0])
    rows = session.scalars(query.order_by(MailRow.id.desc()).limit(page.limit + 1)).all()
    return page_from([present(row) for row in rows], page, lambda mail: (mail.id,))


def about(session: Session, about_id: str, limit: int) -> Sequence[Mail]:
    """Return the latest mails about a thing."""
    rows = session.scalars(
        select(MailRow).where(MailRow.about_id == about_id).order_by(MailRow.id.desc()).limit(limit)
    )
    return [present(row) for row in rows]


def present(row: MailRow) -> Mail:
    """Return a stored mail as a value, without its text."""
    return Mail(
        id=row.id,
        to=row.to_address,
        subject=row.subject,
        kind=row.kind,
        about_id=row.about_id,
        state=MailState(row.state),
        reason=row.reason,
        attempts=row.attempts,
        created_at=row.created_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
    )
