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

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.archives.manifest import Manifest
from gatepost_server.projects.errors import QueryRefused, RunBroken
from gatepost_server.projects.ports import StepKind, Workplace
from gatepost_server.projects.service.saving import LONGEST, ReadQuery, checked_sql
from gatepost_server.projects.service.sources import Source
from gatepost_server.tabular.columns import read_type
from gatepost_server.tabular.engine import DataTooHeavy, Limits

_MODULE: Final = "gatepost_server.tabular.query_child"
_LOOK_S: Final = 0.05
_GRACE_S: Final = 10.0
_SHOWN: Final = 200
_MOST_FAULTS: Final = 10
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
        try:
            said = _sent(errand, Path(folder), _READING, lambda: None)
        except QueryRefused as refusal:
            raise QueryRefused(refusal.detail, faults=[FieldFault("query", refusal.detail)]) from None
    return ReadQuery(sql, [(schema, name) for schema, name in said["tables"]])


def examine_steps(kinds: Mapping[str, StepKind], steps: Sequence[Mapping[str, Any]], scratch: Path) -> None:
    """Refuse steps whose query is not one SELECT; what it names need not be there yet.

    Raises:
        QueryRefused: the faults say where, by step.
        DataTooHeavy, RunBroken: as `run_query`.
    """
    faults = _faults_of(_queries_of(kinds, steps, "steps"), scratch)
    if faults:
        raise QueryRefused("A step's query cannot be used.", faults=faults)


def examine_archive(kinds: Mapping[str, StepKind], manifest: Manifest, scratch: Path) -> None:
    """Refuse an archive of which a query is not one SELECT, as when it is saved; nothing is changed.

    Raises:
        QueryRefused: the faults say in which dataset, or in which step of which scenario.
        DataTooHeavy, RunBroken: as `run_query`.
    """
    queries = {f"datasets.{one.name[:_SHOWN]}.query": one.query or "" for one in manifest.datasets}
    for scenario in manifest.scenarios:
        queries |= _queries_of(kinds, scenario["steps"], f"scenarios.{scenario['name'][:_SHOWN]}.steps")
    faults = _faults_of(queries, scratch)
    if faults:
        raise QueryRefused("A query of the archive cannot be used.", faults=faults[:_MOST_FAULTS])


def _queries_of(
    kinds: Mapping[str, StepKind], steps: Sequence[Mapping[str, Any]], path: str
) -> dict[str, str]:
    """Return the queries of steps by the path of each; what else is wrong with a step, it says itself."""
    sent = {f"{path}.{at}.query": _query_of(kinds, raw) for at, raw in enumerate(steps)}
    return {where: sql or "" for where, sql in sent.items()}


def _faults_of(queries: Mapping[str, str], scratch: Path) -> list[FieldFault]:
    """Return what the engine has against queries, by their paths; one process reads all that are some."""
    read = {where: sql for where, sql in queries.items() if sql.strip() and len(sql) <= LONGEST}
    if not read:
        return []
    with tempfile.TemporaryDirectory(prefix=".read-", dir=scratch) as folder:
        errand = {"queries": list(read.values()), "limits": vars(_READING)}
        said = _sent(errand, Path(folder), _READING, lambda: None)
    found = zip(read, said["faults"], strict=True)
    return [FieldFault(where, fault) for where, fault in found if fault is not None]


def _query_of(kinds: Mapping[str, StepKind], raw: Mapping[str, Any]) -> str | None:
    kind = kinds.get(str(raw.get("type")))
    return None if kind is None else kind.query(raw)


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
