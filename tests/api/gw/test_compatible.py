"""The compatible path: what vendors' clients send and are told, and all that is refused there."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import md5
from typing import Any
from uuid import uuid4

import pytest
from calling import IP, problem
from gate_desk import GateDesk
from httpx import Response
from signed import received, signature_of
from stores import on_one_engine

from gatepost_server.bootstrap.signatures import verifier_of
from gatepost_server.signing import Profile, Received, Refused, Why

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def opened(desk: GateDesk, **more: Any) -> GateDesk:
    """Open the path for the desk's application, which may call the API."""
    on = {"features": {"compatible_calls": True, "ip_allowlist": True}}
    assert desk.desk.root.patch("settings", on).status_code == 200
    assert switched(desk, is_on=True).status_code == 200
    desk.authorize(**more)
    return desk


def switched(desk: GateDesk, *, is_on: bool) -> Response:
    return desk.desk.ada.call("PUT", f"clients/{desk.client}/compatible", json={"enabled": is_on})


def request(
    desk: GateDesk, target: str, body: Any = None, *, method: str = "", secret: str = "", form: str = "",
    **changed: str,
) -> Received:  # fmt: skip
    """Return a call that is signed as vendors' clients do; the address is signed as it stands there."""
    raw = form.encode() if form else b"" if body is None else json.dumps(body).encode()
    now = int(desk.house.uow.clock.now().timestamp() * 1000)
    signed = {"x-ca-key": desk.app_key, "x-ca-nonce": uuid4().hex, "x-ca-timestamp": str(now), **changed}
    media = FORM if form else JSON if raw else ""
    lines = {"accept": "", "content-md5": "", "content-type": media, "date": ""}
    verb = method or ("POST" if raw else "GET")
    path, _, query = target.partition("?")
    address = "&".join(sorted([*query.split("&"), *form.split("&")])) if form and query else query or form
    text = "\n".join([verb, *lines.values(), *(f"{n}:{v}" for n, v in signed.items())])
    text += f"\n{path}?{address}" if address else f"\n{path}"
    sent = {name: value for name, value in {**lines, **signed}.items() if value}
    sent["x-ca-signature-headers"] = ",".join(signed)
    sent["x-ca-signature"] = signature_of(text, secret or desk.secret)
    return received(verb, target, sent, raw)


def called(desk: GateDesk, target: str, body: Any = None, **more: Any) -> Response:
    return desk.send(request(desk, target, body, **more))


def told(answer: Response) -> tuple[int, str]:
    """Return a refusal's status and code; it says the same in its headers and its body."""
    said = answer.json()
    assert said["code"] == "DPN-OLTP-COMMON-001"
    assert said["errorCode"] == answer.headers["x-ca-error-code"]
    assert answer.headers["x-ca-error-message"] == said["message"].replace("\n", "#")
    assert answer.headers["x-ca-request-id"] == answer.headers["x-request-id"]
    return answer.status_code, said["errorCode"]


def test_a_list_and_a_row_come_in_the_vendors_body(desk: GateDesk) -> None:
    opened(desk)
    body = {
        "conditions": {"city": "Oslo"}, "pageStart": 1, "pageSize": 1, "returnTotalNum": False,
        "returnFields": ["id"], "useResultCache": True, "apiVersion": None,
    }  # fmt: skip
    answer = called(desk, f"/list/orders?appKey={desk.app_key}&env=PROD", body)
    said = answer.json()
    assert (answer.status_code, said["code"], said["message"]) == (200, "DPN-OLTP-COMMON-000", "success")
    assert said["results"] == [{"id": 1, "city": "Oslo"}]
    assert said["executeContext"]["requestId"] == answer.headers["x-ca-request-id"] == said["sessionId"]
    [asked] = desk.statements()
    assert ("LIMIT 2 OFFSET 1" in asked.text, asked.values) == (True, ("Oslo",))
    by_number = called(desk, f"/get/{desk.orders['number']}", {"conditions": {"id": 1}}).json()
    assert by_number["result"] == {"id": 1, "city": "Oslo"}
    assert called(desk, "/get/orders?id=1").json()["result"]["id"] == 1
    desk.broker.rows = []
    assert called(desk, "/get/orders?id=1").json()["result"] is None
    assert called(desk, "/list/orders", method="POST").json()["results"] == []


@on_one_engine
def test_large_numbers_come_as_text_and_totals_on_demand(desk: GateDesk) -> None:
    opened(desk)
    desk.broker.rows = [{"id": 2**53 - 1, "city": "a"}, {"id": 2**53, "city": "b"}]
    said = called(desk, "/list/orders?pageSize=10").json()
    assert [one["id"] for one in said["results"]] == [2**53 - 1, str(2**53)]
    assert "totalNum" not in said


