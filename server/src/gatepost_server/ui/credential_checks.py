"""Trying a credential at all its connections, from its page and before a change of it is saved."""

from collections.abc import Sequence

from starlette.responses import Response

from gatepost_server import connections, vault
from gatepost_server.connections import BrokerSilent, Checked, Checks, TooManyTries
from gatepost_server.kernel.secret import Secret
from gatepost_server.ui.component import Component
from gatepost_server.ui.connection_trial import means_of
from gatepost_server.ui.pages import credential_checks as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.vault import Credential, Sealed

router = PageRouter()

_HERE = "/credentials/{credential_id}/test"
_UNTRIED = (BrokerSilent, TooManyTries, Sealed)


@router.reads(_HERE, action="credential:edit")
def check_page(visit: SignedIn, credential_id: str) -> Response:
    """Ask before a credential is tried at all its connections; asks who it is first."""
    with visit.call.read() as tx:
        one = vault.require_editable(tx, credential_id)
    return _ask(visit, one)


@router.makes(_HERE, action="credential:edit")
def check(visit: SignedIn, credential_id: str) -> Response:
    """Try a credential at all its connections, as it is stored."""
    with visit.call.read() as tx:
        one = vault.require_editable(tx, credential_id)
    try:
        found = connections.check_credential(means_of(visit), credential_id)
    except _UNTRIED as error:
        return _ask(visit, one, fault=error.detail, code=400)
    content = pages.check_result(one, found, is_over=visit.is_over)
    return visit.dialog(f"Test of {one.name}", content, "data")


def tried_before_saving(
    visit: Visit, one: Credential, user: str, secret: dict[str, Secret]
) -> tuple[Sequence[Checked], list[Component]]:
    """Try what is to be saved of a credential, and return what has to be seen before it is.

    Raises:
        Invalid: user or secret do not fit its type.
    """
    wanted = None if user == one.user else user
    if wanted is None and not secret:
        return [], []
    try:
        found = connections.check_credential(means_of(visit), one.id, user=wanted, secret=secret or None)
    except _UNTRIED as error:
        return [], pages.doubts(Checks([]), error.detail, has_secret=bool(secret))
    return found.done, pages.doubts(found, "", has_secret=bool(secret))


def _ask(visit: Visit, one: Credential, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        count = connections.count_connections(tx, [one.id]).get(one.id, 0)
    content = pages.check_dialog(one, count, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Test {one.name}", content, "data", code=code)
