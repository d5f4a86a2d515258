"""The way in: every router of pages, the static files, and how refusals look."""

from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from gatepost_server.ui import (
    all_keys,
    app_access,
    app_connections,
    app_env,
    app_external,
    app_keys,
    app_page,
    app_parameters,
    app_replacing,
    app_sharing,
    app_uploads,
    app_usage,
    app_versions,
    apps,
    audit,
    catalog,
    catalog_adding,
    client_apis,
    client_asking,
    client_calls,
    client_datasets,
    client_groups,
    client_hosting,
    client_proving,
    client_secrets,
    clients,
    connection_access,
    connection_browse,
    connection_logins,
    connection_trial,
    connections,
    consents,
    credential_access,
    credential_checks,
    credentials,
    dashboard_access,
    dashboard_tiles,
    dashboards,
    data_api_access,
    data_api_calls,
    data_api_designs,
    data_api_logins,
    data_api_trials,
    data_api_versions,
    data_apis,
    dataset_access,
    dataset_page,
    dataset_query,
    dataset_rules,
    dataset_schedule,
    dataset_source,
    dataset_uploads,
    datasets,
    docs,
    egress,
    explain,
    exposure,
    global_keys,
    groups,
    guests,
    instance,
    key_deeds,
    key_edits,
    keys,
    lending,
    logs,
    mail,
    organizations,
    policies,
    project_exposed,
    project_imports,
    project_keys,
    project_sending,
    project_settings,
    projects,
    requests,
    retracting,
    scenario_steps,
    scenarios,
    sessions,
    signing,
    source_access,
    source_copies,
    sources,
    usecases,
    users,
    variables,
    version_edits,
    version_files,
)
from gatepost_server.ui.refusing import present
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.static_files import find
from gatepost_server.ui.visits import GoElsewhere

__all__ = ["install_pages", "present"]

_ROUTERS: Final = (
    signing.router,
    sessions.router,
    keys.router,
    all_keys.router,
    global_keys.router,
    key_deeds.router,
    key_edits.router,
    consents.router,
    credential_access.router,
    client_asking.router,  # before the application that would be called "request"
    clients.router,
    client_apis.router,
    client_datasets.router,
    client_hosting.router,
    client_calls.router,
    client_proving.router,
    client_secrets.router,
    client_groups.router,
    policies.router,
    credential_checks.router,
    credentials.router,
    connection_trial.router,
    connection_browse.router,
    catalog_adding.router,
    connection_logins.router,
    connection_access.router,
    connections.router,
    lending.router,
    users.router,
    groups.router,
    organizations.router,
    variables.router,
    egress.router,
    logs.router,
    mail.router,
    audit.router,
    explain.router,
    exposure.router,
    requests.router,
    instance.router,
    app_replacing.router,
    app_uploads.router,
    app_usage.router,
    apps.router,
    app_access.router,
    retracting.router,
    app_env.router,
    app_connections.router,
    app_sharing.router,
    app_external.router,
    app_keys.router,
    guests.router,
    app_versions.router,
    app_page.router,
    app_parameters.router,
    source_copies.router,
    sources.router,
    source_access.router,
    usecases.router,
    version_edits.router,
    version_files.router,
    project_imports.router,  # before the project that would be called "import"
    projects.router,
    project_settings.router,
    project_exposed.router,
    catalog.router,
    dataset_uploads.router,
    datasets.router,
    dataset_access.router,
    dataset_rules.router,
    dataset_query.router,
    dataset_source.router,
    dataset_schedule.router,
    dataset_page.router,
    scenario_steps.router,
    scenarios.router,
    dashboards.router,
    dashboard_tiles.router,
    dashboard_access.router,
    data_api_logins.router,  # before the data API that would be called "sign-in"
    data_apis.router,
    data_api_designs.router,
    data_api_trials.router,
    data_api_versions.router,
    data_api_access.router,
    data_api_calls.router,
    project_sending.router,
    project_keys.router,
    docs.router,
)

_static = PageRouter()


@_static.reads("/static/{path:path}", public=True)
def static(request: Request, path: str) -> Response:
    """Answer with an asset; its address names its content, so it may be kept for a year."""
    held = find(path)
    if held is None:
        return Response("There is no such file.\n", status_code=404, media_type="text/plain")
    body, encoding = held.best_for(request.headers.get("accept-encoding", ""))
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if encoding is not None:
        headers["content-encoding"] = encoding
    return Response(body, headers=headers, media_type=held.content_type)


def install_pages(app: FastAPI) -> None:
    """Add every page to *app*; `present` is for `web.install_problems`."""

    def elsewhere(request: Request, error: Exception) -> Response:
        assert isinstance(error, GoElsewhere)
        if request.headers.get("hx-request") == "true":
            return Response(status_code=204, headers={"HX-Redirect": error.to})
        return RedirectResponse(error.to, status_code=303)

    app.add_exception_handler(GoElsewhere, elsewhere)
    for router in (_static, *_ROUTERS):
        app.include_router(router)
