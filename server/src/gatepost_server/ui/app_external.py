"""The External sharing tab: people outside are let in to an application, invited, and ended."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, notify, sharing
from gatepost_server.authz import TooWide
from gatepost_server.kernel.errors import Invalid, Precondition
from gatepost_server.sharing import External, Guest, Sent, UnknownGuest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages.external import ExternalDialog, ExternalForm, end_guest_dialog, same_external
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.web.guests import home_of, link_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
List = Annotated[str, Form(max_length=40_000)]
_NO_MAIL: Final = (
    "External sharing needs a mail server, since invitations go by mail, and this server has none. "
    "An administrator sets one up under Administration, Mail."
)


@router.reads("/applications/{app_id}/external", action="app:share")
def external_page(visit: SignedIn, app_id: str) -> Response:
    """Show who outside may come in, and who has."""
    return _form(visit, app_id)


@router.makes("/applications/{app_id}/external", action="app:share")
def change(
    visit: SignedIn, app_id: str, enabled: Field = "", allowed: List = "", confirmed: Field = ""
) -> Response:
    """Let people outside in, or no more."""
    entries = _entries(allowed)
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            before = sharing.get_external(tx, node.id)
            found = sharing.change_external(
                tx,
                node.id,
                is_enabled=bool(enabled),
                allowed=entries,
                confirmed=entries if confirmed else (),
                has_own_hosts=not visit.call.house.settings.apps_are_trusted,
            )
    except (Invalid, TooWide, Precondition) as error:
        said = "\n".join(fault.detail for fault in error.faults)
        form = ExternalForm(
            bool(enabled), allowed, said, "" if said else error.detail, "lets in everybody" in said
        )
        return _form(visit, app_id, form)
    receipt = visit.call.house.collect_receipt()
    gone = len(before.guests) - len(found.guests)
    ended = (
        f" {gone} {'guest is' if gone == 1 else 'guests are'} out. {receipt_words(receipt)}" if gone else ""
    )
    return visit.go(f"/applications/{node.id}/external", f"External sharing is {_state(found)}.{ended}")


@router.makes("/applications/{app_id}/external/invite", action="app:share")
def invite(visit: SignedIn, app_id: str, email: Field = "") -> Response:
    """Mail invitations to every full address that is saved, or to one again."""
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            house = visit.call.house
            emails = [email] if email else None
            sent = sharing.send_invitations(tx, house.peppers, home_of(house.settings, tx), node.id, emails)
    except (Invalid, Precondition) as error:
        return visit.go(f"/applications/{app_id}/external", error.detail, is_good=False)
    return visit.go(
        f"/applications/{node.id}/external", _told(sent), is_good=any(not one.why_not for one in sent)
    )


@router.reads("/applications/{app_id}/external/guests/{guest_id}/end", action="app:share")
def end_page(visit: SignedIn, app_id: str, guest_id: str) -> Response:
    """Ask before the session of a guest is ended."""
    with visit.call.read() as tx:
        node = apps.require_app(tx, "app:share", app_id)
        guest = _guest(tx, node.id, guest_id)
    base = f"/applications/{node.id}"
    content = end_guest_dialog(base, guest, node.name, visit.csrf, is_over=visit.is_over)
    return visit.dialog("End a guest's session", content, "applications")


@router.makes("/applications/{app_id}/external/guests/{guest_id}/end", action="app:share")
def end(visit: SignedIn, app_id: str, guest_id: str) -> Response:
    """End the session of a guest."""
    with visit.call.begin() as tx:
        node = apps.require_app(tx, "app:share", app_id)
        email = sharing.end_guest(tx, node.id, guest_id)
    receipt = visit.call.house.collect_receipt()
    return visit.go(f"/applications/{node.id}/external", f"{email} is out. {receipt_words(receipt)}")


def _form(visit: Visit, app_id: str, form: ExternalForm | None = None) -> Response:
    with visit.call.read() as tx:
        node = apps.require_app(tx, "app:share", app_id)
        row = app_row(tx, apps.get_app(tx, node.id), visit.call.house.settings)
        found = sharing.get_external(tx, node.id)
        content = ExternalDialog(
            row.name,
            f"/applications/{row.id}",
            found,
            form or ExternalForm(found.is_enabled, "\n".join(found.allowed)),
            link_of(visit.call.house.settings, found.link_id) if found.link_id and found.is_enabled else "",
            "" if notify.is_configured(tx) else _NO_MAIL,
            visit.csrf,
            same_external(row.number, row.id, visit.url),
            tx.now,
            visit.is_over,
        )
    code = 400 if form is not None else 200
    return visit.dialog(f"Share {row.name}", content, "applications", code=code)


def _entries(text: str) -> list[str]:
    """Return what was typed, one entry in a line or between commas."""
    return [entry for entry in (one.strip() for one in text.replace(",", "\n").splitlines()) if entry]


def _guest(tx: Tx, app_id: str, guest_id: str) -> Guest:
    for one in sharing.get_external(tx, app_id).guests:
        if one.id == guest_id:
            return one
    raise UnknownGuest


def _state(found: External) -> str:
    count = len(found.allowed)
    return f"on for {count} {'entry' if count == 1 else 'entries'}" if found.is_enabled else "off"


def _told(sent: list[Sent]) -> str:
    """Say to whom mails go, and to whom not."""
    if not sent:
        return "There is no full address on the list: people of its domains ask for a mail by the link."
    good = [one.email for one in sent if not one.why_not]
    kept = [f"None to {one.email}: {one.why_not}." for one in sent if one.why_not]
    return " ".join([*([f"Invitations go to {', '.join(good)}."] if good else []), *kept])
