"""What an application is: kinds, states, and the orders that the runtime carries out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from gatepost_server.apps.parameters import Parameter


class Kind(StrEnum):
    """How content is served; detected from the files or named in gatepost.toml."""

    STATIC = "static"
    FASTAPI = "fastapi"
    ASGI = "asgi"
    WSGI = "wsgi"
    STREAMLIT = "streamlit"
    SHINY = "shiny"
    PLUMBER = "plumber"


class VersionState(StrEnum):
    """Life of a source version: a draft may be changed; what is queued to be built never again."""

    DRAFT = "draft"
    QUEUED = "queued"
    BUILDING = "building"
    BUILT = "built"
    FAILED = "failed"


class ReplicaState(StrEnum):
    """What the runtime last saw of one deployment's process."""

    STARTING = "starting"
    READY = "ready"
    IDLE = "idle"
    BACKING_OFF = "backing_off"
    STOPPED = "stopped"
    FAILED = "failed"


class AppState(StrEnum):
    """The one word people see for an application."""

    BUILDING = "building"
    STARTING = "starting"
    RUNNING = "running"
    IDLE = "idle"
    STOPPED = "stopped"
    FAILED = "failed"


class Desired(StrEnum):
    """What its editors want of an application."""

    RUNNING = "running"
    STOPPED = "stopped"


class KeyScopeLevel(StrEnum):
    """How much an app may do with the API, by its creator's key and by its visitors'."""

    NONE = "none"
    VIEWER = "viewer"
    USER = "user"
    ADMIN = "admin"


RUNGS: Final[Mapping[KeyScopeLevel | None, int]] = {
    None: 1,
    KeyScopeLevel.NONE: 0,
    KeyScopeLevel.VIEWER: 1,
    KeyScopeLevel.USER: 2,
    KeyScopeLevel.ADMIN: 3,
}
"""The highest rung that keys of a level reach; one that was never set counts as viewer."""


@dataclass(frozen=True)
class Resources:
    """Limits of one replica: memory in MiB, CPU in cores; and how far its keys reach.

    A level that was never set counts as viewer. `idle_pause_minutes` is how long nobody may
    call before it pauses: 0 for ever, None as the server does. With `session_affinity` a
    browser keeps to one of several replicas while that answers. `visitor_reach` names the
    projects (`P`) and datasets (`P/D`) that visitors' keys reach; None all that visitors may.
    `health_path` is where a process is asked how it is, and has to answer 200 to 399; None:
    any answer at its usual place will do.
    """

    cpu: float = 1.0
    memory: int = 1024
    replicas: int = 1
    required_key_scope_level: KeyScopeLevel | None = None
    idle_pause_minutes: int | None = None
    session_affinity: bool = False
    visitor_reach: tuple[str, ...] | None = None
    health_path: str | None = None

    @property
    def is_sticky(self) -> bool:
        """True when it matters which replica answers."""
        return self.session_affinity and self.replicas > 1


@dataclass(frozen=True)
class Detected:
    """How a bundle will be served, and by which sign this was found out.

    `entrypoint` is `module:object` for fastapi, asgi, wsgi and Shiny Core; a file relative
    to the bundle for streamlit, plumber and Shiny Express (`app.py`, `plumber.R`); for
    static sites the folder that is served (`.` for all). `requirements` names a file of
    the bundle, `requirements.txt` or `pyproject.toml`; `python` is a version like `3.11`.
    `parameters` are what its metadata.yaml declares.
    """

    kind: Kind
    entrypoint: str
    because: str
    requirements: str | None = None
    python: str | None = None
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class BuildOrder:
    """A version whose environment is to be built; claimed by exactly one builder."""

    version_id: str
    source_id: str
    number: int
    detected: Detected
    code_dir: str
    log_path: str


@dataclass(frozen=True)
class BuildResult:
    """How a build ended. `env_dir` is None for kinds that need no environment."""

    ok: bool
    env_dir: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class DesiredApp:
    """One deployment that should be served now, with all that is needed to start it.

    `is_wanted` is true for the deployment that is to become live, or is; the runtime keeps
    the previous one serving while it is still listed. `wake_requested_at` is when somebody
    last asked for a process although the app idles. `trusted` marks content that Gatepost
    itself brought along.
    """

    app_id: str
    number: int
    name: str
    deployment_id: str
    version_id: str
    kind: Kind
    entrypoint: str
    code_dir: str
    env_dir: str | None
    log_path: str
    revision: int
    resources: Resources = field(default_factory=Resources)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    trusted: bool = False
    is_wanted: bool = True
    wake_requested_at: datetime | None = None
    lacks: Sequence[str] = ()
    """Runtime parameters that must have a value before it may start, and have none."""
    has_connections: bool = False
    """Whether it is to find data connections in its environment; the broker says which."""


@dataclass(frozen=True)
class ProcessSeen:
    """What was last seen of one of a deployment's processes, which are counted from 1."""

    index: int
    state: ReplicaState
    at: datetime
    socket_path: str | None = None
    reason: str | None = None
    restarts: int = 0


_FOLDED: Final = (
    ReplicaState.READY,
    ReplicaState.STARTING,
    ReplicaState.IDLE,
    ReplicaState.BACKING_OFF,
    ReplicaState.FAILED,
    ReplicaState.STOPPED,
)


def speaker_of(processes: Sequence[ProcessSeen]) -> ProcessSeen:
    """Return the process that stands for all of a deployment's: one that answers, if any does."""
    return min(processes, key=lambda one: (_FOLDED.index(one.state), one.index))


@dataclass(frozen=True)
class ReplicaReport:
    """What the runtime saw of a deployment; written as bookkeeping, never audited.

    Of several `processes` the one that stands for all is spoken of.
    """

    app_id: str
    deployment_id: str
    revision: int
    state: ReplicaState
    at: datetime
    socket_path: str | None = None
    reason: str | None = None
    restarts: int = 0
    isolation: str | None = None
    is_sticky: bool = False
    processes: tuple[ProcessSeen, ...] = ()


def state_of(
    *, desired: Desired, build: VersionState, wanted: ReplicaState | None, is_live: bool
) -> AppState:
    """Fold wish, build and observation of the wanted deployment into the one word people see.

    The word is about the version that is wanted, so that whoever deployed can wait for
    `running`; an earlier version that answers meanwhile is told by `App.live_version`.
    `is_live` says whether the wanted deployment is what people reach.
    """
    if desired is Desired.STOPPED:
        return AppState.STOPPED
    if build is VersionState.FAILED or wanted is ReplicaState.FAILED:
        return AppState.FAILED
    if build is not VersionState.BUILT:
        return AppState.BUILDING
    if wanted is ReplicaState.READY and is_live:
        return AppState.RUNNING
    return AppState.IDLE if wanted is ReplicaState.IDLE else AppState.STARTING


def reason_of(state: AppState, build: str | None, replica: str | None) -> str | None:
    """Return the sentence that explains *state*: of the build when that failed, else of the process."""
    if state is AppState.FAILED:
        return build or replica
    return replica if state is AppState.STARTING else None
