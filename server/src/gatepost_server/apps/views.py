"""What the domain answers with: applications, sources, versions, deployments, facts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gatepost_server.apps.model import (
    RUNGS,
    AppState,
    Desired,
    Detected,
    KeyScopeLevel,
    Kind,
    ProcessSeen,
    ReplicaState,
    Resources,
    VersionState,
)
from gatepost_server.authz import Node
from gatepost_server.keys import Key


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
    """Files and how they are served; unless it is a draft, never changed again.

    Of a draft it is not known how it will be served (`detected` is None), nor its digest.
    `authors` are all whose work is in it, as (id, name); the last to change it is `author`.
    `folder` is the name of the folder that holds the files now.
    """

    id: str
    source_id: str
    number: int
    detected: Detected | None
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
    folder: str = ""
    based_on: int | None = None
    authors: tuple[tuple[str, str], ...] = ()

    @property
    def is_draft(self) -> bool:
        """True while it may be changed."""
        return self.state is VersionState.DRAFT


@dataclass(frozen=True)
class Deployment:
    """A version that was put to work for an app; `is_live` while it is what people reach."""

    id: str
    app_id: str
    version_id: str
    source_id: str
    version: int
    kind: Kind
    at: datetime
    by_id: str
    by_name: str
    is_wanted: bool
    is_live: bool


@dataclass(frozen=True)
class EnvVariable:
    """A variable of an app, and who set it when; never its value."""

    name: str
    at: datetime
    by_id: str
    by_name: str


@dataclass(frozen=True)
class App:
    """An application as people see it.

    `version` of `source_id` is the one wanted, `live_version` the one that answers (None: none
    does), which may be of another source; `live_version_id` tells which it is;
    `isolation` is the rung that the live process runs on, as the runtime reported it;
    `has_failed_build` says of a failed one that its build failed and not its start;
    `key_scope_level` is what the wanted version asks for, None when it never was set;
    `last_used_at` is when the gate last let somebody in, to the minute; `processes` are those
    of the wanted deployment.
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
    live_version_id: str | None
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
    key_scope_level: KeyScopeLevel | None = None
    last_used_at: datetime | None = None
    processes: tuple[ProcessSeen, ...] = ()


@dataclass(frozen=True)
class AppFilter:
    """Which apps are asked for; None means any. `source_id` keeps those made from one source."""

    state: AppState | None = None
    kind: Kind | None = None
    source_id: str | None = None


class Route(NamedTuple):
    """A deployment that may be reached, and where its processes listen.

    With `is_sticky` a browser keeps to one of them.
    """

    deployment_id: str
    sockets: tuple[str, ...]
    is_sticky: bool = False


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
    is_sticky: bool | None
    wanted_state: ReplicaState | None
    version_state: VersionState
    node: Node

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
    visitor_reach: tuple[str, ...] | None = None

    @property
    def cap(self) -> int:
        """The highest rung that the app's own key may reach."""
        return RUNGS[self.level]


@dataclass(frozen=True)
class AppKey:
    """A key of an application: the name of the app, the level of what it runs for the key's user.

    The name is None where the app may not be seen or is gone, the level when it runs for
    somebody else; `is_used` while it is run with it.
    """

    key: Key
    app_name: str | None
    level: KeyScopeLevel | None = None
    is_used: bool = False


@dataclass(frozen=True)
class RuntimeStatus:
    """What the runtime last said of itself.

    `isolation` is the rung it runs apps on; `none` with `is_accepted` false means that it
    runs only what Gatepost itself brought along. `advice` is the sentence how to mend it.
    `exact_limits` are those of memory, pids and cpu that control groups hold.
    """

    isolation: str
    is_accepted: bool = False
    advice: str = ""
    r_version: str | None = None
    r_missing: str | None = None
    pythons: tuple[str, ...] = ()
    exact_limits: tuple[str, ...] = ()
    at: datetime | None = None
