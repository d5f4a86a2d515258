"""Health for machines: one word, and whether calls can be served."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy import text

from gatepost_server.web import ActionRouter, House

router = ActionRouter(tags=["health"])


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
