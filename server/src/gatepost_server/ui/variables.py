"""Pages of global variables, for administrators."""

import json
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import instance
from gatepost_server.authz import require_instance
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import variables as pages
from gatepost_server.ui.pages.variables import HOME
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Name = Annotated[str, Form(max_length=2000)]
Value = Annotated[str, Form(max_length=70_000)]


@router.reads(HOME, action="variable:list")
def variable_list(visit: SignedIn) -> Response:
    """List every global variable."""
    state = ListState(HOME, visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = instance.list_variables(tx, wanted)
        content = pages.variable_list(found, state, tx.now, visit.csrf, visit.url)
    return visit.page("Variables", content, "administration")


@router.reads(f"{HOME}/new", action="variable:set")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new variable."""
    with visit.call.read() as tx:
        require_instance(tx, "variable:set")
    return _form(visit, "", "", is_new=True)


@router.makes(f"{HOME}/new", action="variable:set")
def create(visit: SignedIn, name: Name = "", value: Value = "") -> Response:
    """Set a variable that is new, or set an old one anew."""
    return _set(visit, name.strip(), value, is_new=True)


@router.reads(f"{HOME}/{{name}}/edit", action="variable:set")
def edit_page(visit: SignedIn, name: str) -> Response:
    """Show a variable's value in a form."""
    with visit.call.read() as tx:
        value = pages.written(instance.get_variable(tx, name).value)
    return _form(visit, name, value, is_new=False)


@router.makes(f"{HOME}/{{name}}/edit", action="variable:set")
def edit(visit: SignedIn, name: str, value: Value = "") -> Response:
    """Give a variable another value."""
    return _set(visit, name, value, is_new=False)


@router.reads(f"{HOME}/{{name}}/delete", action="variable:set")
def delete_page(visit: SignedIn, name: str) -> Response:
    """Ask before a variable is deleted."""
    with visit.call.read() as tx:
        found = instance.get_variable(tx, name)
    content = pages.delete_dialog(found.name, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Delete variable", content, "administration")


@router.makes(f"{HOME}/{{name}}/delete", action="variable:set")
def delete(visit: SignedIn, name: str) -> Response:
    """Take a variable away."""
    with visit.call.begin() as tx:
        instance.remove_variable(tx, name)
    return visit.go(HOME, f"{name} is deleted.")


def _set(visit: Visit, name: str, value: str, *, is_new: bool) -> Response:
    try:
        with visit.call.begin() as tx:
            instance.set_variable(tx, name, _meant(value))
    except Invalid as error:
        return _form(visit, name, value, is_new=is_new, error=error)
    return visit.go(HOME, f"{name} is saved.")


def _form(visit: Visit, name: str, value: str, *, is_new: bool, error: Invalid | None = None) -> Response:
    faults = {} if error is None else faults_of(error)
    content = pages.edit_dialog(
        name, value, visit.csrf, is_new=is_new, name_error=faults.get("name", ""),
        error=faults.get("value", ""), is_over=visit.is_over,
    )  # fmt: skip
    title = "New variable" if is_new else f"Edit {name}"
    return visit.dialog(title, content, "administration", code=200 if error is None else 400)


def _meant(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
