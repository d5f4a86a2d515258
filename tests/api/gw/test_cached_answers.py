"""Answers kept for as long as an API says: of the same question, within rights of now, never broken ones."""

from collections.abc import Iterator

import pytest
from api_desk import api_desk
from calling import Api, problem
from fastapi import FastAPI
from gate_desk import GateDesk
from stores import on_one_engine
from world import World

from gatepost_server.http.gw import caching

_KEEPS = {"limits": {"cache_seconds": 60}}


@pytest.fixture
def keeping(api: Api, world: World, control_app: FastAPI) -> Iterator[GateDesk]:
    """An API whose answers are kept for a minute."""
    made = GateDesk(api_desk(api, world, control_app), **_KEEPS)
    yield made
    made.gate.close()


def reads(desk: GateDesk, query: str = "") -> tuple[str, int]:
    """Return the age that ada is told, and how often the source was asked for it."""
    before = len(desk.statements())
    answer = desk.by(desk.desk.ada).get(f"/gw/orders{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.headers["age"], len(desk.statements()) - before


@on_one_engine
def test_the_same_question_is_answered_again_until_it_is_too_old(keeping: GateDesk) -> None:
    clock = keeping.desk.world.store.clock
    assert reads(keeping) == ("0", 1)
    first = keeping.by(keeping.desk.ada).get("/gw/orders")
    keeping.broker.rows = []
    clock.advance(seconds=30)
    assert reads(keeping) == ("30", 0)
    assert keeping.by(keeping.desk.ada).get("/gw/orders").content == first.content
    clock.advance(seconds=30)
    assert reads(keeping) == ("0", 1)
    calls = keeping.app.state.call_notes
    calls.write()
    rows = [one["rows"] for one in keeping.desk.ada.pages("projects/P/apis/orders/calls")]
    assert rows == [0, 2, 2, 2, 2]


@on_one_engine
@pytest.mark.parametrize(
    "query", ["?city=Oslo", "?fields=id", "?limit=1", "?total=true", "?format=csv", "?next=MTAw"]
)
def test_another_question_has_another_answer(keeping: GateDesk, query: str) -> None:
    reads(keeping)
    assert reads(keeping, query)[1] > 0
    assert reads(keeping, query)[1] == 0


@on_one_engine
def test_rows_and_fields_of_one_caller_are_not_kept_for_another(
    api: Api, world: World, control_app: FastAPI
) -> None:
    rule = {"row_rules": [{"column": "owner", "caller": "id"}]}
    desk = GateDesk(api_desk(api, world, control_app), **_KEEPS, **rule)
    desk.authorize()
    reads(desk)
    asked = len(desk.statements())
    assert desk.signed().headers["age"] == "0"
    assert len(desk.statements()) == asked + 1
    desk.gate.close()


@on_one_engine
def test_what_is_kept_is_shown_to_nobody_who_may_not_call(keeping: GateDesk) -> None:
    given = keeping.authorize(fields=["id"])
    assert keeping.signed().status_code == 200
    assert keeping.signed().headers["age"] == "0"
    keeping.desk.ada.delete(f"projects/P/apis/orders/authorizations/{given}")
    assert keeping.signed().status_code in (403, 404)
    connection = keeping.desk.connection
    kept = keeping.desk.ada.get(f"connections/{connection}/credentials").json()["items"]
    credential = kept[0]["credential"]["id"]
    reads(keeping)
    gone = keeping.desk.ada.delete(f"connections/{connection}/credentials/{credential}")
    assert gone.status_code == 200, gone.text
    assert problem(keeping.by(keeping.desk.ada).get("/gw/orders")) == (404, "credential-not-associated")


@on_one_engine
def test_writing_forgets_what_was_read(keeping: GateDesk) -> None:
    reads(keeping)
    answer = keeping.by(keeping.desk.ada).call("POST", "/gw/orders", json={"rows": [{"id": 3}]})
    assert answer.status_code == 200, answer.text
    assert reads(keeping) == ("0", 1)


@on_one_engine
def test_an_answer_that_breaks_off_is_not_kept(keeping: GateDesk) -> None:
    keeping.broker.is_broken = True
    assert b"truncated" not in keeping.by(keeping.desk.ada).get("/gw/orders").content
    assert len(keeping.statements()) == 1
    keeping.broker.is_broken = False
    assert reads(keeping) == ("0", 1)


@on_one_engine
def test_without_cache_seconds_the_source_is_asked_each_time(desk: GateDesk) -> None:
    ada = desk.by(desk.desk.ada)
    assert "age" not in ada.get("/gw/orders").headers
    assert "age" not in ada.get("/gw/orders").headers
    assert len(desk.statements()) == 2


@on_one_engine
def test_large_answers_are_not_kept_and_old_ones_make_room(
    keeping: GateDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.app.state.answers = caching.Answers(room=200)
    assert [reads(keeping, one)[1] for one in ("", "?limit=7", "")] == [1, 1, 0]
    assert [reads(keeping, one)[1] for one in ("?limit=8", "", "?limit=7")] == [1, 0, 1]
    monkeypatch.setattr(caching, "LARGEST", 10)
    assert [reads(keeping, "?limit=9")[1] for _ in range(2)] == [1, 1]
