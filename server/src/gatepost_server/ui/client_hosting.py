"""A client application becomes a hosted one: the page that asks for its source."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, clients
from gatepost_server.authz import allowed_on
from gatepost_server.kernel.errors import Conflict, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.ui.pages.publishing import PublishState, host_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=100)]
Ids = Annotated[list[str], Form(max_length=100)]
NOBODY: Final[list[str]] = []


@router.reads("/clients/{client_id}/host", action="app:edit-client")
def host_page(visit: SignedIn, client_id: str) -> Response:
    """Ask for the source that a client application is to run."""
    return _form(visit, client_id, PublishState(""))


@router.makes("/clients/{client_id}/host", action="app:edit-client")
def host(
    visit: SignedIn, client_id: str, source_id: Field = "", name: Field = "", confirmed: Ids = NOBODY
) -> Response:
    """Let a client application run a source, with the work of those who were named."""
    form = PublishState(source_id, name)
    try:
        with visit.call.begin() as tx:
            one = clients.require_client(tx, "app:edit-client", client_id)
            _require_chosen(source_id)
            app = apps.create_app(
                tx, name=name.strip(), source_id=source_id, confirmed_authors=confirmed, client_id=one.id
            )
    except apps.AuthorsUnconfirmed as error:
        ids, names = [which for which, _ in error.missing], ", ".join(called for _, called in error.missing)
        fault = f"It holds work of {names}, which will act with your rights. Host it again to confirm."
        return _form(visit, client_id, PublishState(source_id, name, fault=fault, others=ids), code=409)
    except (Invalid, Conflict) as error:
        wrong = faults_of(error).get("name", "")
        form = PublishState(source_id, name, name_error=wrong, fault="" if wrong else error.detail)
        return _form(visit, client_id, form, code=400)
    return visit.go(f"/applications/{app.id}/build")


def _require_chosen(source_id: str) -> None:
    if not source_id:
        raise Invalid("Choose a source.")


def _form(visit: Visit, client_id: str, form: PublishState, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:edit-client", client_id)
        found = apps.list_sources(tx, PageRequest(limit=MAX_LIMIT)).items
        read = allowed_on(tx, "source:read", [each.id for each in found])
        sources = [(each.id, each.name) for each in found if each.id in read and each.latest]
    if not sources and not form.fault:
        form = PublishState(
            "", form.name, fault="There is no source with files that you may read. Upload one."
        )
    content = host_dialog(form, one, sources, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Host {one.name}", content, "applications", code=code)
