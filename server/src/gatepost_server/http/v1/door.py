"""The native door: every router under `/api/v1`."""

from typing import Final

from fastapi import APIRouter

from gatepost_server.http.v1 import audit, instance, keys, sessions, users

ROUTERS: Final = (sessions.router, keys.router, users.router, audit.router, instance.router)


def api_router() -> APIRouter:
    """Return one router with all native routes."""
    api = APIRouter(prefix="/api/v1")
    for router in ROUTERS:
        api.include_router(router)
    return api
