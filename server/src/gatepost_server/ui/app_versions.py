"""The Versions tab of an application: any version, its build log, deploy and roll back."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.apps import App, AppState, Deployment, VersionState
from gatepost_server.authz import may
from gatepost_server.kernel.errors import Conflict
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row, app_view, shown
from gatepost_server.ui.names import labels_of
from gatepost_server.ui.pages import application_work as work
from gatepost_server.ui.pages.versions import VersionRow, deploy_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.version_views import version_log_part, version_rows, version_tail
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()
NOBODY: Final[list[str]] = []
Source = Annotated[str, Query(max_length=100)]


@router.reads("/applications/{app_id}/versions", action="app:read")
def versions(visit: SignedIn, app_id: str) -> Response:
    """Show all versions, to deploy one or roll back."""
    with visit.call.read() as tx:
        apps.require_app(tx, "app:read", app_id)
        app = apps.get_app(tx, app_id)
        view = app_view(tx, app, visit.call.house.settings)
        content = work.versions(view, _versions(tx, app), tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)


def _versions(tx: Tx, app: App) -> list[VersionRow]:
    """Return every version of the source, or the deployed ones to who may not read it.

    Those of other sources come last, from which it was made before.
    """
    history = apps.list_deployments(tx, app.id)
    former = _deployed(tx, app, [one for one in history if one.source_id != app.source_id])
    if may(tx, "source:read", app.source_id):
        found = apps.list_versions(tx, app.source_id, PageRequest(limit=MAX_LIMIT)).items
        return [*version_rows(tx, [one for one in found if not one.is_draft], app), *former]
    return [*_deployed(tx, app, [one for one in history if one.source_id == app.source_id]), *former]


def _deployed(tx: Tx, app: App, history: Sequence[Deployment]) -> list[VersionRow]:
    names = labels_of(tx, ((one.by_id, one.by_name) for one in history))
    others = {one.source_id for one in history} - {app.source_id}
    called = {one: apps.get_source(tx, one).name for one in others if may(tx, "source:list", one)}
    rows = {
        one.version_id: VersionRow(
            one.version,
            VersionState.BUILT,
            names[one.by_id],
            one.at,
            one.is_live,
            one.is_wanted,
            has_failed=one.is_wanted and app.state is AppState.FAILED,
            source_id=one.source_id if one.source_id in others else "",
            source=called.get(one.source_id, "another source"),
        )
        for one in reversed(history)
    }
    return sorted(rows.values(), key=lambda row: (row.source, row.source_id, -row.number))


@router.reads("/applications/{app_id}/versions/{number}", action="app:read")
def version(visit: SignedIn, app_id: str, number: int) -> Response:
    """Show one version, with its build log."""
    with visit.call.read() as tx:
        app = apps.get_app(tx, app_id)
        apps.require_app(tx, "app:read", app_id)
        [row] = version_rows(tx, [apps.get_version(tx, app.source_id, number)], app)
        base = f"/applications/{app.id}/versions/{number}"
        tail = version_tail(visit, tx, app.source_id, number, base)
        view = app_view(tx, app, visit.call.house.settings)
        content = work.version(view, row, tail, tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)


@router.reads("/applications/{app_id}/versions/{number}/log", action="app:read")
def version_log(visit: SignedIn, app_id: str, number: int, offset: Annotated[int, Query(ge=0)]) -> Response:
    """Answer with what was added to a build log since *offset*."""
    with visit.call.read() as tx:
        source_id = apps.get_app(tx, app_id).source_id
        apps.require_app(tx, "app:read", app_id)
    return version_log_part(visit, source_id, number, offset)


@router.reads("/applications/{app_id}/versions/{number}/deploy", action="app:deploy")
def deploy_page(visit: SignedIn, app_id: str, number: int, source: Source = "") -> Response:
    """Ask before an application goes over to a version; *source* names another one that it ran."""
    return _ask_deploy(visit, app_id, number, source)


@router.makes("/applications/{app_id}/versions/{number}/deploy", action="app:deploy")
def deploy(
    visit: SignedIn,
    app_id: str,
    number: int,
    source: Source = "",
    confirmed: Annotated[list[str], Query(max_length=100)] = NOBODY,
) -> Response:
    """Let an application go over to one of its versions, with the work of those who were named."""
    try:
        with visit.call.begin() as tx:
            app = apps.deploy_version(
                tx, app_id, number, source_id=source or None, confirmed_authors=confirmed
            )
    except Conflict as error:
        return _ask_deploy(visit, app_id, number, source, fault=error.detail, code=409)
    said = f"{app.name} goes over to v{number}. What serves now does so until it answers."
    return visit.go(f"/applications/{app.id}/build", said)


def _ask_deploy(
    visit: Visit, app_id: str, number: int, source: str, *, fault: str = "", code: int = 200
) -> Response:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:deploy", app_id)
        app = apps.get_app(tx, app_id)
        source = "" if source == app.source_id else source
        known = {(one.source_id, one.number): one for one in _versions(tx, app)}
        if (source, number) not in known:
            raise apps.UnknownVersion(number)
        row = app_row(tx, app, visit.call.house.settings)
        others = apps.authors_to_confirm(tx, app.id, number, source_id=source or None)
        content = deploy_dialog(
            row, known[source, number], tx.now, visit.csrf,
            fault=fault, others=labels_of(tx, others), is_over=visit.is_over,
        )  # fmt: skip
    return visit.dialog("Deploy", content, "applications", code=code)
