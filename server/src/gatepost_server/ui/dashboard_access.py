"""Who may see a dashboard: given, changed, taken back."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import authz, projects
from gatepost_server.authz import Node
from gatepost_server.kernel.errors import Conflict, Denied, Invalid
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.dashboard_views import dashboard_view
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages import dashboards as pages
from gatepost_server.ui.pages import sharing as sharing_pages
from gatepost_server.ui.pages.dashboards import shared_dashboard
from gatepost_server.ui.pages.sharing import ShareState
from gatepost_server.ui.project_views import shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.scenario_views import home_of
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=sharing.PEOPLE_MOST)]

_HERE = "/projects/{project}/dashboards/{dashboard}/access"


@router.reads(_HERE, action="dashboard:share")
def access(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Show who holds what on a dashboard."""
    with visit.call.read() as tx:
        node = _node(tx, project, dashboard)
        view, rows = dashboard_view(tx, project, dashboard), sharing.access_page(tx, visit, node.id)
        content = pages.access(view, home_of(tx, project), rows, tx.now, visit.url)
    return shown(visit, f"Access to {view.name}", content)


@router.reads(f"{_HERE}/people", action="dashboard:share")
def people(visit: SignedIn, project: str, dashboard: str, q: str = "") -> Response:
    """Answer with the people and groups whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        _node(tx, project, dashboard)
        return sharing.find_people(tx, q)


@router.reads(f"{_HERE}/add", action="dashboard:share")
def add_page(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Show the form that gives people a role."""
    return _add_form(visit, project, dashboard, ShareState())


@router.makes(f"{_HERE}/add", action="dashboard:share")
def add(
    visit: SignedIn,
    project: str,
    dashboard: str,
    *,
    who: Names = None,
    role: Field = "consumer",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Give everybody who was named the role, or nobody."""
    names = sharing.typed_names(who)
    try:
        with visit.call.begin() as tx:
            node = _node(tx, project, dashboard)
            wanted = sharing.Wanted(role, (), end_of(ends, until, tx.now))
            given = sharing.give(tx, node.id, names, wanted)
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        form = ShareState(", ".join(names), role, ends, until)
        return _add_form(visit, project, dashboard, sharing.faulty(form, error))
    said = given[0] if len(given) == 1 else f"{len(given)} people and groups"
    return visit.go(_here(project, dashboard), f"{node.name} is shared: {said} may use it as {role} now.")


@router.reads(_HERE + "/{grant_id}/change", action="dashboard:share")
def change_page(visit: SignedIn, project: str, dashboard: str, grant_id: str) -> Response:
    """Show the form that changes what somebody holds."""
    return _change_form(visit, project, dashboard, grant_id, None)


@router.makes(_HERE + "/{grant_id}/change", action="dashboard:share")
def change(
    visit: SignedIn,
    project: str,
    dashboard: str,
    grant_id: str,
    *,
    role: Field = "",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Let somebody hold something else, or until another end."""
    try:
        with visit.call.begin() as tx:
            node = _node(tx, project, dashboard)
            wanted = sharing.Wanted(role, (), end_of(ends, until, tx.now))
            grant = sharing.change(tx, node, grant_id, wanted)
            to = sharing.where_to(tx, node, _here(project, dashboard), "/projects")
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        form = sharing.faulty(ShareState("", role, ends, until), error)
        return _change_form(visit, project, dashboard, grant_id, form)
    visit.call.house.collect_receipt()
    return visit.go(to, f"What {grant.who_label} may do with {node.name} is saved.")


@router.reads(_HERE + "/{grant_id}/remove", action="dashboard:share")
def remove_page(visit: SignedIn, project: str, dashboard: str, grant_id: str) -> Response:
    """Ask before something is taken away."""
    return _ask_remove(visit, project, dashboard, grant_id)


@router.makes(_HERE + "/{grant_id}/remove", action="dashboard:share")
def remove(visit: SignedIn, project: str, dashboard: str, grant_id: str) -> Response:
    """Take away what somebody holds; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node = _node(tx, project, dashboard)
            grant = authz.take_back(tx, node.id, grant_id)
            to = sharing.where_to(tx, node, _here(project, dashboard), "/projects")
    except (Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return _ask_remove(visit, project, dashboard, grant_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{grant.who_label} has lost {grant.role or 'the permissions'} on {node.name}."
    return visit.go(to, f"{said} {receipt_words(receipt)}")


def _node(tx: Tx, project: str, dashboard: str) -> Node:
    return projects.require_dashboard(tx, "dashboard:share", project, dashboard)


def _here(project: str, dashboard: str) -> str:
    return f"/projects/{project}/dashboards/{dashboard}/access"


def _add_form(visit: Visit, project: str, dashboard: str, form: ShareState) -> Response:
    with visit.call.read() as tx:
        _node(tx, project, dashboard)
        view = dashboard_view(tx, project, dashboard)
    content = sharing_pages.share_dialog(shared_dashboard(view), form, visit.csrf, (), is_over=visit.is_over)
    return visit.dialog(f"Share {view.name}", content, "projects", code=sharing.code_of(form))


def _change_form(
    visit: Visit, project: str, dashboard: str, grant_id: str, form: ShareState | None
) -> Response:
    with visit.call.read() as tx:
        grant = sharing.found_grant(tx, _node(tx, project, dashboard).id, grant_id)
        view, row = dashboard_view(tx, project, dashboard), sharing.access_row(tx, visit, grant)
    asked = form or sharing.form_of(grant)
    return sharing.change_form(visit, shared_dashboard(view), row, asked, "projects")


def _ask_remove(
    visit: Visit, project: str, dashboard: str, grant_id: str, *, fault: str = "", code: int = 200
) -> Response:
    with visit.call.read() as tx:
        grant = sharing.found_grant(tx, _node(tx, project, dashboard).id, grant_id)
        view, row = dashboard_view(tx, project, dashboard), sharing.access_row(tx, visit, grant)
    return sharing.remove_form(visit, shared_dashboard(view), row, "projects", fault=fault, code=code)
