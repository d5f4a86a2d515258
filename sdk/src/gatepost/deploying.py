"""Wait for a deployment to settle, and tell what happens meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NoReturn

from gatepost.connected import Client
from gatepost.errors import Failed, GatepostError, NotFound, Unavailable
from gatepost.models import App
from gatepost.resources.logs import MAX_TAIL, Unseen

_SERVED: Final = ("running", "idle")
SETTLED: Final = (*_SERVED, "failed", "stopped")
_PAUSE: Final = 0.5
_LAST_LINES: Final = 20


def _say_nothing(_: str) -> None:
    """Take what is told, and keep it."""


@dataclass
class Watch:
    """Follow one application until its build and start have ended.

    *on_state* hears each new state, *on_line* each line of the build log. A server that
    does not answer is asked again for *patience* seconds.
    """

    client: Client
    on_state: Callable[[str], None] = _say_nothing
    on_line: Callable[[str], None] = _say_nothing
    sleep: Callable[[float], None] = time.sleep
    patience: float = 120.0
    _unseen: Unseen = field(default_factory=Unseen)

    def until_settled(self, app: App) -> App:
        """Return the application when its wanted version is the one that people reach.

        Raises:
            Failed: build or start ended in failed, or it was stopped meanwhile.
        """
        told, silent_for = "", 0.0
        while True:
            if told:
                self._tell_log(app)
            if app.state != told:
                told = app.state
                self.on_state(told)
            if app.state in SETTLED and (app.state not in _SERVED or _is_wanted_one(app)):
                return app if app.state in _SERVED else self._fail(app)
            self.sleep(_PAUSE)
            try:
                app, silent_for = self.client.apps.get(app.id), 0.0
            except Unavailable:
                silent_for += _PAUSE
                if silent_for >= self.patience:
                    raise

    def _fail(self, app: App) -> NoReturn:
        reason = app.reason or (
            "it was stopped meanwhile" if app.state == "stopped" else "the server gave no reason"
        )
        failure = Failed(f"{app.name} did not start: {reason}")
        failure.log_kind = "build" if self._is_unbuilt(app) else "run"
        try:
            failure.log_lines = self.client.apps.logs.read(app.id, kind=failure.log_kind, tail=_LAST_LINES)
        except GatepostError as missing:
            failure.add_note(f"Its log could not be read: {missing.detail}")
        raise failure

    def _is_unbuilt(self, app: App) -> bool:
        """Tell whether it was the build that failed, and not the start after it."""
        if app.source_id is None:
            return False
        try:
            versions = self.client.sources.versions(app.source_id)
            return any(one.version == app.version and one.state == "failed" for one in versions)
        except GatepostError:
            return False  # of somebody else's source the run log is what one may see

    def _tell_log(self, app: App) -> None:
        try:
            lines = self.client.apps.logs.read(app.id, kind="build", tail=MAX_TAIL)
        except (NotFound, Unavailable):
            return  # not written yet, or asked again with the next state
        for line in self._unseen.of(lines):
            self.on_line(line)


def _is_wanted_one(app: App) -> bool:
    """Tell whether the live version is the wanted one; a running app may serve the one before."""
    if app.live_version_id is not None and app.version_id is not None:
        return app.live_version_id == app.version_id
    return "live_version" not in app.raw or app.live_version == app.version
