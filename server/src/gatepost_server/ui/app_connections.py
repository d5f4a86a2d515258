"""Pages of the data connections that an application's code reaches by a name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.authz import require, require_self
from gatepost_server.connections import Connection
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.ui.app_views import app_row, app_view, shown
from gatepost_server.ui.connection_trial import TypedLogin, typed_login
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.pages import app_connections as pages
from gatepost_server.ui.pages.app_connections import AddForm
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.signing_in import asked, settled
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of
from gatepost_server.vault import NotYours

router = PageRouter()
Field = Annotated[str, Form(max_length=100)]
_TAB = "/applications/{app_id}/connections"


@router.reads(_TAB, action="app:read")
def connections(visit: SignedIn, app_id: str) -> Response:
    """Show the data connections of an application."""
    with visit.call.read() as tx:
        found = apps.list_app_connections(tx, app_id)
        view = app_view(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        content = pages.connections_tab(view, found, tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)


def _chosen(name: str = "", connection: str = "", environment: str = "") -> AddForm:
    return AddForm(name, connection, environment)


@router.reads(f"{_TAB}/add", action="app:edit")
def add_page(
    visit: SignedIn,
    app_id: str,
    chosen: Annotated[AddForm, Depends(_chosen)],
    other: str = "",
    type: str = "",  # noqa: A002
) -> Response:
    """Ask by which name, to which connection, and as whom."""
    row, found = _editable(visit, app_id)
    if not chosen.connection:
        return _form(visit, row, found, chosen)
    of = _usable(visit, chosen.connection)
    if chosen.environment:
        with visit.call.read() as tx:
            require_self(tx, "credential:associate")
    return asked(visit, of, pages.reaching(row, of, chosen.name, chosen.environment), other, type)


@router.makes(f"{_TAB}/add", action="app:edit")
def add(
    visit: SignedIn,
    app_id: str,
    sent: Annotated[TypedLogin, Depends(typed_login)],
    name: Field = "",
    connection: Field = "",
    environment: Field = "",
) -> Response:
    """Let the code of an application reach a connection, once it is said as whom."""
    row, found = _editable(visit, app_id)
    typed = AddForm(name, connection, environment)
    if not connection:
        return _form(visit, row, found, replace(typed, fault="Choose a connection."), 400)
    of = _usable(visit, connection)
    purpose = pages.reaching(row, of, name, environment)
    try:
        if sent.credential is None and sent.generation is None:
            with visit.call.read() as tx:
                apps.require_connection_name(tx, row.id, name)
            if environment:  # its address holds what was chosen, should the password be asked for
                return visit.go(f"{purpose.action}?{urlencode(purpose.along)}")
            return asked(visit, of, purpose)
    except Invalid as error:
        return _form(visit, row, found, _faulty(typed, error), 400)

    def reach(credential_id: str | None) -> Response:
        try:
            with visit.call.begin() as tx:
                is_given = bool(environment)
                apps.add_connection(tx, row.id, name, of.one.id, credential_id, in_environment=is_given)
        except (Invalid, Conflict, NotYours) as error:
            return _form(visit, row, found, _faulty(typed, error), 400)
        later = " It finds the password at its next start." if environment else ""
        return visit.go(pages.base_of(row), f"{row.name} reaches {of.one.name} as {name} now.{later}")

    return settled(visit, of, purpose, sent, reach)


@router.reads(_TAB + "/{name}/remove", action="app:edit")
def remove_page(visit: SignedIn, app_id: str, name: str) -> Response:
    """Ask before a connection is removed."""
    row, _ = _editable(visit, app_id)
    content = pages.remove_dialog(row, name, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Remove {name}", content, "applications")


@router.makes(_TAB + "/{name}/remove", action="app:edit")
def remove(visit: SignedIn, app_id: str, name: str) -> Response:
    """Let the code reach nothing by that name any more."""
    with visit.call.begin() as tx:
        apps.remove_connection(tx, app_id, name)
    return visit.go(f"/applications/{app_id}/connections", f"{name} is removed.")


def _editable(visit: Visit, app_id: str) -> tuple[AppRow, Sequence[Connection]]:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:edit", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        return row, apps.reachable_connections(tx)


def _usable(visit: Visit, connection_id: str) -> ConnectionView:
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        return view_of(tx, visit, connection_id)


def _faulty(typed: AddForm, error: GatepostError) -> AddForm:
    return replace(typed, error=faults_of(error).get("name", ""), fault=fault_of(error))


def _form(visit: Visit, row: AppRow, found: Sequence[Connection], form: AddForm, code: int = 200) -> Response:
    content = pages.add_dialog(row, found, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Add a data connection", content, "applications", code=code)
