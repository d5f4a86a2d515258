"""The log of calls: of a data API, or by a client application."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Depends, Query
from pydantic import BaseModel

from gatepost_server import dataapis
from gatepost_server.http.v1.call_files import CSV_TOO, OUTCOME_HEADS, Format, csv_answer, outcome_cells
from gatepost_server.http.v1.wire import PageOut, PageQuery, Time, aware, page_out
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["data APIs"])


class ApiCallOut(BaseModel):
    """A call as the log tells it: who, when, what became of it; `code` says why it was refused."""

    at: Time
    version: int
    stage: str
    operation: str
    caller: dict[str, str | None]
    ip: str | None
    status: int
    code: str | None
    rows: int | None
    ms: int
    request_id: str

    @classmethod
    def of(cls, one: dataapis.ApiCall) -> Self:
        """Present *one* call."""
        return cls(
            at=one.at,
            version=one.version,
            stage=one.stage.value,
            operation=one.operation,
            caller={"kind": one.caller_kind, "id": one.caller_id, "name": one.caller_name},
            ip=one.ip,
            status=one.status,
            code=one.code,
            rows=one.rows,
            ms=one.ms,
            request_id=one.request_id,
        )


class RecentCallerOut(BaseModel):
    """An address from which an application called in the last seven days, how often, and when last."""

    ip: str
    calls: int
    last_at: Time


class ClientCallOut(BaseModel):
    """A call that an application made; `api` has no name for who may not know of it."""

    at: Time
    api: dict[str, str | None]
    version: int
    stage: str
    operation: str
    ip: str | None
    status: int
    code: str | None
    rows: int | None
    ms: int
    request_id: str

    @classmethod
    def of(cls, one: dataapis.ClientCall) -> Self:
        """Present *one* call."""
        call = one.call
        return cls(
            at=call.at,
            api={"id": call.api_id, "name": one.api_name},
            version=call.version,
            stage=call.stage.value,
            operation=call.operation,
            ip=call.ip,
            status=call.status,
            code=call.code,
            rows=call.rows,
            ms=call.ms,
            request_id=call.request_id,
        )


@dataclass(frozen=True)
class Asked:
    """Which calls are asked for, and as what."""

    refused: bool | None
    since: datetime | None
    form: Format


def _asked(
    refused: bool | None = None,
    since: datetime | None = None,
    form: Annotated[Format, Query(alias="format")] = "json",
) -> Asked:
    return Asked(refused, aware(since, "since"), form)


Which = Annotated[Asked, Depends(_asked)]


@router.reads(
    "/projects/{project}/apis/{api}/calls",
    action="api:calls",
    response_model=PageOut[ApiCallOut],
    responses=CSV_TOO,
)
def list_calls(call: ApiCall, project: str, api: str, page: PageQuery, asked: Which) -> Any:
    """List the calls of a data API, the latest first; with `refused` only those, or only the others.

    With `format=csv` all of them come as one file.
    """

    def read(part: PageRequest) -> Page[dataapis.ApiCall]:
        with call.read() as tx:
            return dataapis.list_calls(tx, project, api, part, is_refused=asked.refused, since=asked.since)

    if asked.form == "json":
        return page_out(read(page), ApiCallOut.of)
    heads = ("at", "caller", "caller_kind", "caller_id", *OUTCOME_HEADS)
    return csv_answer(
        "calls", heads, page, read,
        lambda one: (
            one.at.isoformat(), one.caller_name, one.caller_kind, one.caller_id, *outcome_cells(one),
        ),
    )  # fmt: skip


@router.reads(
    "/clients/{client_id}/calls",
    action="app:calls",
    response_model=PageOut[ClientCallOut],
    responses=CSV_TOO,
)
def list_client_calls(
    call: ApiCall,
    client_id: str,
    page: PageQuery,
    asked: Which,
    api: Annotated[str | None, Query(max_length=200)] = None,
) -> Any:
    """List the calls that a client application made, the latest first; of one `api` or all.

    With `format=csv` all of them come as one file.
    """

    def read(part: PageRequest) -> Page[dataapis.ClientCall]:
        with call.read() as tx:
            return dataapis.list_client_calls(
                tx, client_id, part, is_refused=asked.refused, api=api, since=asked.since
            )

    if asked.form == "json":
        return page_out(read(page), ClientCallOut.of)
    return csv_answer(
        "calls", ("at", "api", "api_id", *OUTCOME_HEADS), page, read,
        lambda one: (one.call.at.isoformat(), one.api_name, one.call.api_id, *outcome_cells(one.call)),
    )  # fmt: skip


@router.reads("/clients/{client_id}/callers", action="app:calls")
def list_recent_callers(call: ApiCall, client_id: str) -> PageOut[RecentCallerOut]:
    """List from where an application called lately, the busiest first: who needs its next secret."""
    with call.read() as tx:
        found = dataapis.recent_callers(tx, client_id)
    items = [RecentCallerOut(ip=one.ip, calls=one.calls, last_at=one.last_at) for one in found]
    return PageOut(items=items, next=None)
