"""How refusals look to a browser; programs get problems from `web`."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gatepost_server.apps import app_ref
from gatepost_server.authz import ActionDenied, ConfirmRequired, NodeKind, hidden
from gatepost_server.decisions import Explained, explain_call
from gatepost_server.kernel.errors import GatepostError, NotFound, Unauthenticated
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FaultDialog
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Why
from gatepost_server.ui.pages import refusals
from gatepost_server.ui.pages.explain import panel
from gatepost_server.ui.pages.signin import confirm_dialog
from gatepost_server.ui.visits import Visit
from gatepost_server.web import Call, visitor
from gatepost_server.web.problems import Broken, status_of

_HIDDEN: Final = "not-found"
_APP: Final = re.compile(r"/applications/([0-9a-z_]{1,60})(?:/|$)")
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
    url = visit.request.url
    to = f"{url.path}?{url.query}" if url.query else url.path
    if visit.is_over:
        return HTMLResponse(str(confirm_dialog(visit.csrf, to)))
    return RedirectResponse(f"/confirm?next={quote(to)}", status_code=303)


def _refused(visit: Visit, error: GatepostError) -> Response:
    status, number = status_of(error), str(visit.request.state.request_id)
    if visit.is_over:
        return HTMLResponse(str(FaultDialog(type(error).title, error.detail, number)), status_code=status)
    return visit.page(type(error).title, _content(visit, error, number), code=status)


def _content(visit: Visit, error: GatepostError, number: str) -> Component:
    if isinstance(error, Broken):
        return refusals.broken(number)
    is_known = visit.user is not None
    if isinstance(error, NotFound):
        return (
            _hidden(visit, number) if is_known and error.error_code == _HIDDEN else refusals.not_found(number)
        )
    if isinstance(error, ActionDenied) and is_known:
        return _denied(visit, error, number)
    return refusals.refused(type(error).title, error.detail, number)


def _denied(visit: Visit, error: ActionDenied, number: str) -> Component:
    with visit.call.read() as tx:
        found = explain_call(tx, error.action, error.resource_id or None, None)
    can_be_given = found.now.smallest is not None
    title = "You may not do this yet" if can_be_given else "You may not do this"
    sentence = "One right is missing. It can be given." if can_be_given else found.now.helps
    smallest = found.now.smallest
    is_app = smallest is not None and smallest.node.kind is NodeKind.APP
    ask = _ask(smallest.node.id, smallest.role or "consumer") if smallest is not None and is_app else None
    return refusals.Denied(title, sentence, _why(visit, found, number), ask)


def _ask(app: str, role: str = "consumer") -> ButtonLink:
    """Return the way to ask for access to an application."""
    return ButtonLink(
        "Ask for access", f"/requests/new?app={app}&role={role}", "primary", "lock", opens_dialog=True
    )


def _hidden(visit: Visit, number: str) -> Component:
    """Return the page for what is missing or not to be seen: made of the address alone.

    Whoever follows a link to an application can ask for access; whether there is one is not said.
    """
    found = Explained(visit.person.display_name, "user", f"open {visit.request.url.path}", hidden())
    sentence = "The address is wrong, or it is not for you to see."
    named = _APP.match(visit.request.url.path)
    ask = _ask(named[1]) if named is not None and app_ref(named[1]) is not None else None
    return refusals.Denied("There is nothing here", sentence, _why(visit, found, number), ask)


def _why(visit: Visit, found: Explained, number: str) -> Why:
    person, origin = visit.person, visit.call.origin
    named = replace(found, caller=person.display_name)
    made = panel(named, decision_id=number, note=f"from {origin.ip or 'here'}", person_note=person.role)
    return replace(made, more_href=f"/explain?decision_id={number}")
