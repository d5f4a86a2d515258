"""From an application of the domain to what its pages show."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.apps import Addresses, App
from gatepost_server.authz import allowed_on, count_sharers, list_grants, may, may_create
from gatepost_server.settings import Settings
from gatepost_server.sharing import let_in_outside
from gatepost_server.store import Tx
from gatepost_server.ui.component import Component
from gatepost_server.ui.names import labels_of
from gatepost_server.ui.pages.application import AppView
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.visits import Visit


def addresses_of(settings: Settings) -> Addresses:
    """Return where content is found on this server."""
    return Addresses.of(settings)


def app_row(tx: Tx, app: App, settings: Settings) -> AppRow:
    """Present *app* in short, with what the caller may do to it."""
    return app_rows(tx, [app], settings)[0]


def app_rows(tx: Tx, found: Sequence[App], settings: Settings) -> list[AppRow]:
    """Present applications as lists show them, with what the caller may do to each."""
    ids = [app.id for app in found]
    verbs = ("read", "edit", "share", "delete")
    read, edit, share, delete = (allowed_on(tx, f"app:{verb}", ids) for verb in verbs)
    sources = allowed_on(tx, "source:edit", [app.source_id for app in found])
    readable = allowed_on(tx, "source:read", [app.source_id for app in found])
    may_copy = may_create(tx, "source:create")
    people = count_sharers(tx, sorted(share))
    outside = let_in_outside(tx, sorted(share))
    return [
        AppRow(
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
            may_read=app.id in read,
            may_edit=app.id in edit,
            may_upload=app.id in edit and app.source_id in sources,
            may_delete=app.id in delete,
            may_share=app.id in share,
            people=people.get(app.id, 0) if app.id in share else None,
            outside=outside.get(app.id),
            copies=f"/sources/{app.source_id}/duplicate?version={app.version}"
            if may_copy and app.id in read and app.source_id in readable
            else "",
        )
        for app in found
    ]


def app_view(tx: Tx, app: App, settings: Settings) -> AppView:
    """Present *app* in full."""
    row = app_row(tx, app, settings)
    deployed, by, numbers, key = None, None, 1, None
    if may(tx, "app:read", app.id):
        history = apps.list_deployments(tx, app.id)
        key = next((one for one in apps.list_app_keys(tx, app.id) if one.is_used), None)
        numbers = len({one.version_id for one in history})
        wanted = next((one for one in history if one.is_wanted), None)
        if wanted is not None:
            deployed, by = wanted.at, labels_of(tx, [(wanted.by_id, wanted.by_name)])[wanted.by_id]
    reads_source = may(tx, "source:read", app.source_id)
    if reads_source:
        numbers = apps.get_source(tx, app.source_id).latest
    return AppView(
        row,
        origin_url=addresses_of(settings).origin_url(app.id, app.slug),
        frame_url=row.content_url if may_frame(settings) else "",
        deployed_at=deployed,
        deployed_by=by,
        isolation=app.isolation,
        reason=app.reason,
        has_failed_build=app.has_failed_build,
        versions=numbers,
        live_version=app.live_version,
        source_id=app.source_id if reads_source else "",
        names=[one.who_label for one in list_grants(tx, app.id)] if row.may_share else [],
        key=key,
        processes=app.processes if row.may_read else (),
    )


def shown(visit: Visit, view: AppView, content: Component, *, code: int = 200) -> Response:
    """Answer with a page of an application; its own origin may stand in a frame there."""
    frames = [view.origin_url.rstrip("/")] if view.frame_url else []
    return visit.page(view.row.name, content, "applications", code=code, frames=frames)


def may_frame(settings: Settings) -> bool:
    """Tell whether a browser signs in to an app in a frame: by https, on *.localhost, on our own host."""
    host = urlsplit(f"//{settings.apps_host_suffix()}").hostname or ""
    if settings.apps_are_trusted:
        return True
    return settings.is_secure() or host == "localhost" or host.endswith(".localhost")
