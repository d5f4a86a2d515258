"""The Applications page, and what is done to an application in one step."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form
from starlette.responses import HTMLResponse, Response

from gatepost_server import apps
from gatepost_server.apps import App, AppFilter, AppState, Kind
from gatepost_server.authz import may_create
from gatepost_server.kernel.errors import Conflict, Denied, Invalid, Precondition
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row, app_rows
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import application_settings, applications
from gatepost_server.ui.pages.app_words import live_state
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.sources import counts_of
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


@router.reads("/applications", action="app:list")
def app_list(visit: SignedIn) -> Response:
    """List the applications that one may see."""
    state = ListState("/applications", visit.query("q", "sort", "cursor", "state", "kind"))
    wanted = AppFilter(
        state=AppState(state.value("state")) if state.value("state") in set(AppState) else None,
        kind=Kind(state.value("kind")) if state.value("kind") in set(Kind) else None,
    )
    page = PageRequest(q=state.value("q"), sort=state.value("sort"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = apps.list_apps(tx, page, wanted)
        rows = app_rows(tx, found.items, visit.call.house.settings)
        may_publish = may_create(tx, "app:create")
        content = applications.app_list(
            rows,
            state,
            tx.now,
            visit.csrf,
            visit.url,
            counts_of(tx),
            may_publish=may_publish,
            next_cursor=found.next,
            uploads_refused=_refused(tx) if may_publish else "",
        )
    return visit.page("Applications", content, "applications")


def _refused(tx: Tx) -> str:
    """Return why this machine takes no uploads; empty when it does."""
    try:
        apps.may_upload(tx)
    except (apps.UploadsRefused, apps.RuntimeSilent) as error:
        return error.detail
    return ""


@router.reads("/applications/{app_id}/state", action="app:list")
def state(visit: SignedIn, app_id: str) -> Response:
    """Answer with the badge of a state, for the place that renews itself."""
    with visit.call.read() as tx:
        app = apps.get_app(tx, app_id)
    return HTMLResponse(str(live_state(app.id, app.state)))


def _done(visit: Visit, app_id: str, change: Callable[[Tx, str], App], said: str) -> Response:
    """Do one step to an application and go to its page, told what happened."""
    try:
        with visit.call.begin() as tx:
            app = change(tx, app_id)
    except (Conflict, Precondition) as error:
        return visit.go(f"/applications/{app_id}", error.detail, is_good=False)
    return visit.go(f"/applications/{app.id}", said.format(name=app.name))


@router.makes("/applications/{app_id}/start", action="app:start")
def start(visit: SignedIn, app_id: str) -> Response:
    """Start an application."""
    return _done(visit, app_id, apps.start_app, "{name} is being started.")


@router.makes("/applications/{app_id}/stop", action="app:stop")
def stop(visit: SignedIn, app_id: str) -> Response:
    """Stop an application."""
    return _done(visit, app_id, apps.stop_app, "{name} is stopped. It answers nobody until it is started.")


@router.makes("/applications/{app_id}/restart", action="app:restart")
def restart(visit: SignedIn, app_id: str) -> Response:
    """Restart an application."""
    return _done(visit, app_id, apps.restart_app, "{name} is being restarted.")


@router.makes("/applications/{app_id}/access", action="app:share")
def set_access(visit: SignedIn, app_id: str, access: Field = "") -> Response:
    """Say who may open an application."""
    if access == "anyone":
        return visit.go(f"/applications/{app_id}/access/anyone")
    return opened_to(visit, app_id, access)


def opened_to(visit: Visit, app_id: str, access: str) -> Response:
    """Let an application be opened by those whom *access* says."""
    try:
        with visit.call.begin() as tx:
            app = apps.set_app_access(tx, app_id, access)
    except (Invalid, Denied) as error:
        if visit.call.actor.is_anonymous or (isinstance(error, Denied) and error.error_code == "denied"):
            raise
        return visit.go(f"/applications/{app_id}/access", error.detail, is_good=False)
    visit.call.house.collect_receipt()
    return visit.go(
        f"/applications/{app.id}/access",
        f"Who may open {app.name} is saved; it counts from the next request on.",
    )


@router.reads("/applications/{app_id}/rename", action="app:edit")
def rename_page(visit: SignedIn, app_id: str) -> Response:
    """Ask for an application's new name."""
    with visit.call.read() as tx:
        apps.require_app(tx, "app:edit", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    return visit.dialog(
        "Rename", application_settings.rename_dialog(row, row.name, visit.csrf, is_over=visit.is_over)
    )


@router.makes("/applications/{app_id}/rename", action="app:edit")
def rename(visit: SignedIn, app_id: str, name: Field = "") -> Response:
    """Rename an application."""
    try:
        with visit.call.begin() as tx:
            app = apps.rename_app(tx, app_id, name)
    except Invalid as error:
        with visit.call.read() as tx:
            row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        fault = faults_of(error).get("name") or fault_of(error)
        content = application_settings.rename_dialog(
            row, name, visit.csrf, error=fault, is_over=visit.is_over
        )
        return visit.dialog("Rename", content, code=400)
    return visit.go(f"/applications/{app.id}", f"It is called {app.name} now.")


@router.reads("/applications/{app_id}/delete", action="app:delete")
def delete_page(visit: SignedIn, app_id: str) -> Response:
    """Ask before an application is deleted."""
    return _ask_delete(visit, app_id)


@router.makes("/applications/{app_id}/delete", action="app:delete")
def delete(visit: SignedIn, app_id: str, typed_name: Field = "") -> Response:
    """Delete an application; one that was used in the last day, when its name was typed."""
    with visit.call.read() as tx:
        ending = apps.ending_of(tx, app_id)
    name = ending.name
    if ending.was_used_lately and typed_name.strip() != name:
        return _ask_delete(visit, app_id, fault=f"Type {name} to confirm.", code=400)
    with visit.call.begin() as tx:
        apps.delete_app(tx, app_id)
    receipt = visit.call.house.collect_receipt()
    return visit.go("/applications", f"{name} is deleted. {receipt_words(receipt)}")


def _ask_delete(visit: Visit, app_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        ending = apps.ending_of(tx, app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        content = application_settings.delete_dialog(
            row, ending, tx.now, visit.csrf, fault=fault, is_over=visit.is_over
        )
    return visit.dialog(f"Delete {row.name}", content, "applications", code=code)
