"""The native door: every router under `/api/v1`."""

from typing import Final

from fastapi import APIRouter

from gatepost_server.http.v1 import app_logs, apps, audit, grants, instance, keys, mail, sessions, sources, users

ROUTERS: Final = (
    sessions.router,
    keys.router,
    users.router,
    sources.router,
    apps.router,
    app_logs.router,
    grants.router,
    audit.router,
    instance.router,
    mail.router,
)


def api_router() -> APIRouter:
    """Return one router with all native routes."""
    api = APIRouter(prefix="/api/v1")
    for router in ROUTERS:
        api.include_router(router)
    return api
