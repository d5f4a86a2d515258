"""Use cases: what belongs to one purpose, linked without changing anybody's rights."""

from pydantic import BaseModel

from gatepost_server import apps, usecases
from gatepost_server.authz import require
from gatepost_server.http.v1.sources import person
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.usecases import Link, Usecase
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["use cases"])


class UsecaseIn(Body):
    """A use case to be made."""

    name: str
    description: str = ""


class UsecaseChange(Body):
    """What may be changed of a use case; absent fields stay."""

    name: str | None = None
    description: str | None = None


class LinkIn(Body):
    """A thing to be linked, by its kind (app, source, dataset, scenario, dashboard) and id."""

    type: str
    id: str


class UsecaseOut(BaseModel):
    """A use case; `links` counts what is linked and may be seen by the caller."""

    id: str
    name: str
    description: str
    owner: dict[str, str] | None
    links: int
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, one: Usecase) -> "UsecaseOut":
        """Present *one* use case."""
        return cls(
            id=one.id,
            name=one.name,
            description=one.description,
            owner=person(one.owner_id, one.owner_name),
            links=one.links,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


class LinkOut(BaseModel):
    """A thing that is linked to a use case."""

    type: str
    id: str
    name: str
    linked_at: Time
    by: dict[str, str] | None

    @classmethod
    def of(cls, one: Link) -> "LinkOut":
        """Present *one* link."""
        return cls(
            type=one.kind, id=one.id, name=one.name, linked_at=one.at, by=person(one.by_id, one.by_name)
        )


@router.makes("/usecases", status_code=201, action="usecase:create")
def create_usecase(call: ApiCall, body: UsecaseIn) -> UsecaseOut:
    """Make a use case."""
    with call.begin() as tx:
        return UsecaseOut.of(usecases.create_usecase(tx, body.name, body.description))


@router.reads("/usecases", action="usecase:list")
def list_usecases(call: ApiCall, page: PageQuery, linked_to: str | None = None) -> PageOut[UsecaseOut]:
    """List the use cases one may see; with `linked_to` those of an application, by its id or number."""
    require_known(call)
    with call.read() as tx:
        thing = None if linked_to is None else apps.require_app(tx, "app:list", linked_to).id
        return page_out(usecases.list_usecases(tx, page, thing), UsecaseOut.of)


@router.reads("/usecases/{usecase_id}", action="usecase:list")
def get_usecase(call: ApiCall, usecase_id: str) -> UsecaseOut:
    """Return a use case."""
    with call.read() as tx:
        return UsecaseOut.of(usecases.get_usecase(tx, usecase_id))


@router.changes("/usecases/{usecase_id}", action="usecase:edit")
def change_usecase(call: ApiCall, usecase_id: str, body: UsecaseChange) -> UsecaseOut:
    """Give a use case another name or description."""
    if body.name is None and body.description is None:
        fault = FieldFault("body", "send name or description")
        raise Invalid("Nothing to change.", faults=[fault])
    with call.begin() as tx:
        changed = usecases.change_usecase(tx, usecase_id, name=body.name, description=body.description)
        return UsecaseOut.of(changed)


@router.removes("/usecases/{usecase_id}", action="usecase:delete")
def delete_usecase(call: ApiCall, usecase_id: str) -> ReceiptOut:
    """Delete a use case; what is linked to it stays."""
    with call.begin() as tx:
        usecases.delete_usecase(tx, usecase_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/usecases/{usecase_id}/links", action="usecase:open")
def list_links(call: ApiCall, usecase_id: str) -> PageOut[LinkOut]:
    """List what is linked to a use case, as far as one may see it."""
    with call.read() as tx:
        return PageOut(items=[LinkOut.of(one) for one in usecases.list_links(tx, usecase_id)], next=None)


@router.makes("/usecases/{usecase_id}/links", status_code=201, action="usecase:link")
def link(call: ApiCall, usecase_id: str, body: LinkIn) -> LinkOut:
    """Link a thing to a use case; needs EDIT on both, and changes nobody's rights."""
    kind = "app" if body.type == "application" else body.type
    with call.begin() as tx:
        require(tx, "usecase:link", usecase_id)
        thing = apps.require_app(tx, "app:link", body.id).id if kind == "app" else body.id
        return LinkOut.of(usecases.link(tx, usecase_id, kind, thing))


@router.removes("/usecases/{usecase_id}/links/{linked_id}", action="usecase:link")
def unlink(call: ApiCall, usecase_id: str, linked_id: str) -> ReceiptOut:
    """Take a thing out of a use case."""
    with call.begin() as tx:
        usecases.unlink(tx, usecase_id, linked_id)
    return ReceiptOut.of(call.house.collect_receipt())
