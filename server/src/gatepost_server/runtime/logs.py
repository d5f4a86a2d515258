"""Logs of builds and of apps: plain lines, bounded on disk, their tail at hand."""

import asyncio
import contextlib
import os
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from gatepost_server.crypto import scrub

ROTATE_AT = 10 * 1024 * 1024
LONGEST = 16 * 1024
TAIL = 20


class LineLog:
    """Appends lines to a file; at *rotate_at* bytes it becomes `.1`, replacing the older one.

    Several may write to one file; *lead* stands before each line, to tell them apart.
    """

    def __init__(self, path: Path, *, rotate_at: int = ROTATE_AT, lead: str = "") -> None:
        self._path = path
        self._lead = lead
        self._rotate_at = rotate_at
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()
        self._tail: deque[str] = deque(maxlen=TAIL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, line: str) -> None:
        """Append one line; control characters but tab are shown, not obeyed, and keys cut to their prefix."""
        self._tail.append(self._append(line))

    def note(self, sentence: str) -> None:
        """Append a line of our own, told apart from the app's; not part of the tail."""
        self._append(f"[gatepost] {sentence}")

    def begin(self) -> None:
        """Begin another tail: something else writes from here on."""
        self._tail.clear()

    def _append(self, line: str) -> str:
        safe = "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in line.rstrip())
        safe = scrub(safe)
        raw = (self._lead + safe).encode("utf-8", "backslashreplace") + b"\n"
        self._look()
        if self._size and self._size + len(raw) > self._rotate_at:
            self._rotate()
        self._file.write(raw)
        return safe

    def tail(self, count: int = TAIL) -> list[str]:
        """Return the last lines written since it began, without our own."""
        return list(self._tail)[-count:]

    async def follow(self, stream: asyncio.StreamReader) -> None:
        """Append every line of *stream* as it comes, until its end; over-long ones are cut up."""
        rest = b""
        while chunk := await stream.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._write_raw(line)
            while len(rest) > LONGEST:
                self._write_raw(rest[:LONGEST])
                rest = rest[LONGEST:]
        if rest:
            self._write_raw(rest)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write_raw(self, line: bytes) -> None:
        for start in range(0, max(len(line), 1), LONGEST):
            self.write(line[start : start + LONGEST].decode("utf-8", "replace").rpartition("\r")[2])

    def _look(self) -> None:
        """Follow the file where another of its writers put a new one in its place."""
        ours = os.fstat(self._file.fileno())
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_ino == ours.st_ino:
                self._size = ours.st_size
                return
        self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._size = self._file.tell()

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._file = self._path.open("ab", buffering=0)
        self._size = 0
