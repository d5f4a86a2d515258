"""What a call may send and get: bodies, filters, answers that break off, callers that go."""

import asyncio
import gc
from contextlib import ExitStack
from typing import Any

import pytest
from api_desk import api_desk
from calling import Api, faults, problem
from fastapi import FastAPI
from gate_desk import GateDesk
from starlette.types import Message
from stores import on_one_engine
from world import World

from gatepost_server.http.gw.bounding import UnderWay
from gatepost_server.http.gw.course import CallNotes
from gatepost_server.kernel.errors import TooMany


@on_one_engine
@pytest.mark.parametrize(
    "body",
    [
        b'{"rows":[{"id":7,"city":"\\ud800"}]}', b'{"rows":[{"id":7,"\\udfff":1}]}',
        b'{"rows":[{"id":7,"city":"\xed\xa0\x80"}]}', b'{"rows":[{"id":7,"city":"\\u0000"}]}',
        b'{"rows":[{"id":1e999}]}', b'{"rows":[{"id":NaN}]}', b'{"rows":[{"id":' + b"9" * 5000 + b"}]}",
        b"[" * 100_000, b'{"rows":[{"id":[7]}]}', b'{"rows":[{"id":7}],"key":"x"}', b"\xff\xfe{}", b"",
    ],
)  # fmt: skip
def test_a_body_that_is_no_rows_is_refused_before_the_source(desk: GateDesk, body: bytes) -> None:
    answer = desk.by(desk.desk.ada).call("POST", "/gw/orders", content=body)
    assert answer.status_code == 400, answer.text
    assert desk.broker.written == []


@on_one_engine
def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(desk: GateDesk) -> None:
    ada, large = desk.by(desk.desk.ada), b" " * (4 * 1024 * 1024 + 1)

    async def parts() -> Any:
        for at in range(0, len(large), 65536):
            yield large[at : at + 65536]

    assert ada.call("POST", "/gw/orders", content=large).status_code == 413
    assert ada.call("POST", "/gw/orders", content=parts()).status_code == 413
    assert desk.gate.nobody.call("POST", "/gw/orders", content=large).status_code == 413


@on_one_engine
def test_who_has_not_a_field_filters_by_it_neither(desk: GateDesk) -> None:
    """Else `total=true` and a few guesses read it."""
    desk.authorize(fields=["id"])
    asked = len(desk.broker.asked)
    answer = desk.signed(target="/gw/orders?city=Oslo&total=true")
    assert problem(answer) == (400, "call-invalid")
    assert faults(answer) == {"city": "compares a field that is not granted"}
    assert len(desk.broker.asked) == asked
    assert desk.signed(target="/gw/orders").status_code == 200
    assert desk.by(desk.desk.ada).get("/gw/orders?city=Oslo").status_code == 200


def served(desk: GateDesk, query: bytes = b"", *, leaves_after: int | None = None) -> list[Message]:
    """Serve ada's call as a server does; return what was sent. *leaves_after* so many parts she goes."""
    cookie = desk.desk.ada.headers["cookie"].encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.1"}, "http_version": "1.1",
        "method": "GET", "path": "/gw/orders", "raw_path": b"/gw/orders", "query_string": query,
        "headers": [(b"cookie", cookie), (b"host", b"gatepost.test")], "state": {"request_id": "req_1"},
        "client": None, "server": None, "scheme": "http", "root_path": "",
    }  # fmt: skip
    sent: list[Message] = []
    gone = asyncio.Event()
    begun = iter((True,))

    async def receive() -> Message:
        if next(begun, False):
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if leaves_after is not None and len(sent) > leaves_after:
            gone.set()
            await asyncio.sleep(0.05)

    asyncio.run(desk.app(scope, receive, send))
    return sent


@on_one_engine
def test_json_that_breaks_off_is_refused_whole(desk: GateDesk) -> None:
    desk.broker.is_broken = True
    answer = desk.by(desk.desk.ada).get("/gw/orders")
    assert problem(answer) == (409, "statement-failed")
    assert desk.app.state.under_way.count == 0


@on_one_engine
@pytest.mark.parametrize("form", [b"csv", b"ndjson", b"arrow"])
def test_an_answer_that_breaks_off_has_no_end(desk: GateDesk, form: bytes) -> None:
    assert served(desk, b"format=" + form)[-1].get("more_body") is False
    desk.broker.is_broken = True
    sent: list[Message] = []
    with pytest.raises(RuntimeError, match="response already started"):
        sent += served(desk, b"format=" + form)
    assert desk.app.state.under_way.count == 0
    notes: CallNotes = desk.app.state.call_notes
    notes.write()
    newest = desk.desk.ada.get("projects/P/apis/orders/calls?limit=1").json()["items"][0]
    assert newest["code"] == "statement-failed"


@on_one_engine
def test_a_caller_that_goes_frees_its_place(desk: GateDesk) -> None:
    desk.broker.rows = [{"id": at, "city": "x" * 1000} for at in range(200)]
    served(desk, b"format=ndjson&limit=200", leaves_after=3)
    gc.collect()
    assert desk.app.state.under_way.count == 0
    desk.app.state.call_notes.write()
    newest = desk.desk.ada.get("projects/P/apis/orders/calls?limit=1").json()["items"][0]
    assert newest["code"] == "caller-gone"


@on_one_engine
def test_trying_an_api_is_no_way_around_its_limit(api: Api, world: World, control_app: FastAPI) -> None:
    made = GateDesk(api_desk(api, world, control_app), limits={"calls_per_minute": 2})
    made.desk.give("vic", "USE", made.orders["id"])
    vic, body = made.desk.vic, {"stage": "production"}
    answers = [
        made.by(vic).get("/gw/orders"), vic.post("projects/P/apis/orders/test", body),
        vic.post("projects/P/apis/orders/test", body), made.by(vic).get("/gw/orders"),
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    assert {problem(one)[1] for one in answers[2:]} == {"api-throttled"}
    assert made.by(made.desk.ada).get("/gw/orders").status_code == 200, "each caller has their own"
    made.gate.close()


def test_a_caller_has_so_many_calls_under_way_of_one_api_and_of_all_together() -> None:
    under_way = UnderWay()
    with ExitStack() as held:
        for api in ("one", "two", "three"):
            for _ in range(10):
                held.enter_context(under_way.one_more(api, "vic", 10))
        for api, most in (("one", 10), ("four", 10)):
            with pytest.raises(TooMany), under_way.one_more(api, "vic", most):
                pass
        with under_way.one_more("four", "ada", 10), under_way.one_more("wide", "vic", 100):
            assert under_way.count == 32
    assert under_way.count == 0
