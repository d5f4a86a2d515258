"""Reads log files: their end, and what was added since; whatever wrote them may go on."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_LINES: Final = 10_000
_LARGEST: Final = 4 * 1024 * 1024
_CHUNK: Final = 65_536


@dataclass(frozen=True)
class LogPart:
    """Some lines, and the place to read on from."""

    lines: tuple[str, ...]
    position: int


def log_tail(path: Path, lines: int) -> LogPart:
    """Return the last *lines* lines of a log; none when it has not been begun."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            start, kept = end, b""
            while start > 0 and kept.count(b"\n") <= lines and end - start < _LARGEST:
                step = min(_CHUNK, start)
                start -= step
                file.seek(start)
                kept = file.read(step) + kept
    except FileNotFoundError:
        return LogPart((), 0)
    whole, newline, rest = kept.rpartition(b"\n")
    if not newline:
        return LogPart((), start)
    found = _text(whole)
    return LogPart(found[-lines:] if lines else (), end - len(rest))


def log_since(path: Path, position: int) -> LogPart:
    """Return the whole lines written since *position*; a rotated file is read from its start."""
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < position:
                position = 0
            file.seek(position)
            added = file.read(_LARGEST)
    except FileNotFoundError:
        return LogPart((), 0)
    whole, newline, _ = added.rpartition(b"\n")
    if not newline:
        return LogPart((), position)
    return LogPart(_text(whole), position + len(whole) + 1)


def _text(raw: bytes) -> tuple[str, ...]:
    return tuple(line.rstrip("\r") for line in raw.decode("utf-8", "replace").split("\n"))
