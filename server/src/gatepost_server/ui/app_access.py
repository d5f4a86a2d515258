"""The Access tab of an application: who may open it; roles changed and taken back."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, authz, clients
from gatepost_server.approvals import pending_about
from gatepost_server.instance import policies
from gatepost_server.kernel.errors import Conflict, Denied, Invalid
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.app_views import app_row, app_view, shown
from gatepost_server.ui.apps import opened_to
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages import application_access as pages
from gatepost_server.ui.pages.application_access import shared_app
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.pages.pending import pending_rows
from gatepost_server.ui.pages.sharing import AccessPage, AccessRow, ShareState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


@router.reads("/applications/{app_id}/access", action="app:list")
def access(visit: SignedIn, app_id: str) -> Response:
    """Show who may open an application."""
    with visit.call.read() as tx:
        view = app_view(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        holders = sharing.access_page(tx, visit, view.row.id) if view.row.may_share else AccessPage()
        waiting = pending_about(tx, visit.call.house.requests, view.row.id)
        asked = pending_rows(waiting, tx.now)
        ceiling = policies(tx).access_ceiling
        content = pages.access(
            view, holders, asked, ceiling=ceiling, now=tx.now, csrf=visit.csrf, url=visit.url
        )
    return shown(visit, view, content)


@router.reads("/applications/{app_id}/access/anyone", action="app:share")
def anyone_page(visit: SignedIn, app_id: str) -> Response:
    """Ask before an application is opened to everybody who reaches the server."""
    with visit.call.read() as tx:
        apps.require_app(tx, "app:share", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    content = pages.anyone_dialog(row, visit.csrf, is_over=visit.is_over)
    return visit.dialog(content.title, content, "applications")


@router.makes("/applications/{app_id}/access/anyone", action="app:share")
def open_to_anyone(visit: SignedIn, app_id: str) -> Response:
    """Open an application to everybody who reaches the server."""
    return opened_to(visit, app_id, "anyone")


@router.reads("/applications/{app_id}/access/{grant_id}/change", action="app:share")
def change_page(visit: SignedIn, app_id: str, grant_id: str) -> Response:
    """Show the form that changes somebody's role."""
    return _change_form(visit, app_id, grant_id, None)


@router.makes("/applications/{app_id}/access/{grant_id}/change", action="app:share")
def change(
    visit: SignedIn, app_id: str, grant_id: str, role: Field = "", ends: Field = "", until: Field = ""
) -> Response:
    """Give somebody another role, or another end, instead of the one they have."""
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            wanted = sharing.Wanted(role, (), end_of(ends, until, tx.now))
            before = sharing.found_grant(tx, node.id, grant_id)
            grant = sharing.change(tx, node, grant_id, wanted)
            clients.follow_grant(tx, node.id, before)
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return _change_form(visit, app_id, grant_id, sharing.faulty(ShareState("", role, ends, until), error))
    visit.call.house.collect_receipt()
    return visit.go(f"/applications/{node.id}/access", f"{grant.who_label} is {role} of {node.name} now.")


@router.reads("/applications/{app_id}/access/{grant_id}/remove", action="app:share")
def remove_page(visit: SignedIn, app_id: str, grant_id: str) -> Response:
    """Ask before a role is taken away."""
    return _ask_remove(visit, app_id, grant_id)


@router.makes("/applications/{app_id}/access/{grant_id}/remove", action="app:share")
def remove(visit: SignedIn, app_id: str, grant_id: str) -> Response:
    """Take a role away; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            grant = authz.take_back(tx, node.id, grant_id)
    except (Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return _ask_remove(visit, app_id, grant_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{grant.who_label} has lost the role {grant.role or 'given'} on {node.name}."
    is_self = grant.who_id == visit.person.id
    to = "/applications" if is_self else f"/applications/{node.id}/access"
    return visit.go(to, f"{said} {receipt_words(receipt)}")


def _found(visit: Visit, tx: Tx, app_id: str, grant_id: str) -> tuple[AppRow, AccessRow, ShareState]:
    """Return an application, one of the roles on it, and the form that says the same.

    Raises:
        Hidden: there is no such role on it any more.
    """
    row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    grant = sharing.found_grant(tx, row.id, grant_id)
    return row, sharing.access_row(tx, visit, grant), sharing.form_of(grant)


def _change_form(visit: Visit, app_id: str, grant_id: str, form: ShareState | None) -> Response:
    with visit.call.read() as tx:
        row, grant, held = _found(visit, tx, app_id, grant_id)
    return sharing.change_form(visit, shared_app(row), grant, form or held, "applications")


def _ask_remove(visit: Visit, app_id: str, grant_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        row, grant, _ = _found(visit, tx, app_id, grant_id)
    return sharing.remove_form(visit, shared_app(row), grant, "applications", fault=fault, code=code)
