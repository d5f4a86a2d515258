"""Pages of associations: which stored credentials sign in at which connection, from either side."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import connections, vault
from gatepost_server.authz import allowed_on, require, require_self
from gatepost_server.connections import DRIVERS, Connection, EndpointChanged
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import connection_logins as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.vault import Credential

router = PageRouter()

Field = Annotated[str, Form(max_length=200)]
Generation = Annotated[int | None, Form()]
_AT: Final = "/connections/{connection_id}/credentials"
_OF: Final = "/credentials/{credential_id}/connections"
_OFFERED: Final = 25


@router.reads(_AT, action="connection:list")
def logins(visit: SignedIn, connection_id: str) -> Response:
    """Show the credentials of a connection, as far as one may see them."""
    state = ListState(f"/connections/{connection_id}/credentials", visit.query("cursor"))
    page = PageRequest(cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        of = view_of(tx, visit, connection_id)
        found = connections.list_credentials_of(tx, connection_id, page)
        content = pages.logins_tab(
            of,
            found.items,
            visit.person.id,
            state,
            tx.now,
            csrf=visit.csrf,
            url=visit.url,
            next_cursor=found.next,
        )
    return visit.page(of.one.name, content, "data")


@router.reads(f"{_AT}/add", action="connection:use")
def add_page(visit: SignedIn, connection_id: str) -> Response:
    """Offer one's own credentials that fit a connection."""
    return _add_form(visit, connection_id)


@router.makes(f"{_AT}/add", action="connection:use")
def add(
    visit: SignedIn, connection_id: str, credential: Field = "", generation: Generation = None
) -> Response:
    """Let a chosen credential sign in at a connection."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
    if not credential:
        return _add_form(visit, connection_id, fault="Choose one of them.", code=400)
    try:
        to = f"/connections/{connection_id}/credentials"
        return _associate(visit, connection_id, credential, to, generation)
    except EndpointChanged as error:
        return _add_form(visit, connection_id, fault=error.detail, code=409)


@router.reads(_AT + "/{credential_id}/add", action="credential:associate")
def again_page(visit: SignedIn, connection_id: str, credential_id: str) -> Response:
    """Show where a connection leads now, before a credential signs in there again."""
    return _again_form(visit, connection_id, credential_id)


@router.makes(_AT + "/{credential_id}/add", action="credential:associate")
def add_again(
    visit: SignedIn, connection_id: str, credential_id: str, generation: Generation = None
) -> Response:
    """Let a credential sign in again at a connection that leads elsewhere since."""
    try:
        to = f"/connections/{connection_id}/credentials"
        return _associate(visit, connection_id, credential_id, to, generation)
    except EndpointChanged as error:
        return _again_form(visit, connection_id, credential_id, fault=error.detail, code=409)


@router.reads(_AT + "/{credential_id}/remove", action="credential:separate")
def remove_page(visit: SignedIn, connection_id: str, credential_id: str) -> Response:
    """Ask before a credential is taken from a connection."""
    here = f"/connections/{connection_id}/credentials"
    return _ask_remove(visit, connection_id, credential_id, f"{here}/{credential_id}/remove", here)


@router.makes(_AT + "/{credential_id}/remove", action="credential:separate")
def remove(visit: SignedIn, connection_id: str, credential_id: str, then: Field = "keep") -> Response:
    """Take a credential from a connection."""
    here = f"/connections/{connection_id}/credentials"
    return _remove(visit, connection_id, credential_id, then, here)


@router.reads(f"{_OF}/add", action="credential:associate")
def connect_page(visit: SignedIn, credential_id: str) -> Response:
    """Offer the connections that a credential of one's own fits."""
    return _connect_form(visit, credential_id)


@router.makes(f"{_OF}/add", action="credential:associate")
def connect(visit: SignedIn, credential_id: str, connection: Field = "") -> Response:
    """Let a credential sign in at a chosen connection."""
    if not connection:
        return _connect_form(visit, credential_id, fault="Choose a connection.", code=400)
    chosen, _, seen = connection.partition("@")
    generation = int(seen) if seen.isdecimal() else None
    try:
        return _associate(visit, chosen, credential_id, f"/credentials/{credential_id}", generation)
    except EndpointChanged as error:
        return _connect_form(visit, credential_id, fault=error.detail, code=409)


