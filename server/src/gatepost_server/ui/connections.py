"""Pages of data connections: listed, made, changed, deleted; where each leads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import connections
from gatepost_server.authz import allowed_on, may_create, require, require_organization
from gatepost_server.connections import Changes, Connection, ConnectionType
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import connection_forms as forms
from gatepost_server.ui.pages import connections as pages
from gatepost_server.ui.pages.connection_forms import ConnectionForm, Detached
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS
from gatepost_server.ui.pages.connections import HOME, ConnectionView
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Text = Annotated[str, Form(max_length=100_000)]
Names = Annotated[list[str] | None, Form(max_length=10)]


def typed_params(
    *,
    host: Field = "",
    port: Field = "",
    database: Field = "",
    tls: Field = "",
    ca: Text = "",
    file: Field = "",
    bucket: Field = "",
    region: Field = "",
    prefix: Field = "",
    endpoint: Field = "",
    path_style: Field = "",
    base_url: Field = "",
) -> dict[str, str]:
    """Return what was typed into the fields of the drivers."""
    return {
        "host": host, "port": port, "database": database, "tls": tls, "ca": ca, "file": file,
        "bucket": bucket, "region": region, "prefix": prefix, "endpoint": endpoint,
        "path_style": path_style, "base_url": base_url,
    }  # fmt: skip


TypedParams = Annotated[dict[str, str], Depends(typed_params)]


@router.reads(HOME, action="connection:list")
def connection_list(visit: SignedIn) -> Response:
    """List the data connections that one may see."""
    state = ListState(HOME, visit.query("q", "cursor"))
    page = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = connections.list_connections(tx, page)
        content = pages.connection_list(
            views_of(tx, visit, found.items),
            state,
            tx.now,
            visit.url,
            may_make=may_create(tx, "connection:create"),
            next_cursor=found.next,
        )
    return visit.page("Data connections", content, "data")


@router.reads(f"{HOME}/new", action="connection:create")
def new_page(visit: SignedIn, type: str = "postgresql") -> Response:  # noqa: A002
    """Show the form that makes a connection of a type."""
    with visit.call.read() as tx:
        require_organization(tx, "connection:create")
    return _new_form(visit, ConnectionForm(connections.connection_type_of(type)))


@router.makes(f"{HOME}/new", action="connection:create")
def create(
    visit: SignedIn,
    params: TypedParams,
    type: Field = "",  # noqa: A002
    name: Field = "",
    options: Names = None,
) -> Response:
    """Make a connection and go to it."""
    form = ConnectionForm(_type_or_first(type), name, params, options or ())
    try:
        with visit.call.begin() as tx:
            made = connections.create_connection(
                tx, name, type, _given(form), restricted="restricted" in form.options,
                impersonate="impersonate" in form.options,
            )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _new_form(visit, _faulty(form, error), code=400)
    return visit.go(f"{HOME}/{made.id}", f"{made.name} is added. Test it to see whether it leads somewhere.")


@router.reads(f"{HOME}/{{connection_id}}", action="connection:list")
def connection_page(visit: SignedIn, connection_id: str) -> Response:
    """Show where a connection leads."""
    with visit.call.read() as tx:
        of = view_of(tx, visit, connection_id)
        content = pages.overview(of, tx.now, visit.url)
    return visit.page(of.one.name, content, "data")


@router.reads(f"{HOME}/{{connection_id}}/settings", action="connection:edit")
def settings_page(visit: SignedIn, connection_id: str) -> Response:
    """Show what can be changed of a connection."""
    with visit.call.read() as tx:
        require(tx, "connection:edit", connection_id)
        of = view_of(tx, visit, connection_id)
    return visit.page(of.one.name, pages.settings(of, visit.url), "data")


@router.reads(f"{HOME}/{{connection_id}}/edit", action="connection:edit")
def edit_page(visit: SignedIn, connection_id: str) -> Response:
    """Show the form that changes a connection."""
    with visit.call.read() as tx:
        require(tx, "connection:edit", connection_id)
        of = view_of(tx, visit, connection_id)
    return _edit_form(visit, of, _form_of(of.one))


@router.makes(f"{HOME}/{{connection_id}}/edit", action="connection:edit")
def edit(
    visit: SignedIn,
    params: TypedParams,
    connection_id: str,
    name: Field = "",
    options: Names = None,
    confirmed: Field = "",
) -> Response:
    """Change a connection; what detaches others' credentials has to be confirmed."""
    with visit.call.read() as tx:
        require(tx, "connection:edit", connection_id)
        of = view_of(tx, visit, connection_id)
    form = ConnectionForm(of.one.type, name, params, options or ())
    changes = Changes(
        name, None, _given(form, clears=True), "restricted" in form.options, "impersonate" in form.options
    )
    try:
        if not confirmed:
            with visit.call.read() as tx:
                losing = connections.rehearse_edit(tx, connection_id, changes)
            if losing.people or losing.own:
                shown = Detached(losing.people, losing.names, losing.own)
                return _edit_form(visit, of, form, losing=shown, code=409)
        with visit.call.begin() as tx:
            changed = connections.edit_connection(tx, connection_id, changes, home=visit.url)
    except (Invalid, Conflict) as error:
        return _edit_form(visit, of, _faulty(form, error), code=400)
    return visit.go(f"{HOME}/{changed.id}/settings", f"{changed.name} is saved.")


