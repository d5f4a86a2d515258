"""A query in a process of its own: limited, watched, killed when the run is to stop."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gatepost_server.projects.columns import read_type
from gatepost_server.projects.errors import QueryRefused, RunBroken
from gatepost_server.projects.ports import Workplace
from gatepost_server.projects.service.sources import Source
from gatepost_server.projects.storage.engine import DataTooHeavy

_MODULE: Final = "gatepost_server.projects.steps.query_child"
_LOOK_S: Final = 0.05
_GRACE_S: Final = 10.0


def run_query(place: Workplace, sql: str, sources: Sequence[Source], out: Path) -> None:
    """Run *sql* over *sources* and write its rows to *out* as Parquet.

    The process knows none of this one's surroundings, and only the files named here.

    Raises:
        QueryRefused: it is not one SELECT, or the engine does not take it; in its words, without paths.
        DataTooHeavy: it takes more memory or time than a step may.
        RunBroken: the process ended without an answer.
        Cancelled: the run is to stop; the process is dead then.
    """
    errand = place.folder / "errand.json"
    answer = place.folder / "answer.json"
    errand.write_text(json.dumps(_errand(place, sql, sources, out, answer)))
    surroundings = {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "PATH": os.defpath}
    command = [sys.executable, "-m", _MODULE, str(errand)]
    child = subprocess.Popen(  # noqa: S603  # our own module, a path of ours
        command, env=surroundings, cwd=place.folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    last = time.monotonic() + place.limits.seconds + _GRACE_S
    try:
        while child.poll() is None:
            place.check()
            if time.monotonic() > last:
                raise DataTooHeavy("The query takes more time than a step may.")
            time.sleep(_LOOK_S)
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    _judge(answer)


def _judge(answer: Path) -> None:
    if not answer.is_file():
        raise RunBroken
    said = json.loads(answer.read_text())
    if said["outcome"] == "heavy":
        raise DataTooHeavy("The query takes more memory or time than a step may. Read or keep fewer rows.")
    if said["outcome"] == "refused":
        raise QueryRefused(said["detail"])


def _errand(
    place: Workplace, sql: str, sources: Sequence[Source], out: Path, answer: Path
) -> dict[str, object]:
    return {
        "sql": sql,
        "out": str(out),
        "answer": str(answer),
        "folder": str(place.folder),
        "limits": vars(place.limits),
        "sources": [
            {
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
            for one in sources
        ],
    }
