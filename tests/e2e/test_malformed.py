"""Malformed bundles, names, keys, bodies and headers through the real gate: 4xx, and nothing written."""

import gzip
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from callers import Caller, pack, path_of
from gate_calls import call
from instances import Instance
from malformed_bundles import BAD_PAIRS, BAD_PATHS, SPECIAL, tarred, zipped

pytestmark = pytest.mark.e2e

PASSING = {
    "audit_entries", "sqlite_sequence", "key_uses", "sessions_seen", "rate_buckets", "replicas",
    "last_logins", "runtime_status", "app_lives", "alembic_version", "one_time_codes", "builds",
}  # fmt: skip
"""What refusals and the running of things may write: the trail and bookkeeping."""


def written(instance: Instance) -> dict[str, int]:
    """Count the rows of every table that people fill, and the files of every bundle."""
    store = sqlite3.connect(f"file:{instance.data / 'gatepost.db'}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            name: store.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in tables
            if name not in PASSING
        }
    finally:
        store.close()
    return rows | {"files": sum(1 for _ in (instance.data / "sources").rglob("*"))}


@pytest.fixture
def nothing_written(gatepost: Instance, owner: Caller, key: str, probe: dict[str, Any]) -> Iterator[None]:
    """Compare all that is kept before and after the test."""
    before = written(gatepost)
    yield
    assert written(gatepost) == before


def _tables() -> list[tuple[str, bytes, str]]:
    rows = [(f"tar: {name}", gzip.compress(tarred(path)), code) for name, path, code in BAD_PATHS]
    rows += [(f"zip: {name}", zipped(path), code) for name, path, code in BAD_PATHS]
    rows += [(f"tar: {name}", gzip.compress(tarred(*paths)), code) for name, paths, code in BAD_PAIRS]
    return rows + [(name, build(), code) for name, build, code in SPECIAL]


BUNDLES = _tables()


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("name", "raw", "code"), BUNDLES, ids=[row[0] for row in BUNDLES])
def test_a_malformed_bundle_is_refused_and_nothing_of_it_is_kept(owner: Caller, name, raw, code):
    refused = owner.api("POST", "apps", data={"name": "Malformed"}, files={"bundle": ("b.tar.gz", raw)})
    assert 400 <= refused.status_code < 500
    assert refused.json()["code"] == code
    assert refused.headers["content-type"].startswith("application/problem+json")


NAMES = ["", " ", "\t", "x" * 101, "a\x00b", "a\x01b", "\u202eevil", "\ud7ff\ue000"[1:], "\x1b[2J"]


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("name", NAMES, ids=[repr(name)[:20] for name in NAMES])
def test_a_name_that_cannot_be_used_is_refused(owner: Caller, probe, name, tmp_path):
    (tmp_path / "index.html").write_text("hello")
    for refused in (
        owner.api("POST", "apps", data={"name": name}, files={"bundle": pack(tmp_path)}),
        owner.api("PATCH", f"apps/{probe['id']}", {"name": name}),
        owner.api("POST", "keys", {"name": name}),
    ):
        assert refused.status_code == 400, refused.text
        assert refused.json()["errors"]


BODIES: list[tuple[str, str, Any]] = [
    ("POST", "keys", {}),
    ("POST", "keys", {"name": 7}),
    ("POST", "keys", {"name": "k", "extra": True}),
    ("POST", "keys", {"name": "k", "role": "emperor"}),
    ("POST", "keys", {"name": "k", "expires_at": "tomorrow"}),
    ("POST", "keys", {"name": "k", "expires_at": "2020-01-01T00:00:00Z"}),
    ("POST", "keys", {"name": "k", "expires_at": "2099-01-01T00:00:00"}),
    ("POST", "keys", {"name": "k", "ip_allowlist": "10.0.0.1/33"}),
    ("POST", "keys", {"name": "k", "ip_allowlist": "0.0.0.0/0"}),
    ("POST", "keys", {"name": "k", "ip_allowlist": "010.0.0.1"}),
    ("POST", "keys", []),
    ("POST", "keys", "k"),
    ("POST", "apps", {"name": "x"}),
    ("POST", "apps", {"name": "x", "source_id": "../../etc"}),
    ("PATCH", "apps/{app}", {}),
    ("PATCH", "apps/{app}", {"access": "everybody"}),
    ("PATCH", "apps/{app}", {"owner": "me"}),
    ("POST", "apps/{app}/deploy", {"source_version": 0}),
    ("POST", "apps/{app}/deploy", {"source_version": 99}),
    ("POST", "apps/{app}/deploy", {"source_version": "1; drop"}),
    ("POST", "apps/{app}/grants", {"to": {"type": "user", "name": "nobody-here"}, "role": "consumer"}),
    ("POST", "apps/{app}/grants", {"to": {"type": "robot", "name": "x"}, "role": "consumer"}),
    ("POST", "apps/{app}/grants", {"to": {"type": "user", "name": "admin"}, "role": "emperor"}),
    ("POST", "users", {"username": "UPPER CASE", "email": "x"}),
    ("POST", "me/password", {"old": "wrong", "new": "short"}),
    ("DELETE", "keys/key_000000000000000000000000", None),
    ("GET", "keys?limit=0", None),
    ("GET", "keys?limit=1000000", None),
    ("GET", "keys?cursor=nonsense", None),
    ("GET", "audit?since=yesterday", None),
    ("GET", "apps/not-an-id", None),
    ("GET", "no/such/route", None),
    ("PUT", "keys", {}),
]


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("method", "path", "body"), BODIES, ids=[f"{m} {p} {b}"[:60] for m, p, b in BODIES])
def test_a_call_that_cannot_be_right_is_a_problem(owner: Caller, probe, method, path, body):
    refused = owner.api(method, path.format(app=probe["id"]), body)
    assert 400 <= refused.status_code < 500, refused.text
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert refused.json()["code"]


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"null", b"[" * 100_000, b'{"name": NaN}'])
def test_a_body_that_is_not_json_is_a_problem(owner: Caller, raw):
    refused = owner.request("POST", "/api/v1/keys", content=raw, headers={"Content-Type": "application/json"})
    assert 400 <= refused.status_code < 500
    assert refused.headers["content-type"].startswith("application/problem+json")


