"""The log of calls: written by the process that answers them, read by who may read the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert

from gatepost_server.authz import visible
from gatepost_server.clients import require_client
from gatepost_server.dataapis import queries
from gatepost_server.dataapis.model import Stage
from gatepost_server.dataapis.service import reading_calls
from gatepost_server.dataapis.service.finding import require_api
from gatepost_server.dataapis.service.reading_calls import Narrowed, Whose
from gatepost_server.dataapis.tables import ApiCallRow
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

KEPT: Final = timedelta(days=90)
RECENT: Final = timedelta(days=7)
_CALLERS: Final = 8


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


@dataclass(frozen=True)
class ClientCall:
    """One call that an application made, and what the API is called, to who may know."""

    call: ApiCall
    api_name: str | None


@dataclass(frozen=True)
class RecentCaller:
    """An address from which an application called lately, how often, and when last."""

    ip: str
    calls: int
    last_at: datetime


@dataclass(frozen=True)
class CallTotal:
    """How many calls there were in one step of time, by what became of them."""

    at: datetime
    answered: int
    refused: int
    failed: int


def note_calls(tx: Tx, calls: Sequence[ApiCall]) -> None:
    """Write *calls* down; bookkeeping, which asks for no right."""
    tx.session.execute(insert(ApiCallRow), [{"id": new_id("cal", one.at), **vars(one)} for one in calls])


def list_calls(
    tx: Tx,
    project_key: str,
    ref: str,
    page: PageRequest,
    *,
    is_refused: bool | None = None,
    since: datetime | None = None,
) -> Page[ApiCall]:
    """Return a page of an API's calls, the latest first; searched by the caller's name.

    With *is_refused* only those that were refused, or only the others.

    Raises:
        Hidden, ActionDenied: the caller may not know of the API, or not read it.
    """
    node = require_api(tx, "api:calls", project_key, ref)
    narrowed = Narrowed(is_refused=is_refused, since=since)
    return reading_calls.page_of_calls(tx.session, page, Whose(api_id=node.id), narrowed).map(_presented)


def count_calls(tx: Tx, project_key: str, ref: str, since: datetime, step: timedelta) -> Sequence[CallTotal]:
    """Count an API's calls by what became of them, in each *step* that had any; as `list_calls`."""
    node = require_api(tx, "api:calls", project_key, ref)
    return _totals(tx, Whose(api_id=node.id), since, step)


def list_client_calls(
    tx: Tx,
    client_id: str,
    page: PageRequest,
    *,
    is_refused: bool | None = None,
    api: str | None = None,
    since: datetime | None = None,
) -> Page[ClientCall]:
    """Return a page of the calls that a client application made, the latest first; for its owners.

    With *api* (id, slug or number) only those of that API. Refused calls are there only of
    APIs that the caller may know of, or that the application may call: others would tell that they exist.

    Raises:
        Hidden, ActionDenied: the caller may not know of the application, or not read it.
    """
    client = require_client(tx, "app:calls", client_id)
    known = visible(tx, "api:list")
    meant = None if api is None else queries.api_id_of(tx.session, None, api) or api
    narrowed = Narrowed(is_refused=is_refused, api_id=meant, since=since)
    found = reading_calls.page_of_calls(tx.session, page, _of_client(tx, client.id), narrowed)
    names = reading_calls.names_known(tx.session, {one.api_id for one in found.items}, client.id, known)
    return found.map(lambda row: ClientCall(_presented(row), names.get(row.api_id)))


def count_client_calls(tx: Tx, client_id: str, since: datetime, step: timedelta) -> Sequence[CallTotal]:
    """Count the calls of a client application by what became of them; as `list_client_calls`."""
    client = require_client(tx, "app:calls", client_id)
    return _totals(tx, _of_client(tx, client.id), since, step)


def recent_callers(tx: Tx, client_id: str) -> Sequence[RecentCaller]:
    """Return from where an application called in the last seven days, the busiest first; for its owners.

    Raises:
        Hidden, ActionDenied: the caller may not know of the application, or not read its calls.
    """
    client = require_client(tx, "app:calls", client_id)
    found = reading_calls.addresses(tx.session, client.id, tx.now - RECENT, _CALLERS)
    return [RecentCaller(ip or "", calls, last) for ip, calls, last in found]


def _of_client(tx: Tx, client_id: str) -> Whose:
    return Whose(caller_id=client_id, visible=visible(tx, "api:list"))


def _totals(tx: Tx, whose: Whose, since: datetime, step: timedelta) -> Sequence[CallTotal]:
    return [CallTotal(*one) for one in reading_calls.totals(tx.session, whose, since, step)]


def sweep_calls(tx: Tx) -> None:
    """Forget calls of more than 90 days ago."""
    tx.session.execute(delete(ApiCallRow).where(ApiCallRow.at < tx.now - KEPT))


def _presented(row: ApiCallRow) -> ApiCall:
    return ApiCall(
        row.api_id, row.at, row.version, Stage(row.stage), row.operation, row.caller_kind, row.caller_id,
        row.caller_name, row.ip, row.status, row.code, row.rows, row.ms, row.request_id,
    )  # fmt: skip
