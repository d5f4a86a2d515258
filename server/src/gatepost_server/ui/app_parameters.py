"""Pages that set the runtime parameters of an application."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.apps import AppParameter
from gatepost_server.kernel.errors import Invalid
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.pages.app_parameters import parameter_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Value = Annotated[str, Form(max_length=40_000)]


@router.reads("/applications/{app_id}/parameters/{name}", action="app:edit")
def parameter_page(visit: SignedIn, app_id: str, name: str) -> Response:
    """Ask for the value of a parameter."""
    found = _named(visit, app_id, name)
    if found is None:
        return _gone(visit, app_id)
    typed = "" if found.value is None else f"{found.value}"
    return _form(visit, app_id, found, typed)


@router.makes("/applications/{app_id}/parameters/{name}", action="app:edit")
def set_parameter(visit: SignedIn, app_id: str, name: str, value: Value = "") -> Response:
    """Set a parameter, or take its value back."""
    found = _named(visit, app_id, name)
    if found is None:
        return _gone(visit, app_id)
    wanted = apps.typed(found.declared, value) if value else None
    try:
        with visit.call.begin() as tx:
            apps.change_parameters(tx, app_id, {name: wanted})
    except Invalid as error:
        return _form(visit, app_id, found, value, error)
    said = f"{name} is set. The application finds it at its next start."
    return visit.go(f"/applications/{app_id}/settings", said)


def _named(visit: Visit, app_id: str, name: str) -> AppParameter | None:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:edit", app_id)
        return next((one for one in apps.list_parameters(tx, app_id) if one.declared.name == name), None)


def _gone(visit: Visit, app_id: str) -> Response:
    said = "The version of this application declares no such parameter."
    return visit.go(f"/applications/{app_id}/settings", said, is_good=False)


def _form(visit: Visit, app_id: str, one: AppParameter, typed: str, error: Invalid | None = None) -> Response:
    with visit.call.read() as tx:
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    said = "" if error is None else " ".join(faults_of(error).values()) or error.detail
    content = parameter_dialog(row, one, typed, visit.csrf, visit.url, error=said, is_over=visit.is_over)
    return visit.dialog("Set a parameter", content, "applications", code=200 if error is None else 400)
