"""What every kind of file can tell: its fields, how it is read, and where a row of it stands."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.errors import DataRefused
from gatepost_server.projects.intake.fields import Field
from gatepost_server.tabular.columns import Type, name_fault

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Source(Protocol):
    """A file of rows."""

    path: Path
    may_lack_columns: bool

    def fields(self, connection: "DuckDBPyConnection") -> Sequence[Field]:
        """Return its columns.

        Raises:
            DataRefused: it has none, or such as cannot be told apart.
        """
        ...

    def relation(self, connection: "DuckDBPyConnection") -> str:
        """Return the SQL to select *fields* from; good for one query."""
        ...

    def types(self, connection: "DuckDBPyConnection", fields: Sequence[Field]) -> Sequence[Type]:
        """Return as what its columns are kept when nobody has said."""
        ...

    def place(self, row: int) -> str:
        """Return where row number *row* (from 1) stands, in words."""
        ...

    def find_fault(self) -> DataRefused | None:
        """Return where the file is not of its form, when the engine cannot say it as well."""
        ...


def check_names(names: Sequence[str]) -> None:
    """Refuse columns without a name, or with the name of another.

    Raises:
        DataRefused: naming each by its place.
    """
    faults, seen = [], set[str]()
    for number, name in enumerate(names, 1):
        wrong = name_fault(name, seen)
        seen.add(name.casefold())
        if wrong is not None:
            faults.append(FieldFault(f"column {number}", f"“{name[:40]}”: {wrong}"))
    if faults:
        raise DataRefused(*faults[:10])


def no_columns() -> DataRefused:
    """Return the refusal of a file that names no column, for a dataset that has none yet."""
    return DataRefused(FieldFault("columns", "there are none; send at least their names"))
