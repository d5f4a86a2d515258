"""The page of one application: its tabs, its build, its logs as they grow."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from gatepost_server import apps, authn
from gatepost_server.apps import App, AppState, LogKind, VersionState
from gatepost_server.authz import may, may_on_instance
from gatepost_server.clients import is_client
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_view, shown
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.work import LogTail
from gatepost_server.ui.pages import application as pages
from gatepost_server.ui.pages import application_work as work
from gatepost_server.ui.pages.application_log_search import FoundLines, marked
from gatepost_server.ui.pages.application_settings import settings as settings_tab
from gatepost_server.ui.pages.versions import steps_of
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.version_views import LINES, log_answer, text_of_log
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Words = Annotated[str, Query(max_length=apps.LONGEST_WORDS)]
_ON_ITS_WAY = (AppState.BUILDING, AppState.STARTING)


@router.reads("/applications/{app_id}", action="app:list")
def overview(visit: SignedIn, app_id: str) -> Response:
    """Show an application: its content, and how it is called."""
    with visit.call.read() as tx:
        view = app_view(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        asked = authn.asked_of(tx, view.row.id) if may(tx, "app:open", view.row.id) else None
        content = pages.overview(view, tx.now, visit.csrf, visit.url, asked)
    return shown(visit, view, content)


@router.reads("/applications/{app_id}/settings", action="app:edit")
def settings(visit: SignedIn, app_id: str) -> Response:
    """Show what may be done to an application."""
    with visit.call.read() as tx:
        apps.require_app(tx, "app:edit", app_id)
        view = app_view(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        content = settings_tab(
            view, apps.list_env(tx, app_id), tx.now, visit.csrf, visit.url,
            apps.list_parameters(tx, app_id), client=_client(tx, view.row.id),
        )  # fmt: skip
    return shown(visit, view, content)


def _client(tx: Tx, app_id: str) -> ButtonLink | None:
    """Return where its AppKey is, or where its owners ask for one; administrators give it."""
    if not may(tx, "app:edit-client", app_id):
        return None
    if is_client(tx, app_id):
        return ButtonLink("Open its client page", f"/clients/{app_id}", symbol="key")
    if may_on_instance(tx, "client:create"):
        return ButtonLink("Give it an AppKey", f"/clients/new?app={app_id}", symbol="key", opens_dialog=True)
    return ButtonLink("Request an AppKey", f"/clients/request?app={app_id}", symbol="key", opens_dialog=True)


@router.reads("/applications/{app_id}/logs", action="app:logs")
def logs(visit: SignedIn, app_id: str, kind: LogKind = LogKind.RUN, q: Words = "") -> Response:
    """Show the end of the run log or the build log, or its lines that hold *q*."""
    with visit.call.read() as tx:
        app = apps.get_app(tx, app_id)
        shown_part = _found(visit, tx, app, kind, q.strip()) if q.strip() else _tail(visit, tx, app, kind)
        view = app_view(tx, app, visit.call.house.settings)
        content = work.logs(view, shown_part, kind.value, tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)


@router.reads("/applications/{app_id}/build", action="app:logs")
def build(visit: SignedIn, app_id: str) -> Response:
    """Show the wanted version being built and started."""
    with visit.call.read() as tx:
        app = apps.get_app(tx, app_id)
        tail = _tail(visit, tx, app, LogKind.BUILD)
        view = app_view(tx, app, visit.call.house.settings)
        steps = steps_of(_build_state(tx, app), _state_of_wanted(app), is_wanted=True)
        content = work.building(view, steps, tail, tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)


@router.reads("/applications/{app_id}/log", action="app:logs")
def log_part(
    visit: SignedIn, app_id: str, offset: Annotated[int, Query(ge=0)], kind: LogKind = LogKind.RUN
) -> Response:
    """Answer with what was added to a log since *offset*, for the island that follows it."""
    with visit.call.read() as tx:
        path = apps.log_path(tx, app_id, kind, visit.call.house.folders)
        is_over = kind is LogKind.BUILD and not _goes_on(apps.get_app(tx, app_id))
    return log_answer(apps.log_since(path, offset), is_over=is_over)


def _tail(visit: Visit, tx: Tx, app: App, kind: LogKind) -> LogTail:
    part = apps.log_tail(apps.log_path(tx, app.id, kind, visit.call.house.folders), LINES)
    is_build = kind is LogKind.BUILD
    hint = "Nothing was written yet." if is_build else "The application has written nothing yet."
    return LogTail(
        f"Build log of v{app.version}" if is_build else "Run log",
        text_of_log(part),
        part.position,
        f"/applications/{app.id}/log?kind={kind.value}",
        is_live=not is_build or _goes_on(app),
        reloads=is_build,
        hint=hint,
    )


def _found(visit: Visit, tx: Tx, app: App, kind: LogKind, words: str) -> FoundLines:
    path = apps.log_path(tx, app.id, kind, visit.call.house.folders)
    lines = apps.lines_with(path, words, LINES)
    everything = f"/applications/{app.id}/logs?kind={kind.value}"
    return FoundLines(words, [marked(line, words) for line in lines], everything, is_cut=len(lines) == LINES)


def _goes_on(app: App) -> bool:
    """True while the wanted version is being built or started."""
    return app.state in _ON_ITS_WAY or (app.state is AppState.RUNNING and app.live_version != app.version)


def _state_of_wanted(app: App) -> AppState:
    """Return the state of the wanted version, also while an older one serves."""
    return AppState.STARTING if _goes_on(app) and app.state is AppState.RUNNING else app.state


def _build_state(tx: Tx, app: App) -> VersionState:
    if may(tx, "source:read", app.source_id):
        return apps.get_version(tx, app.source_id, app.version).state
    if app.state is AppState.BUILDING:
        return VersionState.BUILDING
    return VersionState.BUILT
