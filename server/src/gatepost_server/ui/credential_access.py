"""Who may use a stored credential: to sign in with it, never to see it; given, changed, taken back."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import vault
from gatepost_server.authz import require
from gatepost_server.store import Tx
from gatepost_server.ui import node_sharing, sharing
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.pages.connection_sharing import share_commands, shared_credential
from gatepost_server.ui.pages.sharing import Shared, ShareState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=sharing.PEOPLE_MOST)]

_HERE: Final = "/credentials/{credential_id}/access"


@router.reads(_HERE, action="credential:share")
def access_page(visit: SignedIn, credential_id: str) -> Response:
    """Lead to the credential, whose page says who may use it."""
    with visit.call.read() as tx:
        require(tx, "credential:share", credential_id)
    return visit.go(f"/credentials/{credential_id}")


@router.reads(f"{_HERE}/people", action="credential:share")
def people(visit: SignedIn, credential_id: str, q: str = "") -> Response:
    """Answer with the people and groups whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        require(tx, "credential:share", credential_id)
        return sharing.find_people(tx, q)


@router.reads(f"{_HERE}/add", action="credential:share")
def add_page(visit: SignedIn, credential_id: str) -> Response:
    """Show the form that gives people a role."""
    return node_sharing.add_form(visit, _place(credential_id), ShareState())


@router.makes(f"{_HERE}/add", action="credential:share")
def add(
    visit: SignedIn,
    credential_id: str,
    *,
    who: Names = None,
    role: Field = "consumer",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Give everybody who was named the role, or nobody."""
    return node_sharing.add(visit, _place(credential_id), who, role, ends, until)


@router.reads(_HERE + "/{grant_id}/change", action="credential:share")
def change_page(visit: SignedIn, credential_id: str, grant_id: str) -> Response:
    """Show the form that changes what somebody holds."""
    return node_sharing.change_form(visit, _place(credential_id), grant_id)


@router.makes(_HERE + "/{grant_id}/change", action="credential:share")
def change(
    visit: SignedIn,
    credential_id: str,
    grant_id: str,
    *,
    role: Field = "",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Let somebody hold something else, or until another end."""
    return node_sharing.change(visit, _place(credential_id), grant_id, role, ends, until)


@router.reads(_HERE + "/{grant_id}/remove", action="credential:share")
def remove_page(visit: SignedIn, credential_id: str, grant_id: str) -> Response:
    """Ask before something is taken away."""
    return node_sharing.ask_remove(visit, _place(credential_id), grant_id)


@router.makes(_HERE + "/{grant_id}/remove", action="credential:share")
def remove(visit: SignedIn, credential_id: str, grant_id: str) -> Response:
    """Take away what somebody holds."""
    return node_sharing.remove(visit, _place(credential_id), grant_id)


def _place(credential_id: str) -> Place:
    def shared(tx: Tx) -> Shared:
        return shared_credential(credential_id, vault.get_credential(tx, credential_id).name)

    same = share_commands("credentials", credential_id)
    return Place(credential_id, "credential:share", shared, "/credentials", "", same)
