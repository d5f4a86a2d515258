"""The head of a page: breadcrumbs, title, actions, tabs, the same by CLI and API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class Crumb:
    """One step of the way here; the last one has no address."""

    words: str
    href: str | None = None


@dataclass(frozen=True)
class Tab:
    """One tab; `count` is how many things are behind it."""

    words: str
    href: str
    count: int | None = None
    is_here: bool = False


@dataclass(frozen=True)
class Tabs(Component):
    """The tabs below a page head; each is a page of its own."""

    template: ClassVar[str] = "kit/tabs.html"
    items: Sequence[Tab]
    label: str


@dataclass(frozen=True)
class RiskCard:
    """One reason to look, how many things have it, and where they are listed."""

    title: str
    count: int
    note: str
    href: str
    symbol: Icon
    tone: Literal["amber", "red", "gray"] = "amber"
    is_here: bool = False


@dataclass(frozen=True)
class RiskCards(Component):
    """Reasons to look, above a list; each filters it."""

    template: ClassVar[str] = "kit/risk_cards.html"
    cards: Sequence[RiskCard]
    label: str


@dataclass(frozen=True)
class Snippet:
    """A piece of code in one language."""

    title: str
    code: str


@dataclass(frozen=True)
class SameWith(Component):
    """A small `</>` button that shows how to do the same with the CLI and the API."""

    template: ClassVar[str] = "kit/same_with.html"
    snippets: Sequence[Snippet]
    pop_id: str = "same-with"


@dataclass(frozen=True)
class ButtonLink(Component):
    """A link that looks like a button.

    With `opens_dialog` the page behind the link comes as a dialog over this one; without
    scripts it is simply followed.
    """

    template: ClassVar[str] = "kit/button_link.html"
    words: str
    href: str
    look: Literal["primary", "plain", "quiet", "danger-line", "link"] = "plain"
    symbol: Icon | None = None
    opens_dialog: bool = False
    in_new_tab: bool = False
    extra: str = ""


@dataclass(frozen=True)
class PageHead(Component):
    """Title, one grey sentence, actions at the right; one primary action at most."""

    template: ClassVar[str] = "kit/page_head.html"
    title: str
    sentence: str | Component = ""
    crumbs: Sequence[Crumb] = ()
    actions: Sequence[Component] = ()
    tile: Component | None = None
    badge: Component | None = None


@dataclass(frozen=True)
class BinLink(Component):
    """The bin at the end of a row; it asks before anything is deleted.

    `words` name it to screen readers and on hover, with the `subject`.
    """

    template: ClassVar[str] = "kit/bin_link.html"
    href: str
    subject: str
    words: str = "Delete"
    symbol: Icon = "trash"
