"""What an application used, minute by minute for a day and hour by hour for thirty days.

One file an application, of a fixed size: two rings of slots, each with the time that it is of.
The runtime adds to it, the doors read it at the same time.
"""

import os
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3600
KEPT: Final[Mapping[int, int]] = {MINUTE: 24 * 60, HOUR: 30 * 24}
"""Seconds of a slot, and how many of them are kept."""
_MARK: Final = b"gpusage1"
_SLOT: Final = struct.Struct("<QdddQIII4x")
_MOST: Final = 2**32 - 1


@dataclass(frozen=True)
class Used:
    """What was used within some time.

    `seconds` is for how long it ran, `cpu` the seconds of CPU, `memory` bytes times seconds, `peak`
    the most bytes at once. Of its `requests`, `refused` were answered with a status of 400 to 499,
    `failed` with one from 500 on.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    peak: int = 0
    requests: int = 0
    refused: int = 0
    failed: int = 0

    def __add__(self, other: "Used") -> "Used":
        """Return what was used in both times together."""
        return Used(
            self.seconds + other.seconds,
            self.cpu + other.cpu,
            self.memory + other.memory,
            max(self.peak, other.peak),
            self.requests + other.requests,
            self.refused + other.refused,
            self.failed + other.failed,
        )


def add_used(path: Path, at: float, used: Used) -> None:
    """Add *used* to the minute and to the hour that *at* is in. Only one process may add.

    Raises:
        OSError: the file cannot be written.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.pread(file, len(_MARK), 0) != _MARK:
            os.ftruncate(file, 0)
            os.pwrite(file, _MARK, 0)
        for span in KEPT:
            start = _start_of(at, span)
            place = _place_of(start, span)
            kept = _read(os.pread(file, _SLOT.size, place))
            before = kept[1] if kept is not None and kept[0] == start else Used()
            os.pwrite(file, _packed(start, before + used), place)
    finally:
        os.close(file)


def used_since(path: Path, span: int, since: float, until: float) -> dict[int, Used]:
    """Return the slots of *span* seconds that begin within *since* and *until*, by their beginning.

    What is not kept, or was not running, has none.
    """
    with suppress(FileNotFoundError), path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            return {}
        file.seek(_begin_of(span))
        raw = file.read(KEPT[span] * _SLOT.size)
        slots = (_read(raw[at : at + _SLOT.size]) for at in range(0, len(raw), _SLOT.size))
        found = [slot for slot in slots if slot is not None and since <= slot[0] <= until]
        return dict(sorted(found, key=lambda slot: slot[0]))
    return {}


def _start_of(at: float, span: int) -> int:
    return int(at) // span * span


def _begin_of(span: int) -> int:
    before = [KEPT[one] for one in KEPT if one < span]
    return len(_MARK) + sum(before) * _SLOT.size


def _place_of(start: int, span: int) -> int:
    return _begin_of(span) + start // span % KEPT[span] * _SLOT.size


def _packed(start: int, used: Used) -> bytes:
    counts = (min(one, _MOST) for one in (used.requests, used.refused, used.failed))
    return _SLOT.pack(start, used.seconds, used.cpu, used.memory, used.peak, *counts)


def _read(raw: bytes) -> tuple[int, Used] | None:
    if len(raw) < _SLOT.size:
        return None
    start, *values = _SLOT.unpack(raw)
    return (start, Used(*values)) if start else None
