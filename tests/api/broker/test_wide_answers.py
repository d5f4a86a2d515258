"""What is wide: cells of a preview are cut and say so, and who sends without end is not read to it."""

import resource
import time

import pyarrow as pa
import pytest
from fake_servers import fake_server, greeting, packet

from gatepost_server.broker import rowing
from gatepost_server.connections import ConnectionType, StatementFailed, Target

from .conftest import login, target_of

WIDE = {
    "postgresql": "CREATE TABLE wide AS SELECT n, repeat('é', 1000000) AS t, "
    "decode(repeat('00', 3000), 'hex') AS b, array_fill(7, ARRAY[5000]) AS l FROM generate_series(1, 12) n",
    "mysql": "CREATE TABLE wide (n int, t longtext CHARACTER SET utf8mb4, b blob)",
}


@pytest.fixture
def wide(rig, source):
    rig.allow(source.port)
    source.run("DROP TABLE IF EXISTS wide")
    source.run(WIDE[source.type])
    if source.type == "mysql":
        source.run("INSERT INTO wide SELECT seq, repeat('é', 1000000), repeat('0', 3000) FROM seq_1_to_12")
    return target_of(source)


def test_a_preview_of_wide_cells_shows_their_beginning_and_says_how_wide_they_are(rig, source, wide):
    schema = "public" if source.type == "postgresql" else "shop"
    found = rig.client.preview(rig.actor, wide, login(), schema, "wide")
    first = found.rows[0]
    assert first[1] == "é" * 2000 + "… (1000000 characters)"
    assert first[2].endswith("… (3000 bytes)")
    if source.type == "postgresql":
        assert first[3] == [*[7] * 200, "… (5000 values)"]
    assert found.truncated == (len(found.rows) < 12)
    assert len(found.rows) >= 3


def test_a_preview_of_many_wide_columns_fits_and_names_every_column(rig, postgresql):
    rig.allow(postgresql.port)
    columns = ", ".join(f"repeat('🌍', 3000) AS c{at}" for at in range(300))
    postgresql.run("DROP TABLE IF EXISTS broad")
    postgresql.run(f"CREATE TABLE broad AS SELECT {columns} FROM generate_series(1, 20)")
    found = rig.client.preview(rig.actor, target_of(postgresql), login(), "public", "broad")
    assert len(found.columns) == 300
    assert 1 <= len(found.rows) <= 20
    assert found.rows[0][299].endswith("… (3000 characters)")


def test_rows_that_are_larger_together_than_a_part_come_in_several(monkeypatch):
    monkeypatch.setattr(rowing, "_LARGEST_PART", 1000)
    batch = pa.record_batch({"a": ["x" * 300] * 10})
    parts = list(rowing._parts(batch))
    assert [row for part in parts for row in part.to_pylist()] == batch.to_pylist()
    assert max(part.nbytes for part in parts) <= 1000
    with pytest.raises(StatementFailed):
        list(rowing._parts(pa.record_batch({"a": ["x" * 2000]})))


def test_a_packet_without_end_is_not_kept(rig):
    def script(connection, recorded):
        connection.sendall(greeting(b"mysql_native_password"))
        recorded.read(connection)
        connection.sendall(packet(2, b"\0\0\0\2\0\0\0"))
        recorded.read(connection)
        for number in range(1, 255):
            connection.sendall(b"\xff\xff\xff" + bytes([number]) + bytes(0xFFFFFF))

    params = {"host": "127.0.0.1", "database": "shop", "tls": "disable"}
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with fake_server(script) as recorded:
        rig.allow(recorded.port)
        target = Target("org_1", "con_1", ConnectionType("mysql"), {**params, "port": recorded.port})
        assert rig.codes(target)[-1] in {"login: dropped", "query: query-failed"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
    assert time.monotonic() - started < 8
