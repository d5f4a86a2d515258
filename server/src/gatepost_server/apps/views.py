"""What the domain answers with: applications, sources, versions, deployments, facts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from gatepost_server.apps.model import (
    AppState,
    Desired,
    Detected,
    KeyScopeLevel,
    Kind,
    ReplicaState,
    Resources,
    VersionState,
)


@dataclass(frozen=True)
class Source:
    """Code under a name; its versions are numbered from 1. Kind and state are the latest one's."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    latest: int
    kind: Kind | None = None
    state: VersionState | None = None
    owner_id: str | None = None
    owner_name: str | None = None


@dataclass(frozen=True)
class SourceVersion:
    """One upload, never changed afterwards; only its build has a state."""

    id: str
    source_id: str
    number: int
    detected: Detected
    state: VersionState
    reason: str | None
    author_id: str
    author_name: str
    created_at: datetime
    sha256: str
    size: int
    files: int
    resources: Resources = field(default_factory=Resources)
    built_at: datetime | None = None


@dataclass(frozen=True)
class Deployment:
    """A version that was put to work for an app; `is_live` while it is what people reach."""

    id: str
    app_id: str
    version_id: str
    version: int
    kind: Kind
    at: datetime
    by_id: str
    by_name: str
    is_wanted: bool
    is_live: bool


@dataclass(frozen=True)
class App:
    """An application as people see it.

    `version` is the one wanted, `live_version` the one that answers (None: none does);
    `isolation` is the rung that the live process runs on, as the runtime reported it;
    `has_failed_build` says of a failed one that its build failed and not its start.
    """

    id: str
    number: int
    name: str
    slug: str
    kind: Kind
    state: AppState
    reason: str | None
    desired: Desired
    source_id: str
    version_id: str
    version: int
    live_version: int | None
    deployment_id: str
    live_deployment_id: str | None
    created_at: datetime
    updated_at: datetime
    deployed_by: str
    restarts: int
    isolation: str | None
    is_bundled: bool
    has_failed_build: bool = False
    access: str = "grants"
    owner_id: str | None = None
    owner_name: str | None = None


@dataclass(frozen=True)
class AppFilter:
    """Which apps are asked for; None means any. `source_id` keeps those made from one source."""

    state: AppState | None = None
    kind: Kind | None = None
    source_id: str | None = None


class ContentFacts(NamedTuple):
    """What the gate needs to route a request to an app; rights are asked of authz."""

    app_id: str
    number: int
    slug: str
    name: str
    desired: Desired
    kind: Kind
    wanted_deployment_id: str
    live_deployment_id: str | None
    live_state: ReplicaState | None
    socket_path: str | None
    wanted_state: ReplicaState | None
    version_state: VersionState

    @property
    def is_ready(self) -> bool:
        """True when a routed deployment answers now."""
        return (
            self.desired is Desired.RUNNING
            and self.live_deployment_id is not None
            and self.live_state is ReplicaState.READY
        )


class WayFacts(NamedTuple):
    """A deployment as the API knows it when its process calls: whose it is, how far it reaches."""

    deployment_id: str
    app_id: str
    app_name: str
    kind: Kind
    deployer_id: str
    level: KeyScopeLevel | None

    @property
    def cap(self) -> int:
        """The highest rung that the app's own key may reach."""
        return _RUNGS[self.level]


_RUNGS: Final = {
    None: 1,
    KeyScopeLevel.NONE: 0,
    KeyScopeLevel.VIEWER: 1,
    KeyScopeLevel.USER: 2,
    KeyScopeLevel.ADMIN: 3,
}


@dataclass(frozen=True)
class RuntimeStatus:
    """What the runtime last said of itself.

    `isolation` is the rung it runs apps on; `none` with `is_accepted` false means that it
    runs only what Gatepost itself brought along. `advice` is the sentence how to mend it.
    """

    isolation: str
    is_accepted: bool = False
    advice: str = ""
    r_version: str | None = None
    r_missing: str | None = None
    pythons: tuple[str, ...] = ()
    at: datetime | None = None
