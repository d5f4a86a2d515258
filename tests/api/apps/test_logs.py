"""Logs over the door: their end, a live stream, and who may read them."""

import json
import threading
from collections.abc import Callable
from typing import Any

from httpx import Response

from gatepost_server.apps.service.reading import build_log, run_log

Problem = Callable[[Response], tuple[int, str]]


def test_200_the_last_lines_as_text(server: Any) -> None:
    app = server.published()
    path = run_log(server.base.folders, app["id"])
    assert server.call("owner", "GET", f"apps/{app['id']}/logs").text == ""
    path.write_text("one\ntwo\nthree\n")
    answer = server.call("owner", "GET", f"apps/{app['id']}/logs?tail=2")
    assert (answer.status_code, answer.text) == (200, "two\nthree\n")
    assert answer.headers["content-type"].startswith("text/plain")


def test_200_only_the_lines_that_hold_what_is_looked_for(server: Any) -> None:
    app = server.published()
    path = run_log(server.base.folders, app["id"])
    path.with_name(f"{path.name}.1").write_text("GET /old 500\nGET /old 200\n")
    path.write_text("get /new 500\nGET /new 200\n")
    logs = f"apps/{app['id']}/logs"
    assert server.call("owner", "GET", f"{logs}?q=GET+/").text.count("\n") == 4
    assert server.call("owner", "GET", f"{logs}?q=500").text == "GET /old 500\nget /new 500\n"
    assert server.call("owner", "GET", f"{logs}?q=get&tail=2").text == "get /new 500\nGET /new 200\n"
    assert server.call("owner", "GET", f"{logs}?q=500&kind=build").text == ""


def test_200_the_build_is_followed_to_its_end(server: Any) -> None:
    app = server.published()
    path = build_log(server.base.folders, app["version_id"])
    path.write_text("Resolving …\n")
    events: list[str] = []

    def go_on() -> None:
        with path.open("a") as log:
            log.write("Installed.\n")
        server.build()

    threading.Timer(0.4, go_on).start()
    headers = {"Authorization": f"Key {server.keys['owner']}"}
    url = f"/api/v1/apps/{app['id']}/logs?kind=build&follow=1"
    with server.client.stream("GET", url, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            events.append(line)
            if line == "event: end":
                break
    said = [json.loads(line.removeprefix("data: ")) for line in events if line.startswith("data: ")]
    assert said == ["Resolving …", "Installed."]


def test_200_a_reader_who_loses_the_right_is_shown_no_more(server: Any) -> None:
    app = server.published()
    run_log(server.base.folders, app["id"]).write_text("one\n")
    body = {"to": {"type": "user", "name": "other"}, "role": "editor"}
    grant = server.call("owner", "POST", f"apps/{app['id']}/grants", json=body).json()["id"]
    headers = {"Authorization": f"Key {server.keys['other']}"}
    take_back = threading.Timer(
        0.5, lambda: server.call("owner", "DELETE", f"apps/{app['id']}/grants/{grant}")
    )
    take_back.start()
    url = f"/api/v1/apps/{app['id']}/logs?follow=1"
    with server.client.stream("GET", url, headers=headers) as answer:
        assert "event: end" in list(answer.iter_lines())
    take_back.join()


def test_400_401_403_404_refusals(server: Any, problem: Problem) -> None:
    app = server.published()
    path = f"apps/{app['id']}/logs"
    assert problem(server.call("owner", "GET", f"{path}?tail=-1"))[0] == 400
    assert problem(server.call("owner", "GET", f"{path}?kind=odd"))[0] == 400
    assert problem(server.call("owner", "GET", f"{path}?q=x&follow=1"))[0] == 400
    assert problem(server.call("owner", "GET", f"{path}?q={'x' * 201}"))[0] == 400
    for odd in ("-1", "odd", "1.5"):
        headers = {"Authorization": f"Key {server.keys['owner']}", "Last-Event-ID": odd}
        assert problem(server.client.get(f"/api/v1/{path}?follow=1", headers=headers))[0] == 400
    assert problem(server.call(None, "GET", path))[0] == 401
    assert problem(server.call("other", "GET", path)) == (404, "not-found")
    body = {"to": {"type": "user", "name": "other"}, "role": "consumer"}
    server.call("owner", "POST", f"apps/{app['id']}/grants", json=body)
    assert problem(server.call("other", "GET", path)) == (403, "denied")
    assert problem(server.call("other", "GET", f"{path}?q=x")) == (403, "denied")
