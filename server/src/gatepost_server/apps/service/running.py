"""Start, stop and restart; the runtime brings about what is wanted here."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update

from gatepost_server.apps.errors import AlreadySo, AppStopped
from gatepost_server.apps.model import AppState, Desired, ReplicaState, VersionState
from gatepost_server.apps.service.parameters import require_values
from gatepost_server.apps.service.reading import present_app, require_app
from gatepost_server.apps.tables import AppRow, BuildRow, LiveRow, ReplicaRow
from gatepost_server.apps.views import App
from gatepost_server.store import Tx


def start_app(tx: Tx, ref: str) -> App:
    """Start a stopped app, wake an idle one, or give a failed one another try.

    Raises:
        AlreadySo: it runs, or is on its way.
        ParametersMissing: a runtime parameter needs a value, and has none.
    """
    node = require_app(tx, "app:start", ref)
    row = tx.session.get_one(AppRow, node.id, with_for_update=True)
    before = present_app(tx, node.id)
    if before.state not in (AppState.STOPPED, AppState.IDLE, AppState.FAILED):
        raise AlreadySo(f"{node.name} is {before.state} already.")

    require_values(tx, node.id, node.name)
    row.desired = Desired.RUNNING
    if before.state is AppState.IDLE:
        tx.session.get_one(LiveRow, node.id).wake_requested_at = tx.now
    else:
        _begin_anew(tx, row)
        _build_again(tx, before.version_id)
    tx.audit("app:start", "app", node.id, node.name, before={"state": before.state})
    return present_app(tx, node.id)


def stop_app(tx: Tx, ref: str) -> App:
    """Stop an app; nobody reaches it until it is started.

    Raises:
        AlreadySo: it is stopped.
    """
    node = require_app(tx, "app:stop", ref)
    row = tx.session.get_one(AppRow, node.id, with_for_update=True)
    if row.desired == Desired.STOPPED:
        raise AlreadySo(f"{node.name} is stopped already.")

    row.desired = Desired.STOPPED
    tx.audit("app:stop", "app", node.id, node.name)
    return present_app(tx, node.id)


def restart_app(tx: Tx, ref: str) -> App:
    """Start an app's process anew, and its build when that failed.

    Raises:
        AppStopped: it has to be started instead.
        ParametersMissing: a runtime parameter needs a value, and has none.
    """
    node = require_app(tx, "app:restart", ref)
    row = tx.session.get_one(AppRow, node.id, with_for_update=True)
    if row.desired == Desired.STOPPED:
        raise AppStopped(node.name)

    require_values(tx, node.id, node.name)
    _begin_anew(tx, row)
    _build_again(tx, present_app(tx, node.id).version_id)
    tx.audit("app:restart", "app", node.id, node.name)
    return present_app(tx, node.id)


def _begin_anew(tx: Tx, row: AppRow) -> None:
    """Ask for other processes than there may still be, which count for nothing from now on.

    So the gate holds the very next request until the new process answers, however late
    the runtime hears of this.
    """
    row.revision += 1
    tx.session.execute(
        update(ReplicaRow)
        .where(ReplicaRow.app_id == row.id)
        .values(state=ReplicaState.STARTING, socket_path=None, reason=None, processes=[])
    )


def _build_again(tx: Tx, version_id: str) -> None:
    """Queue a failed build once more; what was built stays as it is."""
    build = tx.session.get_one(BuildRow, version_id, with_for_update=True)
    if build.state == VersionState.FAILED:
        build.state, build.reason, build.finished_at = VersionState.QUEUED, None, None


def note_opened(tx: Tx, opened: Mapping[str, datetime]) -> None:
    """Note when apps were last used, by their ids; one that is gone is passed over."""
    for app_id, at in opened.items():
        tx.session.execute(update(LiveRow).where(LiveRow.app_id == app_id).values(last_used_at=at))


def request_wake(tx: Tx, app_id: str) -> None:
    """Note that somebody wants an idle app; whoever calls has decided that they may."""
    tx.session.execute(update(LiveRow).where(LiveRow.app_id == app_id).values(wake_requested_at=tx.now))
