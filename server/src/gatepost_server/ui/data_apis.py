"""Data APIs: listed, begun, named, taken out of production, deleted."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from gatepost_server import connections, dataapis
from gatepost_server.authz import allowed_on
from gatepost_server.connections import ConnectionType
from gatepost_server.dataapis import ApiChange
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.projects import require_project
from gatepost_server.store import Tx
from gatepost_server.ui.data_api_logins import begin_over
from gatepost_server.ui.data_api_views import api_view, api_views, shown
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import Crumb
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import data_apis as pages
from gatepost_server.ui.pages.data_api import ApiView
from gatepost_server.ui.project_views import paged, project_view
from gatepost_server.ui.project_views import shown as shown_in_project
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=8000)]
_ALL, _ONE = "/projects/{project}/apis", "/projects/{project}/apis/{api}"
_DATABASES = {
    ConnectionType.POSTGRESQL, ConnectionType.MYSQL, ConnectionType.SQLITE, ConnectionType.DUCKDB
}  # fmt: skip


@router.reads(pages.HOME, action="api:list")
def every_api(visit: SignedIn) -> Response:
    """List the data APIs of all projects that one may know of."""
    state = ListState(pages.HOME, visit.query("q", "cursor"))
    with visit.call.read() as tx:
        found = dataapis.list_all_apis(tx, paged(state))
        views = api_views(tx, found.items)
        content = pages.every_api(views, state, tx.now, visit.url, next_cursor=found.next)
    return shown(visit, "Data APIs", content)


@router.reads(_ALL, action="project:list")
def api_list(visit: SignedIn, project: str) -> Response:
    """List the data APIs of a project that one may know of."""
    state = ListState(f"/projects/{project}/apis", visit.query("q", "cursor"))
    with visit.call.read() as tx:
        view, found = project_view(tx, project), dataapis.list_apis(tx, project, paged(state))
        content = pages.api_list(
            view, api_views(tx, found.items), state, tx.now, visit.csrf, visit.url, next_cursor=found.next
        )
    return shown_in_project(visit, f"Data APIs of {view.name}", content)


@router.reads(f"{_ALL}/new", action="project:add")
def new_page(visit: SignedIn, project: str, connection: str = "") -> Response:
    """Ask over which connection a new data API reads, then for what it reads."""
    if connection:
        return begin_over(visit, project, connection)
    with visit.call.read() as tx:
        require_project(tx, "project:add", project)
        view = project_view(tx, project)
    here = f"{view.base}/apis"
    crumbs = [Crumb("Projects", "/projects"), Crumb(view.name, view.base), Crumb("Data APIs", here)]
    return _choose(visit, [*crumbs, Crumb("New data API")], f"{here}/new", f"{here}/new?connection=")


@router.reads(f"{_ONE}/connection", action="api:edit")
def connection_page(visit: SignedIn, project: str, api: str) -> Response:
    """Ask over which other connection a data API is to read."""
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:edit", project, api)
        view = api_view(tx, project, api)
    crumbs = [Crumb("Data APIs", "/apis"), Crumb(view.one.name, view.base), Crumb("Another connection")]
    return _choose(visit, crumbs, f"{view.base}/connection", f"{view.base}/design?connection=")


@router.reads(_ONE, action="api:list")
def api_page(visit: SignedIn, project: str, api: str) -> Response:
    """Lead on to what one does with a data API: its design, or its documentation."""
    with visit.call.read() as tx:
        view = api_view(tx, project, api)
    return RedirectResponse(f"{view.base}/{'design' if 'versions' in view.may else 'docs'}", status_code=303)


@router.reads(f"{_ONE}/edit", action="api:edit")
def edit_page(visit: SignedIn, project: str, api: str) -> Response:
    """Ask for another name, address or description."""
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:edit", project, api)
        view = api_view(tx, project, api)
    one = view.one
    return _edit_form(visit, view, {"name": one.name, "slug": one.slug, "description": one.description})


@router.makes(f"{_ONE}/edit", action="api:edit")
def edit(
    visit: SignedIn, project: str, api: str, *, name: Field = "", slug: Field = "", description: Field = ""
) -> Response:
    """Change what a data API is called, and where."""
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:edit", project, api)
        view = api_view(tx, project, api)
    typed = {"name": name, "slug": slug.strip(), "description": description}
    try:
        with visit.call.begin() as tx:
            made = dataapis.change_api(tx, project, api, ApiChange(typed["name"], typed["slug"], description))
    except (Invalid, Conflict) as error:
        return _edit_form(visit, view, typed, error)
    visit.call.house.collect_receipt()
    return visit.go(view.base, f"{made.name} is saved.")


@router.reads(f"{_ONE}/withdraw", action="api:publish")
def withdraw_page(visit: SignedIn, project: str, api: str) -> Response:
    """Ask before a data API is taken out of production."""
    view = _required(visit, "api:publish", project, api)
    content = ConfirmDialog(
        f"Take {view.one.name} out of production?", "Its versions stay; publishing one brings it back.",
        f"{view.base}/withdraw", f"Take out {view.one.name}", visit.csrf, view.base,
        [f"Programs that call /gw/{view.one.slug} are refused from their next call on."],
        is_over=visit.is_over, symbol="player-stop",
    )  # fmt: skip
    return visit.dialog("Take out of production", content, "data")


@router.makes(f"{_ONE}/withdraw", action="api:publish")
def withdraw(visit: SignedIn, project: str, api: str) -> Response:
    """Take a data API out of production."""
    with visit.call.begin() as tx:
        made = dataapis.publish_api(tx, project, api, None)
    receipt = receipt_words(visit.call.house.collect_receipt())
    return visit.go(f"/projects/{project}/apis/{made.id}", f"{made.name} is not in production. {receipt}")


@router.reads(f"{_ONE}/delete", action="api:delete")
def delete_page(visit: SignedIn, project: str, api: str) -> Response:
    """Ask before a data API is deleted."""
    return _delete_form(visit, _required(visit, "api:delete", project, api))


@router.makes(f"{_ONE}/delete", action="api:delete")
def delete(visit: SignedIn, project: str, api: str, typed_name: Field = "") -> Response:
    """Delete a data API."""
    view = _required(visit, "api:delete", project, api)
    if typed_name != view.one.name:
        return _delete_form(visit, view, f"Type {view.one.name} to delete it.")
    with visit.call.begin() as tx:
        dataapis.delete_api(tx, project, api)
    receipt = receipt_words(visit.call.house.collect_receipt())
    return visit.go(f"/projects/{project}/apis", f"{view.one.name} is deleted. {receipt}")


def _required(visit: Visit, action: str, project: str, api: str) -> ApiView:
    with visit.call.read() as tx:
        dataapis.require_api(tx, action, project, api)
        return api_view(tx, project, api)


def _delete_form(visit: Visit, view: ApiView, fault: str = "") -> Response:
    one = view.one
    content = ConfirmDialog(
        f"Delete the data API {one.name}?", "This cannot be undone.", f"{view.base}/delete",
        f"Delete {one.name}", visit.csrf, view.base,
        [f"Programs that call /gw/{one.slug} are refused from their next call on.",
         "All its versions and authorizations go with it; its source stays as it is."],
        typed_name=one.name, fault=fault, is_over=visit.is_over,
    )  # fmt: skip
    return visit.dialog(f"Delete {one.name}", content, "data", code=400 if fault else 200)


def _choose(visit: Visit, crumbs: Sequence[Crumb], here: str, to: str) -> Response:
    state = ListState(here, visit.query("q", "cursor"))
    with visit.call.read() as tx:
        found = connections.list_connections(tx, paged(state))
        usable = _usable(tx, [one.id for one in found.items])
        some = [one for one in found.items if one.id in usable and one.type in _DATABASES]
        content = pages.choose_connection(some, state, tx.now, crumbs=crumbs, to=to, next_cursor=found.next)
    return shown(visit, "Choose a connection", content)


def _usable(tx: Tx, ids: list[str]) -> frozenset[str]:
    return frozenset(allowed_on(tx, "connection:use", ids))


def _edit_form(
    visit: Visit, view: ApiView, typed: dict[str, str], error: GatepostError | None = None
) -> Response:
    faults, fault = {}, ""
    if isinstance(error, dataapis.ApiNameTaken):
        faults = {"name": error.detail}
    elif isinstance(error, dataapis.SlugTaken):
        faults = {"slug": error.detail}
    elif error is not None:
        faults, fault = faults_of(error), fault_of(error)
    fields = [
        TextField("name", "Name", typed["name"], error=faults.get("name", ""), is_first=True, max_length=100),
        TextField(
            "slug", "Address", typed["slug"], error=faults.get("slug", ""), max_length=60,
            hint="Programs call /gw/ and this. Who calls the old address finds nothing there.",
        ),
        TextArea(
            "description", "Description", typed["description"], error=faults.get("description", ""),
            max_length=5000,
        ),
    ]  # fmt: skip
    content = FormDialog(
        f"Name and address of {view.one.name}", f"{view.base}/edit", "Save", fields, visit.csrf, view.base,
        fault=fault, is_over=visit.is_over, symbol="pencil",
    )  # fmt: skip
    return visit.dialog("Name and address", content, "data", code=200 if error is None else 400)
