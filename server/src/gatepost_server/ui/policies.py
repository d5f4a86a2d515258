"""The page that says who approves which requests."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import approvals, instance
from gatepost_server.kernel.errors import Invalid
from gatepost_server.ui.clients import names_of
from gatepost_server.ui.pages import policies as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()
Sent = Annotated[str | None, Form(max_length=40)]
Names = Annotated[list[str] | None, Form(max_length=50)]


@router.reads(pages.HERE, action="settings:read")
def policies(visit: SignedIn) -> Response:
    """Show who approves what."""
    return _page(visit)


@router.makes(pages.HERE, action="settings:change")
def change(
    visit: SignedIn,
    kind: Sent = None,
    who: Sent = None,
    named: Names = None,
    administrators_create_directly: Sent = None,
) -> Response:
    """Say who approves requests of a kind, or whether administrators make things directly."""
    direct = administrators_create_directly
    wanted: dict[str, object] = {} if direct is None else {"administrators_create_directly": direct}
    try:
        with visit.call.begin() as tx:
            if wanted or kind is None:
                instance.change_policies(tx, wanted)
            if kind is not None:
                said: object = names_of(named) if who == "named" else who
                approvals.change_approvers(tx, visit.call.house.requests, {kind: said})
    except Invalid as error:
        why = next(iter(faults_of(error).values()), fault_of(error))
        return _page(visit, (kind or "", ", ".join(named or []), why), 400)
    return visit.go(pages.HERE, "The policies are saved.")


def _page(visit: Visit, fault: tuple[str, str, str] = ("", "", ""), code: int = 200) -> Response:
    with visit.call.read() as tx:
        may_create = instance.read_policies(tx).administrators_create_directly
        now = approvals.read_approvers(tx, visit.call.house.requests)
    content = pages.policies(now, may_create, visit.csrf, visit.url, fault)
    return visit.page("Policies", content, "administration", code=code)
