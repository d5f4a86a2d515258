"""Pages of application groups, for administrators."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import clients
from gatepost_server.authz import require, require_instance
from gatepost_server.kernel.errors import Conflict, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.clients import faulty, names_of
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import client_groups as pages
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=50)]


@router.reads("/admin/client-groups", action="client_group:create")
def group_list(visit: SignedIn) -> Response:
    """List the application groups."""
    state = ListState(pages.HOME, visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        require_instance(tx, "client_group:create")
        found = clients.list_groups(tx, wanted)
        content = pages.group_list(found.items, state, tx.now, visit.csrf, visit.url, next_cursor=found.next)
    return visit.page("Application groups", content, "administration")


@router.reads("/admin/client-groups/new", action="client_group:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new group."""
    with visit.call.read() as tx:
        require_instance(tx, "client_group:create")
    return _form(visit, "New application group", "new", Typed())


@router.makes("/admin/client-groups/new", action="client_group:create")
def create(visit: SignedIn, name: Field = "", approvers: Names = None) -> Response:
    """Make a group."""
    names = names_of(approvers)
    try:
        with visit.call.begin() as tx:
            made = clients.create_group(tx, name, names)
    except (Invalid, Conflict) as error:
        typed = faulty({"name": name, "approvers": ", ".join(names)}, error)
        return _form(visit, "New application group", "new", typed, status_of(error))
    return visit.go(pages.HOME, f"{made.name} is made.")


@router.reads("/admin/client-groups/{client_group}/edit", action="client_group:edit")
def edit_page(visit: SignedIn, client_group: str) -> Response:
    """Show the form that changes a group."""
    with visit.call.read() as tx:
        require(tx, "client_group:edit", client_group)
        one = clients.get_group(tx, client_group)
    typed = Typed({"name": one.name, "approvers": ", ".join(one.approvers)})
    return _form(visit, f"Edit {one.name}", f"{one.id}/edit", typed)


@router.makes("/admin/client-groups/{client_group}/edit", action="client_group:edit")
def edit(visit: SignedIn, client_group: str, name: Field = "", approvers: Names = None) -> Response:
    """Change a group."""
    names = names_of(approvers)
    try:
        with visit.call.begin() as tx:
            done = clients.change_group(tx, client_group, name=name, approvers=names)
    except (Invalid, Conflict) as error:
        typed = faulty({"name": name, "approvers": ", ".join(names)}, error)
        return _form(visit, "Edit the group", f"{client_group}/edit", typed, status_of(error))
    visit.call.house.collect_receipt()
    return visit.go(pages.HOME, f"{done.name} is saved.")


@router.reads("/admin/client-groups/{client_group}/delete", action="client_group:delete")
def delete_page(visit: SignedIn, client_group: str) -> Response:
    """Ask before a group is deleted."""
    return _ask_delete(visit, client_group)


@router.makes("/admin/client-groups/{client_group}/delete", action="client_group:delete")
def delete(visit: SignedIn, client_group: str) -> Response:
    """Delete a group."""
    try:
        with visit.call.begin() as tx:
            gone = clients.delete_group(tx, client_group)
    except Conflict as error:
        return _ask_delete(visit, client_group, error.detail, status_of(error))
    return visit.go(pages.HOME, f"{gone.name} is deleted.")


def _ask_delete(visit: Visit, client_group: str, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        require(tx, "client_group:delete", client_group)
        one = clients.get_group(tx, client_group)
    content = pages.delete_dialog(one, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Delete {one.name}", content, "administration", code=code)


def _form(visit: Visit, title: str, at: str, typed: Typed, code: int = 200) -> Response:
    content = pages.group_dialog(title, f"{pages.HOME}/{at}", typed, visit.csrf, is_over=visit.is_over)
    return visit.dialog(title, content, "administration", code=code)
