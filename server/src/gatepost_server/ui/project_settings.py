"""A project's settings: who may do what, variables, and the way to its end."""

import json
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import authz, projects
from gatepost_server.authz import Node, may
from gatepost_server.kernel.errors import Conflict, Denied, FieldFault, Invalid
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages import project_settings as pages
from gatepost_server.ui.pages import sharing as sharing_pages
from gatepost_server.ui.pages.project_settings import shared_project
from gatepost_server.ui.pages.sharing import ShareState
from gatepost_server.ui.project_views import project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Long = Annotated[str, Form(max_length=200_000)]
Names = Annotated[list[str] | None, Form(max_length=sharing.PEOPLE_MOST)]

_HERE = "/projects/{project}/settings/permissions"


@router.reads(_HERE, action="project:share")
def permissions(visit: SignedIn, project: str) -> Response:
    """Show who may do what in a project."""
    with visit.call.read() as tx:
        node, view = _node(tx, project), project_view(tx, project)
        rows = sharing.access_page(tx, visit, node.id)
        content = pages.permissions(view, rows, tx.now, visit.url)
    return shown(visit, f"Permissions of {view.name}", content)


@router.reads(f"{_HERE}/people", action="project:share")
def people(visit: SignedIn, project: str, q: str = "") -> Response:
    """Answer with the people and groups whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        _node(tx, project)
        return sharing.find_people(tx, q)


@router.reads(f"{_HERE}/add", action="project:share")
def add_page(visit: SignedIn, project: str) -> Response:
    """Show the form that gives people a role or single permissions."""
    return _add_form(visit, project, ShareState(role="viewer"))


@router.makes(f"{_HERE}/add", action="project:share")
def add(
    visit: SignedIn,
    project: str,
    *,
    who: Names = None,
    role: Field = "viewer",
    permissions: Names = None,
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Give everybody who was named the role or the permissions, or nobody."""
    names, chosen = sharing.typed_names(who), tuple(permissions or ())
    try:
        with visit.call.begin() as tx:
            node = _node(tx, project)
            wanted = sharing.Wanted(role, chosen, end_of(ends, until, tx.now))
            given = sharing.give(tx, node.id, names, wanted)
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        form = ShareState(", ".join(names), role, ends, until, permissions=chosen)
        return _add_form(visit, project, sharing.faulty(form, error))
    said = given[0] if len(given) == 1 else f"{len(given)} people and groups"
    held = f"the role {role}" if role != sharing_pages.SINGLE else "these permissions"
    return visit.go(
        _here(project), f"{said} now {'holds' if len(given) == 1 else 'hold'} {held} on {node.name}."
    )


@router.reads(_HERE + "/{grant_id}/change", action="project:share")
def change_page(visit: SignedIn, project: str, grant_id: str) -> Response:
    """Show the form that changes what somebody holds."""
    return _change_form(visit, project, grant_id, None)


