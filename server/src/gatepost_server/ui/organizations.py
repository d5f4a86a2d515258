"""Pages of organizations, for administrators."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import identity
from gatepost_server.authz import require_instance
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import organizations as pages
from gatepost_server.ui.pages.organizations import HOME
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


@router.reads(HOME, action="organization:list")
def organization_list(visit: SignedIn) -> Response:
    """List all organizations."""
    state = ListState(HOME, visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        require_instance(tx, "organization:list")
        found = identity.list_organizations(tx, wanted)
        content = pages.organization_list(found, state, tx.now, visit.csrf, visit.url)
    return visit.page("Organizations", content, "administration")


@router.reads(f"{HOME}/new", action="organization:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new organization."""
    with visit.call.read() as tx:
        require_instance(tx, "organization:create")
    return _form(visit, "New organization", f"{HOME}/new", "Make organization", "")


@router.makes(f"{HOME}/new", action="organization:create")
def create(visit: SignedIn, name: Field = "") -> Response:
    """Make an organization that shares nothing outside."""
    try:
        with visit.call.begin() as tx:
            made = identity.create_organization(tx, name, allows_outside_sharing=False)
    except (Invalid, Conflict) as error:
        return _form(visit, "New organization", f"{HOME}/new", "Make organization", name, error)
    return visit.go(HOME, f"{made.name} is made. Move people into it on the Users page.")


@router.reads(f"{HOME}/{{org_id}}/rename", action="organization:edit")
def rename_page(visit: SignedIn, org_id: str) -> Response:
    """Ask for another name."""
    with visit.call.read() as tx:
        require_instance(tx, "organization:edit")
        one = identity.get_organization(tx, org_id)
    return _form(visit, f"Rename {one.name}", f"{HOME}/{org_id}/rename", "Rename", one.name)


@router.makes(f"{HOME}/{{org_id}}/rename", action="organization:edit")
def rename(visit: SignedIn, org_id: str, name: Field = "") -> Response:
    """Give an organization another name."""
    try:
        with visit.call.begin() as tx:
            one, _ = identity.change_organization(tx, org_id, name=name)
    except (Invalid, Conflict) as error:
        return _form(visit, "Rename organization", f"{HOME}/{org_id}/rename", "Rename", name, error)
    return visit.go(HOME, f"It is called {one.name} now.")


@router.reads(f"{HOME}/{{org_id}}/open", action="organization:edit")
def open_page(visit: SignedIn) -> Response:
    """Lead back to the list after a proof of identity."""
    return visit.go(HOME)


@router.makes(f"{HOME}/{{org_id}}/open", action="organization:edit")
def open_border(visit: SignedIn, org_id: str) -> Response:
    """Allow sharing outside."""
    with visit.call.begin() as tx:
        one, _ = identity.change_organization(tx, org_id, allows_outside_sharing=True)
    return visit.go(HOME, f"{one.name} may share with organizations that allow it too.")


@router.reads(f"{HOME}/{{org_id}}/close", action="organization:edit")
def close_page(visit: SignedIn, org_id: str) -> Response:
    """Ask before sharing outside is forbidden."""
    with visit.call.read() as tx:
        require_instance(tx, "organization:edit")
        one = identity.get_organization(tx, org_id)
    content = pages.close_dialog(one, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Forbid sharing outside", content, "administration")


@router.makes(f"{HOME}/{{org_id}}/close", action="organization:edit")
def close_border(visit: SignedIn, org_id: str) -> Response:
    """Forbid sharing outside; what was shared across the border ends at once."""
    with visit.call.begin() as tx:
        one, ended = identity.change_organization(tx, org_id, allows_outside_sharing=False)
    receipt = visit.call.house.collect_receipt()
    gone = f"{ended.grants} roles and {ended.memberships} memberships across its border ended."
    return visit.go(HOME, f"{one.name} shares nothing outside. {gone} {receipt_words(receipt)}")


def _form(
    visit: Visit, title: str, action: str, submit: str, value: str, error: GatepostError | None = None
) -> Response:
    fault = "" if error is None else faults_of(error).get("name", error.detail)
    content = pages.name_dialog(title, action, submit, value, visit.csrf, error=fault, is_over=visit.is_over)
    return visit.dialog(title, content, "administration", code=200 if error is None else 400)
