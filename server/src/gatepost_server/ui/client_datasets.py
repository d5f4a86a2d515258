"""Pages of the datasets that an application may read: its list, asking for one, doing without one."""

from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from gatepost_server import approvals, clients, dataapis
from gatepost_server.authz import require_self
from gatepost_server.clients import Client
from gatepost_server.dataapis import DataSource, UnknownAuthorization
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid, TooMany
from gatepost_server.store import Tx
from gatepost_server.ui.client_secrets import validity_of
from gatepost_server.ui.clients import client_view, faulty
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import client_datasets as pages
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.project_views import paged
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=8000)]
_HERE = "/clients/{client_id}/datasets"


@router.reads(_HERE, action="app:open")
def datasets(visit: SignedIn, client_id: str) -> Response:
    """Show what an application may read."""
    state = ListState(f"/clients/{client_id}/datasets", visit.query("cursor"))
    with visit.call.read() as tx:
        view = client_view(tx, clients.require_client(tx, "app:open", client_id), visit.url)
        found = dataapis.list_sources(tx, client_id, paged(state))
        content = pages.client_datasets(view, found.items, state, found.next)
    return visit.page(f"Datasets of {view.client.name}", content, "applications")


@router.reads(f"{_HERE}/request", action="app:edit-client")
def request_page(visit: SignedIn, client_id: str) -> Response:
    """Show the form that asks for a dataset."""
    return _form(visit, client_id, Typed(visit.query("dataset", "columns")))


@router.makes(f"{_HERE}/request", action="app:edit-client")
def ask(
    visit: SignedIn,
    client_id: str,
    *,
    dataset: Field = "",
    columns: Field = "",
    reason: Field = "",
    validity: Field = "90",
    until: Field = "",
) -> Response:
    """Ask for a dataset."""
    _owned(visit, client_id)
    typed = {"dataset": dataset, "columns": columns, "reason": reason, "validity": validity, "until": until}
    names = [one.strip() for one in columns.split(",") if one.strip()]
    raw: dict[str, Any] = {"client": client_id, "dataset": dataset.strip(), "columns": names or None}
    try:
        with visit.call.begin() as tx:
            require_self(tx, "request:create")
            window = validity_of(tx, validity, until).raw()
            made = approvals.ask(tx, visit.call.house.requests, "use_dataset", raw, reason, window).id
    except (Invalid, Conflict, TooMany) as error:
        return _form(visit, client_id, faulty(typed, error), error)
    return visit.go(f"/requests/{made}", "You have asked. Here you see what is decided.")


@router.reads(f"{_HERE}/{{dataset}}/end", action="app:edit-client")
def end_page(visit: SignedIn, client_id: str, dataset: str) -> Response:
    """Ask before an application does without a dataset."""
    one = _owned(visit, client_id)
    with visit.call.read() as tx:
        given = _given(tx, client_id, dataset)
    content = pages.let_go_dialog(one, given, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"End access to {given.dataset_name}", content, "applications")


@router.makes(f"{_HERE}/{{dataset}}/end", action="app:edit-client")
def end(visit: SignedIn, client_id: str, dataset: str) -> Response:
    """Let an application do without a dataset."""
    one = _owned(visit, client_id)
    with visit.call.begin() as tx:
        given = dataapis.let_go_of_source(tx, client_id, dataset)
    receipt = receipt_words(visit.call.house.collect_receipt())
    said = f"{one.name} does without {given.dataset_name} now. {receipt}"
    return visit.go(f"/clients/{client_id}/datasets", said)


def _owned(visit: Visit, client_id: str) -> Client:
    with visit.call.read() as tx:
        return clients.require_client(tx, "app:edit-client", client_id)


def _given(tx: Tx, client_id: str, dataset: str) -> DataSource:
    """Return what lets the application read the dataset of that id.

    Raises:
        UnknownAuthorization: nothing does.
    """
    found = dataapis.source_of(tx, dataset, clients.require_client(tx, "app:edit-client", client_id).id)
    if found is None:
        raise UnknownAuthorization
    return found


def _form(visit: Visit, client_id: str, typed: Typed, error: GatepostError | None = None) -> Response:
    one = _owned(visit, client_id)
    content = pages.request_dialog(one, typed, visit.csrf, is_over=visit.is_over)
    code = 200 if error is None else status_of(error)
    return visit.dialog(f"Request a dataset for {one.name}", content, "applications", code=code)
