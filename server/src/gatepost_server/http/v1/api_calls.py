"""The log of calls of a data API."""

from typing import Self

from pydantic import BaseModel

from gatepost_server import dataapis
from gatepost_server.http.v1.wire import PageOut, PageQuery, Time, page_out
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


@router.reads("/projects/{project}/apis/{api}/calls", action="api:calls")
def list_calls(
    call: ApiCall, project: str, api: str, page: PageQuery, refused: bool | None = None
) -> PageOut[ApiCallOut]:
    """List the calls of a data API, the latest first; with `refused` only those, or only the others."""
    with call.read() as tx:
        return page_out(dataapis.list_calls(tx, project, api, page, is_refused=refused), ApiCallOut.of)
