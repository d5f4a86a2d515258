"""The mail server and its mails, with hand-made values."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatepost_server.kernel.paging import Page
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify import Mail, MailFields, MailState, MailView, Tls
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import mail as pages

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL, CSRF = "http://localhost:8080", "csrf-of-the-gallery"
FIELDS = MailFields(
    "mail.example.com", 587, Tls.STARTTLS, "gatepost", Secret("x"), "Gatepost <gate@example.com>"
)
SENT = Mail(
    "mail_1", "noah@example.com", "Demand forecast is shared with you", "share", None, MailState.SENT,
    None, 1, NOW - timedelta(minutes=3), None, NOW,
)  # fmt: skip
MAILS = [
    SENT,
    replace(SENT, id="mail_2", to="ann@partner.example", state=MailState.QUEUED, attempts=2,
            reason="the mail server puts it off (451)"),
    replace(SENT, id="mail_3", to="kim@example.com", state=MailState.FAILED,
            reason="not sent: no mail server"),
]  # fmt: skip


def page(view: MailView, mails: Sequence[Mail] = (), typed: pages.Typed | None = None) -> Component:
    """Return the page of *view*."""
    shown = typed or pages.Typed(pages.values(view))
    trial = pages.trial("mira@example.com", "", view, CSRF)
    state = ListState(pages.HERE, {})
    return pages.mail(view, shown, trial, Page(list(mails)), state, now=NOW, csrf=CSRF, url=URL)


def refused() -> Component:
    """Return what stands there after a wrong port."""
    typed = pages.Typed({"host": "mail.example.com", "port": "x"}, {"mail.port": "A number."})
    return page(MailView(MailFields(), (), is_configured=False), typed=typed)


PAGES: dict[str, Callable[[], Component]] = {
    "mail": lambda: page(MailView(FIELDS, (), is_configured=True), MAILS),
    "mail-none": lambda: page(MailView(MailFields(), (), is_configured=False)),
    "mail-refused": refused,
    "mail-fixed": lambda: page(MailView(FIELDS, ("host", "password", "from"), is_configured=True), MAILS),
}
