"""Pages of one's own stored credentials: kept, changed, deleted; the secret goes in and never comes out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import connections, vault
from gatepost_server.authz import ConfirmRequired, may, require_self
from gatepost_server.connections import Checked
from gatepost_server.kernel.errors import Denied, GatepostError, Invalid, Unavailable
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.component import Component
from gatepost_server.ui.credential_checks import tried_before_saving
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import credentials as pages
from gatepost_server.ui.pages.connection_logins import connections_section
from gatepost_server.ui.pages.connection_sharing import shared_credential
from gatepost_server.ui.pages.credentials import HOME, CredentialForm, One, Standing
from gatepost_server.ui.pages.sharing import AccessPage, people_section
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.typed_secrets import TypedSecret
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of
from gatepost_server.vault import Credential, CredentialType

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


@router.reads(HOME, action="credential:list")
def credential_list(visit: SignedIn) -> Response:
    """List the credentials one may see, and show the first of them."""
    return _manage(visit, None)


@router.reads(f"{HOME}/new", action="credential:create")
def new_page(visit: SignedIn, type: str = "basic", connection: str = "") -> Response:  # noqa: A002
    """Show the form that stores a credential of a type, perhaps for a connection."""
    with visit.call.read() as tx:
        require_self(tx, "credential:create")
        if connection:
            require_self(tx, "credential:associate")
        if not vault.may_store(tx, visit.call.house.vault):
            raise vault.StoringOff
    return _new_form(visit, CredentialForm(vault.type_of(type), connection=connection[:60]))


@router.makes(f"{HOME}/new", action="credential:create")
def create(
    visit: SignedIn,
    secret: TypedSecret,
    type: Field = "basic",  # noqa: A002
    name: Field = "",
    user: Field = "",
    connection: Field = "",
) -> Response:
    """Store a credential and go to it, or back to the connection that it was stored for."""
    try:
        with visit.call.begin() as tx:
            made = vault.save_credential(tx, visit.call.house.vault, name, vault.type_of(type), user, secret)
            if connection:
                connections.associate(tx, connection, made.id)
    except ConfirmRequired:
        raise
    except (Invalid, Denied, Unavailable) as error:
        form = CredentialForm(_type_or_first(type), name, user, connection)
        return _new_form(visit, _faulty(form, error), code=400)
    if connection:
        to = f"/connections/{connection}/credentials"
        return visit.go(to, f"{made.name} is stored, and signs in here from now on.")
    return visit.go(f"{HOME}/{made.id}", f"{made.name} is stored. Its secret is not shown again.")


@router.reads(f"{HOME}/{{credential_id}}", action="credential:list")
def credential_page(visit: SignedIn, credential_id: str) -> Response:
    """Show a credential beside the list."""
    return _manage(visit, credential_id)


@router.reads(f"{HOME}/{{credential_id}}/edit", action="credential:edit")
def edit_page(visit: SignedIn, credential_id: str) -> Response:
    """Show the form that changes a credential; asks who it is first."""
    with visit.call.read() as tx:
        one = vault.require_editable(tx, credential_id)
    return _edit_form(visit, one, CredentialForm(one.type, one.name, one.user))


@router.makes(f"{HOME}/{{credential_id}}/edit", action="credential:edit")
def edit(
    visit: SignedIn,
    secret: TypedSecret,
    credential_id: str,
    name: Field = "",
    user: Field = "",
    confirmed: Field = "",
) -> Response:
    """Change a credential for all its connections; where it would fail is shown before it is saved."""
    with visit.call.read() as tx:
        one = vault.require_editable(tx, credential_id)
    form = CredentialForm(one.type, name, user)
    try:
        tried: Sequence[Checked] = ()
        if not confirmed:
            tried, doubts = tried_before_saving(visit, one, user.strip(), secret)
            if doubts:
                return _edit_form(visit, one, form, notes=doubts, code=409)
        with visit.call.begin() as tx:
            changed = vault.edit_credential(
                tx, visit.call.house.vault, credential_id, name=name, user=user, secret=secret or None
            )
            if tried:
                vault.note_health(tx, credential_id, is_good=True)
                connections.note_checks(tx, credential_id, tried)
    except ConfirmRequired:
        raise
    except (Invalid, Denied, Unavailable) as error:
        return _edit_form(visit, one, _faulty(form, error), code=400)
    said = "with its new secret" if secret else "and its secret stays"
    return visit.go(f"{HOME}/{one.id}", f"{changed.name} is saved, {said}.")


@router.reads(f"{HOME}/{{credential_id}}/delete", action="credential:delete")
def delete_page(visit: SignedIn, credential_id: str) -> Response:
    """Ask before a credential is deleted."""
    with visit.call.read() as tx:
        one = vault.require_deletable(tx, credential_id)
        found = connections.list_connections_of(tx, credential_id, PageRequest(limit=20)).items
        losing = [each.connection_name for each in found]
    content = pages.delete_dialog(one, visit.csrf, losing, is_over=visit.is_over)
    return visit.dialog(f"Delete {one.name}", content)


@router.makes(f"{HOME}/{{credential_id}}/delete", action="credential:delete")
def delete(visit: SignedIn, credential_id: str) -> Response:
    """Delete a credential."""
    with visit.call.begin() as tx:
        name = vault.require_deletable(tx, credential_id).name
        connections.delete_credential(tx, credential_id)
    visit.call.house.collect_receipt()
    return visit.go(HOME, f"{name} is deleted, and its secret with it.")


def _manage(visit: Visit, credential_id: str | None) -> Response:
    state = ListState(HOME, visit.query("q", "cursor"))
    page = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = vault.list_credentials(tx, page)
        chosen = vault.get_credential(tx, credential_id) if credential_id else next(iter(found.items), None)
        content = pages.manage(
            found.items,
            state,
            _one(tx, visit, chosen) if chosen else None,
            _standing(tx, visit),
            tx.now,
            visit.url,
            is_one=credential_id is not None,
            next_cursor=found.next,
            counts=connections.count_connections(tx, [one.id for one in found.items]),
        )
    return visit.page("Credentials", content, "data")


def _one(tx: Tx, visit: Visit, one: Credential) -> One:
    is_own = one.owner_id == visit.person.id
    found = connections.list_connections_of(tx, one.id, PageRequest(limit=MAX_LIMIT))
    section = connections_section(one, found.items, tx.now, is_own=is_own, is_all=found.next is None)
    more: list[Component] = [section]
    if may(tx, "credential:share", one.id):
        holders = AccessPage(sharing.access_rows(tx, visit, one.id))
        more.append(people_section(shared_credential(one.id, one.name), holders, tx.now))
    return One(
        one,
        vault.may_keep(tx, one.id, "edit"),
        vault.may_keep(tx, one.id, "delete"),
        is_own,
        bool(found.items),
        more,
    )


def _standing(tx: Tx, visit: Visit) -> Standing:
    safe = visit.call.house.vault
    return Standing(vault.may_store(tx, safe), safe.state(tx), visit.is_administrator)


def _type_or_first(name: str) -> CredentialType:
    return CredentialType(name) if name in set(CredentialType) else CredentialType.BASIC


def _faulty(form: CredentialForm, error: GatepostError) -> CredentialForm:
    return replace(form, errors=faults_of(error), fault=fault_of(error))


def _new_form(visit: Visit, form: CredentialForm, *, code: int = 200) -> Response:
    content = pages.new_dialog(form, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog("Add new credentials", content, code=code)


def _edit_form(
    visit: Visit,
    one: Credential,
    form: CredentialForm,
    *,
    notes: Sequence[Component] = (),
    code: int = 200,
) -> Response:
    content = pages.edit_dialog(one, form, visit.csrf, is_over=visit.is_over, notes=notes)
    return visit.dialog(f"Edit {one.name}", content, code=code)
