"""What machines ask of the server as a whole: its health, its figures, its public keys."""

from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy import text
from starlette.responses import JSONResponse

from gatepost_server.authz import require_instance
from gatepost_server.web import ActionRouter, ApiCall, House

router = ActionRouter(tags=["health"])

_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@router.reads("/healthz", public=True)
def healthz(request: Request) -> dict[str, Any]:
    """Say how the instance is, in one word and codes."""
    house: House = request.app.state.house
    found = house.health()
    return {"status": found.status, "reasons": list(found.reasons)}


@router.reads("/readyz", public=True)
def readyz(request: Request) -> Response:
    """Answer 200 when the store answers."""
    house: House = request.app.state.house
    with house.uow.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return Response("ready\n", media_type="text/plain")


@router.reads("/metrics", action="health:read", include_in_schema=False)  # it is no JSON of the API
def metrics(call: ApiCall) -> Response:
    """Say figures in the text form of Prometheus, to administrators and global-admin keys."""
    with call.read() as tx:
        require_instance(tx, "health:read")
    return Response(call.house.metrics(), media_type=_TEXT)


@router.reads("/.well-known/jwks.json", public=True, include_in_schema=False)  # of RFC 7517, for applications
def published_keys(request: Request) -> JSONResponse:
    """Return the keys by which applications check what the gate tells them of their callers."""
    house: House = request.app.state.house
    return JSONResponse(house.assertions.published(), headers={"Cache-Control": "no-cache"})
