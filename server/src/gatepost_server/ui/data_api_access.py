"""Who may call a data API: people, and client applications."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import clients, dataapis
from gatepost_server.authz import Node, may
from gatepost_server.clients import Client
from gatepost_server.dataapis import Authorization, Stage, UnknownAuthorization
from gatepost_server.kernel.errors import Conflict, Denied, FieldFault, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.client_secrets import validity_of
from gatepost_server.ui.data_api_views import api_view, api_views, shown
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.node_sharing_doors import declare_sharing
from gatepost_server.ui.pages import data_api_access as pages
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.pages.data_api_access import AuthorizeForm, shared_api
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=500)]
_ONE = "/projects/{project}/apis/{api}"
_HERE = f"{_ONE}/access"


@router.reads(_HERE, action="api:share")
def access(visit: SignedIn, project: str, api: str) -> Response:
    """Show who may call a data API."""
    with visit.call.read() as tx:
        node = dataapis.require_api(tx, "api:share", project, api)
        view, given = api_view(tx, project, api), None
        if may(tx, "api:authorize", node.id):
            given = dataapis.list_authorizations(tx, project, api, PageRequest(limit=MAX_LIMIT)).items
        holders = sharing.access_page(tx, visit, node.id)
        content = pages.access(view, holders, given, tx.now, visit.csrf, visit.url)
    return shown(visit, f"Access to {view.one.name}", content)


@router.reads(f"{_ONE}/applications/add", action="api:authorize")
def authorize_page(visit: SignedIn, project: str, api: str) -> Response:
    """Ask which application may call it, with which fields, until when."""
    return _form(visit, project, api, AuthorizeForm())


@router.makes(f"{_ONE}/applications/add", action="api:authorize")
def authorize(
    visit: SignedIn,
    project: str,
    api: str,
    *,
    client: Field = "",
    stage: Field = Stage.PRODUCTION,
    fields: Names = None,
    validity: Field = "90",
    until: Field = "",
) -> Response:
    """Let an application call it."""
    form = AuthorizeForm(client, stage, fields or (), Typed({"validity": validity, "until": until}))
    try:
        with visit.call.begin() as tx:
            node = dataapis.require_api(tx, "api:authorize", project, api)
            meant = _client(tx, client)
            given = dataapis.authorize_client(
                tx, node.id, meant.id, _stage(stage), validity_of(tx, validity, until), fields=fields or None
            )
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        faults = faults_of(error)
        typed = replace(form.typed, faults=faults)
        return _form(
            visit, project, api, replace(form, typed=typed, faults=faults, fault=fault_of(error)), 400
        )
    said = f"{given.client_name} may call {given.api_name} in {given.stage.value}."
    return visit.go(f"/projects/{project}/apis/{given.api_id}/access", said)


@router.reads(_ONE + "/applications/{given}/end", action="api:authorize")
def end_page(visit: SignedIn, project: str, api: str, given: str) -> Response:
    """Ask before an application may call it no more."""
    with visit.call.read() as tx:
        one = _given(tx, project, api, given)
        view = api_view(tx, project, api)
    content = ConfirmDialog(
        f"End what lets {one.client_name} call {view.one.name}?", "It can be authorized again.",
        f"{view.base}/applications/{given}/end", f"End it for {one.client_name}", visit.csrf,
        f"{view.base}/access", [f"Its calls in {one.stage.value} are refused from the next one on."],
        is_over=visit.is_over,
    )  # fmt: skip
    return visit.dialog("End an authorization", content, "data")


@router.makes(_ONE + "/applications/{given}/end", action="api:authorize")
def end(visit: SignedIn, project: str, api: str, given: str) -> Response:
    """Let an application call it no more."""
    with visit.call.begin() as tx:
        one = dataapis.end_authorization(tx, project, api, given)
    receipt = receipt_words(visit.call.house.collect_receipt())
    return visit.go(
        f"/projects/{project}/apis/{one.api_id}/access",
        f"{one.client_name} may not call it any more. {receipt}",
    )


@dataclass(frozen=True)
class _ApiPlace(Place):
    """A data API, which addresses may name by its slug or number as well."""

    def node(self, tx: Tx) -> Node:
        """Return it, to who may share it."""
        return dataapis.require_api_meant(tx, self.action, self.id)


def _place(api: str) -> Place:
    def shared(tx: Tx) -> Shared:
        return shared_api(api_views(tx, [dataapis.get_api_meant(tx, api)])[0])

    return _ApiPlace(api, "api:share", shared, "/apis", "data")


declare_sharing(router, _HERE, "api", "api:share", _place)


def _form(visit: Visit, project: str, api: str, form: AuthorizeForm, code: int = 200) -> Response:
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:authorize", project, api)
        view = api_view(tx, project, api)
        known = [one.name for one in _found(tx, "")]
    content = pages.authorize_dialog(view, form, view.one.fields, known, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Authorize an application", content, "data", code=code)


def _found(tx: Tx, q: str) -> Sequence[Client]:
    wanted = PageRequest(q=q, limit=MAX_LIMIT)
    return [
        *clients.list_clients(tx, wanted, "my").items,
        *clients.list_clients(tx, wanted, "not_joined").items,
    ]


def _client(tx: Tx, text: str) -> Client:
    """Return the application that *text* names.

    Raises:
        Invalid: there is none of that name or AppKey that the caller may know of.
    """
    said = text.strip()
    for one in _found(tx, said[:100]) if said else ():
        if said in (one.id, one.app_key) or one.name.casefold() == said.casefold():
            return one
    fault = FieldFault("client", "there is no such application that you know of")
    raise Invalid("The application is not known.", faults=[fault])


def _stage(text: str) -> Stage:
    return Stage(text) if text in set(Stage) else Stage.PRODUCTION


def _given(tx: Tx, project: str, api: str, grant_id: str) -> Authorization:
    page = dataapis.list_authorizations(tx, project, api, PageRequest(limit=MAX_LIMIT))
    found = next((one for one in page.items if one.grant_id == grant_id), None)
    if found is None:
        raise UnknownAuthorization
    return found
