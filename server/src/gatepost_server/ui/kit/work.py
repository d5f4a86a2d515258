"""Long work: where it stands, its steps, and the log as it grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component

StepState = Literal["done", "now", "wait", "bad"]


@dataclass(frozen=True)
class Step:
    """One step of some work and how far it is."""

    words: str
    state: StepState

    @property
    def symbol(self) -> Icon:
        """The icon before the words."""
        known: dict[StepState, Icon] = {"done": "circle-check", "now": "progress", "bad": "alert-triangle"}
        return known.get(self.state, "clock")


@dataclass(frozen=True)
class Progress(Component):
    """The steps of some work, in words and icons."""

    template: ClassVar[str] = "kit/progress.html"
    steps: Sequence[Step]


@dataclass(frozen=True)
class LogTail(Component):
    """The end of a log; an island asks `href` for what follows `offset` and adds it.

    `href` answers `{"text", "offset", "is_over"}`; when `is_over` the page is loaded again
    if `reloads`, because what is around the log has changed.
    """

    template: ClassVar[str] = "kit/log_tail.html"
    title: str
    text: str
    offset: int
    href: str
    is_live: bool = True
    reloads: bool = False
    hint: str = "Nothing was written yet."
    download: str = ""
