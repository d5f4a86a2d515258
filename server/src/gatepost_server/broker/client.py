"""Asking the broker: implements what `connections.ports` needs."""

import select
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from gatepost_server.apps import Environment, Given, Withheld
from gatepost_server.broker import shapes, wire
from gatepost_server.broker.places import Places
from gatepost_server.broker.refusals import revived
from gatepost_server.connections import (
    LARGEST_PREVIEW,
    Bounds,
    BrokerSilent,
    HeldLogin,
    Login,
    OneTimeLogin,
    Preview,
    SourceColumn,
    Statement,
    TableName,
    Target,
    Tested,
    Write,
)
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.secret import Secret

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

ANSWERED_WITHIN_S: Final = 120.0
"""Of silence: longer than the broker keeps it, however long a statement takes; it beats in between."""
_PONG_WITHIN_S: Final = 1.0


def is_answering(path: Path) -> bool:
    """Tell whether a broker answers on *path* now."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(_PONG_WITHIN_S)
            asking.connect(str(path))
            wire.send_json(asking, wire.CALL, {"do": "ping"})
            return wire.receive(asking)[0] == wire.ANSWER
    except (OSError, wire.Garbled):
        return False


class Client:
    """The broker as other processes see it; with *places*, no more calls wait for it at a time.

    A process whose threads do other work, too, gives it fewer places than it has threads. Streams
    take none: they are read by jobs, which have threads of their own.
    """

    def __init__(
        self, path: Path, *, within: float = ANSWERED_WITHIN_S, places: Places | None = None
    ) -> None:
        self._path = path
        self._within = within
        self._places = places

    def test(self, actor: Actor, target: Target, login: Login) -> Tested:
        """Try *target* step by step."""
        return shapes.tested(self._answer("test", actor, target, login))

    def hold(self, actor: Actor, target: Target, login: OneTimeLogin) -> str:
        """Hold a login in memory for *actor* alone; return its id."""
        return str(self._answer("hold", actor, target, login))

    def let_go(self, actor: Actor, target: Target, login: HeldLogin) -> None:
        """Forget a login that was held."""
        self._answer("let-go", actor, target, login)

    def schemas(self, actor: Actor, target: Target, login: Login) -> Sequence[str]:
        """Return the names of the schemas."""
        return [str(name) for name in self._answer("schemas", actor, target, login)]

    def tables(self, actor: Actor, target: Target, login: Login, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views of a schema."""
        return [TableName(*one) for one in self._answer("tables", actor, target, login, schema=schema)]

    def columns(
        self, actor: Actor, target: Target, login: Login, schema: str | None, table: str
    ) -> Sequence[SourceColumn]:
        """Return the columns of a table, in order."""
        found = self._answer("columns", actor, target, login, schema=schema, table=table)
        return [SourceColumn(*one) for one in found]

    def preview(
        self,
        actor: Actor,
        target: Target,
        login: Login,
        schema: str | None,
        table: str,
        *,
        limit: int = LARGEST_PREVIEW,
    ) -> Preview:
        """Return the first rows of a table."""
        found = self._answer("preview", actor, target, login, schema=schema, table=table, limit=limit)
        return shapes.preview(found)

    @contextmanager
    def stream(
        self, actor: Actor, target: Target, login: Login, statement: Statement, bounds: Bounds | None = None
    ) -> Iterator["Arriving"]:
        """Run a statement; leaving before the end cancels it."""
        more = {"statement": shapes.statement_facts(statement), "bounds": shapes.bounds_facts(bounds)}
        call = shapes.call("stream", actor, target, login, **more)
        with self._asking(call) as asking:
            yield Arriving(asking)

    def write(self, actor: Actor, target: Target, login: Login, statement: Write) -> int:
        """Run one statement that changes rows; return how many it met."""
        return int(self._answer("write", actor, target, login, statement=shapes.statement_facts(statement)))

    def environment(self, deployment_id: str) -> Environment:
        """Return which connections a deployment finds in its environment, passwords and all.

        Raises:
            BrokerSilent: the broker does not answer.
        """
        with self._asking({"do": "environment", "for": deployment_id, "deployment": deployment_id}) as asking:
            found = wire.decoded(_received(asking)[1])
        given = [Given(name, user, Secret(word), base) for name, user, word, base in found["given"]]
        return Environment(given, [Withheld(*one) for one in found["withheld"]])

    def _answer(self, do: str, actor: Actor, target: Target, login: Login, **more: Any) -> Any:
        place = nullcontext() if self._places is None else self._places.one_for(actor.answerable_id)
        with place, self._asking(shapes.call(do, actor, target, login, **more)) as asking:
            kind, payload = _received(asking)
            if kind != wire.ANSWER:
                raise BrokerSilent
            return wire.decoded(payload)

    @contextmanager
    def _asking(self, call: Mapping[str, Any]) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(self._within)
            try:
                asking.connect(str(self._path))
                wire.send_json(asking, wire.CALL, call)
            except OSError:
                raise BrokerSilent from None
            yield asking


def _received(asking: socket.socket) -> tuple[bytes, bytearray]:
    """Return the next frame that is no refusal.

    Raises:
        BrokerSilent: the broker is gone, or does not answer in time.
        GatepostError: what it refused, as it said it.
    """
    try:
        while (frame := wire.receive(asking))[0] == wire.BEAT:
            pass  # it is under way, and has more time
        kind, payload = frame
        if kind == wire.REFUSAL:
            raise revived(wire.decoded(payload))
    except (OSError, wire.Garbled):
        raise BrokerSilent from None
    return kind, payload


class Arriving:
    """Rows of a statement as they come; implements `connections.Rows`."""

    def __init__(self, asking: socket.socket) -> None:
        self._asking = asking
        self._schema: Schema | None = None

    def is_ready(self, within: float) -> bool:
        """Wait *within* seconds for more; True when something came, or the broker is gone.

        That the statement is still under way is not something.
        """
        waiting, ends = select.poll(), time.monotonic() + within
        waiting.register(self._asking, select.POLLIN)
        while waiting.poll(max(0.0, ends - time.monotonic()) * 1000):
            if self._asking.recv(1, socket.MSG_PEEK) != wire.BEAT:
                return True
            wire.receive(self._asking)
        return False

    @property
    def schema(self) -> "Schema":
        """The columns of the rows."""
        import pyarrow as pa  # noqa: PLC0415 — only who reads rows loads it

        if self._schema is None:
            kind, payload = _received(self._asking)
            if kind != wire.SCHEMA:
                raise BrokerSilent
            self._schema = pa.ipc.read_schema(pa.py_buffer(payload))
        return self._schema

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> "RecordBatch":
        import pyarrow as pa  # noqa: PLC0415

        schema = self.schema
        kind, payload = _received(self._asking)
        if kind == wire.END:
            raise StopIteration
        return pa.ipc.read_record_batch(pa.py_buffer(payload), schema)
