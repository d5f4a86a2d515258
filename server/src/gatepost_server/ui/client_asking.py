"""Pages that ask about client applications: to create one, to join one, to renew a membership."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from gatepost_server import approvals, clients, instance
from gatepost_server.authz import require_self
from gatepost_server.clients import Client
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid, TooMany
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.ui.client_secrets import validity_of
from gatepost_server.ui.clients import faulty, names_of
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages import client_asking as pages
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=8000)]
Names = Annotated[list[str] | None, Form(max_length=50)]
_ASKED = "You have asked. Here you see what is decided."


@router.reads("/clients/request", action="request:create")
def request_page(visit: SignedIn) -> Response:
    """Show the form that asks for an application, or for an AppKey of a hosted one."""
    return _request_form(visit, Typed(visit.query("app")))


@router.makes("/clients/request", action="request:create")
def ask(
    visit: SignedIn,
    *,
    name: Field = "",
    group: Field = "",
    scenario: Field = "",
    owners: Names = None,
    app_key: Field = "",
    app_secret: Field = "",
    entries: Field = "",
    app: Field = "",
    reason: Field = "",
    validity: Field = "permanent",
    until: Field = "",
) -> Response:
    """Ask for an application."""
    raw: dict[str, Any] = {"name": name.strip(), "group": group, "scenario": scenario}
    typed = {
        **raw, "owners": ", ".join(owners or []), "app_key": app_key, "entries": entries, "reason": reason,
        "validity": validity, "until": until, "app": app,
    }  # fmt: skip
    raw["owners"] = names_of(owners)
    given = {"app_key": app_key.strip(), "app_secret": app_secret, "ip_allowlist": entries.strip()}
    given["app"] = app.strip()
    raw |= {field: value for field, value in given.items() if value}
    try:
        made = _asked(visit, "create_client", raw, reason, (validity, until))
    except (Invalid, Conflict, TooMany) as error:
        return _request_form(visit, faulty(typed, error), status_of(error))
    return visit.go(f"/requests/{made}", _ASKED)


@router.reads("/clients/{client_id}/join", action="app:list")
def join_page(visit: SignedIn, client_id: str) -> Response:
    """Show the form that asks to join an application."""
    return _form(visit, client_id, pages.join_dialog, Typed())


@router.makes("/clients/{client_id}/join", action="app:list")
def join(
    visit: SignedIn, client_id: str, reason: Field = "", validity: Field = "90", until: Field = ""
) -> Response:
    """Ask to join an application."""
    _shown(visit, client_id)
    typed = {"reason": reason, "validity": validity, "until": until}
    try:
        made = _asked(visit, "join_client", {"client": client_id}, reason, (validity, until))
    except (Invalid, Conflict, TooMany) as error:
        return _form(visit, client_id, pages.join_dialog, faulty(typed, error), error)
    return visit.go(f"/requests/{made}", _ASKED)


@router.reads("/clients/{client_id}/renew", action="app:list")
def renew_page(visit: SignedIn, client_id: str) -> Response:
    """Show the form that asks for a later end of one's membership."""
    return _form(visit, client_id, pages.renew_dialog, Typed())


@router.makes("/clients/{client_id}/renew", action="app:list")
def renew(
    visit: SignedIn, client_id: str, reason: Field = "", validity: Field = "90", until: Field = ""
) -> Response:
    """Ask for a later end of one's membership."""
    one = _shown(visit, client_id)
    typed = {"reason": reason, "validity": validity, "until": until}
    try:
        made = _asked(visit, "renew", {"grant": one.grant_id}, reason, (validity, until))
    except (Invalid, Conflict, TooMany) as error:
        return _form(visit, client_id, pages.renew_dialog, faulty(typed, error), error)
    return visit.go(f"/requests/{made}", _ASKED)


def _asked(visit: Visit, kind: str, raw: dict[str, Any], reason: str, window: tuple[str, str]) -> str:
    """Ask, and return the request's id."""
    with visit.call.begin() as tx:
        require_self(tx, "request:create")
        validity = validity_of(tx, *window).raw()
        return approvals.ask(tx, visit.call.house.requests, kind, raw, reason, validity).id


def _shown(visit: Visit, client_id: str) -> Client:
    with visit.call.read() as tx:
        return clients.get_client(tx, client_id)


def _request_form(visit: Visit, typed: Typed, code: int = 200) -> Response:
    with visit.call.read() as tx:
        groups = clients.list_groups(tx, PageRequest(limit=MAX_LIMIT)).items
        has = instance.features(tx, is_managed=False).ip_allowlist
    content = pages.request_dialog(groups, typed, visit.csrf, has_addresses=has, is_over=visit.is_over)
    return visit.dialog("Request to create an application", content, "applications", code=code)


def _form(
    visit: Visit,
    client_id: str,
    dialog: Callable[..., Component],
    typed: Typed,
    error: GatepostError | None = None,
) -> Response:
    one = _shown(visit, client_id)
    content = dialog(one, typed, visit.csrf, is_over=visit.is_over)
    return visit.dialog(one.name, content, "applications", code=200 if error is None else status_of(error))
