"""Layout pieces: a column of things, a card, rows of facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class Stack(Component):
    """Things below one another."""

    template: ClassVar[str] = "kit/stack.html"
    items: Sequence[Component]


@dataclass(frozen=True)
class Card(Component):
    """A titled box."""

    template: ClassVar[str] = "kit/card.html"
    title: str
    content: Component
    action: Component | None = None


@dataclass(frozen=True)
class Section(Component):
    """A titled part of a page that is no card: a table with its own words above it."""

    template: ClassVar[str] = "kit/section.html"
    title: str
    content: Component
    note: str = ""
    action: Component | None = None


@dataclass(frozen=True)
class Fact:
    """One fact: what it is, and its value."""

    name: str
    value: str | Component


@dataclass(frozen=True)
class Facts(Component):
    """Facts below one another, names in grey."""

    template: ClassVar[str] = "kit/facts.html"
    items: Sequence[Fact]


@dataclass(frozen=True)
class SettingRow(Component):
    """One thing that can be set or done, with a sentence, and the button that does it."""

    template: ClassVar[str] = "kit/setting_row.html"
    title: str
    sentence: str
    action: Component


@dataclass(frozen=True)
class PostButton(Component):
    """A button that sends one action at once; for what can be undone."""

    template: ClassVar[str] = "kit/post_button.html"
    words: str
    action: str
    csrf: str
    look: str = "plain"


@dataclass(frozen=True)
class CardForm(Component):
    """A form in a card with one button."""

    template: ClassVar[str] = "kit/card_form.html"
    title: str
    action: str
    submit: str
    fields: Sequence[Component]
    csrf: str
    sentence: str = ""
    fault: str = ""
