"""Sweeping: removes from disk what an upload left when its process was killed."""

from pathlib import Path
from typing import Final

from gatepost_server.apps.queries.sources import known_folders
from gatepost_server.bundles import remove_tree
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.settings import Folders
from gatepost_server.store import UnitOfWork

_OLD_S: Final = 3600.0
_MARK: Final = ".sweep"


def sweep_sources(uow: UnitOfWork, who: tuple[Actor, Origin], folders: Folders) -> list[str]:
    """Remove uploads and unpacked folders that no version owns, an hour after they came.

    Returns the names of what was removed. Only asks the store, and removes after that, so
    that nobody's change waits for the disk; a version's row comes within moments of its
    folder, so what nobody owned after an hour nobody will. Ages are told by the file system's own clock,
    so that a shifted clock cannot make a running upload look old.
    """
    mark = folders.sources / _MARK
    mark.touch()
    old = mark.stat().st_mtime - _OLD_S
    found = [path for path in folders.sources.iterdir() if path.name != _MARK and path.stat().st_mtime < old]
    with uow.read(*who) as tx:
        known = known_folders(tx.session, [path.name for path in found])
    gone = [path for path in found if path.name not in known]
    for path in gone:
        _remove(path)
    return sorted(path.name for path in gone)


def _remove(path: Path) -> None:
    if path.is_dir():
        remove_tree(path)
    else:
        path.unlink(missing_ok=True)
