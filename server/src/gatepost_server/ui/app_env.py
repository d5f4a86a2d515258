"""Pages that set and remove what an application finds in its environment."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.pages import app_env as pages
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Name = Annotated[str, Form(max_length=200)]
Value = Annotated[str, Form(max_length=70_000)]


@router.reads("/applications/{app_id}/env/set", action="app:edit")
def set_page(visit: SignedIn, app_id: str, name: str = "") -> Response:
    """Ask for the value of a variable."""
    return _form(visit, _editable(visit, app_id), name)


@router.makes("/applications/{app_id}/env/set", action="app:edit")
def set_variable(visit: SignedIn, app_id: str, name: Name = "", value: Value = "") -> Response:
    """Set a variable."""
    row, named = _editable(visit, app_id), name.strip()
    try:
        with visit.call.begin() as tx:
            apps.change_env(tx, app_id, visit.call.house.post.seals, {named: Secret(value)})
    except Invalid as error:
        return _form(visit, row, name, error)
    said = f"{named} is set. The application sees it at its next start."
    return visit.go(f"/applications/{row.id}/settings", said)


@router.reads("/applications/{app_id}/env/{name}/remove", action="app:edit")
def remove_page(visit: SignedIn, app_id: str, name: str) -> Response:
    """Ask before a variable is removed."""
    content = pages.remove_dialog(_editable(visit, app_id), name, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Remove {name}", content, "applications")


@router.makes("/applications/{app_id}/env/{name}/remove", action="app:edit")
def remove(visit: SignedIn, app_id: str, name: str) -> Response:
    """Remove a variable."""
    row = _editable(visit, app_id)
    with visit.call.begin() as tx:
        apps.change_env(tx, app_id, visit.call.house.post.seals, {name: None})
    said = f"{name} is removed. The application sees that at its next start."
    return visit.go(f"/applications/{row.id}/settings", said)


def _editable(visit: Visit, app_id: str) -> AppRow:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:edit", app_id)
        return app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)


def _form(visit: Visit, row: AppRow, name: str, error: Invalid | None = None) -> Response:
    said = "" if error is None else " ".join(faults_of(error).values()) or error.detail
    content = pages.set_dialog(row, name, visit.csrf, visit.url, error=said, is_over=visit.is_over)
    return visit.dialog("Set a variable", content, "applications", code=200 if error is None else 400)
