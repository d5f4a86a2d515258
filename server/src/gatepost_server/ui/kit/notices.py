"""What is said to the reader: status messages, notes, banners, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar


@dataclass(frozen=True)
class StatusMessage(Component):
    """What just happened; announced to screen readers, stays until it is closed."""

    template: ClassVar[str] = "kit/status_message.html"
    sentence: str
    is_good: bool = True

    @property
    def symbol(self) -> Icon:
        """The icon before the sentence."""
        return "circle-check" if self.is_good else "alert-triangle"


class Telling:
    """Something with a `sentence`, of which further lines stand as a process wrote them."""

    sentence: str

    @property
    def first(self) -> str:
        """The sentence itself."""
        return self.sentence.partition("\n")[0]

    @property
    def lines(self) -> str:
        """What follows it, as it was written."""
        return self.sentence.partition("\n")[2]


@dataclass(frozen=True)
class Note(Telling, Component):
    """A boxed note: amber = think, red = it failed, blue = information, green = done.

    Of a sentence with further lines, as what a process wrote at its end, those stand as they are.
    """

    template: ClassVar[str] = "kit/note.html"
    headline: str
    sentence: str = ""
    tone: Literal["amber", "red", "blue", "green"] = "blue"
    symbol: Icon = "info-circle"
    action: Component | None = None


@dataclass(frozen=True)
class Banner:
    """A line across the top of every page: something about the whole instance."""

    headline: str
    sentence: str
    is_bad: bool = False


@dataclass(frozen=True)
class CanGive:
    """Somebody who can give what is missing."""

    name: str
    role: str

    @property
    def avatar(self) -> Avatar:
        """The circle before the name."""
        return Avatar(self.name)


@dataclass(frozen=True)
class Why(Component):
    """Why something was refused: who, what, the failing rule, the smallest grant, who helps."""

    template: ClassVar[str] = "kit/why.html"
    person: str
    person_note: str
    tried: str
    tried_note: str
    failed: str
    failed_note: str = ""
    smallest: str = ""
    smallest_note: str = ""
    helpers: Sequence[CanGive] = ()
    decision_id: str = ""
    rule: str = ""
    is_you: bool = True
    is_allowed: bool = False
    is_grant: bool = True
    more_href: str = ""

    @property
    def avatar(self) -> Avatar:
        """The circle before the caller's name."""
        return Avatar(self.person)
