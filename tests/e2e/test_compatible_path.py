"""Clients that vendors publish, unmodified, read data APIs over real PostgreSQL through a whole gate."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from callers import Caller, People
from instances import Instance
from signed import signature_of
from source_desk import connected, let_to
from source_servers import Source, postgres_source
from vendor_clients import told
from waiting import until

pytestmark = pytest.mark.e2e

RESTFUL = """
import json, sys
from restful_client_lite.contrib.aliyun import AliyunApiGatewayClient
url, key, secret, *targets = sys.argv[1:]
client, told = AliyunApiGatewayClient(url, {"app_id": key, "app_secret": secret}), {}
for target in targets:
    answer = client.get(target)
    told[target] = [answer.status_code, answer.json()]
print(json.dumps(told))
"""

UTIL = """
import json, sys, uuid
from types import SimpleNamespace
import requests
from alibabacloud_apigateway_util.client import Client
url, key, secret, target, body = sys.argv[1:]
headers = {
    "accept": "application/json", "date": "Thu, 01 Jan 2026 00:00:00 GMT", "content-type": "application/json",
    "content-md5": Client.get_content_md5(body), "x-ca-key": key, "x-ca-nonce": str(uuid.uuid4()),
    "x-ca-stage": "RELEASE", "x-ca-timestamp": Client.get_time_stamp(),
}
query = {"appKey": key, "env": "PROD"}
request = SimpleNamespace(method="POST", pathname=target, query=query, headers=headers)
headers["x-ca-signature"] = Client.get_signature(request, secret)
answer = requests.post(f"{url}{target}?appKey={key}&env=PROD", data=body.encode(), headers=headers)
print(json.dumps({"post": [answer.status_code, answer.json()]}))
"""

NODE = """
const {Client} = require('aliyun-api-gateway');
const [url, key, secret] = process.argv.slice(2);
const json = {'content-type': 'application/json'};
const form = {'content-type': 'application/x-www-form-urlencoded'};
const query = '?appKey=' + key + '&env=PROD';
const timeout = 30000;  // its own is 3 s, which a busy machine may need
const posted = (verb, data) => (c) => c.post(url + verb + query, {data, headers: json, timeout});
const calls = {
  get: (c) => c.get(url + '/list/orders?returnFields=id&pageSize=2&city=%C3%85lesund', {timeout}),
  post: posted('/list/orders', {conditions: {city: 'Oslo'}, pageStart: 1, pageSize: 2, returnTotalNum: true,
                                orderBys: [{field: 'id', order: 'DESC'}]}),
  row: posted('/get/orders', {conditions: {id: 7}}),
  form: (c) => c.post(url + '/list/orders?city=Oslo&pageSize=1',
                      {data: {city: 'Bergen'}, headers: form, timeout}),
  create: posted('/create/orders', {batchConditions: [{id: 9001, city: '杭州', total: '1.00'}]}),
  made: (c) => c.get(url + '/list/orders?city=%E6%9D%AD%E5%B7%9E', {timeout}),
  partly: posted('/delete/orders', {conditions: {id: 9001}}),
  remove: posted('/delete/bookings', {conditions: {id: 9001}}),
  field: posted('/list/orders', {returnFields: ['owner']}),
  unbound: posted('/update/orders', {conditions: {id: 7, city: 'x'}}),
  nothing: posted('/list/no-such-api', {}),
};
(async () => {
  const told = {};
  for (const name in calls) {
    try {
      told[name] = [200, await calls[name](new Client(key, secret))];
    } catch (fault) {
      if (!fault.data) throw fault;
      told[name] = [fault.code, {detail: fault.data.headers['x-ca-error-message'], said: fault.message}];
    }
  }
  console.log(JSON.stringify(told));
})();
"""

ELSEWHERE = """
import json, sys
from pathlib import Path
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.signatures import verifier_of
from gatepost_server.settings import Settings
from gatepost_server.signing import Profile, Received
data, sent = sys.argv[1], json.loads(sys.argv[2])
base = Foundation.lay(Settings(data_dir=Path(data)))
lines = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
call = Received("GET", b"/list/orders", b"", lines)
said = verifier_of(base.uow, base.signing(), "gate").verify(call, Profile.COMPATIBLE)
print(getattr(said, "why", "accepted"))
"""


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """A PostgreSQL with orders of three cities."""
    with postgres_source() as started:
        started.run("CREATE TABLE orders (id bigint PRIMARY KEY, city text, total numeric(12,2), owner text)")
        started.run(
            "INSERT INTO orders SELECT n, (ARRAY['Oslo', 'Bergen', 'Ålesund'])[n % 3 + 1], n * 1.5, 'x'"
            " FROM generate_series(1, 3000) AS n"
        )
        started.run("GRANT INSERT, UPDATE, DELETE ON orders TO reader")
        yield started


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance without examples."""
    running = Instance(tmp_path_factory.mktemp("compatible") / "data", "--no-demo")
    yield running
    running.close()


