"""Files behind HTTP(S) and in buckets: fetched from where was judged, read where nothing else can be."""

import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa
import pytest
from certificates import Authority
from pyarrow import parquet
from waiting import until

from gatepost_server.broker.drivers import fetching
from gatepost_server.broker.drivers.signing import S3Key, signed
from gatepost_server.connections import (
    ConnectionType,
    Failure,
    NoLogin,
    OneTimeLogin,
    Sql,
    StatementFailed,
    TableName,
    TableOf,
    Target,
)
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import CredentialType

from .conftest import Rig

PASSWORD = "planted-6a2f-at-a-server"
BASIC = OneTimeLogin(CredentialType.BASIC, "reader", {"password": Secret(PASSWORD)})
TOKEN = OneTimeLogin(CredentialType.TOKEN, "", {"token": Secret(PASSWORD)})
S3 = OneTimeLogin(CredentialType.S3, "key-id", {"secret_key": Secret(PASSWORD)})
LISTED = """<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<Contents><Key>kept/a b.csv</Key></Contents>
<Contents><Key>kept/notes.txt</Key></Contents>
<CommonPrefixes><Prefix>kept/2026/</Prefix></CommonPrefixes>
</ListBucketResult>"""


class Shelf:
    """Files by path, and what each request said."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.wanted: str | None = None
        self.cut = False
        rows = pa.table({"n": [1, 2], "t": ["Zoë", None]})
        parquet.write_table(rows, folder / "rows.parquet")
        self.files = {
            "/data/rows.csv": "n,t\n1,Zoë\n2,\n".encode(),
            "/data/2026/rows.ndjson": '{"n": 1, "t": "Zoë"}\n{"n": 2, "t": null}\n'.encode(),
            "/data/rows.parquet": (folder / "rows.parquet").read_bytes(),
            "/data/broken.parquet": b"no parquet",
            "/shop/kept/a b.csv": b"n\n7\n",
            "/shop": LISTED.encode(),
        }


@contextmanager
def served(shelf: Shelf, context: ssl.SSLContext | None = None) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            path = unquote(urlsplit(self.path).path)
            shelf.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            if path == "/data/moved.csv":
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/data/rows.csv")
                self.end_headers()
                return
            if shelf.wanted is not None and self.headers.get("Authorization") != shelf.wanted:
                self.send_error(401, "planted words")
                return
            body = shelf.files.get(path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"") + (10 if shelf.cut else 0)))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def web(port: int, scheme: str = "http", path: str = "/data") -> Target:
    params = {"base_url": f"{scheme}://127.0.0.1:{port}{path}"}
    return Target("org_1", "con_1", ConnectionType.HTTP, params)


def bucket(port: int) -> Target:
    params = {
        "endpoint": f"http://127.0.0.1:{port}", "region": "eu-1", "bucket": "shop", "prefix": "kept",
        "path_style": True,
    }  # fmt: skip
    return Target("org_1", "con_1", ConnectionType.S3, params)


def rows(rig: Rig, target: Target, login: Any, table: str, schema: str | None = None) -> list[dict[str, Any]]:
    with rig.client.stream(rig.actor, target, login, TableOf(schema, table)) as batches:
        return pa.Table.from_batches(list(batches)).to_pylist()


def test_a_file_of_each_form_is_read_and_nothing_of_it_stays(rig, shelf):
    with served(shelf) as port:
        rig.allow(port)
        target = web(port)
        assert rig.codes(target, NoLogin()) == ["name: ok", "tcp: ok", "login: ok", "query: ok"]
        wanted = [{"n": 1, "t": "Zoë"}, {"n": 2, "t": None}]
        for name in ("rows.csv", "2026/rows.ndjson", "rows.parquet"):
            assert rows(rig, target, NoLogin(), name) == wanted
        found = rig.client.preview(rig.actor, target, NoLogin(), None, "rows.csv", limit=1)
        assert [(one.name, one.type) for one in found.columns] == [("n", "integer"), ("t", "string")]
        assert (found.rows, found.truncated) == ([[1, "Zoë"]], True)
    until(lambda: not list(rig.desk.scratch.glob("get-*")), 5, what="the end of its file")


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("nothing.csv", Failure.TABLE_UNKNOWN), ("../secret.csv", Failure.TABLE_UNKNOWN),
        ("moved.csv", Failure.FAILED), ("page.html", Failure.NOT_SUPPORTED),
        ("broken.parquet", Failure.FAILED),
    ],
)  # fmt: skip
def test_what_is_no_file_there_is_refused_in_a_word(rig, shelf, name, failure):
    with served(shelf) as port:
        rig.allow(port)
        with pytest.raises(StatementFailed) as refused:
            rows(rig, web(port), NoLogin(), name)
        asked = len(shelf.asked)
    assert refused.value.failure is failure
    assert asked <= 1, "nothing is asked of where an answer points"


def test_a_file_that_breaks_off_is_not_taken_for_the_whole(rig, shelf):
    shelf.cut = True
    with served(shelf) as port:
        rig.allow(port)
        with pytest.raises(StatementFailed) as refused:
            rows(rig, web(port), NoLogin(), "rows.csv")
    assert refused.value.failure is Failure.DROPPED


def test_a_login_goes_over_verified_tls_only(rig, shelf, tmp_path, monkeypatch):
    authority = Authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.write(tmp_path, "127.0.0.1"))
    shelf.wanted = "Basic " + base64.b64encode(f"reader:{PASSWORD}".encode()).decode()
    with served(shelf) as port:
        rig.allow(port)
        assert rig.codes(web(port), BASIC)[-1] == "login: login-unsafe"
        assert shelf.asked == []
    with served(shelf, context) as port:
        rig.allow(port)
        target = web(port, "https")
        assert rig.codes(target, BASIC)[-1] == "tls: tls-untrusted"
        assert shelf.asked == []
        (tmp_path / "ca.pem").write_text(authority.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert rig.test(target, BASIC).ok
        assert len(rows(rig, target, BASIC, "rows.csv")) == 2
        assert rig.codes(target, NoLogin())[-1] == "query: login-refused"
        shelf.wanted = f"Bearer {PASSWORD}"
        assert rig.test(target, TOKEN).ok
        assert rig.codes(target, S3)[-1] == "login: login-type"
        asked = len(shelf.asked)
        for broken in (f"{PASSWORD}\n", f"{PASSWORD}\r\nX-Admin: yes", "Schlüssel", "鍵"):
            login = OneTimeLogin(CredentialType.TOKEN, "", {"token": Secret(broken)})
            assert rig.codes(target, login)[-1] == "login: login-unsendable"
            with pytest.raises(StatementFailed) as refused:
                rows(rig, target, login, "rows.csv")
            assert refused.value.failure is Failure.LOGIN_REFUSED
        assert len(shelf.asked) == asked


@pytest.mark.parametrize("path", ["/my data/größe", "/my%20data/gr%C3%B6%C3%9Fe"])
def test_an_address_is_quoted_once(rig, shelf, path):
    for below in ("", "/shop"):
        shelf.files[f"/my data/größe{below}/rows.csv"] = b"n\n7\n"
    with served(shelf) as port:
        rig.allow(port)
        assert rows(rig, web(port, path=path), NoLogin(), "rows.csv") == [{"n": 7}]
        behind = bucket(port)
        params = {**behind.params, "endpoint": f"{behind.params['endpoint']}{path}", "prefix": ""}
        assert rows(rig, replace(behind, params=params), S3, "rows.csv") == [{"n": 7}]


def test_an_access_key_that_no_header_can_carry_is_a_failed_step(rig, shelf):
    login = OneTimeLogin(CredentialType.S3, "schlüssel", {"secret_key": Secret(PASSWORD)})
    with served(shelf) as port:
        rig.allow(port)
        assert rig.codes(bucket(port), login)[-1] == "login: login-unsendable"
    assert shelf.asked == []


def test_a_bucket_is_listed_and_read_by_signature(rig, shelf):
    with served(shelf) as port:
        rig.allow(port)
        target = bucket(port)
        assert rig.test(target, S3).ok
        assert rig.client.schemas(rig.actor, target, S3) == ["2026"]
        assert rig.client.tables(rig.actor, target, S3, None) == [TableName(None, "a b.csv", "table")]
        assert rows(rig, target, S3, "a b.csv") == [{"n": 7}]
        for asked, headers in shelf.asked:
            query = dict(parse_qsl(urlsplit(asked).query, keep_blank_values=True))
            moment = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            key = S3Key("key-id", PASSWORD, "eu-1")
            path = unquote(urlsplit(asked).path)
            again = signed(key, path, query, {"host": f"127.0.0.1:{port}"}, moment)
            assert headers["authorization"] == again["authorization"]
            assert PASSWORD not in str(headers)


def test_a_server_runs_no_queries(rig, shelf):
    with served(shelf) as port:
        rig.allow(port)
        with (
            pytest.raises(StatementFailed) as refused,
            rig.client.stream(rig.actor, web(port), NoLogin(), Sql("SELECT 1")) as batches,
        ):
            next(batches)
    assert refused.value.failure is Failure.NOT_SUPPORTED


def test_for_a_look_the_beginning_is_fetched_and_for_rows_all_of_it(rig, shelf, monkeypatch):
    monkeypatch.setattr(fetching, "_LARGEST_LOOK", 1 << 20)
    lines = [f"{number},{'x' * 100}\n" for number in range(30_000)]
    shelf.files["/data/large.csv"] = "".join(["n,t\n", *lines]).encode()
    shelf.files["/data/large.parquet"] = bytes(3 << 20)
    with served(shelf) as port:
        rig.allow(port)
        found = rig.client.preview(rig.actor, web(port), NoLogin(), None, "large.csv")
        assert (len(found.rows), found.rows[99][0], found.truncated) == (100, 99, True)
        with pytest.raises(StatementFailed) as refused:
            rig.client.preview(rig.actor, web(port), NoLogin(), None, "large.parquet")
        assert refused.value.failure is Failure.TOO_MUCH
        assert len(rows(rig, web(port), NoLogin(), "large.csv")) == 30_000


def test_files_take_no_more_room_than_there_is_for_all_and_give_it_back(rig, shelf):
    def refused() -> Failure:
        with pytest.raises(StatementFailed) as told:
            rows(rig, web(port), NoLogin(), "rows.csv")
        until(lambda: not list(rig.desk.scratch.glob("get-*")), 5, what="the end of its file")
        return told.value.failure

    with served(shelf) as port:
        rig.allow(port)
        rig.desk.spool._most = 30
        for _ in range(5):
            assert len(rows(rig, web(port), NoLogin(), "rows.csv")) == 2
            until(lambda: rig.desk.spool._kept == 0, 5, what="room given back")
        rig.desk.spool._most = 5
        assert refused() is Failure.TOO_MUCH
        rig.desk.spool._most, rig.desk.spool._floor = 1 << 30, 1 << 60
        assert refused() is Failure.TOO_MUCH
