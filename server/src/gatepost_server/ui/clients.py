"""Pages of client applications: lists, the page of one, what is said of it."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import HTMLResponse, Response

from gatepost_server import approvals, clients, identity, instance
from gatepost_server.authz import (
    ConfirmRequired,
    may,
    may_create,
    may_on_instance,
    require,
    require_instance,
    require_self,
)
from gatepost_server.clients import Client, ClientGroup, IpAllowlist, NewClient
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.fields import Found, FoundPerson
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import client as page
from gatepost_server.ui.pages import client_forms as forms
from gatepost_server.ui.pages import clients as pages
from gatepost_server.ui.pages.client import ClientView
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=8000)]
Names = Annotated[list[str] | None, Form(max_length=50)]
_FOUND_MOST: Final = 5
_TABS: Final = {"apis": "app:open", "datasets": "app:open", "calls": "app:calls"}


@router.reads("/clients", action="client_group:find")
def client_list(visit: SignedIn) -> Response:
    """List one's applications, or those that one has not joined."""
    state = ListState("/clients", visit.query("q", "cursor", "group", "tab"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    scope = "not_joined" if state.value("tab") == "not_joined" else "my"
    kinds = visit.call.house.requests
    with visit.call.read() as tx:
        asked = approvals.list_requests(tx, kinds, "submitted", PageRequest(limit=MAX_LIMIT)).items
        waiting = {
            str(one.content["client"]): one.id for one in asked if one.is_pending and "client" in one.content
        }
        found = clients.list_clients(tx, wanted, scope, state.value("group") or None)
        content = pages.client_list(
            found.items, _groups(tx), state, tx.now, visit.csrf, visit.url,
            waiting=waiting, may_make=may_on_instance(tx, "client:create"), next_cursor=found.next,
        )  # fmt: skip
    return visit.page("My applications", content, "applications")


@router.reads("/clients/people", action="user:find")
def people(visit: SignedIn, q: str = "") -> Response:
    """Answer with the people whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        require_self(tx, "user:find")
        users = identity.find_users(tx, PageRequest(q=q.strip()[:100], limit=_FOUND_MOST)).items
    return HTMLResponse(str(Found([FoundPerson(one.username, one.display_name) for one in users], q.strip())))


@router.reads("/clients/new", action="client:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new application."""
    with visit.call.read() as tx:
        require_instance(tx, "client:create")
    return _new_form(visit, Typed(visit.query("app")))


@router.makes("/clients/new", action="client:create")
def create(
    visit: SignedIn,
    *,
    name: Field = "",
    group: Field = "",
    scenario: Field = "",
    owners: Names = None,
    app_key: Field = "",
    app_secret: Field = "",
    entries: Field = "",
    app: Field = "",
) -> Response:
    """Make an application, or give a hosted one an AppKey, and show its secret."""
    typed = {
        "name": name, "group": group, "scenario": scenario, "owners": ", ".join(owners or []),
        "app_key": app_key, "entries": entries, "app": app,
    }  # fmt: skip
    wanted = NewClient(
        name.strip(), group, names_of(owners), scenario, app_key.strip() or None,
        Secret(app_secret) if app_secret else None, IpAllowlist(bool(entries.strip()), entries),
        app_id=app.strip() or None,
    )  # fmt: skip
    try:
        with visit.call.begin() as tx:
            made = clients.create_client(tx, visit.call.house.signing, wanted)
    except (Invalid, Conflict) as error:
        return _new_form(visit, faulty(typed, error), status_of(error))
    content = forms.shown(made.client, made.app_secret.reveal(), is_over=visit.is_over, is_new=True)
    return visit.dialog(made.client.name, content, "applications", code=201)


@router.reads("/clients/{client_id}", action="app:list")
def client_page(visit: SignedIn, client_id: str) -> Response:
    """Show an application, as far as one may."""
    with visit.call.read() as tx:
        view = client_view(tx, clients.get_client(tx, client_id), visit.url)
        secrets = clients.list_secrets(tx, client_id) if may(tx, "app:secrets", client_id) else None
        members = clients.list_members(tx, client_id) if view.is_owner else None
        content = page.client_page(view, secrets, members, visit.person.id)
    return visit.page(view.client.name, content, "applications")


def client_view(tx: Tx, one: Client, url: str) -> ClientView:
    """Present an application with what the caller may do to it."""
    tabs = [tab for tab, action in _TABS.items() if may(tx, action, one.id)]
    is_owner = may(tx, "app:members", one.id)
    return ClientView(
        one, tx.now, url, is_owner=is_owner, may_delete=may(tx, "app:delete", one.id),
        may_host=is_owner and not one.is_hosted and may_create(tx, "app:create"), tabs=tabs,
    )  # fmt: skip


@router.reads("/clients/{client_id}/edit", action="app:edit-client")
def edit_page(visit: SignedIn, client_id: str) -> Response:
    """Show the form that changes an application."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
    owners = ", ".join(owner.username for owner in one.owners)
    told = {"name": one.name, "group": one.group_name, "scenario": one.scenario, "owners": owners}
    return _edit_form(visit, one, Typed(told))


@router.makes("/clients/{client_id}/edit", action="app:edit-client")
def edit(
    visit: SignedIn,
    client_id: str,
    *,
    name: Field = "",
    group: Field = "",
    scenario: Field = "",
    owners: Names = None,
    listed: Field = "",
) -> Response:
    """Change an application."""
    typed = {
        "name": name, "group": group, "scenario": scenario, "owners": ", ".join(owners or []),
        "listed": listed,
    }  # fmt: skip
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
    try:
        with visit.call.begin() as tx:
            done = clients.change_client(
                tx, client_id, name=name.strip(), group=group, scenario=scenario, owners=names_of(owners),
                is_listed=listed == "on",
            )  # fmt: skip
    except ConfirmRequired:
        raise
    except (Invalid, Conflict, Denied) as error:
        return _edit_form(visit, one, faulty(typed, error), status_of(error))
    visit.call.house.collect_receipt()
    return visit.go(f"/clients/{client_id}", f"{done.name} is saved.")


@router.reads("/clients/{client_id}/delete", action="app:delete")
def delete_page(visit: SignedIn, client_id: str) -> Response:
    """Ask before an application is deleted."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:delete", client_id)
    content = forms.delete_dialog(one, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Delete {one.name}", content, "applications")


@router.makes("/clients/{client_id}/delete", action="app:delete")
def delete(visit: SignedIn, client_id: str, typed_name: Field = "") -> Response:
    """Delete an application whose name was typed."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:delete", client_id)
    if typed_name.strip() != one.name:
        fault = f"Type {one.name} to delete it."
        content = forms.delete_dialog(one, visit.csrf, fault=fault, is_over=visit.is_over)
        return visit.dialog(f"Delete {one.name}", content, "applications", code=400)
    with visit.call.begin() as tx:
        clients.delete_client(tx, client_id)
    receipt = receipt_words(visit.call.house.collect_receipt())
    return visit.go("/clients", f"{one.name} is deleted. {receipt}")


def names_of(sent: list[str] | None) -> list[str]:
    """Return the user names that a field of people sent."""
    return [name.strip() for one in sent or [] for name in one.split(",") if name.strip()]


def faulty(typed: dict[str, str], error: GatepostError) -> Typed:
    """Return what was typed with what is wrong with it."""
    return Typed(typed, faults_of(error), fault_of(error))


def _groups(tx: Tx) -> list[ClientGroup]:
    return list(clients.list_groups(tx, PageRequest(limit=MAX_LIMIT)).items)


def _new_form(visit: Visit, typed: Typed, code: int = 200) -> Response:
    with visit.call.read() as tx:
        groups, has = _groups(tx), instance.features(tx, is_managed=False).ip_allowlist
    content = forms.client_dialog(groups, typed, visit.csrf, has_addresses=has, is_over=visit.is_over)
    return visit.dialog("New application", content, "applications", code=code)


def _edit_form(visit: Visit, one: Client, typed: Typed, code: int = 200) -> Response:
    with visit.call.read() as tx:
        require(tx, "app:edit-client", one.id)
        groups = _groups(tx)
    content = forms.edit_dialog(one, groups, typed, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Edit {one.name}", content, "applications", code=code)
