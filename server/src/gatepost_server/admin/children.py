"""What a supervised child is: its command, its place in the stop order, its back-off."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from os import WEXITSTATUS, WIFSIGNALED, WTERMSIG
from signal import Signals
from typing import Final

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 10.0
STEADY_AFTER: Final = 20.0


@dataclass(frozen=True)
class ChildSpec:
    """One process of the tree.

    `stage` orders the stop: lower stages end before higher ones are asked. `grace` is how
    long the child may take after SIGTERM before it is killed. `secrets` are handed to it
    apart from its environment, which others may read.
    """

    name: str
    argv: tuple[str, ...]
    log: str
    stage: int = 0
    grace: float = 3.0
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Plan:
    """All children of one tree, in the order in which they start."""

    children: tuple[ChildSpec, ...]

    def stages(self) -> list[tuple[ChildSpec, ...]]:
        """Return the children in stop order, those of one stage together."""
        numbers = sorted({child.stage for child in self.children})
        return [tuple(c for c in self.children if c.stage == number) for number in numbers]

    def to_json(self) -> str:
        """Write the plan as one line for the warden."""
        return json.dumps([asdict(child) for child in self.children])

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read what `to_json` wrote."""
        return cls(tuple(ChildSpec(**{**raw, "argv": tuple(raw["argv"])}) for raw in json.loads(text)))


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a dead child is started again.

    The first restart is nearly at once, so that a killed part is missed as little as
    possible; each further quick death doubles the wait, and a steady life forgives all.
    """

    deaths: int = 0

    def after_life_of(self, seconds: float) -> "Backoff":
        """Return the back-off once a child has died after *seconds* of life."""
        return Backoff(1 if seconds >= STEADY_AFTER else self.deaths + 1)

    @property
    def wait(self) -> float:
        """Seconds until the next start."""
        if self.deaths == 0:
            return 0.0
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self.deaths - 1)))


def how_it_ended(status: int) -> str:
    """Say in words what a wait status means."""
    if WIFSIGNALED(status):
        return f"killed by {Signals(WTERMSIG(status)).name}"
    return f"ended with status {WEXITSTATUS(status)}"
