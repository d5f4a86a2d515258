"""The Access tab of an application: give, change and take back roles."""

from datetime import datetime
from typing import Annotated

from fastapi import Form
from starlette.responses import HTMLResponse, Response

from gatepost_server import apps, authz, identity
from gatepost_server.authz import Grant, LastOwner, TooWide
from gatepost_server.instance import policies
from gatepost_server.kernel.errors import Conflict, FieldFault, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row, app_view, shown
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.fields import Found, FoundPerson
from gatepost_server.ui.pages import application_access as pages
from gatepost_server.ui.pages.application_access import AccessRow, ShareState
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_FOUND_MOST = 8
_PEOPLE_MOST = 50


@router.reads("/applications/{app_id}/access", action="app:list")
def access(visit: SignedIn, app_id: str) -> Response:
    """Show who may open an application."""
    with visit.call.read() as tx:
        view = app_view(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        grants = authz.list_grants(tx, view.row.id) if view.row.may_share else []
        rows = [_access_row(tx, visit, one) for one in reversed(grants)]
        content = pages.access(view, rows, policies(tx).access_ceiling, tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)


@router.reads("/applications/{app_id}/people", action="app:share")
def people(visit: SignedIn, app_id: str, q: str = "") -> Response:
    """Answer with the people whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        apps.require_app(tx, "app:share", app_id)
        found = identity.find_users(tx, PageRequest(q=q.strip()[:100], limit=_FOUND_MOST)).items
    rows = [FoundPerson(one.username, one.display_name, f"server {one.role}") for one in found]
    return HTMLResponse(str(Found(rows, q.strip())))


@router.reads("/applications/{app_id}/share", action="app:share")
def share_page(visit: SignedIn, app_id: str) -> Response:
    """Show the form that gives people a role."""
    return _share_form(visit, app_id, ShareState())


@router.makes("/applications/{app_id}/share", action="app:share")
def share(
    visit: SignedIn,
    app_id: str,
    who: Annotated[list[str] | None, Form(max_length=_PEOPLE_MOST)] = None,
    role: Field = "consumer",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Give everybody who was named the role, or nobody."""
    names = _names(who or [])
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            end = end_of(ends, until, tx.now)
            given = _give(tx, node.id, names, role, end)
    except (Invalid, Conflict, TooWide) as error:
        return _share_form(visit, app_id, _faulty(ShareState(", ".join(names), role, ends, until), error))
    said = given[0] if len(given) == 1 else f"{len(given)} people"
    return visit.go(f"/applications/{node.id}/access", f"{said} may use {node.name} as {role} now.")


def _give(tx: Tx, node_id: str, names: list[str], role: str, end: datetime | None) -> list[str]:
    """Give everybody the role and return what they are called; one fault gives nobody anything."""
    if not names:
        raise Invalid("Nobody was named.", faults=[FieldFault("who", "name at least one person")])
    given = []
    for name in names:
        user = identity.user_named(tx, name)
        if user is None or not user.is_active:
            raise Invalid("Nobody of that name.", faults=[FieldFault("who", f"nobody is called {name[:60]}")])
        authz.give_role(tx, node_id, user.id, role, until=end)
        given.append(user.display_name)
    return given


@router.reads("/applications/{app_id}/access/{grant_id}/change", action="app:share")
def change_page(visit: SignedIn, app_id: str, grant_id: str) -> Response:
    """Show the form that changes somebody's role."""
    return _change_form(visit, app_id, grant_id, None)


@router.makes("/applications/{app_id}/access/{grant_id}/change", action="app:share")
def change(
    visit: SignedIn, app_id: str, grant_id: str, role: Field = "", ends: Field = "", until: Field = ""
) -> Response:
    """Give somebody another role, or another end, instead of the one they have."""
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            grant = authz.change_role(tx, node.id, grant_id, role, end_of(ends, until, tx.now))
    except (Invalid, Conflict, TooWide) as error:
        return _change_form(visit, app_id, grant_id, _faulty(ShareState("", role, ends, until), error))
    visit.call.house.collect_receipt()
    return visit.go(f"/applications/{node.id}/access", f"{grant.who_label} is {role} of {node.name} now.")


@router.reads("/applications/{app_id}/access/{grant_id}/remove", action="app:share")
def remove_page(visit: SignedIn, app_id: str, grant_id: str) -> Response:
    """Ask before a role is taken away."""
    return _ask_remove(visit, app_id, grant_id)


@router.makes("/applications/{app_id}/access/{grant_id}/remove", action="app:share")
def remove(visit: SignedIn, app_id: str, grant_id: str) -> Response:
    """Take a role away; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            grant = authz.take_back(tx, node.id, grant_id)
    except (LastOwner, TooWide) as error:
        return _ask_remove(visit, app_id, grant_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{grant.who_label} has lost the role {grant.role or 'given'} on {node.name}."
    is_self = grant.who_id == visit.person.id
    to = "/applications" if is_self else f"/applications/{node.id}/access"
    return visit.go(to, f"{said} {receipt_words(receipt)}")


def _access_row(tx: Tx, visit: Visit, grant: Grant) -> AccessRow:
    return AccessRow(
        grant.id,
        grant.who_label,
        grant.who_name,
        grant.who_kind,
        grant.role or "special",
        grant.from_at,
        grant.until_at,
        grant.by_name,
        grant.reason,
        authz.held_back_by(tx, grant),
        grant.who_id == visit.person.id,
    )


def _found(visit: Visit, tx: Tx, app_id: str, grant_id: str) -> tuple[AppRow, AccessRow]:
    """Return an application and one of the roles on it.

    Raises:
        Hidden: there is no such role on it any more.
    """
    row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    for one in authz.list_grants(tx, row.id):
        if one.id == grant_id:
            return row, _access_row(tx, visit, one)
    raise authz.Hidden("app:share", grant_id)


def _share_form(visit: Visit, app_id: str, form: ShareState) -> Response:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:share", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    content = pages.share_dialog(row, form, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog(f"Share {row.name}", content, "applications", code=_code(form))


def _change_form(visit: Visit, app_id: str, grant_id: str, form: ShareState | None) -> Response:
    with visit.call.read() as tx:
        row, grant = _found(visit, tx, app_id, grant_id)
    if form is None:
        ends = "until" if grant.until else ""
        until = grant.until.date().isoformat() if grant.until else ""
        form = ShareState("", grant.role, ends, until)
    content = pages.change_dialog(row, grant, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Change role", content, "applications", code=_code(form))


def _ask_remove(visit: Visit, app_id: str, grant_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        row, grant = _found(visit, tx, app_id, grant_id)
    content = pages.remove_dialog(row, grant, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog("Take a role away", content, "applications", code=code)


def _names(sent: list[str]) -> list[str]:
    """Return the usernames that were sent, each once, in their order."""
    typed = [name.strip().lower() for one in sent for name in one.split(",")]
    return list(dict.fromkeys(name for name in typed if name))[:_PEOPLE_MOST]


def _faulty(form: ShareState, error: GatepostError) -> ShareState:
    """Return *form* with what is wrong with it, each where it belongs."""
    faults = faults_of(error)
    who = faults.get("who") or faults.get("to", "")
    fault = fault_of(error) or ("" if {"who", "to", "role", "until"} & faults.keys() else error.detail)
    return ShareState(
        form.who,
        form.role,
        form.ends,
        form.until,
        who,
        faults.get("role", ""),
        faults.get("until", ""),
        fault,
    )


def _code(form: ShareState) -> int:
    return 400 if form.fault or form.who_error or form.role_error or form.until_error else 200
