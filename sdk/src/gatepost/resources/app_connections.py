"""A data connection as the code of an application has it: a name, and rows."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpx

from gatepost.transport import Transport, segment

if TYPE_CHECKING:
    import pyarrow as pa

Value = str | int | float | bool | None
_SILENCE_S: Final = 310
"""Longer than the server lets a statement run."""


class NamedConnection:
    """Rows of a data connection, by statements that only read.

    The server signs in and runs each statement; the code never has a password. *values* are bound
    to what the source writes for them: `$1` of PostgreSQL and DuckDB, `?` of SQLite, `%s` of MySQL.
    Each statement asks anew whether whom the code acts for may use connection and credential.
    """

    def __init__(self, transport: Transport, app_id: str, name: str) -> None:
        self._transport = transport
        self._path = f"apps/{segment(app_id)}/connections/{segment(name)}/query"
        self.name = name

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a SELECT as they come, each a dictionary.

        What JSON has no form for is text: decimals, moments (ISO 8601), bytes (base64).

        Raises:
            GatepostError: refused, or the source does not answer; also in the middle of the rows.
        """
        with self._asked(sql, values, "ndjson") as answer:
            for line in answer.iter_lines():
                if line:
                    yield json.loads(line)

    def arrow(self, sql: str, values: Sequence[Value] = ()) -> "pa.Table":
        """Return the rows of a SELECT as an Arrow table; needs `pyarrow`."""
        import pyarrow as pa  # noqa: PLC0415  # only who wants tables needs it

        with self._asked(sql, values, "arrow") as answer:
            return pa.ipc.open_stream(answer.read()).read_all()

    def pandas(self, sql: str, values: Sequence[Value] = ()) -> Any:
        """Return the rows of a SELECT as a data frame; needs `pyarrow` and `pandas`."""
        return self.arrow(sql, values).to_pandas()

    @contextmanager
    def _asked(self, sql: str, values: Sequence[Value], form: str) -> Iterator[httpx.Response]:
        body = {"sql": sql, "values": list(values), "format": form}
        with self._transport.stream(self._path, silence=_SILENCE_S, body=body) as answer:
            yield answer

    def __repr__(self) -> str:
        return f"NamedConnection({self.name!r})"
