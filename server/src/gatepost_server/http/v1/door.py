"""The native door: every router under `/api/v1`."""

from typing import Final

from fastapi import FastAPI

from gatepost_server.http.v1 import (
    admin_keys,
    app_env,
    app_logs,
    app_metrics,
    app_parameters,
    apps,
    audit,
    comparing,
    connection_tests,
    connections,
    credentials,
    dashboards,
    dataset_rows,
    dataset_story,
    datasets,
    explain,
    exposure,
    external,
    grants,
    groups,
    instance,
    jobs,
    keys,
    lending,
    logs,
    mail,
    organizations,
    project_archives,
    project_keys,
    project_sharing,
    projects,
    requests,
    scenarios,
    sessions,
    sources,
    usecases,
    users,
    variables,
    version_files,
    versions,
)

ROUTERS: Final = (
    sessions.router,
    lending.router,
    keys.router,
    project_keys.router,
    admin_keys.router,
    users.router,
    groups.router,
    organizations.router,
    sources.router,
    versions.router,
    version_files.router,
    comparing.router,
    apps.router,
    app_env.router,
    app_logs.router,
    app_metrics.router,
    app_parameters.router,
    external.router,
    usecases.router,
    credentials.router,
    connections.router,
    connection_tests.router,
    project_archives.router,
    projects.router,
    datasets.router,
    dataset_rows.router,
    dataset_story.router,
    project_sharing.router,
    grants.router,
    requests.router,
    audit.router,
    explain.router,
    exposure.router,
    instance.router,
    logs.router,
    variables.router,
    mail.router,
    jobs.router,
    scenarios.router,
    dashboards.router,
)


def install_api(app: FastAPI) -> None:
    """Add all native routes to *app*.

    Router by router: what is included inside of an included router is built twice at start.
    """
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
