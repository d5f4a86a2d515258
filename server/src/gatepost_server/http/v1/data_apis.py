"""Data APIs of a project: made, examined, published, described, and who may call them."""

from typing import Any

from gatepost_server import dataapis
from gatepost_server.dataapis import ApiChange, NewApi, Stage
from gatepost_server.http.v1.api_shapes import (
    AuthorizationOut,
    DataApiOut,
    DefinitionIn,
    StageName,
    VersionOut,
)
from gatepost_server.http.v1.client_shapes import ValidityIn, validity_of
from gatepost_server.http.v1.connection_tests import means_of
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["data APIs"])
_ALL, _ONE = "/projects/{project}/apis", "/projects/{project}/apis/{api}"


class ApiIn(DefinitionIn):
    """A data API to be made; with `stage` production it is published at once. A slug is its address."""

    name: str
    slug: str | None = None
    description: str = ""
    stage: StageName = "development"
    note: str = ""


class ApiChangeIn(Body):
    """What to change; `definition` is whole, and becomes the next version."""

    name: str | None = None
    slug: str | None = None
    description: str | None = None
    definition: DefinitionIn | None = None
    note: str = ""


class StageChangeIn(Body):
    """Which version a stage means from now on; an earlier one is a way back, null closes production."""

    version: int | None
    stage: StageName = "production"


class ClientApiIn(Body):
    """An API (id, slug or number) to be called; without `fields` all of them."""

    api: str
    stage: StageName = "production"
    fields: list[str] | None = None
    validity: ValidityIn


@router.makes(_ALL, status_code=201, action="project:add")
def create_api(call: ApiCall, project: str, body: ApiIn) -> DataApiOut:
    """Make a data API. It reads as you, with the rights that you have whenever it is called."""
    with call.read() as tx:
        dataapis.may_save(tx, project)
    fitted = dataapis.examine(means_of(call), body.draft())
    wanted = NewApi(body.name, body.slug, body.description, Stage(body.stage), body.note)
    with call.begin() as tx:
        return DataApiOut.of(dataapis.create_api(tx, project, wanted, fitted))


@router.reads(_ALL, action="project:list")
def list_apis(call: ApiCall, project: str, page: PageQuery) -> PageOut[DataApiOut]:
    """List the data APIs of a project that one may know of, by name."""
    with call.read() as tx:
        return page_out(dataapis.list_apis(tx, project, page), DataApiOut.of)


@router.reads("/apis", action="api:list")
def list_all_apis(call: ApiCall, page: PageQuery) -> PageOut[DataApiOut]:
    """List the data APIs of all projects that one may know of, by name; also those given alone."""
    require_known(call)
    with call.read() as tx:
        return page_out(dataapis.list_all_apis(tx, page), DataApiOut.of)


@router.reads(_ONE, action="api:list")
def get_api(call: ApiCall, project: str, api: str) -> DataApiOut:
    """Return a data API, by name, id, slug or number."""
    with call.read() as tx:
        return DataApiOut.of(dataapis.get_api(tx, project, api))


@router.changes(_ONE, action="api:edit")
def change_api(call: ApiCall, project: str, api: str, body: ApiChangeIn) -> DataApiOut:
    """Change a data API; a definition is its next version, in development, and reads as you."""
    fitted = None
    if body.definition is not None:
        with call.read() as tx:
            dataapis.may_save(tx, project, api)
        fitted = dataapis.examine(means_of(call), body.definition.draft())
    wanted = ApiChange(body.name, body.slug, body.description, fitted, body.note)
    with call.begin() as tx:
        changed = DataApiOut.of(dataapis.change_api(tx, project, api, wanted))
    call.house.collect_receipt()
    return changed


@router.removes(_ONE, action="api:delete")
def delete_api(call: ApiCall, project: str, api: str) -> ReceiptOut:
    """Delete a data API with its versions; nobody calls it any more."""
    with call.begin() as tx:
        dataapis.delete_api(tx, project, api)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads(_ONE + "/versions", action="api:versions")
def list_versions(call: ApiCall, project: str, api: str, page: PageQuery) -> PageOut[VersionOut]:
    """List the versions of a data API whole, the latest first."""
    with call.read() as tx:
        return page_out(dataapis.list_versions(tx, project, api, page), VersionOut.of)


@router.makes(_ONE + "/publish", action="api:publish")
def publish_api(call: ApiCall, project: str, api: str, body: StageChangeIn) -> DataApiOut:
    """Let a stage mean a version; an earlier one is a way back."""
    with call.begin() as tx:
        shown = DataApiOut.of(dataapis.publish_api(tx, project, api, body.version, Stage(body.stage)))
    call.house.collect_receipt()
    return shown


@router.reads(_ONE + "/openapi", action="api:list")
def describe_api(call: ApiCall, project: str, api: str) -> dict[str, Any]:
    """Return how a data API is called, as OpenAPI 3.1; parameters are for who may call it."""
    with call.read() as tx:
        return dataapis.openapi_of(dataapis.get_api(tx, project, api), call.house.settings.public_url())


@router.reads(_ONE + "/authorizations", action="api:authorize")
def list_authorizations(call: ApiCall, project: str, api: str, page: PageQuery) -> PageOut[AuthorizationOut]:
    """List which client applications may call a data API, until when, with which fields."""
    with call.read() as tx:
        return page_out(dataapis.list_authorizations(tx, project, api, page), AuthorizationOut.of)


@router.removes(_ONE + "/authorizations/{given}", action="api:authorize")
def end_authorization(call: ApiCall, project: str, api: str, given: str) -> ReceiptOut:
    """Let an application call a data API no more."""
    with call.begin() as tx:
        dataapis.end_authorization(tx, project, api, given)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/clients/{client_id}/apis", action="app:open")
def list_client_apis(call: ApiCall, client_id: str, page: PageQuery) -> PageOut[AuthorizationOut]:
    """List what a client application may call; for its owners and members."""
    with call.read() as tx:
        return page_out(dataapis.list_client_apis(tx, client_id, page), AuthorizationOut.of)


@router.makes("/clients/{client_id}/apis", status_code=201, action="api:authorize")
def authorize_client(call: ApiCall, client_id: str, body: ClientApiIn) -> AuthorizationOut:
    """Let a client application call a data API that one may share, for a time."""
    with call.begin() as tx:
        validity = validity_of(tx, body.validity)
        given = dataapis.authorize_client(
            tx, body.api, client_id, Stage(body.stage), validity, fields=body.fields
        )
        return AuthorizationOut.of(given)


@router.removes("/clients/{client_id}/apis/{api}", action="app:edit-client")
def let_go_of_api(call: ApiCall, client_id: str, api: str) -> ReceiptOut:
    """Let one's client application do without a data API, in every stage."""
    with call.begin() as tx:
        dataapis.let_go_of_api(tx, client_id, api)
    return ReceiptOut.of(call.house.collect_receipt())