@pytest.fixture(scope="module")
def root(house: Instance, source: Source) -> Caller:
    """The administrator, who lets connections lead to the source and offers the compatible path."""
    return let_to(source, house, compatible_calls=True)


@pytest.fixture(scope="module")
def owner(house: Instance, root: Caller) -> Caller:
    """A publisher, who makes the API and owns the application."""
    return People(house, root).someone()


@pytest.fixture(scope="module")
def client(root: Caller, owner: Caller, source: Source) -> dict[str, Any]:
    """An application that may call the API `orders`, without its field `owner`, from vendors' clients."""
    read_from = connected(owner, source)
    owner.ok("POST", "projects", {"key": "SHOP", "name": "Shop"})
    body = {
        "name": "Orders", "slug": "orders", **read_from,
        "table": "orders", "key": ["id"], "sortable": ["id"],
        "operations": ["list", "get", "create", "delete"],
        "fields": [{"name": name} for name in ("id", "city", "total", "owner")],
        "parameters": [{"name": "city", "column": "city"}],
    }  # fmt: skip
    api = owner.ok("POST", "projects/SHOP/apis", body)
    owner.ok("POST", f"projects/SHOP/apis/{api['id']}/publish", {"version": 1})
    own = {"name": "Bookings", "slug": "bookings", "operations": ["delete"], "fields": body["fields"][:3]}
    other = owner.ok("POST", "projects/SHOP/apis", {**body, **own})
    owner.ok("POST", f"projects/SHOP/apis/{other['id']}/publish", {"version": 1})
    root.ok("POST", "client-groups", {"name": "Partners", "approvers": []})
    one = root.ok("POST", "clients", {"name": "Loader", "group": "Partners", "owners": [owner.username]})
    secret = owner.ok("POST", f"clients/{one['id']}/secrets", {})["app_secret"]
    owner.ok("PUT", f"clients/{one['id']}/compatible", {"enabled": True})
    asked = {"api": "orders", "fields": ["id", "city", "total"], "validity": "permanent"}
    owner.ok("POST", f"clients/{one['id']}/apis", asked)
    owner.ok("POST", f"clients/{one['id']}/apis", {"api": "bookings", "validity": "permanent"})
    return {**one, "app_secret": secret, "number": api["number"]}


@pytest.fixture
def who(house: Instance, client: dict[str, Any]) -> tuple[str, str, str]:
    """What each client is told: the address, the AppKey and an AppSecret."""
    return house.url, client["app_key"], client["app_secret"]


def test_the_node_client_reads_and_writes(vendor_node: Path, who: tuple[str, str, str]) -> None:
    (vendor_node / "rows.js").write_text(NODE)
    answers = told(["node", vendor_node / "rows.js", *who])
    rows = {name: [row["id"] for row in one.get("results", [])] for name, (_, one) in answers.items()}
    assert answers["get"] == (200, {**answers["get"][1], "results": [{"id": 2}, {"id": 5}]})
    assert (rows["post"], answers["post"][1]["totalNum"]) == ([2997, 2994], 1000)
    assert answers["row"][1]["result"] == {"id": 7, "city": "Bergen", "total": "10.50"}
    assert (rows["form"], answers["form"][1]["results"][0]["city"]) == ([1], "Bergen"), "the form wins"
    assert answers["create"][1]["result"] == answers["remove"][1]["result"] == {"changed": 1}
    assert answers["made"][1]["results"] == [{"id": 9001, "city": "杭州", "total": "1.00"}]
    good = ("get", "post", "row", "form", "create", "made", "remove")
    assert {answers[name][1]["code"] for name in good} == {"DPN-OLTP-COMMON-000"}
    assert (answers["field"][0], "not granted: owner" in answers["field"][1]["detail"]) == (400, True)
    status, refused = answers["partly"]
    assert (status, "a grant of all its fields" in refused["detail"]) == (400, True)
    bound = [answers[name][1]["detail"] for name in ("unbound", "nothing")]
    paths = ("/update/orders", "/list/no-such-api")
    assert bound == [f"The request api path {path} not bind app {who[1]}" for path in paths]


