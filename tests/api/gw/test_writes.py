"""Every change that is made through the gate stands in the trail; without an entry there is no change."""

from contextlib import contextmanager
from typing import Any

import pytest
from calling import problem
from gate_desk import GateDesk
from stores import on_one_engine

from gatepost_server.kernel.errors import Unavailable

ROW = {"rows": [{"id": 7, "city": "Tromsø"}]}


def trail(desk: GateDesk, action: str = "api:write") -> list[dict[str, Any]]:
    """Return what the trail says of writes, the first first."""
    found: list[dict[str, Any]] = desk.desk.root.pages("audit", action=action)
    return found[::-1]


def test_each_write_leaves_an_entry_without_what_was_written(desk: GateDesk) -> None:
    ada = desk.by(desk.desk.ada)
    for method, body in (
        ("POST", {"rows": [{"id": 7, "city": "Tromsø"}, {"id": 8, "city": "Vadsø"}]}),
        ("PATCH", ROW),
        ("DELETE", {"rows": [{"id": 7}]}),
    ):
        answer = ada.call(method, "/gw/orders", json=body)
        assert answer.status_code == 200, answer.text
        last = trail(desk)[-1]
        assert last["request_id"] == answer.headers["x-request-id"]
        assert last["actor"]["id"] == desk.desk.people["ada"].id
        assert last["resource"]["id"] == desk.orders["id"]
    told = [one["changes"]["after"] for one in trail(desk)]
    assert [(one["operation"], one["rows"]) for one in told] == [("create", 2), ("update", 1), ("delete", 1)]
    assert "Troms" not in str(trail(desk))
    assert ada.get("/gw/orders").status_code == 200
    assert len(trail(desk)) == 3, "reading is no change"


def test_an_applications_write_names_it_and_the_secret(desk: GateDesk) -> None:
    desk.authorize()
    answer = desk.signed("DELETE", body=b'{"rows":[{"id":7}]}')
    assert answer.status_code == 200, answer.text
    [entry] = trail(desk)
    assert (entry["actor"]["kind"], entry["actor"]["id"]) == ("application", desk.client)
    assert entry["changes"]["after"]["secret_id"] == desk.secret_id


@on_one_engine
def test_what_was_refused_before_the_source_leaves_no_entry_of_a_change(desk: GateDesk) -> None:
    ada, vic = desk.by(desk.desk.ada), desk.by(desk.desk.vic)
    assert problem(vic.post("/gw/orders", ROW))[0] == 404
    assert problem(ada.post("/gw/orders", {"rows": [{"id": 7, "wage": 1}]})) == (400, "call-invalid")
    assert trail(desk) == []
    assert desk.broker.written == []


@on_one_engine
def test_a_write_that_fails_says_so_in_a_second_entry(desk: GateDesk) -> None:
    desk.broker.is_broken = True
    answer = desk.by(desk.desk.ada).post("/gw/orders", ROW)
    assert answer.status_code >= 400
    [begun], [failed] = trail(desk), trail(desk, "api:write-failed")
    assert begun["request_id"] == failed["request_id"] == answer.headers["x-request-id"]
    assert failed["reason"] == answer.json()["code"]


@on_one_engine
def test_without_the_trail_nothing_is_written(desk: GateDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    uow = desk.house.uow

    @contextmanager
    def away(*_: Any) -> Any:
        raise Unavailable("The store does not answer.")
        yield

    ada = desk.by(desk.desk.ada)
    monkeypatch.setattr(type(uow), "begin", away)
    answer = ada.post("/gw/orders", ROW)
    monkeypatch.undo()
    assert answer.status_code == 503
    assert desk.broker.written == []
