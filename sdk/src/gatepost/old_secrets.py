"""A rotated key's old secret, and who still has it."""

from dataclasses import dataclass
from datetime import datetime

from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class CalledApp(Model):
    """The application that a call was for."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class OldCaller(Model):
    """Somebody who still has a rotated key's old secret, and how often they used it.

    `via` is `api` or `app`; `app` is None where the asker may not know of the application.
    """

    ip: str | None = None
    agent: str | None = None
    via: str = "api"
    app: CalledApp | None = None
    first_at: datetime
    last_at: datetime
    uses: int = 0


@dataclass(frozen=True, kw_only=True)
class OldSecret(Model):
    """A rotated key's secret that still counts, and who used it since it was replaced, the last first.

    `other_uses` counts the calls of those that are not among `callers`.
    """

    ends_at: datetime
    last_four: str
    replaced_at: datetime | None = None
    callers: tuple[OldCaller, ...] = ()
    other_uses: int = 0
    last_used_at: datetime | None = None
    last_used_ip: str | None = None
    last_used_agent: str | None = None
