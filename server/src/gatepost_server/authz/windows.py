"""Half-open windows of time: when a grant counts, when somebody is a member. Pure."""

from datetime import datetime
from typing import NamedTuple

from gatepost_server.store import FOREVER, micros, moment_of


class Window(NamedTuple):
    """From a moment on, and before another; both as microseconds."""

    begins: int
    ends: int

    @classmethod
    def of(cls, from_at: datetime, until_at: datetime | None) -> "Window":
        """Return the window between two moments; None never comes."""
        return cls(micros(from_at), FOREVER if until_at is None else micros(until_at))

    @property
    def is_empty(self) -> bool:
        """True when no moment lies in it."""
        return self.begins >= self.ends

    @property
    def from_at(self) -> datetime:
        """The first moment of it."""
        return moment_of(self.begins)

    @property
    def until_at(self) -> datetime | None:
        """The first moment after it; None when there is none."""
        return None if self.ends >= FOREVER else moment_of(self.ends)

    def within(self, other: "Window") -> "Window":
        """Return the part of it that lies in *other*; empty when they do not meet."""
        return Window(max(self.begins, other.begins), min(self.ends, other.ends))

    def meets(self, other: "Window") -> bool:
        """Tell whether some moment lies in both."""
        return not self.within(other).is_empty
