"""Requests: ask for something, see what waits, decide what others asked for."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from gatepost_server import approvals
from gatepost_server.approvals import Notice, Request
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["requests"])


class DaysIn(Body):
    """So many days from the approval on."""

    days: StrictInt


class UntilIn(Body):
    """Until a moment."""

    until: datetime


class RequestBody(BaseModel):
    """What is asked for: besides these fields, those of its kind (`access_app`: `app`, `role`)."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(max_length=30)
    reason: str
    validity: Literal["permanent"] | DaysIn | UntilIn


class DecisionIn(Body):
    """A decision about what was read: the request's hash comes back with it."""

    content_hash: str | None = None
    note: str = ""


class ApprovalIn(DecisionIn):
    """An approval; `narrower` says what of it is less than asked: `validity`, `role`, `fields`."""

    narrower: dict[str, Any] = Field(default_factory=dict)


class RequestOut(BaseModel):
    """A request, as far as the reader may know what it is about; `waits_for` names who may decide it."""

    id: str
    kind: str
    state: str
    content_hash: str
    asker: dict[str, str]
    asks: str
    content: dict[str, Any]
    reason: str
    validity: dict[str, Any] | str
    created_at: Time
    expires_at: Time
    decided_at: Time | None
    decided_by: str | None
    note: str
    result: dict[str, str] | None
    granted: dict[str, Any] | None
    waits_for: list[str]
    may_decide: bool

    @classmethod
    def of(cls, call: ApiCall, tx: Tx, request: Request) -> "RequestOut":
        """Present *request* to who calls."""
        kinds = call.house.requests
        result = request.result
        return cls(
            id=request.id,
            kind=request.kind,
            state=request.state,
            content_hash=request.content_hash,
            asker={"id": request.asker_id, "name": request.asker_name},
            asks=kinds[request.kind].sentence(tx, request),
            content=dict(request.content),
            reason=request.reason,
            validity=request.validity.raw(),
            created_at=request.created_at,
            expires_at=request.expires_at,
            decided_at=request.decided_at,
            decided_by=request.decider_name,
            note=request.note,
            result=None if result is None else {"type": result.type, "id": result.id},
            granted=dict(request.granted) or None,
            waits_for=list(approvals.waits_for(tx, kinds, request)),
            may_decide=approvals.may_decide(tx, kinds, request),
        )


class NoticeOut(BaseModel):
    """A notice that something of yours ends: what, when, and how many days before you were told."""

    id: str
    ends: str
    ends_at: Time
    days: int
    page: str
    told_at: Time

    @classmethod
    def of(cls, one: Notice) -> "NoticeOut":
        """Present *one* notice."""
        return cls(
            id=one.id, ends=one.what, ends_at=one.ends_at, days=one.days, page=one.page, told_at=one.at
        )


def _box(box: Annotated[str, Query(max_length=20)] = "to_decide") -> str:
    return box


@router.makes("/requests", status_code=201, action="request:create")
def ask(call: ApiCall, body: RequestBody) -> RequestOut:
    """Ask for something that somebody else decides; those who may are told by mail."""
    validity = body.validity if isinstance(body.validity, str) else body.validity.model_dump()
    with call.begin() as tx:
        raw = body.model_extra or {}
        asked = approvals.ask(tx, call.house.requests, body.kind, raw, body.reason, validity)
        return RequestOut.of(call, tx, asked)


@router.reads("/requests", action="request:list")
def list_requests(call: ApiCall, page: PageQuery, box: Annotated[str, Depends(_box)]) -> PageOut[RequestOut]:
    """List what waits for you (`to_decide`), what you asked for (`submitted`), what is over (`decided`)."""
    with call.read() as tx:
        found = approvals.list_requests(tx, call.house.requests, box, page)
        return page_out(found, lambda one: RequestOut.of(call, tx, one))


@router.reads("/requests/{request_id}", action="request:read")
def get_request(call: ApiCall, request_id: str) -> RequestOut:
    """Read a request that you made or may decide."""
    with call.read() as tx:
        return RequestOut.of(call, tx, approvals.get_request(tx, call.house.requests, request_id))


@router.makes("/requests/{request_id}/approve", action="request:decide")
def approve(call: ApiCall, request_id: str, body: ApprovalIn) -> RequestOut:
    """Approve a request, or less than it asks for; it is done when this answers."""
    return _decided(call, request_id, body, partial(approvals.approve, narrower=body.narrower))


@router.makes("/requests/{request_id}/reject", action="request:decide")
def reject(call: ApiCall, request_id: str, body: DecisionIn) -> RequestOut:
    """Refuse a request, with a note to who asked."""
    return _decided(call, request_id, body, approvals.reject)


@router.makes("/requests/{request_id}/withdraw", action="request:withdraw")
def withdraw(call: ApiCall, request_id: str) -> RequestOut:
    """Take back what you asked for."""
    with call.begin() as tx:
        return RequestOut.of(call, tx, approvals.withdraw(tx, request_id))


def _decided(call: ApiCall, request_id: str, body: DecisionIn, decide: Callable[..., Request]) -> RequestOut:
    home = call.house.settings.public_url()
    with call.begin() as tx:
        made = decide(tx, call.house.requests, request_id, body.content_hash, body.note, home=home)
        return RequestOut.of(call, tx, made)


@router.reads("/notices", action="request:list")
def list_notices(call: ApiCall, page: PageQuery) -> PageOut[NoticeOut]:
    """List what of yours ends soon, or has ended lately: memberships, authorizations, secrets."""
    with call.read() as tx:
        return page_out(approvals.list_notices(tx, page), NoticeOut.of)
