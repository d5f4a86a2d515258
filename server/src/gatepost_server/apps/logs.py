"""Reads log files: their end, what was added since, what holds some words; whatever wrote them may go on."""

import os
import re
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

MOST_LINES: Final = 10_000
LONGEST_WORDS: Final = 200
"""The most characters that may be looked for."""
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


def lines_with(path: Path, words: str, most: int) -> tuple[str, ...]:
    """Return the newest *most* lines that hold *words*, oldest first, also of what was rotated away.

    Upper and lower case are one. A log is kept to a size, and so is what is read for this.
    """
    wanted = re.compile(re.escape(words), re.IGNORECASE)
    found: deque[str] = deque(maxlen=most)
    with ExitStack() as opened:
        for file in _older_and_present(path, opened):
            found.extend(line for line in _whole_lines(file) if wanted.search(line))
    return tuple(found)


def _older_and_present(path: Path, opened: ExitStack) -> list[BinaryIO]:
    """Open both parts of a log; the present one first, since it may become the older one meanwhile."""
    files: list[BinaryIO] = []
    for part in (path, path.with_name(f"{path.name}.1")):
        with suppress(FileNotFoundError):
            files.insert(0, opened.enter_context(part.open("rb")))
    if len(files) > 1 and os.path.sameopenfile(files[0].fileno(), files[1].fileno()):
        return files[:1]
    return files


def _whole_lines(file: BinaryIO) -> Iterator[str]:
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    while file.tell() < end and (line := file.readline()).endswith(b"\n"):
        yield line[:-1].decode("utf-8", "replace").rstrip("\r")


def _text(raw: bytes) -> tuple[str, ...]:
    return tuple(line.rstrip("\r") for line in raw.decode("utf-8", "replace").split("\n"))
