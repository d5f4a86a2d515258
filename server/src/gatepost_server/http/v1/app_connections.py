"""Data connections that the code of an application reaches by a name."""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from gatepost_server import apps
from gatepost_server.apps import AppConnection
from gatepost_server.connections import Bounds, Sql
from gatepost_server.http.v1.connection_tests import means_of
from gatepost_server.http.v1.wire import Body, PageOut, Time
from gatepost_server.tabular.plain import plain
from gatepost_server.web import ActionRouter, ApiCall

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

router = ActionRouter(tags=["apps"])
LONGEST_S: Final = 300.0
Value = str | int | float | bool | None


class Form(StrEnum):
    """How rows are sent."""

    NDJSON = "ndjson"
    ARROW = "arrow"


_MEDIA: Final = {Form.NDJSON: "application/x-ndjson", Form.ARROW: "application/vnd.apache.arrow.stream"}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_GIVEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The rows, as they come.", "content": dict.fromkeys(_MEDIA.values(), _BINARY)}
}


class AppConnectionIn(Body):
    """Where a name leads; without a credential it is the only one that the caller may use there.

    With `environment` what the caller deploys finds the password in its environment, too.
    """

    connection_id: str = Field(min_length=1, max_length=40)
    credential_id: str | None = Field(default=None, max_length=40)
    environment: bool = False


class StatementIn(Body):
    """One SELECT of the source's own language; values are bound to `$1`, `?` or `%s`, as it writes them."""

    sql: str = Field(min_length=1, max_length=100_000)
    values: list[Value] = Field(default=[], max_length=1000)
    format: Form = Form.NDJSON


class AppConnectionOut(BaseModel):
    """A name, and what stands behind it; null for who may not see that."""

    name: str
    connection: dict[str, str] | None
    credential: dict[str, str] | None
    environment: bool
    added_by: str
    added_at: Time

    @classmethod
    def of(cls, one: AppConnection) -> Self:
        """Present *one* connection."""
        return cls(
            name=one.name,
            connection=_named(one.connection_id, one.connection_name),
            credential=_named(one.credential_id, one.credential_name),
            environment=one.in_environment,
            added_by=one.by_name,
            added_at=one.at,
        )


class RemovedOut(BaseModel):
    """That the name leads nowhere any more."""

    removed: bool = True


@router.reads("/apps/{app_id}/connections", action="app:read")
def list_connections(call: ApiCall, app_id: str) -> PageOut[AppConnectionOut]:
    """List the data connections that the code of an application reaches by a name."""
    with call.read() as tx:
        found = apps.list_app_connections(tx, app_id)
        return PageOut(items=[AppConnectionOut.of(one) for one in found], next=None)


@router.replaces("/apps/{app_id}/connections/{name}", action="app:edit")
def add_connection(call: ApiCall, app_id: str, name: str, body: AppConnectionIn) -> AppConnectionOut:
    """Let the code of an application reach a data connection by a name.

    It never sees a password, unless the owner of the credential gives it to what they deploy (`environment`).
    """
    with call.begin() as tx:
        made = apps.add_connection(
            tx, app_id, name, body.connection_id, body.credential_id, in_environment=body.environment
        )
        return AppConnectionOut.of(made)


@router.removes("/apps/{app_id}/connections/{name}", action="app:edit")
def remove_connection(call: ApiCall, app_id: str, name: str) -> RemovedOut:
    """Let the code of an application reach a data connection no more, from the next statement on."""
    with call.begin() as tx:
        apps.remove_connection(tx, app_id, name)
    return RemovedOut()


@router.makes(
    "/apps/{app_id}/connections/{name}/query",
    action="app:open",
    response_class=StreamingResponse,
    responses=_GIVEN,
)
def query(call: ApiCall, app_id: str, name: str, body: StatementIn) -> StreamingResponse:
    """Run one statement that only reads, and send its rows as they come; within five minutes."""
    sight = apps.open_connection(means_of(call), app_id, name)
    statement, bounds = Sql(body.sql, body.values), Bounds(seconds=LONGEST_S)
    with ExitStack() as stack:
        stream = sight.broker.stream(sight.actor, sight.target, sight.login, statement, bounds)
        batches = stack.enter_context(stream)
        first = next(batches, None)  # what is refused is refused before the answer begins
        rows = _chained(first, batches)
        is_arrow = body.format is Form.ARROW
        pieces = _as_arrow(batches.schema, rows) if is_arrow else _as_lines(batches.schema, rows)
        held = stack.pop_all()
    return StreamingResponse(_held(pieces, held), media_type=_MEDIA[body.format])


def _held(pieces: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    """Send *pieces*; who stops taking them ends the statement."""
    with held:
        yield from pieces


def _chained(first: "RecordBatch | None", batches: Iterator["RecordBatch"]) -> Iterator["RecordBatch"]:
    if first is not None:
        yield first
        yield from batches


def _as_lines(schema: "Schema", batches: Iterable["RecordBatch"]) -> Iterator[bytes]:
    for batch in batches:
        values = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        rows = (dict(zip(schema.names, map(plain, row), strict=True)) for row in values)
        yield "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def _as_arrow(schema: "Schema", batches: Iterable["RecordBatch"]) -> Iterator[bytes]:
    import pyarrow as pa  # noqa: PLC0415  # only who reads rows loads it

    sink = io.BytesIO()
    writer = pa.ipc.new_stream(sink, schema)
    for batch in batches:
        writer.write_batch(batch)
        yield sink.getvalue()
        sink.seek(0)
        sink.truncate()
    writer.close()
    yield sink.getvalue()


def _named(found: str | None, name: str | None) -> dict[str, str] | None:
    return None if found is None or name is None else {"id": found, "name": name}
