"""What one lets applications do in one's name."""

from pydantic import BaseModel, Field
from starlette.responses import Response

from gatepost_server import authn
from gatepost_server.apps import KeyScopeLevel
from gatepost_server.http.v1.wire import Body, PageOut, ReceiptOut, Time
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["people"])


class LentOut(BaseModel):
    """An application that one agreed to: up to which level, and whether that still counts.

    It counts no more once the application asks for a higher level or somebody else deployed it.
    """

    app: str
    name: str | None
    level: KeyScopeLevel
    agreed_at: Time
    counts: bool


class AskedOut(BaseModel):
    """The level that an application asks for in one's name (null: none), and what it has until then.

    `visitor_reach` are the projects and datasets on which it asks for it; null all that one may.
    """

    level: KeyScopeLevel | None
    until_then: KeyScopeLevel | None
    has_agreed: bool
    deployed_by: dict[str, str] | None
    visitor_reach: list[str] | None = None


class LevelAgreed(Body):
    """The level that one has seen the application ask for, on what, and who had deployed it (an id)."""

    level: KeyScopeLevel
    deployed_by: str = Field(max_length=100)
    visitor_reach: list[str] | None = None


@router.reads("/me/visitor-consents", action="consent:give")
def list_lent(call: ApiCall) -> PageOut[LentOut]:
    """List the applications that one agreed to."""
    with call.read() as tx:
        found = authn.list_lent(tx)
    items = [
        LentOut(app=one.app_id, name=one.name, level=one.level, agreed_at=one.agreed_at, counts=one.counts)
        for one in found
    ]
    return PageOut(items=items, next=None)


@router.reads("/me/visitor-consents/{app_id}", action="app:open")
def asked(call: ApiCall, app_id: str) -> AskedOut:
    """Say what an application asks of the caller, and whether they agreed to it."""
    with call.read() as tx:
        one = authn.asked_of(tx, app_id)
    if one is None:
        return AskedOut(level=None, until_then=None, has_agreed=False, deployed_by=None)
    by = {"id": one.deployer_id, "name": one.deployer_name}
    return AskedOut(
        level=one.level,
        until_then=one.until_then,
        has_agreed=one.has_agreed,
        deployed_by=by,
        visitor_reach=None if one.reach is None else list(one.reach),
    )


@router.replaces("/me/visitor-consents/{app_id}", status_code=204, action="consent:give")
def agree(call: ApiCall, app_id: str, body: LevelAgreed) -> Response:
    """Let an application act in one's name up to the level that it asks for now."""
    with call.begin() as tx:
        authn.agree(tx, app_id, body.level, body.deployed_by, body.visitor_reach)
    return Response(status_code=204)


@router.removes("/me/visitor-consents/{app_id}", action="consent:give")
def take_back(call: ApiCall, app_id: str) -> ReceiptOut:
    """Agree no longer; it holds at the application's next call in one's name."""
    with call.begin() as tx:
        authn.take_back_consent(tx, app_id)
    return ReceiptOut.of(call.house.collect_receipt())
