"""The process that reads one database file: `python -m …files.child`, its errand on standard input.

It answers one line of JSON; rows follow as an Arrow stream. When it cannot, it ends with
status 3 and a word on standard error: one of those that `Refused` is raised with.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pyarrow as pa

from gatepost_server.kernel.tagged import untagged
from gatepost_server.tabular.files import duck, lite
from gatepost_server.tabular.files.confining import confine
from gatepost_server.tabular.files.reading import Reader, Refused

REFUSED: Final = 3
_READERS: Final[Mapping[str, Callable[[str], Reader]]] = {
    "sqlite": lite.SqliteReader,
    "duckdb": duck.DuckReader,
    "csv": partial(duck.TableReader, read="read_csv"),
    "json": partial(duck.TableReader, read="read_json"),
    "parquet": partial(duck.TableReader, read="read_parquet"),
}


def main() -> None:
    """Do the errand."""
    errand = json.loads(sys.stdin.buffer.readline())
    confine(int(errand["file"]), memory_mb=int(errand["memory_mb"]), seconds=float(errand["seconds"]))
    try:
        reader: Reader = _READERS[errand["type"]](str(errand["path"]))
        late = threading.Timer(float(errand["seconds"]), reader.interrupt)
        late.daemon = True
        late.start()
        _answer(reader, errand)
    except Refused as refused:
        _end(refused.word if not refused.is_late else "too-slow")
    except MemoryError:
        _end("too-large")


def _answer(reader: Reader, errand: Mapping[str, Any]) -> None:
    do = errand["do"]
    if do == "rows":
        statement = errand["statement"]
        values = untagged(statement.get("values", ()))
        schema, batches = reader.rows(reader.query(statement), values, errand["limit"])
        _say({})
        with pa.ipc.new_stream(sys.stdout.buffer, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
                sys.stdout.buffer.flush()
    elif do == "tables":
        _say(reader.tables(errand["schema"]))
    elif do == "columns":
        _say(reader.columns(errand["schema"], errand["table"]))
    else:
        _say(reader.schemas())
    sys.stdout.buffer.flush()


def _say(answer: Any) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")


def _end(word: str) -> None:
    sys.stderr.write(f"\n{word}\n")
    sys.stderr.flush()
    os._exit(REFUSED)


if __name__ == "__main__":
    main()
