"""Calls of data APIs in this process: by session, key or signature, over a source that a test fills."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pyarrow as pa
from api_desk import ApiDesk, SourceBroker
from calling import IP, Api, Caller
from httpx import Response
from signed import strict

from gatepost_server.bootstrap.control import with_edge
from gatepost_server.bootstrap.signatures import verifier_of
from gatepost_server.connections import (
    Bounds,
    Failure,
    Login,
    Sql,
    Statement,
    StatementFailed,
    Target,
    Write,
)
from gatepost_server.http.gw.door import build_calls
from gatepost_server.kernel.actor import Actor
from gatepost_server.signing import Received

_SCHEMA = pa.schema([("id", pa.int64()), ("city", pa.string())])
OFFERED = ("list", "get", "create", "update", "delete")


class RowsBroker(SourceBroker):
    """Answers every reading statement with `rows`, and says what was written; either can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = [{"id": 1, "city": "Oslo"}, {"id": 2, "city": "Bergen"}]
        self.written: list[Write] = []
        self.is_broken = False

    def write(self, actor: Actor, target: Target, login: Login, statement: Write) -> int:
        if self.is_broken:
            raise StatementFailed(Failure.NOT_ALLOWED)
        self.written.append(statement)
        return 1

    @contextmanager
    def stream(
        self, actor: Actor, target: Target, login: Login, statement: Statement, bounds: Bounds | None = None
    ) -> Iterator[Any]:
        self.asked.append(statement)
        yield _Coming(self.rows, is_broken=self.is_broken)


class _Coming:
    """Rows one batch each; a broken source drops after the first."""

    schema = _SCHEMA

    def __init__(self, rows: Sequence[dict[str, Any]], *, is_broken: bool) -> None:
        self._rows, self._is_broken = rows, is_broken

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for row in self._rows:
            yield pa.RecordBatch.from_pylist([row], schema=_SCHEMA)
            if self._is_broken:
                raise StatementFailed(Failure.NOT_ALLOWED)


class GateDesk:
    """The API `orders` of ada's, published, with every operation; an application of hers, authorized."""

    def __init__(self, desk: ApiDesk, **more: Any) -> None:
        self.desk, self.broker = desk, RowsBroker()
        self.house = replace(desk.api.house, broker=self.broker)
        self.app = build_calls(self.house, verifier_of(self.house.uow, self.house.signing, "gate"))
        self.gate = Api(with_edge(self.app, self.house), self.house, desk.world, desk.api.documented)
        self.orders = desk.made(
            key=["id"], operations=list(OFFERED), stage="production",
            fields=[{"name": "id"}, {"name": "city"}], parameters=[{"name": "city", "column": "city"}],
            **more,
        )  # fmt: skip
        self.client = desk.client()
        found = desk.root.get(f"clients/{self.client}").json()
        self.app_key = found["app_key"]
        made = desk.ada.post(f"clients/{self.client}/secrets", {}).json()
        self.secret, self.secret_id = made["app_secret"], made["id"]

    def authorize(self, **more: Any) -> str:
        """Let the application call the API; return the authorization's id."""
        body = {"api": "orders", "validity": "permanent", **more}
        answer = self.desk.ada.post(f"clients/{self.client}/apis", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def by(self, caller: Caller) -> Caller:
        """Return somebody at the gate instead of the control plane."""
        return Caller(self.gate, caller.headers, caller.csrf, caller.key)

    def signed(
        self, method: str = "GET", target: str = "/gw/orders", body: bytes = b"", **changed: str
    ) -> Response:
        """Send a new call that the application signs; *changed* as `request` takes it."""
        return self.send(self.request(method, target, body, **changed))

    def request(
        self,
        method: str = "GET",
        target: str = "/gw/orders",
        body: bytes = b"",
        *,
        key: str | None = None,
        secret: str | None = None,
        **changed: str,
    ) -> Received:
        """Return a new call that is signed: with another *key* or *secret*, or another header."""
        path, _, query = target.partition("?")
        time = int(self.house.uow.clock.now().timestamp() * 1000)
        headers = {
            "x_ca_key": key or self.app_key, "x_ca_timestamp": str(time), "x_ca_nonce": uuid4().hex, **changed
        }  # fmt: skip
        return strict(method, path, query, body, secret=secret or self.secret, **headers)

    def send(self, request: Received, **headers: str) -> Response:
        """Send a call as it is, with more headers that nobody signed."""
        lines = [(name.decode(), value.decode()) for name, value in request.headers]
        more = {"x-forwarded-for": IP, "accept": "", **{n.replace("_", "-"): v for n, v in headers.items()}}
        path, query = request.path.decode(), request.query.decode()
        return self.gate.send(
            request.method, f"{path}?{query}" if query else path, headers=[*lines, *more.items()],
            content=request.body,
        )  # fmt: skip

    def statements(self) -> list[Sql]:
        """Return what the source was asked."""
        return [one for one in self.broker.asked if isinstance(one, Sql)]
