"""Who may use a data connection; given, changed, taken back."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import connections
from gatepost_server.authz import require
from gatepost_server.store import Tx
from gatepost_server.ui import node_sharing, sharing
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.pages.connection_sharing import access, share_commands, shared_connection
from gatepost_server.ui.pages.sharing import Shared, ShareState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=sharing.PEOPLE_MOST)]

_HERE: Final = "/connections/{connection_id}/access"


@router.reads(_HERE, action="connection:share")
def access_page(visit: SignedIn, connection_id: str) -> Response:
    """Show who holds what on a connection."""
    with visit.call.read() as tx:
        require(tx, "connection:share", connection_id)
        of, rows = view_of(tx, visit, connection_id), sharing.access_page(tx, visit, connection_id)
        content = access(of, rows, tx.now, visit.url)
    return visit.page(of.one.name, content, "data")


@router.reads(f"{_HERE}/people", action="connection:share")
def people(visit: SignedIn, connection_id: str, q: str = "") -> Response:
    """Answer with the people and groups whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        require(tx, "connection:share", connection_id)
        return sharing.find_people(tx, q)


@router.reads(f"{_HERE}/add", action="connection:share")
def add_page(visit: SignedIn, connection_id: str) -> Response:
    """Show the form that gives people a role."""
    return node_sharing.add_form(visit, _place(connection_id), ShareState())


@router.makes(f"{_HERE}/add", action="connection:share")
def add(
    visit: SignedIn,
    connection_id: str,
    *,
    who: Names = None,
    role: Field = "consumer",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Give everybody who was named the role, or nobody."""
    return node_sharing.add(visit, _place(connection_id), who, role, ends, until)


@router.reads(_HERE + "/{grant_id}/change", action="connection:share")
def change_page(visit: SignedIn, connection_id: str, grant_id: str) -> Response:
    """Show the form that changes what somebody holds."""
    return node_sharing.change_form(visit, _place(connection_id), grant_id)


@router.makes(_HERE + "/{grant_id}/change", action="connection:share")
def change(
    visit: SignedIn,
    connection_id: str,
    grant_id: str,
    *,
    role: Field = "",
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Let somebody hold something else, or until another end."""
    return node_sharing.change(visit, _place(connection_id), grant_id, role, ends, until)


@router.reads(_HERE + "/{grant_id}/remove", action="connection:share")
def remove_page(visit: SignedIn, connection_id: str, grant_id: str) -> Response:
    """Ask before something is taken away."""
    return node_sharing.ask_remove(visit, _place(connection_id), grant_id)


@router.makes(_HERE + "/{grant_id}/remove", action="connection:share")
def remove(visit: SignedIn, connection_id: str, grant_id: str) -> Response:
    """Take away what somebody holds."""
    return node_sharing.remove(visit, _place(connection_id), grant_id)


def _place(connection_id: str) -> Place:
    def shared(tx: Tx) -> Shared:
        return shared_connection(connection_id, connections.get_connection(tx, connection_id).name)

    same = share_commands("connections", connection_id)
    return Place(connection_id, "connection:share", shared, "/connections", "data", same)
