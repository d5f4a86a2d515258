"""Adding data to the catalog from the pages of a connection: a table, or a query."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import connections, projects
from gatepost_server.authz import ActionDenied, Hidden, allowed_on, require
from gatepost_server.connections import (
    BrokerSilent,
    ChooseLogin,
    NotAssociated,
    StatementFailed,
    TooManyTries,
)
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid, Unprocessable
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.projects import Project, Wanted
from gatepost_server.store import Tx
from gatepost_server.ui.connection_trial import means_of
from gatepost_server.ui.connections import view_of, views_of
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import catalog_adding as pages
from gatepost_server.ui.pages import dataset_from
from gatepost_server.ui.pages.catalog_adding import AddForm
from gatepost_server.ui.pages.connection_browse import Place, choose_account, looking
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.project_views import project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.signing_in import prompt_for
from gatepost_server.ui.visits import SignedIn, Visit, faults_of
from gatepost_server.vault import Sealed

router = PageRouter()
_CHOOSE = "/projects/{project}/datasets/from-connection"

Field = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=200_000)]
_ADD, _QUERY = "/connections/{connection_id}/add", "/connections/{connection_id}/query"
_SAID = (Invalid, Unprocessable, Conflict, BrokerSilent, TooManyTries, Sealed, Denied, NotAssociated)


def typed(
    *,
    credential: Field = "",
    namespace: Field = "",
    table: Field = "",
    sql: Long = "",
    project: Field = "",
    name: Field = "",
) -> AddForm:
    """Return what a form sent."""
    return AddForm(credential, namespace, table, sql.replace("\r\n", "\n").strip(), project, name.strip())


@router.reads(_CHOOSE, action="project:add")
def choose_page(visit: SignedIn, project: str) -> Response:
    """Ask from which connection a dataset is to be added to a project."""
    state = ListState(f"/projects/{project}/datasets/from-connection", visit.query("q", "cursor"))
    with visit.call.read() as tx:
        projects.require_project(tx, "project:add", project)
        found = connections.list_connections(
            tx, PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
        )
        usable = [one for one in views_of(tx, visit, found.items) if one.may_use]
        view = project_view(tx, project)
        content = dataset_from.choose_connection(view, usable, state, next_cursor=found.next)
    return shown(visit, "From a connection", content)


@router.reads(_ADD, action="connection:use")
def add_page(visit: SignedIn, connection_id: str) -> Response:
    """Show the form that makes a dataset of a table."""
    asked = visit.query("credential", "schema", "table", "project")
    place = Place("", **asked)
    prompt = _login_missing(visit, connection_id, place, "add")
    if prompt is not None:
        return prompt
    form = AddForm(place.credential, place.schema, place.table, "", place.project, place.table)
    return _form(visit, connection_id, form)


@router.makes(_ADD, action="connection:use")
def add(visit: SignedIn, connection_id: str, form: Annotated[AddForm, Depends(typed)]) -> Response:
    """Make a dataset, begin to read its rows, and show how that goes."""
    wanted = Wanted(
        connection_id, form.credential or None, form.schema or None, form.table or None, form.sql or None
    )
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
    if not form.project:
        return _form(visit, connection_id, replace(form, fault="Choose a project."), code=400)
    try:
        with visit.call.begin() as tx:
            made, _ = projects.add_from(tx, form.project, form.name, wanted)
    except (Hidden, ActionDenied) as error:
        return _form(visit, connection_id, replace(form, fault=error.detail), code=403)
    except _SAID as error:
        return _form(visit, connection_id, _faulty(form, error), code=400)
    return visit.go(f"/projects/{made.project_key}/datasets/{made.id}/source", "Its rows are being read.")


@router.reads(_QUERY, action="connection:use")
def query_page(visit: SignedIn, connection_id: str) -> Response:
    """Show the form for a query."""
    of, _ = _seen(visit, connection_id)
    asked = visit.query("credential", "project")
    prompt = _login_missing(visit, connection_id, Place("", **asked), "query")
    if prompt is not None:
        return prompt
    form = AddForm(asked["credential"], project=asked["project"])
    return visit.page(of.one.name, pages.query_page(of, form, None, [], visit.csrf, visit.url), "data")


@router.makes(_QUERY, action="connection:use")
def look(visit: SignedIn, connection_id: str, form: Annotated[AddForm, Depends(typed)]) -> Response:
    """Show the first rows of a query, and the form that adds it."""
    of, found = _seen(visit, connection_id)
    seen, code = None, 200
    try:
        sight = connections.look_into(means_of(visit), connection_id, form.credential or None)
        seen = projects.first_rows(sight, form.sql)
    except (ChooseLogin, StatementFailed, *_SAID) as error:
        form, code = _faulty(form, error), 400
    content = pages.query_page(of, form, seen, found, visit.csrf, visit.url)
    return visit.page(of.one.name, content, "data", code=code)


def _login_missing(visit: Visit, connection_id: str, place: Place, to: str) -> Response | None:
    """Ask whom to sign in as, where that is not clear; None where it is."""
    with visit.call.read() as tx:
        target = connections.usable_target(tx, connection_id)
        try:
            connections.login_meant(tx, target, place.credential or None)
        except (ChooseLogin, NotAssociated):
            of = view_of(tx, visit, connection_id)
            prompt = prompt_for(tx, visit, of, looking(of, place, to), is_part=True)
            return visit.page(of.one.name, choose_account(of, prompt, visit.url), "data")
    return None


def _form(visit: Visit, connection_id: str, form: AddForm, *, code: int = 200) -> Response:
    of, found = _seen(visit, connection_id)
    return visit.page(of.one.name, pages.add_page(of, form, found, visit.csrf, visit.url), "data", code=code)


def _seen(visit: Visit, connection_id: str) -> tuple[ConnectionView, Sequence[Project]]:
    """Return the connection, and the projects to which who looks may add."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        return view_of(tx, visit, connection_id), _projects(tx)


def _projects(tx: Tx) -> Sequence[Project]:
    found = projects.list_projects(tx, PageRequest(limit=MAX_LIMIT, sort="name")).items
    addable = allowed_on(tx, "project:add", [one.id for one in found])
    return [one for one in found if one.id in addable]


def _faulty(form: AddForm, error: GatepostError) -> AddForm:
    faults = faults_of(error)
    if isinstance(error, projects.DatasetExists):
        return replace(form, faults={"name": error.detail})
    rest = [words for name, words in faults.items() if name not in ("name", "from.sql")]
    fault = " ".join([error.detail, *rest]) if rest or not faults else ""
    return replace(form, faults=faults, fault=fault)
