"""Sources: files under a name, in versions."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from pydantic import BaseModel, Field

from gatepost_server import apps
from gatepost_server.apps import BundleLimits, Kind, Source
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.web import ActionRouter, ApiCall, require_known
from gatepost_server.web.call import Call
from gatepost_server.web.receiving import Received, receive

router = ActionRouter(tags=["sources"])

_MIB: Final = 1024 * 1024


class CopiedIn(Body):
    """The version of a source that another one is made from."""

    source_id: str = Field(max_length=100)
    version: int = Field(ge=1)


class SourceIn(Body):
    """A source to be made; with a bundle, or `from` a version of another, it has a first version at once."""

    name: str
    kind: Kind | None = None
    copied: CopiedIn | None = Field(None, alias="from")


class SourceChange(Body):
    """What may be changed of a source."""

    name: str


class SourceOut(BaseModel):
    """A source as lists show it."""

    id: str
    name: str
    kind: str | None
    latest_version: int
    state: str | None
    owner: dict[str, str] | None
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, source: Source) -> "SourceOut":
        """Present *source*."""
        return cls(
            id=source.id,
            name=source.name,
            kind=source.kind,
            latest_version=source.latest,
            state=source.state,
            owner=person(source.owner_id, source.owner_name),
            created_at=source.created_at,
            updated_at=source.updated_at,
        )


def person(principal_id: str | None, name: str | None) -> dict[str, str] | None:
    """Present somebody who owns or did something."""
    return None if principal_id is None else {"id": principal_id, "name": name or ""}


def limits_of(call: Call) -> BundleLimits:
    """Return how large a bundle may be on this server."""
    return BundleLimits(compressed=call.house.settings.upload_limit_mb * _MIB)


async def uploaded(call: ApiCall, request: Request) -> AsyncIterator[Received]:
    """Receive an upload once it is known that the caller may make one; remove it afterwards."""
    source_id = request.path_params.get("source_id")

    def judge() -> None:
        with call.read() as tx:
            apps.may_upload(tx, source_id)

    settings, folders = call.house.settings, call.house.folders
    received = await receive(request, folders.sources, settings.upload_limit_mb, before_upload=judge)
    try:
        yield received
    finally:
        received.forget()


Upload = Annotated[Received, Depends(uploaded)]


def form_of(form: type[BaseModel], from_json: type[BaseModel] | None = None) -> dict[str, Any]:
    """Describe the body of an upload route for the OpenAPI document."""
    described = form.model_json_schema()
    described["properties"]["bundle"] = {"type": "string", "format": "binary"}
    content = {"multipart/form-data": {"schema": described}}
    if from_json is not None:
        content["application/json"] = {"schema": from_json.model_json_schema()}
    return {"requestBody": {"required": True, "content": content}}


@router.makes("/sources", status_code=201, action="source:create", openapi_extra=form_of(SourceIn, SourceIn))
def create_source(call: ApiCall, upload: Upload) -> SourceOut:
    """Make a source; with a bundle its first version, or a copy of a version of another source."""
    wanted = upload.read_as(SourceIn)
    if wanted.copied is not None:
        return SourceOut.of(_copy(call, wanted, wanted.copied))
    if upload.bundle is None:
        with call.begin() as tx:
            return SourceOut.of(apps.create_source(tx, wanted.name))
    sources, now = call.house.folders.sources, call.house.uow.clock.now()
    with (
        apps.taken_in(upload.bundle, sources, now, kind=wanted.kind, limits=limits_of(call)) as bundle,
        call.begin() as tx,
    ):
        return SourceOut.of(apps.create_source(tx, wanted.name, bundle))


def _copy(call: Call, wanted: SourceIn, copied: CopiedIn) -> Source:
    if wanted.kind is not None:
        raise Invalid("A copy is served as its original is.", faults=[FieldFault("kind", "leave it out")])
    return apps.duplicate_source(call, call.house.folders, copied.source_id, copied.version, wanted.name)


@router.reads("/sources", action="source:list")
def list_sources(call: ApiCall, page: PageQuery) -> PageOut[SourceOut]:
    """List the sources one may see."""
    require_known(call)
    with call.read() as tx:
        return page_out(apps.list_sources(tx, page), SourceOut.of)


@router.reads("/sources/{source_id}", action="source:list")
def get_source(call: ApiCall, source_id: str) -> SourceOut:
    """Return a source."""
    with call.read() as tx:
        return SourceOut.of(apps.get_source(tx, source_id))


@router.changes("/sources/{source_id}", action="source:edit")
def rename_source(call: ApiCall, source_id: str, body: SourceChange) -> SourceOut:
    """Give a source another name."""
    with call.begin() as tx:
        return SourceOut.of(apps.rename_source(tx, source_id, body.name))


@router.removes("/sources/{source_id}", action="source:delete")
def delete_source(call: ApiCall, source_id: str) -> ReceiptOut:
    """Delete a source that no application is made from."""
    with call.begin() as tx:
        apps.delete_source(tx, source_id, call.house.folders)
    return ReceiptOut.of(call.house.collect_receipt())
