"""Pages of groups and their members."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import Form
from starlette.responses import HTMLResponse, Response

from gatepost_server import authz, identity
from gatepost_server.authz import LastOwner, TooWide, require_instance
from gatepost_server.kernel.errors import Conflict, Denied, FieldFault, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.fields import Found, FoundPerson
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import groups as pages
from gatepost_server.ui.pages.groups import JoinForm
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_FOUND_MOST = 5
_NAMED_MOST = 50


@router.reads("/groups", action="group:all")
def group_list(visit: SignedIn) -> Response:
    """List all groups."""
    state = ListState("/groups", visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        require_instance(tx, "group:all")
        found = identity.find_groups(tx, wanted)
        content = pages.group_list(found.items, state, tx.now, visit.url, next_cursor=found.next)
    return visit.page("Groups", content, "administration")


@router.reads("/groups/new", action="group:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new group."""
    with visit.call.read() as tx:
        require_instance(tx, "group:create")
    return _name_form(visit, "New group", "/groups/new", "", "/groups")


@router.makes("/groups/new", action="group:create")
def create(visit: SignedIn, name: Field = "") -> Response:
    """Make a group and go to it."""
    try:
        with visit.call.begin() as tx:
            made = identity.create_group(tx, name)
    except (Invalid, Conflict) as error:
        return _name_form(visit, "New group", "/groups/new", name, "/groups", error)
    return visit.go(f"/groups/{made.id}", f"{made.name} is made.")


