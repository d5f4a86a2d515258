"""The native door: every router under `/api/v1`."""

from typing import Final

from fastapi import APIRouter

from gatepost_server.http.v1 import (
    admin_keys,
    app_logs,
    apps,
    audit,
    dashboards,
    dataset_rows,
    dataset_story,
    datasets,
    explain,
    grants,
    groups,
    instance,
    jobs,
    keys,
    logs,
    mail,
    organizations,
    project_archives,
    project_keys,
    project_sharing,
    projects,
    scenarios,
    sessions,
    sources,
    users,
    variables,
)

ROUTERS: Final = (
    sessions.router,
    keys.router,
    project_keys.router,
    admin_keys.router,
    users.router,
    groups.router,
    organizations.router,
    sources.router,
    apps.router,
    app_logs.router,
    project_archives.router,
    projects.router,
    datasets.router,
    dataset_rows.router,
    dataset_story.router,
    project_sharing.router,
    grants.router,
    audit.router,
    explain.router,
    instance.router,
    logs.router,
    variables.router,
    mail.router,
    jobs.router,
    scenarios.router,
    dashboards.router,
)


def api_router() -> APIRouter:
    """Return one router with all native routes."""
    api = APIRouter(prefix="/api/v1")
    for router in ROUTERS:
        api.include_router(router)
    return api