@router.reads(_OF + "/{connection_id}/remove", action="credential:separate")
def disconnect_page(visit: SignedIn, credential_id: str, connection_id: str) -> Response:
    """Ask before a connection is taken from a credential."""
    here = f"/credentials/{credential_id}"
    action = f"{here}/connections/{connection_id}/remove"
    return _ask_remove(visit, connection_id, credential_id, action, here)


@router.makes(_OF + "/{connection_id}/remove", action="credential:separate")
def disconnect(visit: SignedIn, credential_id: str, connection_id: str, then: Field = "keep") -> Response:
    """Take a connection from a credential."""
    return _remove(visit, connection_id, credential_id, then, f"/credentials/{credential_id}")


def _associate(
    visit: Visit, connection_id: str, credential_id: str, to: str, generation: int | None
) -> Response:
    with visit.call.begin() as tx:
        made = connections.associate(tx, connection_id, credential_id, generation=generation)
    return visit.go(to, f"{made.credential.name} signs in at {made.connection_name} from now on.")


def _add_form(visit: Visit, connection_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        require_self(tx, "credential:associate")
        of = view_of(tx, visit, connection_id)
        fitting = DRIVERS[of.one.type].logins
        there = {
            one.credential.id
            for one in connections.list_credentials_of(tx, connection_id, PageRequest(limit=200)).items
            if one.is_attached
        }
        own = [
            one
            for one in vault.usable_credentials(tx)
            if one.owner_id == visit.person.id and one.type in fitting and one.id not in there
        ]
    new_type = min(fitting, default="basic")
    content = pages.add_prompt(of, own, visit.csrf, new_type, is_over=visit.is_over, fault=fault)
    return visit.dialog(f"Add credentials to {of.one.name}", content, "data", code=code)


def _again_form(
    visit: Visit, connection_id: str, credential_id: str, *, fault: str = "", code: int = 200
) -> Response:
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        kept = vault.require_own(tx, credential_id)
        require_self(tx, "credential:associate")
        of = view_of(tx, visit, connection_id)
    content = pages.again_dialog(of, kept, visit.csrf, is_over=visit.is_over, fault=fault)
    return visit.dialog(f"Associate {kept.name} again", content, "data", code=code)


def _ask_remove(visit: Visit, connection_id: str, credential_id: str, action: str, back: str) -> Response:
    with visit.call.read() as tx:
        kept = vault.require_own(tx, credential_id)
        found = connections.rehearse_separation(tx, connection_id, credential_id)
    name = found.connection_name
    content = pages.remove_dialog(
        name, kept, action, visit.csrf, back, is_last=found.is_last, is_over=visit.is_over
    )
    return visit.dialog(f"Remove {kept.name} from {name}", content, "data")


def _remove(visit: Visit, connection_id: str, credential_id: str, then: str, to: str) -> Response:
    with visit.call.begin() as tx:
        kept = vault.require_own(tx, credential_id)
        name = connections.rehearse_separation(tx, connection_id, credential_id).connection_name
        done = connections.separate(tx, connection_id, credential_id, delete_credential=then == "delete")
    visit.call.house.collect_receipt()
    said = f"{kept.name} no longer signs in at {name}."
    if done.credential_deleted:
        return visit.go("/credentials" if to.startswith("/credentials") else to, f"{said} It is deleted.")
    return visit.go(to, f"{said} It is kept, without any connection." if done.is_last else said)


def _connect_form(visit: Visit, credential_id: str, *, fault: str = "", code: int = 200) -> Response:
    q = visit.query("q")["q"]
    with visit.call.read() as tx:
        kept = vault.require_own(tx, credential_id)
        require_self(tx, "credential:associate")
        found = _offered(tx, kept, q)
    content = pages.connect_dialog(
        kept,
        found[:_OFFERED],
        q,
        visit.csrf,
        is_more=len(found) > _OFFERED,
        is_over=visit.is_over,
        fault=fault,
    )
    return visit.dialog(f"Associate {kept.name}", content, "data", code=code)


def _offered(tx: Tx, kept: Credential, q: str) -> Sequence[Connection]:
    """Return connections that a credential could sign in at and does not yet, some more than are shown."""
    try:
        named = connections.list_connections(tx, PageRequest(q=q, limit=200)).items
    except Invalid:
        return []
    usable = allowed_on(tx, "connection:use", [one.id for one in named])
    there = {
        one.connection_id
        for one in connections.list_connections_of(tx, kept.id, PageRequest(limit=200)).items
        if one.is_attached
    }
    return [
        one
        for one in named
        if one.id in usable and one.id not in there and kept.type in DRIVERS[one.type].logins
    ][: _OFFERED + 1]
