"""A file that tells how much of it was read: the progress of an upload."""

import io
from collections.abc import Callable
from pathlib import Path

Progress = Callable[[int, int], None]


class WatchedFile(io.BufferedReader):
    """Read *path* and call *progress* with (bytes read, bytes in all) after each piece."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        super().__init__(io.FileIO(path))
        self._total = path.stat().st_size
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next piece, as a file does."""
        piece = super().read(size)
        if self._progress is not None and piece:
            self._progress(self.tell(), self._total)
        return piece
