"""Entry: what both archive readers yield, before any judgement of its path."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One regular file or folder of an archive; nothing else is ever yielded.

    `chunks` must be read to its end before the next entry is asked for.
    """

    raw_path: bytes
    is_folder: bool
    is_executable: bool
    chunks: Iterator[bytes]
