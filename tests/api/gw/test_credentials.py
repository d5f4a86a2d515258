"""Which credentials count at the gate, and that it tells nobody more than it has to."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

from calling import problem
from gate_desk import GateDesk
from stores import on_one_engine

from gatepost_server.authz import set_active
from gatepost_server.bootstrap.signatures import verifier_of
from gatepost_server.signing import Profile, Refused, Why


def told(answer: Any) -> dict[str, Any]:
    """Return a refusal without what is new in each."""
    fresh = {"instance", "decision_id"}
    return {name: value for name, value in answer.json().items() if name not in fresh}


def test_nobody_learns_which_apis_there_are(desk: GateDesk) -> None:
    known, unknown = desk.gate.nobody.get("/gw/orders"), desk.gate.nobody.get("/gw/no-such-api")
    assert problem(known) == (401, "unauthenticated")
    assert told(known) == told(unknown)
    row = desk.gate.nobody.get("/gw/no-such-api/row")
    assert told(known) == told(row)
    asked = desk.gate.nobody.get("/gw/no-such-api?stage=%zz&limit=x")
    assert told(known) == told(asked)


def test_an_application_without_an_active_owner_calls_nothing(desk: GateDesk) -> None:
    desk.authorize()
    assert desk.signed().status_code == 200
    with desk.desk.world.store.arranged() as tx:
        set_active(tx, desk.desk.people["ada"].id, is_active=False)
    assert problem(desk.signed()) == (401, "unauthenticated")


def test_unknown_keys_and_wrong_signatures_read_alike_also_while_an_owner_debugs(desk: GateDesk) -> None:
    desk.authorize()
    assert (
        desk.desk.ada.call("PUT", f"clients/{desk.client}/debugging", json={"minutes": 60}).status_code == 200
    )
    wrong = desk.send(desk.request(secret="x" * 43))
    unknown = desk.send(desk.request(key="nobody-has-this"))
    assert problem(wrong) == (401, "unauthenticated")
    assert told(wrong) == told(unknown)
    assert {n: v for n, v in wrong.headers.items() if n != "x-request-id"} == {
        n: v for n, v in unknown.headers.items() if n != "x-request-id"
    }
    reasons = [one["reason"] for one in desk.desk.root.get("audit?decision=denied").json()["items"]]
    assert {"signature: unknown-key", "signature: wrong-signature"} <= set(reasons)


@on_one_engine
def test_a_source_that_tries_many_appkeys_is_slowed_like_one_that_tries_many_keys(desk: GateDesk) -> None:
    codes = [problem(desk.send(desk.request(key=f"guess-{at:04}")))[1] for at in range(62)]
    assert (codes[0], codes[-1]) == ("unauthenticated", "too-many")
    desk.authorize()
    assert desk.signed().status_code == 200, "who signs well is not held up"


@on_one_engine
def test_two_credentials_are_refused_and_spend_nothing(desk: GateDesk) -> None:
    desk.authorize()
    key = desk.desk.api.by_key(desk.desk.people["ada"]).key or ""
    call = desk.request()
    for headers in (
        {"authorization": f"Key {key}"},
        {"x-rsc-authorization": key},
        {"authorization": f"Basic {b64encode(f'x:{key}'.encode()).decode()}"},
        {"authorization": "Key gpp_" + "0" * 48},
    ):
        assert problem(desk.send(call, **headers)) == (400, "conflicting-credentials"), headers
    assert problem(desk.send(call, **{"X-Ca-Key": desk.app_key})) == (400, "signature-malformed")
    assert desk.broker.asked == []
    assert desk.send(call, authorization="Basic b3V0ZXI6cHJveHk=").status_code == 200, "of an outer proxy"
    assert problem(desk.send(call)) == (401, "signature-replayed")


@on_one_engine
def test_a_key_in_the_address_is_no_credential(desk: GateDesk) -> None:
    key = desk.desk.api.by_key(desk.desk.people["ada"]).key or ""
    for query in (f"key={key}", f"api_key={key}", f"X-Ca-Key={desk.app_key}", f"authorization=Key%20{key}"):
        assert problem(desk.gate.nobody.get(f"/gw/orders?{query}")) == (401, "unauthenticated")
    told_of = desk.desk.root.get("audit?decision=denied").text
    assert key not in told_of


@on_one_engine
def test_a_cookie_counts_only_alone_and_writes_only_from_its_own_pages(desk: GateDesk) -> None:
    ada = desk.by(desk.desk.ada)
    row = {"rows": [{"id": 7, "city": "Oslo"}]}
    assert ada.post("/gw/orders", row).status_code == 200
    for headers in (
        {"x-gatepost-csrf": None},
        {"x-gatepost-csrf": "0" * 64},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        for method in ("POST", "PATCH", "DELETE"):
            answer = ada.call(method, "/gw/orders", json=row, headers=headers)
            assert answer.status_code == 403, (method, headers)
            assert answer.json()["code"] in ("csrf", "cross-origin")
    assert len(desk.broker.written) == 1
    # A header's credential wins over the cookie of somebody who may do more.
    vic = desk.desk.api.by_key(desk.desk.people["vic"])
    both = {**vic.headers, "cookie": ada.headers["cookie"]}
    assert desk.gate.nobody.get("/gw/orders", headers=both).status_code == 404
    call = desk.request()
    assert problem(desk.send(call, cookie=ada.headers["cookie"])) == (404, "not-found")


@on_one_engine
def test_a_nonce_is_spent_for_all_processes_and_only_by_a_good_signature(desk: GateDesk) -> None:
    desk.authorize()
    call = desk.request()
    spoiled = replace(call, query=b"limit=1")
    assert problem(desk.send(spoiled)) == (401, "unauthenticated")
    assert desk.send(call).status_code == 200
    assert problem(desk.send(call)) == (401, "signature-replayed")
    elsewhere = verifier_of(desk.house.uow, desk.house.signing, "gate").verify(call, Profile.STRICT)
    assert isinstance(elsewhere, Refused)
    assert elsewhere.why is Why.REPLAYED
    late = desk.request()
    desk.desk.world.store.clock.advance(minutes=5, seconds=1)
    assert problem(desk.send(late)) == (401, "signature-untimely")
