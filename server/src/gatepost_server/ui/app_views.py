"""From an application of the domain to what its pages show."""

from urllib.parse import urlsplit

from gatepost_server import apps
from gatepost_server.apps import Addresses, App, Source, VersionState
from gatepost_server.authz import may
from gatepost_server.settings import Settings
from gatepost_server.store import Tx
from gatepost_server.ui.pages.application import AppView
from gatepost_server.ui.pages.applications import AppRow, SourceRow


def addresses_of(settings: Settings) -> Addresses:
    """Return where content is found on this server."""
    return Addresses(settings.public_url(), settings.apps_host_suffix())


def app_row(tx: Tx, app: App, settings: Settings) -> AppRow:
    """Present *app* in a list, with what the caller may do to it."""
    return AppRow(
        app.id,
        app.number,
        app.name,
        app.kind,
        app.state,
        app.version,
        app.owner_name or "",
        app.access,
        app.updated_at,
        addresses_of(settings).content_url(app.id),
        may_edit=may(tx, "app:edit", app.id),
        may_delete=may(tx, "app:delete", app.id),
    )


def app_view(tx: Tx, app: App, settings: Settings) -> AppView:
    """Present *app* in full."""
    row = app_row(tx, app, settings)
    deployed = None
    if may(tx, "app:read", app.id):
        deployed = next((one.at for one in apps.list_deployments(tx, app.id) if one.is_wanted), None)
    return AppView(
        row,
        origin_url=addresses_of(settings).origin_url(app.id, app.slug),
        frame_url=row.content_url if may_frame(settings) else "",
        deployed_at=deployed,
        deployed_by=app.deployed_by,
        isolation=app.isolation,
        reason=app.reason,
        versions=app.version,
        may_share=may(tx, "app:share", app.id),
    )


def may_frame(settings: Settings) -> bool:
    """Tell whether a browser signs in to an app inside a frame: by https, or on *.localhost."""
    host = urlsplit(f"//{settings.apps_host_suffix()}").hostname or ""
    return settings.is_secure() or host == "localhost" or host.endswith(".localhost")


def source_row(source: Source, app_id: str | None) -> SourceRow:
    """Present *source* in a list; *app_id* is an application made from it."""
    return SourceRow(
        source.id,
        source.name,
        source.kind,
        source.latest,
        source.state or VersionState.QUEUED,
        source.owner_name or "",
        source.updated_at,
        app_id,
    )
