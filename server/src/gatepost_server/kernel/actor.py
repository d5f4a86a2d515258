"""Who is calling, with what, from where: the value every use-case gets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class ActorKind(StrEnum):
    """By what kind of credential the caller is known."""

    ANONYMOUS = "anonymous"
    SESSION = "session"
    PERSONAL_KEY = "personal_key"
    PROJECT_KEY = "project_key"
    GLOBAL_KEY = "global_key"
    CREATOR_KEY = "creator_key"
    VISITOR_KEY = "visitor_key"
    RUN_TOKEN = "run_token"  # noqa: S105  # the name of a kind
    APP_KEY = "app_key"
    GUEST = "guest"
    SYSTEM = "system"


@dataclass(frozen=True)
class Origin:
    """Facts of the request that the audit wants; never a secret."""

    request_id: str
    ip: str | None = None
    user_agent: str | None = None
    door: str = "api"


@dataclass(frozen=True)
class Actor:
    """A caller as identified, before any right was asked for.

    `principal_id` is whose grants count. `cap` is the highest rung this credential may
    reach (permission-model §4.5); `confirmed_at` is when the person last proved who they
    are, for calls that need recent authentication. `reach` are the nodes below which the
    credential counts (None: everywhere); `sponsor_id` is within whose rights a key of its
    own stays; `run_as_id` is its associated user; `behind` is the session or key that a
    lent credential (creator, visitor, run) starts from, when that is not the person alone.
    `secret_ends_at` is when the key's secret that was sent ends before the key does, after rotating.
    """

    kind: ActorKind
    principal_id: str | None
    name: str
    cap: int = 0
    session_id: str | None = None
    via_key_id: str | None = None
    via_key_name: str | None = None
    confirmed_at: datetime | None = None
    is_app_host: bool = False
    reach: tuple[str, ...] | None = None
    sponsor_id: str | None = None
    run_as_id: str | None = None
    on_behalf_of_id: str | None = None
    app_id: str | None = None
    behind: "Actor | None" = None
    secret_ends_at: datetime | None = None

    @property
    def is_anonymous(self) -> bool:
        """True when no credential was good or none was sent."""
        return self.principal_id is None

    @property
    def starter(self) -> "Actor":
        """The credential that this one was lent from, through however many; itself when it was not lent."""
        found = self
        while found.behind is not None:
            found = found.behind
        return found

    @property
    def answerable_id(self) -> str | None:
        """Who answers for what it does: the person behind it, or a key of its own that lent it."""
        return self.starter.on_behalf_of_id or self.starter.principal_id

    @property
    def principal_kind(self) -> str:
        """Who acts, in the words of the trail: a person's key acts as the person."""
        return _ACTING.get(self.kind, self.kind.value)

    @property
    def is_person(self) -> bool:
        """True for a person, in a session or by a personal key, and for our own processes."""
        return self.kind in (ActorKind.SESSION, ActorKind.PERSONAL_KEY, ActorKind.SYSTEM)

    @property
    def is_interactive(self) -> bool:
        """True for a person's own session on the control plane."""
        return self.kind is ActorKind.SESSION and not self.is_app_host


_ACTING: Final = {
    ActorKind.SESSION: "user",
    ActorKind.PERSONAL_KEY: "user",
    ActorKind.PROJECT_KEY: "key",
    ActorKind.GLOBAL_KEY: "key",
    ActorKind.CREATOR_KEY: "key",
    ActorKind.VISITOR_KEY: "key",
    ActorKind.RUN_TOKEN: "run",
    ActorKind.APP_KEY: "application",
}

ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS, principal_id=None, name="anonymous")


def system_actor(part: str) -> Actor:
    """Return the actor of one of our own processes, named in the audit as such."""
    return Actor(kind=ActorKind.SYSTEM, principal_id=f"system:{part}", name=part, cap=5)
