"""How refusals look to a browser; programs get problems from `web`."""

from typing import Final

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gatepost_server import authz
from gatepost_server.authz import ActionDenied, ConfirmRequired
from gatepost_server.kernel.errors import GatepostError, NotFound, Unauthenticated
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FaultDialog
from gatepost_server.ui.kit.notices import CanGive, Why
from gatepost_server.ui.pages import refusals
from gatepost_server.ui.pages.signin import confirm_dialog
from gatepost_server.ui.visits import Visit
from gatepost_server.web import Call, visitor
from gatepost_server.web.problems import Broken, status_of

_PROGRAMS: Final = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def present(request: Request, error: GatepostError) -> Response | None:
    """Return *error* as a page for browsers; None where programs are answered."""
    if request.url.path.startswith(_PROGRAMS) or not _is_browser(request):
        return None
    call: Call = getattr(request.state, "call", None) or visitor(request)
    visit = Visit(request, call)
    if isinstance(error, Unauthenticated):
        return visit.go("/login")
    if isinstance(error, ConfirmRequired):
        return _confirm(visit)
    return _refused(visit, error)


def _is_browser(request: Request) -> bool:
    is_htmx = request.headers.get("hx-request") == "true"
    return is_htmx or "text/html" in request.headers.get("accept", "")


def _confirm(visit: Visit) -> Response:
    """Ask for the password, then go on with the page that was asked for."""
    path = visit.request.url.path
    if visit.is_over:
        return HTMLResponse(str(confirm_dialog(visit.csrf, path)))
    return RedirectResponse(f"/confirm?next={path}", status_code=303)


def _refused(visit: Visit, error: GatepostError) -> Response:
    status, number = status_of(error), str(visit.request.state.request_id)
    if visit.is_over:
        return HTMLResponse(str(FaultDialog(type(error).title, error.detail, number)), status_code=status)
    return visit.page(type(error).title, _content(visit, error, number), code=status)


def _content(visit: Visit, error: GatepostError, number: str) -> Component:
    if isinstance(error, Broken):
        return refusals.broken(number)
    if isinstance(error, NotFound):
        return refusals.not_found(number)
    if isinstance(error, ActionDenied) and visit.user is not None:
        return refusals.Denied(
            "You may not do this yet", "One right is missing. It can be given.", _why(visit, error, number)
        )
    return refusals.refused(type(error).title, error.detail, number)


def _why(visit: Visit, error: ActionDenied, number: str) -> Why:
    with visit.call.read() as tx:
        owners = authz.owners_of(tx, [error.resource_id])
        names = [CanGive(name, "Owner") for _, name in owners.values()]
        names += [CanGive(one.name, "Administrator") for one in authz.administrators(tx)][:2]
    missing = str(error.params.get("missing") or "")
    person, origin = visit.person, visit.call.origin
    return Why(
        person.display_name,
        person.role,
        error.action.rpartition(":")[2].capitalize(),
        f"from {origin.ip or 'here'}",
        error.detail.split(". ")[0] + ".",
        smallest=f"The right {missing}" if missing else "",
        helpers=names,
        decision_id=number,
        rule=error.action,
    )
