"""The log of calls as CSV, streamed page by page: however long it is, little of it is in memory."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, TypeVar

from starlette.responses import StreamingResponse

from gatepost_server.dataapis import ApiCall
from gatepost_server.kernel.paging import MAX_LIMIT, Page, PageRequest

T = TypeVar("T")

Format = Literal["json", "csv"]
CSV_TOO: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(
    name: str,
    heads: Sequence[str],
    page: PageRequest,
    read: Callable[[PageRequest], Page[T]],
    cells: Callable[[T], Sequence[object]],
) -> StreamingResponse:
    """Answer with all rows from *page* on as a file to keep; what *read* refuses is refused at once."""
    first = read(PageRequest(MAX_LIMIT, page.cursor, page.q))
    disposition = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(
        _written(heads, page, first, read, cells), media_type="text/csv; charset=utf-8", headers=disposition
    )


def outcome_cells(call: ApiCall) -> Sequence[object]:
    """Return the cells that every file of calls has."""
    return (
        call.version, call.stage.value, call.operation, call.ip, call.status, call.code, call.rows, call.ms,
        call.request_id,
    )  # fmt: skip


OUTCOME_HEADS: Final = ("version", "stage", "operation", "ip", "status", "code", "rows", "ms", "request_id")


def _written(
    heads: Sequence[str],
    page: PageRequest,
    first: Page[T],
    read: Callable[[PageRequest], Page[T]],
    cells: Callable[[T], Sequence[object]],
) -> Iterator[str]:
    yield _lines([heads])
    found = first
    while True:
        yield _lines([cells(one) for one in found.items])
        if found.next is None:
            return
        found = read(PageRequest(MAX_LIMIT, found.next, page.q))


def _lines(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_plain(one) for one in row] for row in rows)
    return text.getvalue()


def _plain(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
