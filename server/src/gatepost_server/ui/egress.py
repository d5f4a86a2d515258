"""The page that says where connections may lead, for administrators."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import instance
from gatepost_server.authz import require_instance
from gatepost_server.instance import AlreadyListed
from gatepost_server.kernel.errors import GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import egress as pages
from gatepost_server.ui.pages.egress import HOME, Asked
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()
Sent = Annotated[str, Form(max_length=400)]


@router.reads(HOME, action="settings:read")
def egress(visit: SignedIn) -> Response:
    """Show the list and the rules, and what they make of the place that was asked for."""
    asked = _asked(visit, **visit.query("host", "port"))
    state = ListState(HOME, visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = instance.list_egress(tx, wanted)
        content = pages.egress_page(found, state, asked, visit.call.house.own, tx.now, visit.url)
    return visit.page("Egress", content, "administration", code=400 if asked.errors else 200)


@router.reads(f"{HOME}/new", action="settings:change")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new entry."""
    with visit.call.read() as tx:
        require_instance(tx, "settings:change")
    return _form(visit, "", "")


@router.makes(f"{HOME}/new", action="settings:change")
def add(visit: SignedIn, entry: Sent = "", note: Sent = "") -> Response:
    """Let connections lead to a private place."""
    try:
        with visit.call.begin() as tx:
            made = instance.add_egress(tx, entry, note)
    except (Invalid, AlreadyListed) as error:
        return _form(visit, entry, note, error)
    return visit.go(HOME, f"{made.entry} is let through.")


@router.reads(f"{HOME}/{{entry_id}}/remove", action="settings:change")
def remove_page(visit: SignedIn, entry_id: str) -> Response:
    """Ask before an entry is removed."""
    with visit.call.read() as tx:
        require_instance(tx, "settings:change")
        found = instance.egress_entry(tx, entry_id)
    content = pages.remove_dialog(found, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Remove entry", content, "administration")


@router.makes(f"{HOME}/{{entry_id}}/remove", action="settings:change")
def remove(visit: SignedIn, entry_id: str) -> Response:
    """Refuse connections to a private place again."""
    with visit.call.begin() as tx:
        gone = instance.remove_egress(tx, entry_id)
    return visit.go(HOME, f"{gone.entry} is removed.")


def _asked(visit: Visit, host: str, port: str) -> Asked:
    """Judge the place in the address of the page, if there is one."""
    if not host and not port:
        return Asked()
    with visit.call.read() as tx:
        dialer = instance.asking_dialer(tx, visit.call.house.own)
    number = int(port) if port.strip().isascii() and port.strip().isdigit() else 0
    try:
        return Asked(host.strip(), port.strip(), instance.judge_place(dialer, host, number))
    except Invalid as error:
        return Asked(host, port, errors=faults_of(error))


def _form(visit: Visit, entry: str, note: str, error: GatepostError | None = None) -> Response:
    faults = faults_of(error) if isinstance(error, Invalid) else {}
    fault = "" if error is None or faults else error.detail
    content = pages.add_dialog(entry, note, visit.csrf, errors=faults, fault=fault, is_over=visit.is_over)
    return visit.dialog("Add an entry", content, "administration", code=200 if error is None else 400)