@on_one_engine
def test_rows_are_written_by_conditions_or_a_batch(desk: GateDesk) -> None:
    opened(desk)
    row = {"id": 7, "city": "Oslo"}
    for body in ({"conditions": row}, {"batchConditions": [row, {**row, "id": 8}]}):
        assert called(desk, "/create/orders", body).json()["result"] == {"changed": 1}
    assert called(desk, "/update/orders", {"conditions": row}).status_code == 200
    assert called(desk, "/delete/orders?b=", form="id=7").status_code == 400
    assert called(desk, "/delete/orders", form="id=7").status_code == 200
    both = called(desk, "/create/orders", {"conditions": row, "batchConditions": [row]})
    assert told(both) == (400, "I400BD")
    assert [one.text.split(" ")[0] for one in desk.broker.written] == ["INSERT", "INSERT", "UPDATE", "DELETE"]
    assert called(desk, "/create/orders", method="GET").status_code == 405, "nothing is written by reading"


def test_it_is_there_only_where_administrators_and_owners_want_it(desk: GateDesk) -> None:
    desk.authorize()
    assert problem(called(desk, "/list/orders")) == (404, "no-such-route")
    assert problem(switched(desk, is_on=True)) == (409, "compatible-calls-off")
    assert desk.desk.root.patch("settings", {"features": {"compatible_calls": True}}).status_code == 200
    assert told(called(desk, "/list/orders")) == (403, "I403PT")
    assert told(called(desk, "/list/orders", secret="x" * 43)) == (400, "A400SG"), "who it is comes first"
    stranger = desk.desk.vic.call("PUT", f"clients/{desk.client}/compatible", json={"enabled": True})
    assert stranger.status_code in (403, 404)
    assert switched(desk, is_on=True).json()["compatible"] is True
    assert called(desk, "/list/orders").status_code == 200
    assert desk.desk.root.patch("settings", {"features": {"compatible_calls": False}}).status_code == 200
    assert problem(called(desk, "/list/orders")) == (404, "no-such-route"), "also for those turned on"
    assert switched(desk, is_on=False).status_code == 200, "off is always possible"
    trail = desk.desk.root.get("audit?action=client:compatible").json()["items"]
    assert [one["changes"]["after"] for one in trail] == [{"enabled": False}, {"enabled": True}]
    assert called(desk, "/gw/orders").status_code == 400, "the form of vendors opens nothing else"


def test_each_check_comes_before_the_next(desk: GateDesk) -> None:
    """Key, signature, nonce, address, stage, verb, grant, fields: the first that fails answers."""
    opened(desk, fields=["id"])
    path, odd = f"clients/{desk.client}/ip-allowlist", {"returnFields": ["city"]}
    elsewhere = {"enabled": True, "entries": "203.0.113.9"}
    assert desk.desk.ada.call("PUT", path, json=elsewhere).status_code == 200
    bare = received("GET", "/list/orders", {})
    assert told(desk.send(bare)) == (401, "A401ES")
    unknown = request(desk, "/list/orders", odd, **{"x-ca-key": "nobody-has-this"})
    assert told(desk.send(unknown)) == (400, "A400AK")
    assert told(called(desk, "/list/orders?env=X", odd, secret="x" * 43)) == (400, "A400SG")
    call = request(desk, "/list/orders?env=X", odd)
    there = desk.send(call)
    assert told(there) == (403, "A403IP")
    assert f"may not call from {IP}" in there.json()["message"]
    assert told(desk.send(call, x_forwarded_for="203.0.113.9")) == (400, "A400NU")
    assert desk.desk.ada.call("PUT", path, json={**elsewhere, "enabled": False}).status_code == 200
    assert told(called(desk, "/list/orders?env=X", odd)) == (400, "I400BD")
    assert told(called(desk, "/list/orders?appKey=other", odd)) == (400, "I400BD")
    for target, stage in (("/list/no-such", "RELEASE"), ("/list/orders", "PRE")):
        answer = called(desk, target, odd, **{"x-ca-stage": stage})
        assert told(answer) == (403, "A403NB")
        assert answer.json()["message"] == f"The request api path {target} not bind app {desk.app_key}"
    refused = called(desk, "/list/orders", odd)
    assert told(refused) == (400, "I400BD")
    assert "not granted: city" in refused.json()["message"]
    assert desk.broker.asked == []


@on_one_engine
@pytest.mark.parametrize(
    "body",
    [
        [], {"conditions": [1]}, {"nothing": 1}, {"pageSize": "x"}, {"pageStart": -1}, {"pageSize": True},
        {"returnFields": [1]}, {"orderBys": [{"field": "id", "order": "UP"}]},
        {"orderBys": [{"field": "city; --"}]}, {"conditions": {"nothing": 1}}, {"delegationUid": "x"},
        {"apiVersion": "2"}, {"returnTotalNum": "yes"}, {"pageSize": 0}, {"conditions": {"city": ["a", "b"]}},
    ],
)  # fmt: skip
def test_what_does_not_fit_reaches_no_source(desk: GateDesk, body: Any) -> None:
    opened(desk)
    assert told(called(desk, "/list/orders", body)) == (400, "I400BD")
    assert desk.broker.asked == []


