"""In which order a call is judged, what has ended, and that the work of a refusal tells nothing."""

from collections.abc import Callable

from calling import problem
from gate_desk import GateDesk
from httpx import Response
from stores import counted, on_one_engine

from gatepost_server.authz import set_active


@on_one_engine
def test_each_check_comes_before_the_next(desk: GateDesk) -> None:
    """Key, signature, nonce, address, stage, grant, operation, fields: the first that fails answers."""
    path = f"clients/{desk.client}/ip-allowlist"
    assert desk.desk.root.patch("settings", {"features": {"ip_allowlist": True}}).status_code == 200
    elsewhere = {"enabled": True, "entries": "203.0.113.9"}
    assert desk.desk.ada.call("PUT", path, json=elsewhere).status_code == 200
    wrong = desk.request(secret="x" * 43)
    assert problem(desk.send(wrong)) == (401, "unauthenticated")
    call = desk.request(target="/gw/orders?fields=nothing&limit=0&stage=nowhere", method="PATCH")
    assert problem(desk.send(call)) == (403, "address-not-listed")
    assert problem(desk.send(call, x_forwarded_for="203.0.113.9")) == (401, "signature-replayed")
    assert problem(desk.signed(target="/gw/no-such")) == (403, "address-not-listed")
    # What the client writes in front is nothing: only the last address was seen by the gate.
    forged = desk.send(desk.request(), x_forwarded_for="203.0.113.9, 198.51.100.7")
    assert problem(forged) == (403, "address-not-listed")
    assert desk.desk.ada.call("PUT", path, json={**elsewhere, "enabled": False}).status_code == 200

    odd = "/gw/orders?fields=nothing&limit=0"
    assert problem(desk.send(desk.request(target=f"{odd}&stage=production", x_ca_stage="PRE")))[0] == 400
    assert problem(desk.signed(target=odd)) == (404, "not-found")
    given = desk.authorize()
    assert problem(desk.send(desk.request(target=odd, x_ca_stage="PRE"))) == (403, "api-not-authorized")
    assert problem(desk.signed(target=odd)) == (400, "call-invalid")
    assert desk.broker.asked == []
    assert desk.desk.ada.delete(f"projects/P/apis/orders/authorizations/{given}").status_code == 200
    assert problem(desk.signed()) == (404, "not-found")


def test_what_has_ended_signs_no_more(desk: GateDesk) -> None:
    desk.authorize()
    ada, path = desk.desk.ada, f"clients/{desk.client}"
    added = ada.post(f"{path}/members", {"users": ["vic"], "validity": {"days": 30}})
    assert added.status_code < 300, added.text
    [own] = desk.desk.vic.pages(f"{path}/secrets")
    secret = desk.desk.vic.post(f"{path}/secrets/{own['id']}/reveal").json()["app_secret"]
    assert desk.signed(secret=secret).status_code == 200
    with desk.desk.world.store.arranged() as tx:
        set_active(tx, desk.desk.people["vic"].id, is_active=False)
    assert problem(desk.signed(secret=secret)) == (401, "unauthenticated")
    assert desk.signed().status_code == 200
    assert ada.delete(f"{path}/secrets/{desk.secret_id}").status_code == 200
    assert problem(desk.signed()) == (401, "unauthenticated")


def test_an_api_reads_while_who_saved_it_may(desk: GateDesk) -> None:
    desk.desk.give("vic", "USE", desk.orders["id"])
    vic = desk.by(desk.desk.vic)
    assert vic.get("/gw/orders").status_code == 200
    with desk.desk.world.store.arranged() as tx:
        set_active(tx, desk.desk.people["ada"].id, is_active=False)
    assert problem(vic.get("/gw/orders")) == (409, "api-definer-lost")
    assert problem(vic.post("/gw/orders", {"rows": [{"id": 1}]})) == (409, "api-definer-lost")
    assert len(desk.broker.asked) == 1
    assert desk.broker.written == []


@on_one_engine
def test_what_is_hidden_takes_the_work_of_what_is_not_there(desk: GateDesk) -> None:
    vic = desk.by(desk.desk.vic)
    desk.signed()

    def reads(call: Callable[[], Response], status: int) -> int:
        with counted(desk.house.uow.engine) as asked:
            assert call().status_code == status
        return len(asked)

    hidden, missing = reads(lambda: vic.get("/gw/orders"), 404), reads(lambda: vic.get("/gw/no-such"), 404)
    assert hidden == missing > 0
    by_id = reads(lambda: vic.get(f"/gw/{desk.orders['id']}"), 404)
    assert by_id == reads(lambda: vic.get("/gw/api_" + "0" * 24), 404) == hidden
    signed = reads(desk.signed, 404)
    assert signed == reads(lambda: desk.signed(target="/gw/no-such"), 404)
    wrong, unknown = desk.request(secret="x" * 43), desk.request(key="nobody-has-this")
    assert reads(lambda: desk.send(wrong), 401) == reads(lambda: desk.send(unknown), 401) > 0


@on_one_engine
def test_the_log_tells_of_calls_that_were_signed_well_and_refused(desk: GateDesk) -> None:
    """Nothing of what anybody can send: the signature of none of the others held."""
    desk.authorize()
    call = desk.request()
    assert desk.send(call).status_code == 200
    assert problem(desk.send(call)) == (401, "signature-replayed")
    late = desk.request(x_ca_timestamp="1000")
    assert problem(desk.send(late)) == (401, "signature-untimely")
    assert desk.send(desk.request(secret="x" * 43)).status_code == 401
    assert desk.send(desk.request(target="/gw/no-such", x_ca_timestamp="1000")).status_code == 401
    desk.app.state.call_notes.write()
    told = desk.desk.ada.pages("projects/P/apis/orders/calls")[::-1]
    assert [one["code"] for one in told] == [None, "signature-replayed", "signature-untimely"]
    assert {one["caller"]["id"] for one in told} == {desk.client}
    copies = [problem(desk.send(call))[1] for _ in range(20)]
    assert copies[-1] == "too-many-bad-signatures", "a copy is no way to keep the server busy"
