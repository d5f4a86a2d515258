"""The page of the mail server, for administrators: set up, tried, and what became of each mail."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import notify
from gatepost_server.kernel.errors import GatepostError, Invalid, Precondition, TooMany
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.notify import MailState
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import mail as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()
Sent = Annotated[str | None, Form(max_length=600)]


@router.reads(pages.HERE, action="settings:read")
def mail(visit: SignedIn) -> Response:
    """Show the mail settings in force and the mails."""
    return _page(visit, to=_own(visit))


@router.makes(pages.HERE, action="settings:change")
def change(
    visit: SignedIn,
    *,
    host: Sent = None,
    port: Sent = None,
    tls: Sent = None,
    user: Sent = None,
    password: Sent = None,
    sender: Sent = None,
) -> Response:
    """Set up the mail server: what was sent; an empty field clears one, an empty password stays."""
    sent = {"host": host, "tls": tls, "user": user, "from": sender}
    wanted: dict[str, object] = {
        name: value.strip() or None for name, value in sent.items() if value is not None
    }
    if port is not None:
        wanted["port"] = _number(port.strip())
    if password:
        wanted["password"] = password
    try:
        with visit.call.begin() as tx:
            now = notify.change_mail_server(tx, visit.call.house.post.seals, wanted)
    except Invalid as error:
        typed = {name: value or "" for name, value in {**sent, "port": port}.items() if value is not None}
        return _page(visit, typed, error, to=_own(visit))
    said = "Send a test mail to see whether it works." if now.is_configured else "No mail is sent."
    return visit.go(pages.HERE, f"The mail server is saved. {said}")


@router.makes(f"{pages.HERE}/test", action="settings:change")
def send_test(visit: SignedIn, to: Sent = None) -> Response:
    """Send a mail now, and say what the mail server made of it."""
    try:
        with visit.call.begin() as tx:
            server, letter = notify.ready_test(tx, visit.call.house.post, (to or "").strip())
    except (Invalid, Precondition, TooMany) as error:
        return _page(visit, to=to or "", fault=error)
    outcome = notify.deliver(server, letter)
    return visit.go(pages.HERE, outcome.detail, is_good=outcome.is_sent)


def _own(visit: Visit) -> str:
    """Return the address of who looks, where mail can go to it."""
    email = visit.person.email
    return email if notify.is_address(email) else ""


def _number(port: str) -> object:
    """Return the port that was typed; what is no number is left for the rule to refuse."""
    return int(port) if port.isascii() and port.isdigit() else port or None


def _page(
    visit: Visit,
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
    *,
    to: str,
    fault: GatepostError | None = None,
) -> Response:
    state = ListState(pages.HERE, visit.query("q", "state", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    only = state.value("state")
    with visit.call.read() as tx:
        now = notify.read_mail_server(tx)
        mails = notify.list_mails(tx, wanted, MailState(only) if only in set(MailState) else None)
        shown = pages.Typed(
            {**pages.values(now), **(typed or {})},
            faults_of(error) if error else {},
            fault_of(error) if error else "",
        )
        trial = pages.trial(to, "" if fault is None else fault.detail, now, visit.csrf)
        content = pages.mail(now, shown, trial, mails, state, now=tx.now, csrf=visit.csrf, url=visit.url)
    code = 400 if error or fault else 200
    return visit.page("Mail", content, "administration", code=code)
