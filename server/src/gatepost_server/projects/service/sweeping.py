"""Sweeping: removes from disk the files of rows that nobody needs any more."""

import shutil
from typing import Final

from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.projects.queries.datasets import known_parts
from gatepost_server.projects.shelf import Shelf
from gatepost_server.store import UnitOfWork

OLD_S: Final = 3600.0
_OLD_READER_S: Final = 86_400.0
_MARK: Final = ".sweep"


def sweep_datasets(
    uow: UnitOfWork, who: tuple[Actor, Origin], shelf: Shelf, *, old_s: float = OLD_S
) -> list[str]:
    """Remove uploads, parts that no dataset has, and what readers that died were lent.

    Returns the names of what was removed. Only asks the store. A part's row comes within
    moments of its file, so what nobody needed after *old_s* seconds nobody will; a reader is given a
    day. Ages are told by the file system's own clock.
    """
    mark = shelf.folder / _MARK
    mark.touch()
    now = mark.stat().st_ctime
    parts, others = shelf.left(untouched_s=old_s, now=now)
    with uow.read(*who) as tx:
        known = known_parts(tx.session, parts)
    gone = sorted(set(parts) - known)
    shelf.forget(gone)
    for path in others:
        if path == mark:
            continue
        if path.is_dir() and path.lstat().st_ctime < now - _OLD_READER_S:
            shutil.rmtree(path, ignore_errors=True)
            gone.append(path.name)
        elif not path.is_dir():
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return sorted(gone)
