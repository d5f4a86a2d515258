"""The Projects page, and the home of one project: made, changed, deleted."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import may, may_create, require_organization
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.projects import Shelf
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import project as home_page
from gatepost_server.ui.pages import projects as pages
from gatepost_server.ui.pages.projects import ProjectForm
from gatepost_server.ui.project_views import paged, project_view, shown, told
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Long = Annotated[str, Form(max_length=20_000)]


@router.reads("/projects", action="project:list")
def project_list(visit: SignedIn) -> Response:
    """List the projects one may see."""
    state = ListState("/projects", visit.query("q", "sort", "cursor"))
    with visit.call.read() as tx:
        found = projects.list_projects(tx, paged(state))
        content = pages.project_list(
            found.items, state, tx.now, visit.url,
            may_create=may_create(tx, "project:create"), next_cursor=found.next,
        )  # fmt: skip
    return shown(visit, "Projects", content)


@router.reads("/projects/new", action="project:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new project."""
    with visit.call.read() as tx:
        require_organization(tx, "project:create")
    return _new_form(visit, ProjectForm())


@router.makes("/projects/new", action="project:create")
def create(visit: SignedIn, name: Field = "", key: Field = "", description: Long = "") -> Response:
    """Make a project and go to it."""
    wanted = key.strip().upper() or pages.suggested_key(name)
    try:
        with visit.call.begin() as tx:
            made = projects.create_project(
                tx, key=wanted, name=name, description=description.replace("\r\n", "\n")
            )
    except (Invalid, Conflict) as error:
        return _new_form(visit, _faulty(ProjectForm(name, wanted, description), error))
    return visit.go(f"/projects/{made.key}", f"{made.name} is there; you administer it.")


@router.reads("/projects/{project}", action="project:list")
def home(visit: SignedIn, project: str) -> Response:
    """Show a project: what it is, what is in it, what was done."""
    state = ListState(f"/projects/{project}", visit.query("cursor"))
    with visit.call.read() as tx:
        view = project_view(tx, project)
        entries, older = None, None
        if may(tx, "project:timeline", view.id):
            found = projects.read_timeline(tx, project, paged(state))
            entries, older = told(tx, found.items), found.next
        content = home_page.home(view, entries, state, tx.now, visit.url, next_cursor=older)
    return shown(visit, view.name, content)


@router.reads("/projects/{project}/edit", action="project:rename")
def edit_page(visit: SignedIn, project: str) -> Response:
    """Show the form that changes name and description."""
    with visit.call.read() as tx:
        projects.require_project(tx, "project:rename", project)
        found = projects.get_project(tx, project)
    return _edit_form(visit, project, ProjectForm(found.name, found.key, found.description))


@router.makes("/projects/{project}/edit", action="project:rename")
def edit(visit: SignedIn, project: str, name: Field = "", description: Long = "") -> Response:
    """Give a project another name and description."""
    try:
        with visit.call.begin() as tx:
            made = projects.change_project(
                tx, project, name=name, description=description.replace("\r\n", "\n")
            )
    except Invalid as error:
        return _edit_form(visit, project, _faulty(ProjectForm(name, project, description), error))
    return visit.go(f"/projects/{made.key}", f"{made.name} is saved.")


@router.reads("/projects/{project}/delete", action="project:delete")
def delete_page(visit: SignedIn, project: str) -> Response:
    """Ask before a project is deleted."""
    return _ask_delete(visit, project)


@router.makes("/projects/{project}/delete", action="project:delete")
def delete(visit: SignedIn, project: str, typed_name: Field = "") -> Response:
    """Delete a project whose key was typed."""
    if typed_name.strip() != project:
        return _ask_delete(visit, project, fault=f"Type {project} to confirm.", code=400)
    try:
        with visit.call.begin() as tx:
            name = projects.get_project(tx, project).name
            projects.delete_project(tx, project, Shelf(visit.call.house.folders.datasets))
    except Conflict as error:
        return _ask_delete(visit, project, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    return visit.go("/projects", f"{name} is deleted. {receipt_words(receipt)}")


def _ask_delete(visit: Visit, project: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:delete", project)
        found = projects.get_project(tx, project)
    content = pages.delete_dialog(
        found.key, found.name, found.datasets, visit.csrf, fault=fault, is_over=visit.is_over
    )
    return visit.dialog(f"Delete {found.name}", content, "projects", code=code)


def _new_form(visit: Visit, form: ProjectForm) -> Response:
    content = pages.new_dialog(form, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog("New project", content, "projects", code=_code(form))


def _edit_form(visit: Visit, project: str, form: ProjectForm) -> Response:
    content = pages.edit_dialog(project, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Edit {project}", content, "projects", code=_code(form))


def _faulty(form: ProjectForm, error: GatepostError) -> ProjectForm:
    faults = faults_of(error)
    if isinstance(error, projects.ProjectExists):
        faults = {"key": error.detail}
    fault = "" if faults else fault_of(error)
    return ProjectForm(form.name, form.key, form.description, faults, fault)


def _code(form: ProjectForm) -> int:
    return 400 if form.fault or form.faults else 200
