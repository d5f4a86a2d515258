"""Small facts drawn everywhere: people, times, states, tags, kinds, fields to copy."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400

Tone = Literal["green", "amber", "red", "blue", "gray", "out", "violet", "line"]


def initials_of(name: str) -> str:
    """Return one or two capitals that stand for *name*."""
    parts = [part for part in name.replace(".", " ").replace("_", " ").replace("-", " ").split() if part]
    if not parts:
        return "?"
    picked = parts[0][0] + (parts[-1][0] if len(parts) > 1 else parts[0][1:2])
    return picked.upper()


@dataclass(frozen=True)
class Avatar(Component):
    """Initials in a circle; the colour follows the name. `symbol` is for what is no person."""

    template: ClassVar[str] = "kit/avatar.html"
    name: str
    size: Literal["", "sm", "lg"] = ""
    symbol: Icon | None = None

    @property
    def initials(self) -> str:
        """The letters shown."""
        return initials_of(self.name)

    @property
    def shade(self) -> str:
        """One of seven colours, or grey for a symbol."""
        return "ag" if self.symbol else f"a{zlib.crc32(self.name.encode()) % 7 + 1}"


@dataclass(frozen=True)
class Person(Component):
    """An avatar with the name beside it."""

    template: ClassVar[str] = "kit/person.html"
    name: str
    note: str = ""

    @property
    def avatar(self) -> Avatar:
        """The circle before the name."""
        return Avatar(self.name)


@dataclass(frozen=True)
class Timestamp(Component):
    """A moment in words relative to *now*; exact on hover and for screen readers."""

    template: ClassVar[str] = "kit/timestamp.html"
    at: datetime
    now: datetime

    @property
    def iso(self) -> str:
        """The moment for machines."""
        return self.at.isoformat(timespec="seconds")

    @property
    def exact(self) -> str:
        """The moment in full."""
        return f"{self.at.day} {self.at:%b %Y, %H:%M:%S} UTC"

    @property
    def words(self) -> str:
        """The moment as people say it."""
        seconds = (self.now - self.at).total_seconds()
        return _ahead(-seconds) if seconds < -1 else _ago(self.at, self.now, seconds)


def _ago(at: datetime, now: datetime, seconds: float) -> str:
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    if (now.date() - at.date()).days == 1:
        return "yesterday"
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def _ahead(seconds: float) -> str:
    if seconds < 1.5 * _HOUR:
        return f"in {max(1, round(seconds / _MINUTE))} min"
    if seconds < 1.5 * _DAY:
        return f"in {round(seconds / _HOUR)} h"
    return f"in {round(seconds / _DAY)} days"


@dataclass(frozen=True)
class StateBadge(Component):
    """The state of a thing: one word, one colour, one icon; never colour alone."""

    template: ClassVar[str] = "kit/state_badge.html"
    word: str
    tone: Tone
    symbol: Icon
    is_moving: bool = False


@dataclass(frozen=True)
class Tag(Component):
    """A fact in a small square: an expiry, a role, a level. Not for states."""

    template: ClassVar[str] = "kit/tag.html"
    words: str
    tone: Tone = "gray"
    symbol: Icon | None = None
    title: str = ""


@dataclass(frozen=True)
class KindTile(Component):
    """A coloured tile for a kind of thing; the kind in words always stands beside it."""

    template: ClassVar[str] = "kit/kind_tile.html"
    symbol: Icon
    shade: str = "static"
    size: Literal["", "sm", "lg"] = ""


@dataclass(frozen=True)
class CopyField(Component):
    """A line of text with a button that copies it. `label` names it to screen readers."""

    template: ClassVar[str] = "kit/copy_field.html"
    value: str
    label: str
    is_small: bool = False


@dataclass(frozen=True)
class Text(Component):
    """Words in a cell: a line, and a second grey one."""

    template: ClassVar[str] = "kit/text.html"
    line: str | Component
    second: str | Component = ""
    is_mono: bool = False
    is_quiet: bool = False