@router.reads("/groups/{group_id}", action="group:members")
def group_page(visit: SignedIn, group_id: str) -> Response:
    """Show who is in a group."""
    state = ListState(f"/groups/{group_id}", visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        group, found = identity.get_group(tx, group_id), identity.list_members(tx, group_id, wanted)
        content = pages.group_page(group, found.items, state, tx.now, visit.url, next_cursor=found.next)
    return visit.page(group.name, content, "administration")


@router.reads("/groups/{group_id}/people", action="group:add")
def people(visit: SignedIn, group_id: str, q: str = "") -> Response:
    """Answer with the people and groups whom *q* may mean, for the field that picks them."""
    wanted = PageRequest(q=q.strip()[:100], limit=_FOUND_MOST)
    with visit.call.read() as tx:
        authz.require(tx, "group:add", group_id)
        users, groups = identity.find_users(tx, wanted).items, identity.find_groups(tx, wanted).items
    rows = [FoundPerson(one.username, one.display_name) for one in users]
    rows += [FoundPerson(f"group:{one.name}", one.name, "Group") for one in groups if one.id != group_id]
    return HTMLResponse(str(Found(rows, q.strip())))


@router.reads("/groups/{group_id}/add", action="group:add")
def add_page(visit: SignedIn, group_id: str) -> Response:
    """Show the form that adds members."""
    return _join_form(visit, group_id, JoinForm())


@router.makes("/groups/{group_id}/add", action="group:add")
def add(
    visit: SignedIn,
    group_id: str,
    who: Annotated[list[str] | None, Form(max_length=_NAMED_MOST)] = None,
    begin: Field = "",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Put everybody who was named into the group, or nobody."""
    names = _names(who or [])
    try:
        with visit.call.begin() as tx:
            window = {"from_at": _first_day(begin), "until": end_of(ends, until, tx.now)}
            labels = _join_all(tx, group_id, names, window)
            group = identity.get_group(tx, group_id)
    except (Invalid, Conflict, Denied) as error:
        form = JoinForm(", ".join(names), begin, ends, until)
        return _join_form(visit, group_id, _faulty(form, error))
    said = labels[0] if len(labels) == 1 else f"{len(labels)} members"
    return visit.go(f"/groups/{group_id}", f"Added {said} to {group.name}.")


@router.reads("/groups/{group_id}/members/{member_id}/remove", action="group:remove")
def remove_page(visit: SignedIn, group_id: str, member_id: str) -> Response:
    """Ask before somebody is taken out."""
    return _ask_remove(visit, group_id, member_id)


@router.makes("/groups/{group_id}/members/{member_id}/remove", action="group:remove")
def remove(visit: SignedIn, group_id: str, member_id: str) -> Response:
    """Take somebody out; what only the group gave is refused when the page comes back."""
    try:
        with visit.call.begin() as tx:
            ended = authz.remove_member(tx, group_id, member_id)
            group = identity.get_group(tx, group_id)
    except (LastOwner, TooWide) as error:
        return _ask_remove(visit, group_id, member_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{ended[0].member.label} is not in {group.name} any more. {receipt_words(receipt)}"
    return visit.go(f"/groups/{group_id}", said)


@router.reads("/groups/{group_id}/rename", action="group:edit")
def rename_page(visit: SignedIn, group_id: str) -> Response:
    """Ask for another name."""
    with visit.call.read() as tx:
        authz.require(tx, "group:edit", group_id)
        name = identity.get_group(tx, group_id).name
    return _name_form(visit, f"Rename {name}", f"/groups/{group_id}/rename", name, f"/groups/{group_id}")


@router.makes("/groups/{group_id}/rename", action="group:edit")
def rename(visit: SignedIn, group_id: str, name: Field = "") -> Response:
    """Give a group another name."""
    here = f"/groups/{group_id}"
    try:
        with visit.call.begin() as tx:
            group = identity.rename_group(tx, group_id, name)
    except (Invalid, Conflict) as error:
        return _name_form(visit, "Rename group", f"{here}/rename", name, here, error)
    return visit.go(here, f"It is called {group.name} now.")


@router.reads("/groups/{group_id}/delete", action="group:delete")
def delete_page(visit: SignedIn, group_id: str) -> Response:
    """Ask before a group is deleted."""
    return _ask_delete(visit, group_id)


@router.makes("/groups/{group_id}/delete", action="group:delete")
def delete(visit: SignedIn, group_id: str, typed_name: Field = "") -> Response:
    """Delete a group once its name was typed."""
    try:
        with visit.call.begin() as tx:
            group = identity.get_group(tx, group_id)
            _require_typed(typed_name, group.name)
            identity.delete_group(tx, group_id)
    except (Conflict, TooWide) as error:
        return _ask_delete(visit, group_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    return visit.go("/groups", f"{group.name} is deleted. {receipt_words(receipt)}")


def _name_form(
    visit: Visit, title: str, action: str, value: str, back: str, error: GatepostError | None = None
) -> Response:
    fault = "" if error is None else faults_of(error).get("name", error.detail)
    content = pages.name_dialog(title, action, value, visit.csrf, back, error=fault, is_over=visit.is_over)
    return visit.dialog(title, content, "administration", code=200 if error is None else 400)


def _join_form(visit: Visit, group_id: str, form: JoinForm) -> Response:
    with visit.call.read() as tx:
        authz.require(tx, "group:add", group_id)
        group = identity.get_group(tx, group_id)
    is_faulty = form.fault or form.who_error or form.begin_error or form.until_error
    content = pages.join_dialog(group, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Add members", content, "administration", code=400 if is_faulty else 200)


def _ask_remove(visit: Visit, group_id: str, member_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        authz.require(tx, "group:remove", group_id)
        group, member = identity.get_group(tx, group_id), authz.principal(tx, member_id)
    if member is None:
        raise authz.NotAMember(group.name)
    content = pages.remove_dialog(
        group, member_id, member.label, visit.csrf, fault=fault, is_over=visit.is_over
    )
    return visit.dialog("Take out", content, "administration", code=code)


def _ask_delete(visit: Visit, group_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        authz.require(tx, "group:delete", group_id)
        group = identity.get_group(tx, group_id)
    content = pages.delete_dialog(group, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog("Delete group", content, "administration", code=code)


def _names(sent: list[str]) -> list[str]:
    typed = [name.strip() for one in sent for name in one.split(",")]
    return list(dict.fromkeys(name for name in typed if name))[:_NAMED_MOST]


def _require_typed(typed: str, name: str) -> None:
    if typed.strip() != name:
        raise Conflict(f"Type {name} to delete it.")


def _join_all(tx: Tx, group_id: str, names: list[str], window: dict[str, datetime | None]) -> list[str]:
    """Put everybody into the group and return what they are called; one fault adds nobody."""
    if not names:
        raise Invalid("Nobody was named.", faults=[FieldFault("who", "name at least one")])
    return [_join(tx, group_id, name, window) for name in names]


def _join(tx: Tx, group_id: str, name: str, window: dict[str, datetime | None]) -> str:
    kind, colon, bare = name.partition(":")
    which, called = (kind, bare) if colon and kind == "group" else ("user", name)
    try:
        return identity.join_group(tx, group_id, which, called, **window).member.label
    except Invalid as error:
        if error.error_code != "unknown-principal":
            raise
        fault = FieldFault("who", f"nobody is called {name[:60]}")
        raise Invalid("Nobody of that name.", faults=[fault]) from None


def _first_day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        raise Invalid("The date is missing.", faults=[FieldFault("begin", "choose a date")]) from None
    return datetime.combine(day, time(), UTC)


def _faulty(form: JoinForm, error: GatepostError) -> JoinForm:
    """Return *form* with what is wrong with it, each where it belongs."""
    faults = faults_of(error)
    known = {"who", "begin", "until"} & faults.keys()
    return replace(
        form,
        who_error=faults.get("who", ""),
        begin_error=faults.get("begin", ""),
        until_error=faults.get("until", ""),
        fault=fault_of(error) or ("" if known else error.detail),
    )
