"""CSV as RFC 4180 writes it: UTF-8, commas, double quotes, a first line of names."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.errors import DataRefused
from gatepost_server.projects.intake.fields import Field
from gatepost_server.projects.intake.inferring import infer
from gatepost_server.projects.intake.sources import check_names, no_columns
from gatepost_server.tabular.columns import Type, quoted
from gatepost_server.tabular.engine import literal

if TYPE_CHECKING:
    import _csv

    from duckdb import DuckDBPyConnection

_LONGEST_LINE: Final = 64 * 1024 * 1024
_READ: Final = (
    "read_csv({path}, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
    " columns = {columns}, nullstr = '', allow_quoted_nulls = false, strict_mode = true,"
    " null_padding = false, max_line_size = {longest}, encoding = 'utf-8')"
)


class CsvSource:
    """A CSV file. An empty cell is no value, a quoted empty one is an empty text."""

    may_lack_columns = False

    def __init__(self, path: Path) -> None:
        self.path = path
        csv.field_size_limit(min(_LONGEST_LINE, sys.maxsize))

    def fields(self, connection: "DuckDBPyConnection") -> Sequence[Field]:
        """Return the columns that the first line names."""
        del connection
        try:
            with self._records() as records:
                names: list[str] = next(records, [])
        except csv.Error as error:
            raise DataRefused(FieldFault("line 1", f"a quote is wrong: {error}")) from None
        except UnicodeDecodeError:
            raise self._undecodable() from None
        if not names:
            raise no_columns()
        check_names(names)
        return [Field(name, quoted(name)) for name in names]

    def relation(self, connection: "DuckDBPyConnection") -> str:
        """Return the rows as texts."""
        named = ", ".join(f"{literal(one.name)}: 'VARCHAR'" for one in self.fields(connection))
        said = _READ.replace("{path}", literal(str(self.path))).replace("{longest}", str(_LONGEST_LINE))
        return said.replace("{columns}", f"{{{named}}}")

    def types(self, connection: "DuckDBPyConnection", fields: Sequence[Field]) -> Sequence[Type]:
        """Return the types that the texts have."""
        return infer(connection, self.relation(connection), fields)

    def place(self, row: int) -> str:
        """Return the line on which a row begins; cells may hold line breaks."""
        with self._records() as records:
            width = len(next(records))
            for _ in range(row):
                began = records.line_num + 1
                while not next(records) and width > 1:
                    began = records.line_num + 1
        return f"line {began}"

    def find_fault(self) -> DataRefused | None:
        """Return the first line that is not of this form; None when it is another fault."""
        began = 1
        with self._records() as records:
            try:
                width = len(next(records))
                began = records.line_num + 1
                for record in records:
                    if len(record) != width and (record or width == 1):
                        wrong = f"{len(record)} cells, where the first line has {width}"
                        return DataRefused(FieldFault(f"line {began}", wrong))
                    began = records.line_num + 1
            except csv.Error as error:
                return DataRefused(FieldFault(f"line {began}", f"a quote is wrong: {error}"))
            except UnicodeDecodeError:
                return self._undecodable()
        return None

    def _undecodable(self) -> DataRefused:
        with self.path.open("rb") as file:
            number = next(number for number, line in enumerate(file, 1) if not _is_text(line))
        return DataRefused(FieldFault(f"line {number}", "these bytes are not UTF-8"))

    @contextmanager
    def _records(self) -> "Iterator[_csv.Reader]":
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            yield csv.reader(file, strict=True)


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
