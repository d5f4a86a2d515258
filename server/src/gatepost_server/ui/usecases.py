"""Pages of use cases, and the dialog that links an application to them."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, usecases
from gatepost_server.authz import allowed_on, may, may_create, node_names, require, require_organization
from gatepost_server.kernel.errors import Conflict, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import usecases as pages
from gatepost_server.ui.pages.usecases import LinkForm, UsecaseForm
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.sources import counts_of
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=4000)]
Ids = Annotated[list[str] | None, Form(max_length=200)]


@router.reads("/use-cases", action="usecase:list")
def usecase_list(visit: SignedIn) -> Response:
    """List the use cases that one may see."""
    state = ListState("/use-cases", visit.query("q", "cursor"))
    page = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = usecases.list_usecases(tx, page)
        content = pages.usecase_list(
            found.items,
            state,
            tx.now,
            visit.csrf,
            visit.url,
            counts_of(tx),
            may_make=may_create(tx, "usecase:create"),
            may_delete=allowed_on(tx, "usecase:delete", [one.id for one in found.items]),
            next_cursor=found.next,
        )
    return visit.page("Use cases", content, "applications")


@router.reads("/use-cases/new", action="usecase:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new use case."""
    with visit.call.read() as tx:
        require_organization(tx, "usecase:create")
    return _form(visit, "New use case", "/use-cases/new", UsecaseForm(), "/use-cases")


@router.makes("/use-cases/new", action="usecase:create")
def create(visit: SignedIn, name: Field = "", description: Field = "") -> Response:
    """Make a use case and go to it."""
    try:
        with visit.call.begin() as tx:
            made = usecases.create_usecase(tx, name, description)
    except Invalid as error:
        form = _faulty(name, description, error)
        return _form(visit, "New use case", "/use-cases/new", form, "/use-cases", code=400)
    return visit.go(f"/use-cases/{made.id}", f"{made.name} is made.")


@router.reads("/use-cases/{usecase_id}", action="usecase:open")
def usecase_page(visit: SignedIn, usecase_id: str) -> Response:
    """Show a use case, and what is linked to it."""
    with visit.call.read() as tx:
        links = usecases.list_links(tx, usecase_id)
        one = usecases.get_usecase(tx, usecase_id)
        linking: set[str] = set()
        if may(tx, "usecase:link", usecase_id):
            for kind in usecases.LINKED:
                ids = [link.id for link in links if link.kind == kind]
                linking |= set(allowed_on(tx, f"{kind}:link", ids))
        content = pages.usecase_page(
            one,
            links,
            tx.now,
            visit.url,
            may_edit=may(tx, "usecase:edit", usecase_id),
            may_delete=may(tx, "usecase:delete", usecase_id),
            may_unlink=linking,
        )
    return visit.page(one.name, content, "applications")


@router.reads("/use-cases/{usecase_id}/edit", action="usecase:edit")
def edit_page(visit: SignedIn, usecase_id: str) -> Response:
    """Show the form that changes a use case."""
    with visit.call.read() as tx:
        require(tx, "usecase:edit", usecase_id)
        one = usecases.get_usecase(tx, usecase_id)
    here, form = f"/use-cases/{one.id}", UsecaseForm(one.name, one.description)
    return _form(visit, f"Edit {one.name}", f"{here}/edit", form, here)


@router.makes("/use-cases/{usecase_id}/edit", action="usecase:edit")
def edit(visit: SignedIn, usecase_id: str, name: Field = "", description: Field = "") -> Response:
    """Change a use case."""
    here = f"/use-cases/{usecase_id}"
    try:
        with visit.call.begin() as tx:
            one = usecases.change_usecase(tx, usecase_id, name=name, description=description)
    except Invalid as error:
        form = _faulty(name, description, error)
        return _form(visit, "Edit the use case", f"{here}/edit", form, here, code=400)
    return visit.go(f"/use-cases/{one.id}", f"{one.name} is saved.")


