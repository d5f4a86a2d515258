"""How kinds, states and access types of applications are said and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from gatepost_server.apps.model import AppState, Kind, ProcessSeen, ReplicaState, VersionState
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, StateBadge, Tone
from gatepost_server.ui.kit.fields import Option

KIND_WORDS: Final[dict[Kind, str]] = {
    Kind.STATIC: "Static site",
    Kind.FASTAPI: "FastAPI",
    Kind.ASGI: "ASGI",
    Kind.WSGI: "WSGI",
    Kind.STREAMLIT: "Streamlit",
    Kind.SHINY: "Shiny for Python",
    Kind.PLUMBER: "R Plumber",
}
_KIND_LOOK: Final[dict[Kind, tuple[Icon, str]]] = {
    Kind.STATIC: ("file-text", "static"),
    Kind.FASTAPI: ("bolt", "fastapi"),
    Kind.ASGI: ("bolt", "fastapi"),
    Kind.WSGI: ("flask-2", "flask"),
    Kind.STREAMLIT: ("chart-area-line", "streamlit"),
    Kind.SHINY: ("sparkles", "shiny"),
    Kind.PLUMBER: ("letter-r", "plumber"),
}
_STATE: Final[dict[AppState, tuple[str, Tone, Icon, bool]]] = {
    AppState.BUILDING: ("Building", "blue", "progress", True),
    AppState.STARTING: ("Starting", "blue", "progress", True),
    AppState.RUNNING: ("Running", "green", "player-play", False),
    AppState.IDLE: ("Idle", "gray", "moon", False),
    AppState.STOPPED: ("Stopped", "gray", "player-stop", False),
    AppState.FAILED: ("Failed", "red", "alert-triangle", False),
}
_PROCESS: Final[dict[ReplicaState, str]] = {
    ReplicaState.STARTING: "starting",
    ReplicaState.READY: "answers",
    ReplicaState.IDLE: "idle",
    ReplicaState.BACKING_OFF: "ended, starts again",
    ReplicaState.STOPPED: "stopped",
    ReplicaState.FAILED: "failed",
}
_VERSION: Final[dict[VersionState, tuple[str, Tone, Icon, bool]]] = {
    VersionState.DRAFT: ("Draft", "violet", "pencil", False),
    VersionState.QUEUED: ("Queued", "gray", "clock", False),
    VersionState.BUILDING: ("Building", "blue", "progress", True),
    VersionState.BUILT: ("Built", "green", "check", False),
    VersionState.FAILED: ("Failed", "red", "alert-triangle", False),
}
ACCESS_WORDS: Final[dict[str, str]] = {
    "grants": "People with a role on it",
    "signed_in": "Everybody who is signed in",
    "anyone": "Anyone, without signing in",
}
_ACCESS_SENTENCE: Final[dict[str, str]] = {
    "grants": "Only its owner and whoever was given a role on it may open it.",
    "signed_in": "Every person with an account here may open it.",
    "anyone": "Whoever knows the address may open it, keys and accounts are not asked for.",
}
_ORDER: Final = ("grants", "signed_in", "anyone")


def kind_tile(kind: Kind, *, is_large: bool = False) -> KindTile:
    """Return the tile of a kind."""
    symbol, shade = _KIND_LOOK[kind]
    return KindTile(symbol, shade, "lg" if is_large else "")


def app_badge(state: AppState) -> StateBadge:
    """Return the badge of an application's state."""
    return StateBadge(*_STATE[state])


@dataclass(frozen=True)
class LiveState(Component):
    """A state that is on its way to another; it is asked for again until it rests."""

    template: ClassVar[str] = "apps/live_state.html"
    href: str
    badge: StateBadge


def live_state(app_id: str, state: AppState) -> StateBadge | LiveState:
    """Return the badge of an application's state, which renews itself while that is moving."""
    if state not in (AppState.BUILDING, AppState.STARTING):
        return app_badge(state)
    return LiveState(f"/applications/{app_id}/state", app_badge(state))


def process_words(processes: Sequence[ProcessSeen]) -> tuple[str, str]:
    """Say how many of an application's processes answer, and what the others do."""
    resting = [one for one in processes if one.state is not ReplicaState.READY]
    said = f"{len(processes) - len(resting)} of {len(processes)} answer"
    return said, ", ".join(f"{one.index}: {_PROCESS[one.state]}" for one in resting)


def version_badge(state: VersionState) -> StateBadge:
    """Return the badge of a version's build."""
    return StateBadge(*_VERSION[state])


def access_options(ceiling: str) -> list[Option]:
    """Return the access types; those above the administrator's ceiling say why not."""
    highest = _ORDER.index(ceiling)
    return [
        Option(
            name,
            ACCESS_WORDS[name],
            _ACCESS_SENTENCE[name],
            "" if at <= highest else "Wider than an administrator allows on this server.",
        )
        for at, name in enumerate(_ORDER)
    ]
