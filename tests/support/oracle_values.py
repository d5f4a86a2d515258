"""What imagined worlds are made of: people, things, windows, grants, credentials; plain values."""

from dataclasses import dataclass

HOME = "org_000000000000000000000001"
"""The organization that every instance starts with."""


@dataclass(frozen=True)
class Window:
    """From when, until when (None: for good), in hours."""

    start: int
    end: int | None

    def holds(self, at: int) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Person:
    id: str
    role: str
    is_active: bool
    org: str = HOME

    @property
    def everyone(self) -> str:
        """The open set of all who are signed in to their organization."""
        return "set_signed_in" if self.org == HOME else f"set_signed_in_{self.org.removeprefix('org_')}"


@dataclass(frozen=True)
class Thing:
    id: str
    kind: str
    parent: str | None
    is_restricted: bool = False


@dataclass(frozen=True)
class Membership:
    member: str
    set_id: str
    window: Window


@dataclass(frozen=True)
class Given:
    who: str
    at: str
    atoms: frozenset[str]
    window: Window


@dataclass(frozen=True)
class Exposed:
    dataset: str
    project: str
    mask: frozenset[str]
    window: Window


@dataclass(frozen=True)
class Credential:
    """A kind of §4.5 with what fills its formula in."""

    kind: str
    who: str | None = None
    cap: int = 5
    sponsor: str | None = None
    reach: frozenset[str] | None = None
    behind: "Credential | None" = None