@router.makes(_HERE + "/{grant_id}/change", action="project:share")
def change(
    visit: SignedIn,
    project: str,
    grant_id: str,
    *,
    role: Field = "",
    permissions: Names = None,
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Let somebody hold something else, or until another end."""
    chosen = tuple(permissions or ())
    try:
        with visit.call.begin() as tx:
            node = _node(tx, project)
            grant = sharing.change(
                tx, node, grant_id, sharing.Wanted(role, chosen, end_of(ends, until, tx.now))
            )
            to = sharing.where_to(tx, node, _here(project), "/projects")
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        form = sharing.faulty(ShareState("", role, ends, until, permissions=chosen), error)
        return _change_form(visit, project, grant_id, form)
    visit.call.house.collect_receipt()
    return visit.go(to, f"What {grant.who_label} may do in {node.name} is saved.")


@router.reads(_HERE + "/{grant_id}/remove", action="project:share")
def remove_page(visit: SignedIn, project: str, grant_id: str) -> Response:
    """Ask before something is taken away."""
    return _ask_remove(visit, project, grant_id)


@router.makes(_HERE + "/{grant_id}/remove", action="project:share")
def remove(visit: SignedIn, project: str, grant_id: str) -> Response:
    """Take away what somebody holds; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node = _node(tx, project)
            grant = authz.take_back(tx, node.id, grant_id)
            to = sharing.where_to(tx, node, _here(project), "/projects")
    except (Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return _ask_remove(visit, project, grant_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{grant.who_label} has lost {grant.role or 'the permissions'} on {node.name}."
    return visit.go(to, f"{said} {receipt_words(receipt)}")


@router.reads("/projects/{project}/settings/variables", action="project:variables")
def variables(visit: SignedIn, project: str) -> Response:
    """Show a project's variables."""
    with visit.call.read() as tx:
        held = projects.read_variables(tx, project)
    return _variables(visit, project, json.dumps(held, indent=2, ensure_ascii=False))


@router.makes("/projects/{project}/settings/variables", action="project:set-variables")
def set_variables(visit: SignedIn, project: str, variables: Long = "") -> Response:
    """Replace a project's variables."""
    try:
        with visit.call.begin() as tx:
            projects.set_variables(tx, project, json_object(variables, "variables"))
    except Invalid as error:
        faults = faults_of(error)
        return _variables(visit, project, variables, next(iter(faults.values()), error.detail))
    return visit.go(f"/projects/{project}/settings/variables", "The variables are saved.")


@router.reads("/projects/{project}/settings/danger", action="project:delete")
def danger(visit: SignedIn, project: str) -> Response:
    """Show what destroys a project."""
    with visit.call.read() as tx:
        projects.require_project(tx, "project:delete", project)
        view = project_view(tx, project)
    return shown(visit, f"Danger zone of {view.name}", pages.danger(view))


def json_object(text: str, field: str) -> dict[str, object]:
    """Return *text* as a JSON object; nothing typed is an empty one.

    Raises:
        Invalid: it is none; where it breaks is said.
    """
    try:
        found = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as broken:
        said = f"no JSON at line {broken.lineno}, column {broken.colno}: {broken.msg}"
        raise Invalid("This is no JSON.", faults=[FieldFault(field, said)]) from None
    except RecursionError:
        raise Invalid("This is no JSON.", faults=[FieldFault(field, "nested too deeply")]) from None
    if not isinstance(found, dict):
        raise Invalid("This is no JSON object.", faults=[FieldFault(field, "a JSON object, {…}")])
    return found


def _variables(visit: Visit, project: str, text: str, error: str = "") -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:variables", project)
        view = project_view(tx, project)
        may_set = may(tx, "project:set-variables", view.id)
    content = pages.variables(view, text, visit.csrf, visit.url, may_set=may_set, error=error)
    return shown(visit, f"Variables of {view.name}", content, code=400 if error else 200)


def _node(tx: Tx, project: str) -> Node:
    return projects.require_project(tx, "project:share", project)


def _here(project: str) -> str:
    return f"/projects/{project}/settings/permissions"


def _add_form(visit: Visit, project: str, form: ShareState) -> Response:
    with visit.call.read() as tx:
        node = _node(tx, project)
    same = pages.same_permissions(project, visit.url)
    content = sharing_pages.share_dialog(
        shared_project(project, node.name), form, visit.csrf, same, is_over=visit.is_over
    )
    return visit.dialog(f"Share {node.name}", content, "projects", code=sharing.code_of(form))


def _change_form(visit: Visit, project: str, grant_id: str, form: ShareState | None) -> Response:
    with visit.call.read() as tx:
        node = _node(tx, project)
        grant = sharing.found_grant(tx, node.id, grant_id)
        row = sharing.access_row(tx, visit, grant)
    asked = form or sharing.form_of(grant)
    return sharing.change_form(visit, shared_project(project, node.name), row, asked, "projects")


def _ask_remove(visit: Visit, project: str, grant_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        node = _node(tx, project)
        row = sharing.access_row(tx, visit, sharing.found_grant(tx, node.id, grant_id))
    shared = shared_project(project, node.name)
    return sharing.remove_form(visit, shared, row, "projects", fault=fault, code=code)
