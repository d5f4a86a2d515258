"""Looking for words in an application's logs: the field, and the lines that hold them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class LogPiece:
    """A piece of a line; a hit is what was looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class LogSearch(Component):
    """The field that looks through all that is kept of a log."""

    template: ClassVar[str] = "apps/log_search.html"
    href: str
    kind: str
    words: str


@dataclass(frozen=True)
class Tools(Component):
    """The switch between the logs, and the field beside it."""

    template: ClassVar[str] = "apps/log_tools.html"
    which: Component
    search: LogSearch


@dataclass(frozen=True)
class FoundLines(Component):
    """The newest lines that hold *words*, oldest first; *everything* leads back to the whole log."""

    template: ClassVar[str] = "apps/found_lines.html"
    words: str
    lines: Sequence[Sequence[LogPiece]]
    everything: str
    is_cut: bool = False


def marked(line: str, words: str) -> Sequence[LogPiece]:
    """Cut *line* where *words* are, as the search saw them: upper and lower case are one."""
    parts = re.split(f"({re.escape(words)})", line, flags=re.IGNORECASE)
    return [LogPiece(part, is_hit=place % 2 == 1) for place, part in enumerate(parts) if part]
