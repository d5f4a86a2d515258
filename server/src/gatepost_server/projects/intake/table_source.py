"""Tables that bring their types: Parquet files and Arrow streams."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost_server.projects.errors import DataRefused
from gatepost_server.projects.intake.fields import Field
from gatepost_server.projects.intake.sources import check_names
from gatepost_server.tabular.columns import Type, quoted
from gatepost_server.tabular.engine import DataUnreadable, literal
from gatepost_server.tabular.types import type_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow.ipc import RecordBatchStreamReader

_STREAM: Final = "arriving"


class TableSource:
    """A file of typed columns."""

    may_lack_columns = False

    def __init__(self, path: Path, *, is_arrow: bool) -> None:
        self.path = path
        self._is_arrow = is_arrow

    def fields(self, connection: "DuckDBPyConnection") -> Sequence[Field]:
        """Return its columns as it declares them."""
        names = self._arrow_names() if self._is_arrow else None
        found = connection.sql(f"SELECT * FROM {self.relation(connection)}")
        check_names(names if names is not None else found.columns)
        return [
            Field(name, quoted(name), str(kind), type_of(kind))
            for name, kind in zip(found.columns, found.types, strict=True)
        ]

    def relation(self, connection: "DuckDBPyConnection") -> str:
        """Return its rows; a stream is opened anew each time."""
        if not self._is_arrow:
            return f"read_parquet({literal(str(self.path))})"
        connection.register(_STREAM, _opened(self.path))
        return _STREAM

    def types(self, connection: "DuckDBPyConnection", fields: Sequence[Field]) -> Sequence[Type]:
        """Return its own types, as we keep them."""
        del connection
        return [one.kept for one in fields]

    def place(self, row: int) -> str:
        """Return the number of the row."""
        return f"row {row}"

    def find_fault(self) -> DataRefused | None:
        """Leave it to the engine."""
        return None

    def _arrow_names(self) -> list[str]:
        return list(_opened(self.path).schema.names)


def _opened(path: Path) -> "RecordBatchStreamReader":
    """Open an Arrow stream.

    Raises:
        DataUnreadable: it is none.
    """
    import pyarrow as pa  # noqa: PLC0415  # like the engine, loaded when first used

    try:
        return pa.ipc.open_stream(pa.OSFile(str(path)))
    except (pa.ArrowException, OSError) as error:
        raise DataUnreadable("The body is not an Arrow stream. Write it as one, not as a file.") from error