def test_the_node_client_shows_what_was_to_be_signed_while_an_owner_debugs(
    vendor_node: Path, owner: Caller, client: dict[str, Any], who: tuple[str, str, str]
) -> None:
    (vendor_node / "rows.js").write_text(NODE)
    wrong = ["node", vendor_node / "rows.js", *who[:2], "another-secret"]
    status, answer = told(wrong)["get"]
    assert (status, answer["detail"]) == (400, "Invalid Signature")
    owner.ok("PUT", f"clients/{client['id']}/debugging", {"minutes": 5})
    status, answer = told(wrong)["get"]
    assert (status, str(answer["detail"])[:40]) == (400, "Invalid Signature, Server StringToSign:`")
    owner.ok("PUT", f"clients/{client['id']}/debugging", {"minutes": 0})


def test_restful_client_lite_reads_addresses_as_they_are_typed(
    vendor_python: Path, who: tuple[str, str, str]
) -> None:
    targets = ("/list/orders?pageSize=1&city=Oslo", "/list/orders?city=Oslo&pageSize=1", "/get/orders?id=2")
    answers = told([vendor_python, "-c", RESTFUL, *who, *targets])
    assert [status for status, _ in answers.values()] == [200, 200, 200]
    assert answers[targets[0]][1]["results"] == answers[targets[1]][1]["results"]
    assert answers[targets[2]][1]["result"]["city"] == "Ålesund"
    refused = told([vendor_python, "-c", RESTFUL, *who[:2], "another-secret", targets[0]])
    assert refused[targets[0]][0] == 400


def test_the_python_util_reads_with_a_signed_body(
    vendor_python: Path, client: dict[str, Any], who: tuple[str, str, str]
) -> None:
    body = json.dumps({"conditions": {"city": "Oslo"}, "pageSize": 2, "returnTotalNum": True})
    status, answer = told([vendor_python, "-c", UTIL, *who, f"/list/{client['number']}", body])["post"]
    assert (status, answer["totalNum"], len(answer["results"])) == (200, 1000, 2)
    refused = told([vendor_python, "-c", UTIL, *who[:2], "another-secret", "/list/orders", body])
    assert refused["post"][0] == 400


def _by_hand(client: dict[str, Any], at_ms: int) -> dict[str, str]:
    signed = {"x-ca-key": client["app_key"], "x-ca-nonce": uuid4().hex, "x-ca-timestamp": str(at_ms)}
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    signature = signature_of(f"GET\n*/*\n\n\n\n{lines}/list/orders", client["app_secret"])
    named = {"x-ca-signature-headers": ",".join(signed), "x-ca-signature": signature}
    return {"accept": "*/*", **signed, **named}


def test_a_copy_is_refused_by_every_process(house: Instance, client: dict[str, Any]) -> None:
    """By the gate itself, and by another process over the same store; each way round."""
    now = int(time.time() * 1000)
    first, second = _by_hand(client, now), _by_hand(client, now)
    command = [sys.executable, "-c", ELSEWHERE, str(house.data)]

    def elsewhere(sent: dict[str, str]) -> str:
        whole = [*command, json.dumps(sent)]
        done = subprocess.run(whole, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.split()[-1]

    with httpx.Client(base_url=house.url) as web:
        assert web.get("/list/orders", headers=first).status_code == 200
        copied = web.get("/list/orders", headers=first)
        assert (copied.status_code, copied.headers["x-ca-error-message"]) == (400, "Nonce Used")
        assert (elsewhere(first), elsewhere(second)) == ("replayed", "accepted")
        assert web.get("/list/orders", headers=second).headers["x-ca-error-message"] == "Nonce Used"


def test_off_means_that_nothing_is_there(
    root: Caller, owner: Caller, house: Instance, client: dict[str, Any]
) -> None:
    def answer() -> httpx.Response:
        with httpx.Client(base_url=house.url) as web:
            return web.get("/list/orders", headers=_by_hand(client, int(time.time() * 1000)))

    assert answer().status_code == 200
    root.ok("PATCH", "settings", {"features": {"compatible_calls": False}})
    assert (answer().status_code, answer().json()["code"]) == (404, "no-such-route")
    root.ok("PATCH", "settings", {"features": {"compatible_calls": True}})
    owner.ok("PUT", f"clients/{client['id']}/compatible", {"enabled": False})
    assert answer().headers["x-ca-error-code"] == "I403PT"
    owner.ok("PUT", f"clients/{client['id']}/compatible", {"enabled": True})
    logged = until(lambda: owner.ok("GET", "projects/SHOP/apis/orders/calls?limit=1")["items"], 10)
    assert logged[0]["caller"]["name"] == "Loader"
