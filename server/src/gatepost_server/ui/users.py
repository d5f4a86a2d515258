"""Pages of people's accounts, for administrators."""

from dataclasses import replace
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import identity
from gatepost_server.authz import own_organization, require_instance
from gatepost_server.kernel.errors import Conflict, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import people as pages
from gatepost_server.ui.pages.people import UserForm
from gatepost_server.ui.pages.user_address import email_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


@router.reads("/users", action="user:list")
def user_list(visit: SignedIn) -> Response:
    """List all accounts."""
    state = ListState("/users", visit.query("q", "role", "state", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = identity.list_users(
            tx,
            wanted,
            role=state.value("role") or None,
            is_active={"active": True, "deactivated": False}.get(state.value("state")),
        )
        content = pages.user_list(
            found.items, state, tx.now, visit.csrf, visit.url, visit.person.id, next_cursor=found.next
        )
    return visit.page("Users", content, "administration")


@router.reads("/users/new", action="user:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new account."""
    return _new(visit, UserForm())


@router.makes("/users/new", action="user:create")
def create(
    visit: SignedIn,
    username: Field = "",
    display_name: Field = "",
    email: Field = "",
    role: Field = "viewer",
    organization: Field = "",
) -> Response:
    """Create an account and show its one-time password, for the only time."""
    try:
        with visit.call.begin() as tx:
            made = identity.create_user(
                tx,
                username=username,
                email=email,
                display_name=display_name,
                role=role,
                organization=organization or None,
            )
    except (Invalid, Conflict) as error:
        errors = faults_of(error)
        if isinstance(error, Conflict):
            errors = {"username": error.detail}
        fault = "" if errors else fault_of(error)
        typed = UserForm(username, display_name, email, role, organization, errors, fault)
        return _new(visit, typed, code=400)
    assert made.one_time_password is not None, "a session made it"
    shown = pages.password_revealed(made.user, made.one_time_password.reveal(), is_over=visit.is_over)
    return visit.dialog("New user", shown, "administration")


def _new(visit: Visit, form: UserForm, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        require_instance(tx, "user:create")
        known = identity.find_organizations(tx)
        own = own_organization(tx) or ""
    content = pages.new_user_dialog(
        replace(form, organization=form.organization or own), known, visit.csrf, is_over=visit.is_over
    )
    return visit.dialog("New user", content, "administration", code=code)


@router.reads("/users/{user_id}/role", action="user:role")
def role_page(visit: SignedIn, user_id: str) -> Response:
    """Ask for somebody's new role."""
    with visit.call.read() as tx:
        require_instance(tx, "user:role")
        content = pages.role_dialog(identity.get_user(tx, user_id), visit.csrf, is_over=visit.is_over)
    return visit.dialog("Change role", content, "administration")


@router.makes("/users/{user_id}/role", action="user:role")
def change_role(visit: SignedIn, user_id: str, role: Field = "") -> Response:
    """Change somebody's role."""
    try:
        with visit.call.begin() as tx:
            user, _ = identity.change_user(tx, user_id, role=role)
    except Conflict as error:
        with visit.call.read() as tx:
            user = identity.get_user(tx, user_id)
        content = pages.role_dialog(user, visit.csrf, fault=error.detail, is_over=visit.is_over)
        return visit.dialog("Change role", content, "administration", code=409)
    visit.call.house.collect_receipt()
    return visit.go("/users", f"{user.display_name} is {user.role} now.")


@router.reads("/users/{user_id}/email", action="user:edit")
def email_page(visit: SignedIn, user_id: str) -> Response:
    """Ask which mail address is somebody's."""
    with visit.call.read() as tx:
        require_instance(tx, "user:edit")
        user = identity.get_user(tx, user_id)
    content = email_dialog(user, user.email, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Mail address", content, "administration")


@router.makes("/users/{user_id}/email", action="user:edit")
def give_email(visit: SignedIn, user_id: str, email: Field = "") -> Response:
    """Say which mail address is somebody's."""
    try:
        with visit.call.begin() as tx:
            user = identity.give_email(tx, user_id, email)
    except Invalid as error:
        with visit.call.read() as tx:
            user = identity.get_user(tx, user_id)
        said = faults_of(error).get("email") or error.detail
        content = email_dialog(user, email, visit.csrf, error=said, is_over=visit.is_over)
        return visit.dialog("Mail address", content, "administration", code=400)
    return visit.go("/users", f"{user.email} is {user.display_name}'s address, as applications are told.")


@router.reads("/users/{user_id}/organization", action="user:move")
def move_page(visit: SignedIn, user_id: str) -> Response:
    """Ask for somebody's new organization."""
    with visit.call.read() as tx:
        require_instance(tx, "user:move")
        user, known = identity.get_user(tx, user_id), identity.find_organizations(tx)
    content = pages.move_dialog(user, known, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Move to another organization", content, "administration")


@router.makes("/users/{user_id}/organization", action="user:move")
def move(visit: SignedIn, user_id: str, organization: Field = "") -> Response:
    """Let somebody belong to another organization; what they held elsewhere ends."""
    with visit.call.begin() as tx:
        user, moved = identity.change_user(tx, user_id, organization=organization)
    receipt = visit.call.house.collect_receipt()
    handed = f" {len(moved)} things that only they owned were handed over." if moved else ""
    said = f"{user.display_name} belongs to {user.organization} now.{handed} {receipt_words(receipt)}"
    return visit.go("/users", said)


@router.reads("/users/{user_id}/deactivate", action="user:deactivate")
def deactivate_page(visit: SignedIn, user_id: str) -> Response:
    """Ask before somebody is deactivated."""
    with visit.call.read() as tx:
        require_instance(tx, "user:deactivate")
        content = pages.deactivate_dialog(identity.get_user(tx, user_id), visit.csrf, is_over=visit.is_over)
    return visit.dialog("Deactivate", content, "administration")


@router.makes("/users/{user_id}/deactivate", action="user:deactivate")
def deactivate(visit: SignedIn, user_id: str) -> Response:
    """Deactivate an account; its sessions and keys end at once."""
    with visit.call.begin() as tx:
        user, moved = identity.change_user(tx, user_id, is_active=False)
    receipt = visit.call.house.collect_receipt()
    handed = f" {len(moved)} things that only they owned are yours now." if moved else ""
    return visit.go("/users", f"{user.display_name} is deactivated.{handed} {receipt_words(receipt)}")


@router.reads("/users/{user_id}/activate", action="user:deactivate")
def activate_page(visit: SignedIn) -> Response:
    """Lead back to the list after a proof of identity."""
    return visit.go("/users")


@router.makes("/users/{user_id}/activate", action="user:deactivate")
def activate(visit: SignedIn, user_id: str) -> Response:
    """Activate an account again."""
    with visit.call.begin() as tx:
        user, _ = identity.change_user(tx, user_id, is_active=True)
    return visit.go("/users", f"{user.display_name} is active again.")


@router.reads("/users/{user_id}/reset", action="user:reset")
def reset_page(visit: SignedIn, user_id: str) -> Response:
    """Ask before somebody's password is reset."""
    with visit.call.read() as tx:
        require_instance(tx, "user:reset")
        content = pages.reset_dialog(identity.get_user(tx, user_id), visit.csrf, is_over=visit.is_over)
    return visit.dialog("Reset password", content, "administration")


@router.makes("/users/{user_id}/reset", action="user:reset")
def reset(visit: SignedIn, user_id: str) -> Response:
    """End somebody's password and show the code that sets a new one, for the only time."""
    with visit.call.begin() as tx:
        code = identity.reset_user(tx, visit.call.house.peppers, user_id)
        user = identity.get_user(tx, user_id)
    visit.call.house.collect_receipt()
    shown = pages.code_revealed(user, code.reveal(), visit.url, is_over=visit.is_over)
    return visit.dialog("Reset code", shown, "administration")