@router.reads(f"{HOME}/{{connection_id}}/delete", action="connection:delete")
def delete_page(visit: SignedIn, connection_id: str) -> Response:
    """Ask before a connection is deleted."""
    with visit.call.read() as tx:
        require(tx, "connection:delete", connection_id)
        of = view_of(tx, visit, connection_id)
    content = forms.delete_dialog(of, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Delete {of.one.name}", content, "data")


@router.makes(f"{HOME}/{{connection_id}}/delete", action="connection:delete")
def delete(visit: SignedIn, connection_id: str) -> Response:
    """Delete a connection; the credentials stay."""
    with visit.call.begin() as tx:
        require(tx, "connection:delete", connection_id)
        name = connections.get_connection(tx, connection_id).name
        connections.delete_connection(tx, connection_id)
    visit.call.house.collect_receipt()
    return visit.go(HOME, f"{name} is deleted. The credentials that signed in there stay.")


def view_of(tx: Tx, visit: Visit, connection_id: str) -> ConnectionView:
    """Present one connection with what the caller may do with it."""
    return views_of(tx, visit, [connections.get_connection(tx, connection_id)])[0]


def views_of(tx: Tx, visit: Visit, found: Sequence[Connection]) -> list[ConnectionView]:
    """Present connections with what the caller may do with each."""
    ids = [one.id for one in found]
    may = {verb: allowed_on(tx, f"connection:{verb}", ids) for verb in ("use", "edit", "share", "delete")}
    counts = connections.count_credentials(tx, ids)
    return [
        ConnectionView(
            one,
            _role(one, visit, {verb for verb, holds in may.items() if one.id in holds}),
            counts.get(one.id, 0),
            *(one.id in may[verb] for verb in ("use", "edit", "share", "delete")),
        )
        for one in found
    ]


def _role(one: Connection, visit: Visit, verbs: set[str]) -> str:
    if one.owner_id == visit.person.id:
        return "Owner"
    if "delete" in verbs:
        return "May do everything"
    if "share" in verbs:
        return "Editor"
    return "Consumer" if "use" in verbs else "Sees it only"


def _given(form: ConnectionForm, *, clears: bool = False) -> Mapping[str, str | None]:
    """Return the fields of the driver that were filled in; with *clears* the empty ones as None."""
    names = [one.name for one in DRIVER_WORDS[form.type].fields]
    given = {name: form.values.get(name) or None for name in names}
    return given if clears else {name: value for name, value in given.items() if value is not None}


def _type_or_first(name: str) -> ConnectionType:
    return ConnectionType(name) if name in set(ConnectionType) else ConnectionType.POSTGRESQL


def _form_of(one: Connection) -> ConnectionForm:
    values = {name: _typed(value) for name, value in (one.params or {}).items()}
    options = [
        name for name, is_on in (("restricted", one.restricted), ("impersonate", one.impersonate)) if is_on
    ]
    return ConnectionForm(one.type, one.name, values, options)


def _typed(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _faulty(form: ConnectionForm, error: GatepostError) -> ConnectionForm:
    return replace(form, errors=faults_of(error), fault=fault_of(error))


def _new_form(visit: Visit, form: ConnectionForm, *, code: int = 200) -> Response:
    content = forms.new_dialog(form, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog("Add new data connection", content, "data", code=code)


def _edit_form(
    visit: Visit, of: ConnectionView, form: ConnectionForm, *, losing: Detached | None = None, code: int = 200
) -> Response:
    content = forms.edit_dialog(of, form, visit.csrf, is_over=visit.is_over, losing=losing)
    return visit.dialog(f"Edit {of.one.name}", content, "data", code=code)
