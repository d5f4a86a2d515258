"""The log of calls: written by the process that answers them, read by who may read the API."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from gatepost_server.dataapis import queries
from gatepost_server.dataapis.model import Stage
from gatepost_server.dataapis.service.finding import require_api
from gatepost_server.dataapis.tables import ApiCallRow
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

KEPT: Final = timedelta(days=90)


@dataclass(frozen=True)
class ApiCall:
    """One call, answered or refused; `code` is the refusal's, `rows` how many were sent or changed."""

    api_id: str
    at: datetime
    version: int
    stage: Stage
    operation: str
    caller_kind: str
    caller_id: str | None
    caller_name: str
    ip: str | None
    status: int
    code: str | None
    rows: int | None
    ms: int
    request_id: str


def note_calls(tx: Tx, calls: Sequence[ApiCall]) -> None:
    """Write *calls* down; bookkeeping, which asks for no right."""
    tx.session.add_all(ApiCallRow(id=new_id("cal", one.at), **asdict(one)) for one in calls)


def list_calls(
    tx: Tx, project_key: str, ref: str, page: PageRequest, *, is_refused: bool | None = None
) -> Page[ApiCall]:
    """Return a page of an API's calls, the latest first; searched by the caller's name.

    With *is_refused* only those that were refused, or only the others.

    Raises:
        Hidden, ActionDenied: the caller may not know of the API, or not read it.
    """
    node = require_api(tx, "api:calls", project_key, ref)
    return queries.page_of_calls(tx.session, page, node.id, is_refused=is_refused).map(_presented)


def sweep_calls(tx: Tx) -> None:
    """Forget calls of more than 90 days ago."""
    tx.session.execute(delete(ApiCallRow).where(ApiCallRow.at < tx.now - KEPT))


def _presented(row: ApiCallRow) -> ApiCall:
    return ApiCall(
        row.api_id, row.at, row.version, Stage(row.stage), row.operation, row.caller_kind, row.caller_id,
        row.caller_name, row.ip, row.status, row.code, row.rows, row.ms, row.request_id,
    )  # fmt: skip