@router.reads("/use-cases/{usecase_id}/delete", action="usecase:delete")
def delete_page(visit: SignedIn, usecase_id: str) -> Response:
    """Ask before a use case is deleted."""
    with visit.call.read() as tx:
        require(tx, "usecase:delete", usecase_id)
        one = usecases.get_usecase(tx, usecase_id)
    content = pages.delete_dialog(one, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Delete {one.name}", content, "applications")


@router.makes("/use-cases/{usecase_id}/delete", action="usecase:delete")
def delete(visit: SignedIn, usecase_id: str) -> Response:
    """Delete a use case."""
    with visit.call.begin() as tx:
        name = usecases.get_usecase(tx, usecase_id).name
        usecases.delete_usecase(tx, usecase_id)
    return visit.go("/use-cases", f"{name} is deleted. What was linked to it stays.")


@router.reads("/use-cases/{usecase_id}/unlink/{linked_id}", action="usecase:link")
def unlink_page(visit: SignedIn, usecase_id: str, linked_id: str) -> Response:
    """Ask before something is taken out of a use case."""
    with visit.call.read() as tx:
        link = usecases.linked(tx, usecase_id, linked_id)
        one = usecases.get_usecase(tx, usecase_id)
    content = pages.unlink_dialog(one, link.name, link.id, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Unlink {link.name}", content, "applications")


@router.makes("/use-cases/{usecase_id}/unlink/{linked_id}", action="usecase:link")
def unlink(visit: SignedIn, usecase_id: str, linked_id: str) -> Response:
    """Take something out of a use case."""
    with visit.call.begin() as tx:
        usecases.unlink(tx, usecase_id, linked_id)
        name = node_names(tx, [linked_id])[linked_id]
    return visit.go(f"/use-cases/{usecase_id}", f"{name} is unlinked.")


@router.reads("/applications/{app_id}/use-cases", action="app:link")
def link_page(visit: SignedIn, app_id: str) -> Response:
    """Show which use cases an application is linked to, and link it to another."""
    return _links(visit, app_id, LinkForm())


@router.makes("/applications/{app_id}/use-cases", action="app:link")
def link(
    visit: SignedIn,
    app_id: str,
    usecase: Field = "",
    name: Field = "",
    description: Field = "",
    unlink: Ids = None,
) -> Response:
    """Link an application to a use case, one there is or a new one, and unlink those that were ticked."""
    form = LinkForm(usecase, name, description)
    try:
        with visit.call.begin() as tx:
            app = apps.get_app(tx, app_id)
            done = _relinked(tx, app.id, form, unlink or [])
    except (Invalid, Conflict) as error:
        wrong = faults_of(error).get("name", "") if isinstance(error, Invalid) else ""
        fault = "" if wrong else error.detail
        again = LinkForm(usecase, name, description, wrong, fault)
        return _links(visit, app_id, again, code=409 if isinstance(error, Conflict) else 400)
    return visit.go(f"/applications/{app.id}", f"{app.name} is {' and '.join(done)}.")


def _relinked(tx: Tx, app_id: str, form: LinkForm, gone: list[str]) -> list[str]:
    """Do what the dialog asked for, and say it."""
    require(tx, "app:link", app_id)
    wanted = [form.chosen] if form.chosen else []
    if form.name.strip():
        wanted.append(usecases.create_usecase(tx, form.name, form.description).id)
    if not wanted and not gone:
        raise Invalid("Select a use case, name a new one, or tick what to unlink.")
    named = node_names(tx, [*wanted, *gone])
    for usecase_id in wanted:
        usecases.link(tx, usecase_id, "app", app_id)
    for usecase_id in gone:
        usecases.unlink(tx, usecase_id, app_id)
    said = [f"linked to {named[one]}" for one in wanted]
    return said + [f"unlinked from {named[one]}" for one in gone]


def _links(visit: Visit, app_id: str, form: LinkForm, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        app = apps.get_app(tx, apps.require_app(tx, "app:link", app_id).id)
        mine = usecases.linkable_usecases(tx)
        has = {one.id for one in usecases.usecases_of(tx, "app", app.id)}
        content = pages.link_dialog(
            app_row(tx, app, visit.call.house.settings),
            [one for one in mine if one.id in has],
            [one for one in mine if one.id not in has],
            form,
            visit.csrf,
            may_make=may_create(tx, "usecase:create"),
            is_over=visit.is_over,
        )
    return visit.dialog(f"Link {app.name}", content, "applications", code=code)


def _faulty(name: str, description: str, error: Invalid) -> UsecaseForm:
    wrong = faults_of(error)
    return UsecaseForm(name, description, wrong.get("name", ""), wrong.get("description", ""))


def _form(
    visit: Visit, title: str, action: str, form: UsecaseForm, back: str, *, code: int = 200
) -> Response:
    content = pages.usecase_dialog(title, action, form, visit.csrf, back, is_over=visit.is_over)
    return visit.dialog(title, content, "applications", code=code)