KEYS = [
    "Key", "Key ", "Key gpp_", "Key gpp_" + "A" * 48, "Key gpp_" + "A" * 47, "Key gpp_" + "A" * 5000,
    "Key gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X",
    "Bearer gpg_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X",
    "Basic !!!!", "Basic", "Key gpp_%00", "Key \u00e4", "Digest username=x", "Bearer a.b.c",
]  # fmt: skip


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("value", KEYS, ids=[one[:24].encode("ascii", "replace").decode() for one in KEYS])
def test_a_malformed_key_opens_nothing(gatepost: Instance, probe, value):
    for path in (path_of(probe["content_url"]), "/api/v1/me"):
        for name in ("Authorization", "X-RSC-Authorization"):
            assert call(gatepost.port, path, f"{name}: {value}").status in (400, 401)


HEADERS = [
    ("an underscore", ("X_Gatepost_User: root",)),
    ("two hosts", ("Host: other",)),
    ("length and chunks", ("Content-Length: 3", "Transfer-Encoding: chunked")),
    ("two lengths", ("Content-Length: 3", "Content-Length: 4")),
    ("a length that is none", ("Content-Length: three",)),
    ("an unknown coding", ("Transfer-Encoding: gzip",)),
    ("no name", (": value",)),
    ("a space in a name", ("X Y: z",)),
    ("a header that never ends", ("X-Long: " + "x" * 200_000,)),
    ("very many headers", tuple(f"X-{number}: y" for number in range(500))),
    ("an identity named to be dropped", ("Connection: x-gatepost-user, upgrade", "Upgrade: websocket")),
]


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("name", "lines"), HEADERS, ids=[row[0] for row in HEADERS])
def test_malformed_headers_are_refused_before_anybody_reads_them(gatepost, probe, key, name, lines):
    for path in (path_of(probe["content_url"]), "/api/v1/keys"):
        answer = call(gatepost.port, path, f"Authorization: Key {key}", *lines, method="POST")
        assert answer.status in (400, 413, 431, 501)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("host", ["", "a b", "localhost:99999999", "x" * 300, "[::1", "a/b", "..", "\u00e4"])
def test_a_malformed_host_reaches_nothing(gatepost: Instance, key, host):
    answer = call(gatepost.port, "/content/1/", f"Authorization: Key {key}x", host=host or " ")
    assert 400 <= answer.status < 500


@pytest.mark.usefixtures("nothing_written")
def test_a_form_without_a_bundle_or_with_two_is_refused(owner: Caller, tmp_path):
    (tmp_path / "index.html").write_text("hello")
    name, raw = pack(tmp_path)
    forms: list[dict[str, Any]] = [
        {"data": {"name": "x"}, "files": {"other": (name, raw)}},
        {"data": {"name": "x", "kind": "spreadsheet"}, "files": {"bundle": (name, raw)}},
        {"data": {"name": "x", "unknown": "y"}, "files": {"bundle": (name, raw)}},
        {"data": {"name": "x"}, "files": [("bundle", (name, raw)), ("bundle", (name, raw))]},
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": raw, "headers": {"Content-Type": "application/gzip"}},
    ]
    for form in forms:
        refused = owner.request("POST", "/api/v1/apps", **form)
        assert 400 <= refused.status_code < 500, (form.keys(), refused.text)
