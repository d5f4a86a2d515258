"""The engine: DuckDB in memory, that sees the files it was given and nothing else (ADR 17).

It is loaded when it is first used: every process knows this domain's tables, few its rows.
"""
# ruff: noqa: PLC0415  (see above)

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost_server.kernel.errors import TooLarge, Unprocessable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

_LOCK: Final = (
    "SET TimeZone = 'UTC'",
    "SET allowed_paths = {paths}",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class DataTooHeavy(TooLarge):
    """Reading or writing these rows takes more memory or time than this server gives to one call."""

    code = "data-too-heavy"


class DataUnreadable(Unprocessable):
    """The file is not what its content type says, or it is damaged."""

    code = "data-unreadable"


@dataclass(frozen=True)
class Limits:
    """What one call may take: memory in MiB, threads, seconds."""

    memory_mb: int = 512
    threads: int = 1
    seconds: float = 600.0


@contextmanager
def opened(limits: Limits, files: Sequence[Path] = ()) -> "Iterator[DuckDBPyConnection]":
    """Open an engine of its own that may read and write *files*, and change no setting.

    Raises:
        DataTooHeavy: it reached one of the *limits*.
        DataUnreadable: a file is not what it was taken for.
    """
    import duckdb

    wanted: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.memory_mb}MiB",
        "threads": limits.threads,
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "write_buffer_row_group_memory_limit": f"{max(16, limits.memory_mb // 8)}MiB",
    }
    connection = duckdb.connect(":memory:", config=wanted)
    stop = threading.Timer(limits.seconds, connection.interrupt)
    stop.daemon = True
    stop.start()
    try:
        paths = f"[{', '.join(literal(str(path)) for path in files)}]"
        for statement in _LOCK:
            connection.execute(statement.replace("{paths}", paths))
        with translated():
            yield connection
    finally:
        stop.cancel()
        connection.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the engine raises into refusals; details that name our files go to the log only.

    Raises:
        DataTooHeavy: out of memory, or out of time.
        DataUnreadable: anything else that it makes of a file.
    """
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException) as error:
        log.info("the engine gave up: %s", error)
        raise DataTooHeavy(
            "These rows take more memory or time than one call may. Send or ask for fewer at a time."
        ) from error
    except duckdb.Error as error:
        log.info("the engine refused a file: %s", error)
        raise DataUnreadable(
            "The file cannot be read as what its content type says. Check how it was written."
        ) from error


def literal(text: str) -> str:
    """Return *text* as a string of the engine's SQL, for places that take no parameter."""
    return "'" + text.replace("'", "''") + "'"
