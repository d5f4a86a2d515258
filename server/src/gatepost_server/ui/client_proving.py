"""How calls of an application are proven to be its own: addresses, the compatible path, debugging."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import clients, instance
from gatepost_server.clients import Client, IpAllowlist
from gatepost_server.kernel.errors import Conflict, Invalid
from gatepost_server.ui.clients import faulty
from gatepost_server.ui.keys import news_words
from gatepost_server.ui.pages.client_addresses import allowlist_dialog
from gatepost_server.ui.pages.client_compatible import compatible_dialog
from gatepost_server.ui.pages.client_debugging import debugging_dialog
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=8000)]


@router.reads("/clients/{client_id}/ip-allowlist", action="app:edit-client")
def allowlist_page(visit: SignedIn, client_id: str) -> Response:
    """Show the form that says from where calls may come."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
    return _allowlist_form(visit, one, Typed({"entries": one.ip.entries}))


@router.makes("/clients/{client_id}/ip-allowlist", action="app:edit-client")
def set_allowlist(visit: SignedIn, client_id: str, enabled: Field = "", entries: Field = "") -> Response:
    """Say from where calls may come."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
    try:
        with visit.call.begin() as tx:
            wanted = IpAllowlist(enabled in ("on", "trust"), entries, enabled == "trust")
            clients.set_allowlist(tx, client_id, wanted)
    except (Invalid, Conflict) as error:
        typed = faulty({"enabled": enabled, "entries": entries}, error)
        return _allowlist_form(visit, one, typed, status_of(error))
    news = news_words(visit.call.house.collect_receipt())
    return visit.go(f"/clients/{client_id}", f"The IP whitelist of {one.name} is saved. {news}")


@router.reads("/clients/{client_id}/compatible", action="app:edit-client")
def compatible_page(visit: SignedIn, client_id: str) -> Response:
    """Ask whether the application may call on the compatible path."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
        is_offered = instance.features(tx, is_managed=False).compatible_calls
    content = compatible_dialog(one, visit.csrf, is_offered=is_offered, is_over=visit.is_over)
    return visit.dialog(f"Compatible path of {one.name}", content, "applications")


@router.makes("/clients/{client_id}/compatible", action="app:edit-client")
def set_compatible(visit: SignedIn, client_id: str, enabled: Field = "") -> Response:
    """Open the compatible path to the application, or close it."""
    with visit.call.begin() as tx:
        one = clients.set_compatible(tx, client_id, is_on=enabled == "on")
    news = news_words(visit.call.house.collect_receipt())
    state = "on" if one.is_compatible else "off"
    return visit.go(f"/clients/{client_id}", f"The compatible path is {state} for {one.name}. {news}")


@router.reads("/clients/{client_id}/debugging", action="app:edit-client")
def debugging_page(visit: SignedIn, client_id: str) -> Response:
    """Ask for how long refused calls show what was to be signed."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
    content = debugging_dialog(one, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Signature debugging of {one.name}", content, "applications")


@router.makes("/clients/{client_id}/debugging", action="app:edit-client")
def set_debugging(visit: SignedIn, client_id: str, minutes: Field = "0") -> Response:
    """Turn signature debugging on for a while, or off."""
    with visit.call.begin() as tx:
        wanted = int(minutes) if minutes.isdecimal() and len(minutes) < 5 else -1  # noqa: PLR2004
        one = clients.set_debugging(tx, client_id, wanted)
    visit.call.house.collect_receipt()
    said = "is off" if one.debug_until is None else f"ends at {one.debug_until:%H:%M} UTC"
    return visit.go(f"/clients/{client_id}", f"Signature debugging of {one.name} {said}.")


def _allowlist_form(visit: Visit, one: Client, typed: Typed, code: int = 200) -> Response:
    with visit.call.read() as tx:
        offered = instance.features(tx, is_managed=False)
    content = allowlist_dialog(one, typed, visit.csrf, offered, is_over=visit.is_over)
    return visit.dialog(f"IP whitelist of {one.name}", content, "applications", code=code)
