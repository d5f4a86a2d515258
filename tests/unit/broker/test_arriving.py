"""Rows as they come: whoever waits for them is not fooled by a sign that the statement is under way."""

import socket
import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest

from gatepost_server.broker import wire
from gatepost_server.broker.client import Arriving

SCHEMA = pa.schema([("n", pa.int64())])


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Arriving]]:
    """The broker's end of a call, and the rows at the other."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(20)
        yield ours, Arriving(theirs)


def test_a_beat_is_no_row(ends: tuple[socket.socket, Arriving]) -> None:
    broker, rows = ends
    for _ in range(3):
        wire.send(broker, wire.BEAT)
    assert not rows.is_ready(0.05)
    wire.send(broker, wire.BEAT)
    wire.send(broker, wire.SCHEMA, memoryview(SCHEMA.serialize()))
    assert rows.is_ready(20)
    assert rows.schema == SCHEMA


def test_rows_behind_a_beat_and_the_end_are_seen(ends: tuple[socket.socket, Arriving]) -> None:
    broker, rows = ends
    wire.send(broker, wire.SCHEMA, memoryview(SCHEMA.serialize()))
    batch = pa.record_batch([[1, 2]], schema=SCHEMA)

    def late() -> None:
        for kind, payload in ((wire.BEAT, b""), (wire.BATCH, batch.serialize()), (wire.END, b"")):
            wire.send(broker, kind, memoryview(payload))

    assert rows.schema == SCHEMA
    sender = threading.Thread(target=late)
    sender.start()
    assert rows.is_ready(20)
    assert [one.to_pydict() for one in rows] == [{"n": [1, 2]}]
    sender.join()


def test_a_broker_that_is_gone_is_something(ends: tuple[socket.socket, Arriving]) -> None:
    broker, rows = ends
    broker.close()
    assert rows.is_ready(20)
