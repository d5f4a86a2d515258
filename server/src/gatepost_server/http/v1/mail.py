"""The mail server, tried; and what became of each mail."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field

from gatepost_server import notify
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.notify import Mail, MailState, MailView
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["instance"])


class TrialIn(Body):
    """Whom to send the test mail to."""

    to: str = Field(max_length=254)


class OutcomeOut(BaseModel):
    """How the conversation with the mail server ended, in plain words."""

    ok: bool
    code: str
    detail: str


class MailOut(BaseModel):
    """A mail and how far it has come; never its text."""

    id: str
    to: str
    subject: str
    kind: str
    about: str | None
    state: str
    reason: str | None
    attempts: int
    created_at: Time
    next_at: Time | None
    ended_at: Time | None

    @classmethod
    def of(cls, mail: Mail) -> "MailOut":
        """Present *mail*."""
        return cls(
            id=mail.id,
            to=mail.to,
            subject=mail.subject,
            kind=mail.kind,
            about=mail.about_id,
            state=mail.state,
            reason=mail.reason,
            attempts=mail.attempts,
            created_at=mail.created_at,
            next_at=mail.next_at,
            ended_at=mail.ended_at,
        )


def mail_out(view: MailView) -> dict[str, Any]:
    """Return the mail settings as they go over the wire: of a password only that there is one."""
    fields = view.fields
    return {
        "host": fields.host,
        "port": fields.port,
        "tls": fields.tls,
        "user": fields.user,
        "has_password": fields.password is not None,
        "from": fields.sender,
        "set_by_environment": list(view.from_environment),
        "is_configured": view.is_configured,
    }


def _state(state: MailState | None = None) -> MailState | None:
    return state


@router.makes("/settings/mail/test", action="settings:change")
def send_test_mail(call: ApiCall, body: TrialIn) -> OutcomeOut:
    """Send a mail now, through the mail server in force, and say what the server made of it."""
    with call.begin() as tx:
        server, letter = notify.ready_test(tx, call.house.post, body.to)
    outcome = notify.deliver(server, letter)
    return OutcomeOut(ok=outcome.is_sent, code=outcome.code, detail=outcome.detail)


@router.reads("/settings/mail/outbox", action="settings:read")
def list_outbox(
    call: ApiCall, page: PageQuery, state: Annotated[MailState | None, Depends(_state)]
) -> PageOut[MailOut]:
    """List the mails of this server, latest first, and how far they have come."""
    with call.read() as tx:
        return page_out(notify.list_mails(tx, page, state), MailOut.of)
