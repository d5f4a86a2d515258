"""A query in a process of its own: limited, watched, killed when it is to stop."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from gatepost_server.projects.columns import read_type
from gatepost_server.projects.errors import QueryRefused, RunBroken
from gatepost_server.projects.ports import Workplace
from gatepost_server.projects.service.saving import ReadQuery, checked_sql
from gatepost_server.projects.service.sources import Source
from gatepost_server.projects.storage.engine import DataTooHeavy, Limits

_MODULE: Final = "gatepost_server.projects.steps.query_child"
_LOOK_S: Final = 0.05
_GRACE_S: Final = 10.0
_READING: Final = Limits(memory_mb=256, seconds=30)


def run_query(place: Workplace, sql: str, sources: Sequence[Source], out: Path) -> None:
    """Run *sql* over *sources* and write its rows to *out* as Parquet.

    The process knows none of this one's surroundings, and only the files named here.

    Raises:
        QueryRefused: it is not one SELECT, or the engine does not take it; in its words, without paths.
        DataTooHeavy: it takes more memory or time than a step may.
        RunBroken: the process ended without an answer.
        Cancelled: the run is to stop; the process is dead then.
    """
    errand = {
        "sql": sql,
        "out": str(out),
        "limits": vars(place.limits),
        "sources": [_told(one) for one in sources],
    }
    _sent(errand, place.folder, place.limits, place.check)


def examined(text: str, scratch: Path) -> ReadQuery:
    """Return a query with what it names; nothing of it is run.

    Raises:
        Invalid: it is empty or too long.
        QueryRefused: it is not one SELECT, or the engine does not take it.
        DataTooHeavy, RunBroken: as `run_query`.
    """
    sql = checked_sql(text)
    with tempfile.TemporaryDirectory(prefix=".read-", dir=scratch) as folder:
        errand = {"sql": sql, "limits": vars(_READING)}
        said = _sent(errand, Path(folder), _READING, lambda: None)
    return ReadQuery(sql, [(schema, name) for schema, name in said["tables"]])


def _sent(
    errand: Mapping[str, object], folder: Path, limits: Limits, check: Callable[[], None]
) -> Mapping[str, Any]:
    """Send a process on an errand and return its answer; it is dead when this returns or raises."""
    written, answer = folder / "errand.json", folder / "answer.json"
    written.write_text(json.dumps({**errand, "answer": str(answer), "folder": str(folder)}))
    surroundings = {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "PATH": os.defpath}
    command = [sys.executable, "-m", _MODULE, str(written)]
    child = subprocess.Popen(  # noqa: S603  # our own module, a path of ours
        command, env=surroundings, cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    last = time.monotonic() + limits.seconds + _GRACE_S
    try:
        while child.poll() is None:
            check()
            if time.monotonic() > last:
                raise DataTooHeavy("The query takes more time than a step may.")
            time.sleep(_LOOK_S)
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    return _judged(answer)


def _judged(answer: Path) -> Mapping[str, Any]:
    if not answer.is_file():
        raise RunBroken
    said: dict[str, Any] = json.loads(answer.read_text())
    if said["outcome"] == "heavy":
        raise DataTooHeavy("The query takes more memory or time than a step may. Read or keep fewer rows.")
    if said["outcome"] == "refused":
        raise QueryRefused(said["detail"])
    return said


def _told(one: Source) -> dict[str, object]:
    return {
        "schema": one.schema,
        "name": one.name,
        "is_own": one.is_own,
        "files": [str(path) for path in one.files],
        "columns": [
            {"name": column.name, "type": column.type, "sql": read_type(column.type).sql}
            for column in one.query.known
        ],
        "filters": None
        if one.query.filters is None
        else [{"column": rule.column, "values": list(rule.values)} for rule in one.query.filters],
    }
