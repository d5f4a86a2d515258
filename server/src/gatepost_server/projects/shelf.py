"""The shelf: files of rows under their ids, each written aside, kept, lent to readers, forgotten."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SUFFIX: Final = ".parquet"
_LENT: Final = ".read-"
_ASIDE: Final = ".part-"


class Shelf:
    """The datasets folder. What is on it under an id never changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, part_id: str) -> Path:
        """Return where a part lies."""
        return self.folder / f"{part_id}{_SUFFIX}"

    def aside(self, part_id: str) -> Path:
        """Return where a part is written before it is kept."""
        return self.folder / f"{_ASIDE}{part_id}"

    def keep(self, part_id: str) -> int:
        """Put what was written aside in its place, safe from a loss of power; return its size."""
        aside = self.aside(part_id)
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.rename(self.path_of(part_id))
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self.path_of(part_id).stat().st_size

    def forget(self, part_ids: Iterable[str]) -> None:
        """Remove parts, and what was written aside for them; those not there are passed over."""
        for part_id in part_ids:
            self.path_of(part_id).unlink(missing_ok=True)
            self.aside(part_id).unlink(missing_ok=True)

    @contextmanager
    def lent(self, part_ids: Sequence[str]) -> Iterator[list[Path]]:
        """Lend parts to a reader, whom no overwriting disturbs: they are links of its own.

        Raises:
            FileNotFoundError: a part was forgotten since its id was read.
        """
        own = Path(tempfile.mkdtemp(prefix=_LENT, dir=self.folder))
        try:
            paths = [own / f"{part_id}{_SUFFIX}" for part_id in part_ids]
            for part_id, path in zip(part_ids, paths, strict=True):
                os.link(self.path_of(part_id), path)
            yield paths
        finally:
            shutil.rmtree(own, ignore_errors=True)

    def left(self, *, untouched_s: float, now: float) -> tuple[list[str], list[Path]]:
        """Return ids of parts, and other paths, that nobody touched for *untouched_s* seconds."""
        old = [path for path in self.folder.iterdir() if path.lstat().st_ctime < now - untouched_s]
        parts = [path.name.removesuffix(_SUFFIX) for path in old if path.suffix == _SUFFIX]
        return parts, [path for path in old if path.suffix != _SUFFIX]
