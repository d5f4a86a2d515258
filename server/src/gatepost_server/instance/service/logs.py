"""The instance's own logs: which files there are, and how much is written into them."""

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gatepost_server.authz import INSTANCE, require_instance
from gatepost_server.instance.errors import UnknownLogFile
from gatepost_server.instance.model import LEVELS, LogFile, LogLevels
from gatepost_server.instance.tables import SettingRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.settings import Folders
from gatepost_server.store import Tx, moment_of

_LEVELS: Final = "log_levels"
_LOGGER: Final = re.compile(r"gatepost(_server)?(\.[a-z_][a-z0-9_]*)*")


def list_log_files(tx: Tx, folders: Folders) -> list[LogFile]:
    """Return the log files of the instance's own processes, by name; for administrators.

    Logs of builds and of applications stand elsewhere and are read with their application.
    """
    require_instance(tx, "log:list")
    return list(_files(folders).values())


def log_file(tx: Tx, folders: Folders, name: str) -> LogFile:
    """Return one of the files that `list_log_files` lists, for administrators.

    A name is looked up in that list and never joined to a path, so none leads elsewhere.

    Raises:
        UnknownLogFile: the list has no such name.
    """
    require_instance(tx, "log:read")
    found = _files(folders).get(name)
    if found is None:
        raise UnknownLogFile
    return found


def log_levels(tx: Tx) -> LogLevels:
    """Return how much is written, for the processes that obey it; asks for no right."""
    row = tx.session.get(SettingRow, _LEVELS)
    return LogLevels() if row is None else LogLevels(row.value["level"], row.value["loggers"])


def read_log_levels(tx: Tx) -> LogLevels:
    """Return how much is written, for administrators."""
    require_instance(tx, "log:level")
    return log_levels(tx)


def set_log_level(tx: Tx, level: str | None, logger: str | None = None) -> LogLevels:
    """Say how much is written: of one logger, or of all of Gatepost's without own levels.

    Every process follows within two seconds. Without a *level* a logger has none of its
    own any more. Loggers of libraries cannot be named: they would write down secrets.

    Raises:
        Invalid: no such level, or not a logger of Gatepost's.
    """
    require_instance(tx, "log:level")
    if (level is None and logger is None) or (level is not None and level.upper() not in LEVELS):
        raise Invalid("Unknown level.", faults=[FieldFault("level", f"one of {', '.join(LEVELS)}")])
    if logger is not None and not _LOGGER.fullmatch(logger):
        fault = FieldFault("logger", "one of ours, as gatepost_server.runtime; leave it out for all")
        raise Invalid("Unknown logger.", faults=[fault])
    before = log_levels(tx)
    after = before.changed(level.upper() if level is not None else None, logger)
    value: Mapping[str, object] = {"level": after.level, "loggers": dict(after.loggers)}
    tx.session.merge(SettingRow(name=_LEVELS, value=dict(value)))
    tx.audit(
        "log:level", "instance", INSTANCE, "log levels",
        before={"level": before.level, "loggers": dict(before.loggers)}, after=value,
    )  # fmt: skip
    return after


def _files(folders: Folders) -> dict[str, LogFile]:
    """Return the plain files of the logs folder by name; links and folders are left out."""
    found = {}
    for path in sorted(folders.logs.iterdir()):
        try:
            facts = path.lstat()
        except FileNotFoundError:  # rotated away while we looked
            continue
        if stat.S_ISREG(facts.st_mode):
            found[path.name] = _present(path, facts.st_size, facts.st_mtime)
    return found


def _present(path: Path, size: int, changed: float) -> LogFile:
    return LogFile(path.name, path, size, moment_of(int(changed * 1_000_000)))
