"""Data APIs through a whole gate, over real PostgreSQL: every kind of caller, what each is refused."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow as pa
import pytest
from callers import Caller, People, nobody, with_key
from instances import Instance
from source_desk import connected, let_to
from source_servers import PASSWORD, Source, postgres_source
from waiting import until

from gatepost.errors import GatepostError
from gatepost.signed import SignedClient
from gatepost.signing import sign

pytestmark = pytest.mark.e2e

CONFIRMED = {"validity": "permanent"}


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """A PostgreSQL with orders of three cities."""
    with postgres_source() as started:
        started.run("CREATE TABLE orders (id bigint PRIMARY KEY, city text, total numeric(12,2), owner text)")
        started.run(
            "INSERT INTO orders SELECT n, (ARRAY['Oslo', 'Bergen', 'Ålesund'])[n % 3 + 1], n * 1.5,"
            " CASE WHEN n % 2 = 0 THEN 'Loader' ELSE 'else' END FROM generate_series(1, 3000) AS n"
        )
        started.run("GRANT INSERT, UPDATE, DELETE ON orders TO reader")
        yield started


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance without examples."""
    running = Instance(tmp_path_factory.mktemp("apis") / "data", "--no-demo")
    yield running
    running.close()


@pytest.fixture(scope="module")
def root(house: Instance, source: Source) -> Caller:
    """The administrator, who lets connections lead to the source."""
    return let_to(source, house)


@pytest.fixture(scope="module")
def owner(house: Instance, root: Caller) -> Caller:
    """A publisher, who makes the APIs."""
    return People(house, root).someone()


@pytest.fixture(scope="module")
def read_from(owner: Caller, source: Source) -> dict[str, str]:
    """A connection to the source, and the stored credential that signs in there."""
    owner.ok("POST", "projects", {"key": "SHOP", "name": "Shop"})
    return connected(owner, source)


@pytest.fixture(scope="module")
def orders(owner: Caller, read_from: dict[str, str]) -> dict[str, Any]:
    """An API on a table, published."""
    body = {
        "name": "Orders", "slug": "orders", **read_from, "table": "orders", "key": ["id"],
        "operations": ["list", "get", "create", "update", "delete"], "sortable": ["id", "total"],
        "fields": [{"name": name} for name in ("id", "city", "total")],
        "parameters": [{"name": "city", "column": "city"},
                       {"name": "least", "type": "decimal", "column": "total", "operator": "ge", "min": 0}],
    }  # fmt: skip
    made: dict[str, Any] = owner.ok("POST", "projects/SHOP/apis", body)
    owner.ok("POST", f"projects/SHOP/apis/{made['id']}/publish", {"version": 1})
    return made


@pytest.fixture(scope="module")
def client(root: Caller, owner: Caller) -> dict[str, Any]:
    """A client application with a secret."""
    root.ok("POST", "client-groups", {"name": "Partners", "approvers": []})
    made = root.ok("POST", "clients", {"name": "Loader", "group": "Partners", "owners": [owner.username]})
    secret = owner.ok("POST", f"clients/{made['id']}/secrets", {})["app_secret"]
    return {**made, "app_secret": secret}


def signed(house: Instance, client: dict[str, Any], **more: Any) -> SignedClient:
    """Return a program that signs as *client*."""
    return SignedClient(house.url, client["app_key"], client["app_secret"], **more)