@on_one_engine
def test_a_body_is_signed_by_its_md5_or_where_that_is_enough_not(desk: GateDesk) -> None:
    opened(desk)
    body = {"conditions": {"city": "Oslo"}}
    call = request(desk, "/list/orders", body)
    assert desk.send(replace(call, body=b'{"conditions":{"city":"Bergen"}}')).status_code == 200
    made = with_md5(desk, body)
    assert told(desk.send(replace(made, body=b"{}"))) == (400, "A400MD")
    assert desk.send(made).status_code == 200
    desk.desk.made(
        name="Strictly", slug="strictly", key=["id"], operations=["list"], stage="production",
        fields=[{"name": "id"}, {"name": "city"}], parameters=[{"name": "city", "column": "city"}],
        needs_signed_body=True,
    )  # fmt: skip
    desk.authorize(api="strictly")
    assert told(called(desk, "/list/strictly", body)) == (400, "I400MH")
    assert desk.send(with_md5(desk, body, "/list/strictly")).status_code == 200
    assert called(desk, "/list/strictly?city=Oslo").status_code == 200


def with_md5(desk: GateDesk, body: Any, target: str = "/list/orders") -> Received:
    """Return a call whose signature covers its body, too."""
    call = request(desk, target, body)
    digest = b64encode(md5(call.body, usedforsecurity=False).digest()).decode()
    sent = {name.decode(): value.decode() for name, value in call.headers}
    names = sent["x-ca-signature-headers"].split(",")
    lines = "\n".join(f"{name}:{sent[name]}" for name in names)
    text = f"POST\n\n{digest}\n{JSON}\n\n{lines}\n{target}"
    sent |= {"content-md5": digest, "x-ca-signature": signature_of(text, desk.secret)}
    return received("POST", target, sent, call.body)


def test_what_was_to_be_signed_is_shown_only_while_an_owner_debugs(desk: GateDesk) -> None:
    opened(desk)
    wrong = called(desk, "/list/orders?city=a%0Db%E6%B5%8B", secret="x" * 43)
    assert told(wrong)[0] == 400
    plain = called(desk, "/list/orders?city=%E6%B5%8B", secret="x" * 43)
    assert plain.json()["message"] == "Invalid Signature"
    path = f"clients/{desk.client}/debugging"
    assert desk.desk.ada.call("PUT", path, json={"minutes": 60}).status_code == 200
    shown = called(desk, "/list/orders?city=%E6%B5%8B", secret="x" * 43)
    assert told(shown) == (400, "A400SG")
    assert shown.json()["message"].startswith("Invalid Signature, Server StringToSign:`GET#####x-ca-key:")
    assert shown.json()["message"].endswith("#/list/orders?city=测`")
    assert desk.secret not in shown.text
    desk.desk.world.store.clock.advance(minutes=61)
    assert called(desk, "/list/orders", secret="x" * 43).json()["message"] == "Invalid Signature"


@on_one_engine
def test_copies_and_late_calls_are_refused_in_every_process(desk: GateDesk) -> None:
    opened(desk)
    call = request(desk, "/list/orders")
    assert desk.send(call).status_code == 200
    assert told(desk.send(call)) == (400, "A400NU")
    elsewhere = verifier_of(desk.house.uow, desk.house.signing, "gate").verify(call, Profile.COMPATIBLE)
    assert isinstance(elsewhere, Refused)
    assert elsewhere.why is Why.REPLAYED
    late = request(desk, "/list/orders")
    desk.desk.world.store.clock.advance(minutes=5, seconds=1)
    assert told(desk.send(late)) == (400, "A400TE")
    bare = request(desk, "/list/orders")
    assert told(desk.send(without(bare, b"x-ca-nonce"))) == (400, "I400HD")
    by_sha1 = request(desk, "/list/orders", **{"x-ca-signature-method": "HmacSHA1"})
    assert told(desk.send(by_sha1)) == (400, "I400HD")


def without(call: Received, name: bytes) -> Received:
    return replace(call, headers=[one for one in call.headers if one[0] != name])


@on_one_engine
def test_the_log_tells_of_calls_and_refusals(desk: GateDesk) -> None:
    opened(desk)
    assert called(desk, "/list/orders").status_code == 200
    assert called(desk, "/list/orders?nothing=1").status_code == 400
    desk.app.state.call_notes.write()
    [refused, answered] = desk.desk.ada.get("projects/P/apis/orders/calls?limit=2").json()["items"]
    assert (refused["status"], refused["code"]) == (400, "call-invalid")
    assert (answered["status"], answered["rows"], answered["caller"]["id"]) == (200, 2, desk.client)