def test_a_key_reads_pages_in_every_form(house: Instance, owner: Caller, orders: dict[str, Any]):
    with with_key(house, owner.make_key("reader")["key"]) as program:
        page = program.get("/gw/orders?city=Oslo&order=-id&limit=2&total=true").json()
        assert page["items"] == [
            {"id": 3000, "city": "Oslo", "total": "4500.00"},
            {"id": 2997, "city": "Oslo", "total": "4495.50"},
        ]
        assert (page["truncated"], page["total"]) == (True, 1000)
        after = program.get(
            "/gw/orders", params={"city": "Oslo", "order": "-id", "limit": 2, "next": page["next"]}
        )
        assert [one["id"] for one in after.json()["items"]] == [2994, 2991]
        last = program.get("/gw/orders?least=4499&fields=id").json()
        assert last == {"items": [{"id": 3000}], "next": None, "truncated": False}

        csv = program.get("/gw/orders?limit=2&format=csv&fields=id,city").text
        assert csv == '"id","city"\n1,"Bergen"\n2,"Ålesund"\n'
        lines = program.get(
            "/gw/orders?limit=2", headers={"Accept": "application/x-ndjson"}
        ).text.splitlines()
        assert [json.loads(line)["city"] for line in lines] == ["Bergen", "Ålesund"]
        arrow = program.get("/gw/orders?limit=1000&format=arrow")
        table = pa.ipc.open_stream(arrow.content).read_all()
        assert (table.num_rows, arrow.headers["x-gatepost-limit"]) == (1000, "1000")
        assert program.get(f"/gw/{orders['id']}/row?id=7").json()["item"]["total"] == "10.50"
        assert program.get("/gw/orders/row?id=70000").json()["code"] == "no-such-row"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("limit=1&limit=2", "limit"),
        ("next=!", "next"), ("order=city", "order"), ("fields=owner", "fields"), ("format=xml", "format"),
        ("nothing=1", "nothing"), ("least=abc", "least"), ("least=-1", "least"), ("city=a&city=b", "city"),
        ("total=maybe", "total"), ("stage=test", "stage"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(owner: Caller, orders: dict[str, Any], query: str, field: str):
    answer = owner.get(f"/gw/orders?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "call-invalid")
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_nothing_that_is_sent_becomes_sql(owner: Caller, orders: dict[str, Any]):
    for text in ("Oslo' OR '1'='1", "Oslo'; DROP TABLE orders; --", "\\'", "%", "_slo"):
        answer = owner.get("/gw/orders", params={"city": text})
        assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert owner.get("/gw/orders?limit=1&total=1").json()["total"] == 3000


def test_strangers_learn_nothing_and_nobody_is_asked_who_they_are(
    house: Instance, root: Caller, owner: Caller, orders: dict[str, Any]
):
    with nobody(house) as anybody:
        assert anybody.get("/gw/orders").status_code == 401
    stranger = People(house, root, count=50).someone()
    refused = stranger.get("/gw/orders")
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    assert stranger.get("/gw/no-such-api").json()["code"] == "not-found"
    body = {"to": {"type": "user", "name": stranger.username}, "role": "consumer"}
    owner.ok("POST", f"apis/{orders['id']}/grants", body)
    assert stranger.get("/gw/orders?limit=1").status_code == 200
    assert stranger.get("/gw/orders?limit=1&stage=development").status_code == 403
    decision = refused.json()["decision_id"]
    until(lambda: stranger.api("GET", f"explain?decision_id={decision}").status_code == 200, 10)


def test_an_application_calls_within_what_it_was_authorized_for(
    house: Instance, owner: Caller, orders: dict[str, Any], client: dict[str, Any]
):
    with signed(house, client) as program:
        with pytest.raises(GatepostError) as hidden:
            program.get("/gw/orders")
        assert hidden.value.status == 404
        asked = {"api": "orders", "fields": ["id", "city"], **CONFIRMED}
        owner.ok("POST", f"clients/{client['id']}/apis", asked)
        page: Any = program.get("/gw/orders", {"limit": 1, "city": "Ålesund"})
        assert page["items"] == [{"id": 2, "city": "Ålesund"}]
        with pytest.raises(GatepostError) as refused:
            program.get("/gw/orders", {"fields": "total"})
        assert refused.value.error_code == "call-invalid"
        with signed(house, client, stage="PRE") as early, pytest.raises(GatepostError) as closed:
            early.get("/gw/orders")
        assert (closed.value.status, closed.value.error_code) == (403, "api-not-authorized")

        owner.ok("DELETE", f"clients/{client['id']}/apis/orders")
        with pytest.raises(GatepostError) as ended:
            program.get("/gw/orders")
        assert ended.value.status == 404


def test_the_log_tells_of_each_call(owner: Caller, orders: dict[str, Any], client: dict[str, Any]):
    """Of those that were answered and those that were refused, and nothing of what was sent."""
    assert owner.get("/gw/orders?limit=3&city=Bergen").status_code == 200
    assert owner.get("/gw/orders?nothing=secret-text").status_code == 400
    path = "projects/SHOP/apis/orders/calls"
    [refused, answered] = until(lambda: _two(owner.ok("GET", f"{path}?limit=2")["items"]), 10)
    assert (refused["status"], refused["code"], refused["rows"]) == (400, "call-invalid", None)
    assert (answered["status"], answered["code"], answered["rows"]) == (200, None, 3)
    assert answered["caller"]["name"] == owner.username
    assert "secret-text" not in json.dumps(owner.ok("GET", path))
    by_client = owner.ok("GET", f"{path}?q=Loader&refused=true")["items"]
    assert {one["code"] for one in by_client} >= {"call-invalid", "api-not-authorized"}
    assert {one["caller"]["id"] for one in by_client} == {client["id"]}


def _two(found: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    return found if len(found) == 2 and found[0]["status"] == 400 and found[1]["rows"] == 3 else None


def test_guessing_a_signature_is_slowed_down(house: Instance, client: dict[str, Any]):
    codes = []
    with SignedClient(house.url, "guessed-at", "x" * 40) as program:
        for _ in range(22):
            with pytest.raises(GatepostError) as refused:
                program.get("/gw/orders")
            codes.append(refused.value.error_code)
    assert codes[:20] == ["unauthenticated"] * 20
    assert codes[-1] == "too-many-bad-signatures"


def test_unknown_keys_and_wrong_signatures_read_alike(house: Instance, client: dict[str, Any]):
    said = []
    for key, secret in ((client["app_key"], "x" * 40), ("nobody-has-this", client["app_secret"])):
        with SignedClient(house.url, key, secret) as program, pytest.raises(GatepostError) as refused:
            program.get("/gw/orders")
        said.append((refused.value.status, refused.value.error_code, refused.value.detail))
    assert said[0] == said[1]
    assert said[0][:2] == (401, "unauthenticated")


def test_rows_are_made_changed_and_deleted_where_that_is_offered(owner: Caller, orders: dict[str, Any]):
    made = owner.post("/gw/orders", json={"rows": [{"id": 9001, "city": "Tromsø", "total": "1.00"}]})
    assert made.json() == {"changed": 1}
    assert owner.patch("/gw/orders", json={"rows": [{"id": 9001, "total": "2.50"}]}).json() == {"changed": 1}
    assert owner.get("/gw/orders/row?id=9001").json()["item"]["total"] == "2.50"
    assert owner.request("DELETE", "/gw/orders", json={"rows": [{"id": 9001}]}).json() == {"changed": 1}
    assert owner.get("/gw/orders/row?id=9001").status_code == 404
    unsafe = owner.post("/gw/orders", json={"rows": []}, headers={"X-Gatepost-CSRF": "x"})
    assert unsafe.status_code == 403


def test_each_write_stands_in_the_audit(root: Caller, owner: Caller, orders: dict[str, Any]):
    sent = owner.post("/gw/orders", json={"rows": [{"id": 9002, "city": "Narvik", "total": "1.00"}]})
    again = owner.post("/gw/orders", json={"rows": [{"id": 9002, "city": "Narvik", "total": "1.00"}]})
    assert (sent.status_code, again.json()["failure"]) == (200, "constraint")
    by_request = {
        one["request_id"]: one["changes"]["after"]
        for one in root.ok("GET", f"audit?action=api:write&resource={orders['id']}")["items"]
    }
    told = {"operation": "create", "rows": 1, "stage": "production", "version": 1}
    assert by_request[sent.headers["x-request-id"]] == by_request[again.headers["x-request-id"]] == told
    [failed] = root.ok("GET", "audit?action=api:write-failed")["items"]
    assert failed["request_id"] == again.headers["x-request-id"]


def test_an_answer_that_breaks_off_is_no_whole_one(owner: Caller, read_from: dict[str, str]):
    body = {
        "name": "Breaks", "slug": "breaks", **read_from, "limits": {"page_rows": 300_000},
        "sql": "SELECT n, 1 / (200000 - n) AS x FROM generate_series(1, 200000) AS n",
    }  # fmt: skip
    made = owner.ok("POST", "projects/SHOP/apis", body)
    owner.ok("POST", f"projects/SHOP/apis/{made['id']}/publish", {"version": 1})
    for form in ("json", "csv", "ndjson", "arrow"):
        try:
            answer = owner.get(f"/gw/breaks?limit=300000&format={form}")
        except httpx.RemoteProtocolError:
            continue  # without its end
        assert (answer.status_code, answer.json()["code"]) == (409, "statement-failed"), (
            "before its first part"
        )
    with pytest.raises(httpx.RemoteProtocolError):
        owner.get("/gw/breaks?limit=300000&format=csv")
    assert len(owner.get("/gw/breaks?limit=1000").json()["items"]) == 1000


def test_no_other_spelling_of_an_address_is_signed_along(house: Instance, client: dict[str, Any]):
    """What the gate makes of a path is not what was signed, or it is no address of a data API."""
    key, secret = client["app_key"], client["app_secret"]
    for path in (
        "/gw/./orders", "/gw/x/../orders", "/gw//orders", "//gw/orders", "/GW/orders", "/%67w/orders",
        "/gw%2Forders", "/gw/orders/", "/gw/orders%00", "/gw/..%2fapi/v1/me",
    ):  # fmt: skip
        sent = sign("GET", f"{house.url}{path}", key, secret)
        with socket.create_connection(("127.0.0.1", house.port), timeout=10) as wire:
            lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
            wire.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            status = int(wire.recv(65536).split(b" ")[1])
        assert status in (400, 401, 404), (path, status)


def test_a_limit_of_calls_is_never_passed(house: Instance, owner: Caller, read_from: dict[str, str]):
    body = {
        "name": "Few", "slug": "few", **read_from, "sql": "SELECT 1 AS one",
        "limits": {"calls_per_minute": 5},
    }  # fmt: skip
    made = owner.ok("POST", "projects/SHOP/apis", body)
    owner.ok("POST", f"projects/SHOP/apis/{made['id']}/publish", {"version": 1})
    answers = [owner.get("/gw/few") for _ in range(8)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 3
    assert answers[-1].json()["code"] == "api-throttled"
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_it_reads_as_who_saved_it_and_only_while_they_may(
    house: Instance, root: Caller, owner: Caller, read_from: dict[str, str]
):
    other = People(house, root, count=60).someone()
    owner.ok("POST", f"connections/{read_from['connection_id']}/grants",
             {"to": {"type": "user", "name": other.username}, "role": "consumer"})  # fmt: skip
    given = owner.ok("POST", f"credentials/{read_from['credential_id']}/grants",
                     {"to": {"type": "user", "name": other.username}, "role": "consumer"})  # fmt: skip
    other.ok("POST", "projects", {"key": "ELSE", "name": "Else"})
    body = {"name": "Borrowed", "slug": "borrowed", **read_from, "sql": "SELECT count(*) AS n FROM orders"}
    made = other.ok("POST", "projects/ELSE/apis", body)
    other.ok("POST", f"projects/ELSE/apis/{made['id']}/publish", {"version": 1})
    assert other.get("/gw/borrowed").json()["items"][0]["n"] >= 3000
    owner.ok("DELETE", f"credentials/{read_from['credential_id']}/grants/{given['id']}")
    lost = other.get("/gw/borrowed")
    assert (lost.status_code, lost.json()["code"]) == (409, "api-definer-lost")


def test_data_apis_go_on_while_the_control_plane_is_away(
    house: Instance, owner: Caller, orders: dict[str, Any]
):
    key = owner.make_key("steady")["key"]
    control = house.part("control")
    control.suspend()
    try:
        with with_key(house, key) as program:
            assert program.get("/gw/orders?limit=1").status_code == 200
    finally:
        control.resume()
    until(house.is_healthy, 60)


def test_the_headers_of_a_signature_reach_no_application(house: Instance, owner: Caller, tmp_path: Any):
    (tmp_path / "app.py").write_text(
        "from fastapi import FastAPI, Request\napp = FastAPI()\n"
        "@app.get('/')\ndef seen(request: Request):\n    return sorted(request.headers)\n"
    )
    (tmp_path / "requirements.txt").write_text("fastapi\n")
    app = owner.publish(tmp_path, "Seen")
    sent = {"X-Ca-Key": "a", "x-ca-signature": "b", "X-CA-Nonce": "c"}
    path = app["content_url"].removeprefix(house.url)
    names = owner.get(path, headers={**sent, "Accept": "application/json"}).json()
    assert not [name for name in names if name.startswith("x-ca-")]


def test_passwords_lie_nowhere(house: Instance, orders: dict[str, Any]):
    written = b"".join(path.read_bytes() for path in house.data.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in written
    with sqlite3.connect(f"file:{house.data / 'gatepost.db'}?mode=ro", uri=True) as store:
        assert store.execute("SELECT count(*) FROM data_apis").fetchone()[0] >= 1
