"""Typed runtime parameters: declared by a version, set for an app, found by its process; and refusals."""

import json
from collections.abc import Callable
from typing import Any

from httpx import Response

Problem = Callable[[Response], tuple[int, str]]
DECLARED = """
name: demo
runtimeParameterDefinitions:
  - {fieldName: GREETING, type: string, defaultValue: hello, description: What it says.}
  - {fieldName: RATE, type: numeric, defaultValue: 2, minValue: 1, maxValue: 5}
  - {fieldName: IS_LOUD, type: boolean, defaultValue: false}
  - {fieldName: TITLE, type: string, allowEmpty: false}
"""
PREFIX = "MLOPS_RUNTIME_PARAM_"


def _app(server: Any, declared: str = DECLARED) -> dict[str, Any]:
    app: dict[str, Any] = server.published(files={"index.html": "x", "metadata.yaml": declared})
    server.build()
    return app


def _set(server: Any, who: str, app: dict[str, Any], **values: object) -> Response:
    answer: Response = server.call(who, "PATCH", f"apps/{app['id']}/runtime-parameters", json=values)
    return answer


def _found(server: Any) -> dict[str, object]:
    env = server.desk.desired_apps()[0].env
    return {name.removeprefix(PREFIX): json.loads(v) for name, v in env.items() if name.startswith(PREFIX)}


def test_200_defaults_and_values_reach_the_process_with_their_type(server: Any) -> None:
    app = _app(server)
    assert _found(server) == {
        "GREETING": {"type": "string", "payload": "hello"},
        "RATE": {"type": "numeric", "payload": 2},
        "IS_LOUD": {"type": "boolean", "payload": False},
        "TITLE": {"type": "string", "payload": None},
    }
    answer = _set(server, "owner", app, RATE=2.5, IS_LOUD=True, TITLE="A title", GREETING="")
    values = {one["name"]: (one["value"], one["payload"]) for one in answer.json()["items"]}
    assert (answer.status_code, values["RATE"], values["GREETING"]) == (200, (2.5, 2.5), ("", ""))
    assert _found(server)["IS_LOUD"] == {"type": "boolean", "payload": True}
    _set(server, "owner", app, RATE=None)
    assert _found(server)["RATE"] == {"type": "numeric", "payload": 2}
    trail = server.call("owner", "GET", f"audit?resource={app['id']}").json()["items"]
    assert [one["action"] for one in trail][:2] == ["app:parameters"] * 2


def test_200_a_version_shows_what_it_declares(server: Any) -> None:
    app = _app(server)
    version = server.call("owner", "GET", f"sources/{app['source_id']}/versions/1").json()
    [rate] = [one for one in version["runtime_parameters"] if one["name"] == "RATE"]
    assert (rate["type"], rate["default"], rate["min"], rate["max"]) == ("numeric", 2, 1, 5)


def test_409_without_a_value_that_it_needs_it_does_not_start(server: Any, problem: Problem) -> None:
    app = _app(server)
    assert server.desk.desired_apps()[0].lacks == ["TITLE"]
    for verb in ("restart", "stop", "start"):
        answer = server.call("owner", "POST", f"apps/{app['id']}/{verb}")
        if verb == "stop":
            assert answer.status_code == 202
            continue
        assert problem(answer) == (409, "parameters-missing"), verb
        assert [fault["field"] for fault in answer.json()["errors"]] == ["TITLE"]
    _set(server, "owner", app, TITLE="A title")
    assert server.call("owner", "POST", f"apps/{app['id']}/start").status_code == 202
    assert server.desk.desired_apps()[0].lacks == []


UNFIT: list[dict[str, object]] = [
    {"RATE": "2"}, {"RATE": 0}, {"RATE": 6}, {"RATE": True}, {"IS_LOUD": 1}, {"IS_LOUD": "true"},
    {"GREETING": 5}, {"TITLE": ""}, {"UNKNOWN": "x"}, {"GREETING": "a\0b"},
]  # fmt: skip


def test_400_values_that_do_not_fit(server: Any, problem: Problem) -> None:
    app = _app(server)
    before = _found(server)
    for values in UNFIT:
        answer = _set(server, "owner", app, **values)
        assert problem(answer) == (400, "parameters-invalid"), values
        assert [fault["field"] for fault in answer.json()["errors"]] == list(values)
    assert _found(server) == before


def test_400_a_declaration_that_cannot_be_takes_nothing_in(server: Any, problem: Problem) -> None:
    declared = "runtimeParameterDefinitions: [{fieldName: A, type: credential}]"
    files = {"index.html": "x", "metadata.yaml": declared}
    answer = server.upload("owner", "apps", server.packed(files), {"name": "Bad"})
    assert problem(answer) == (400, "parameters-invalid")
    assert "keeps no credentials yet" in answer.json()["detail"]
    assert server.on_disk == []


def test_403_404_only_editors_set_them_and_no_variable_stands_in(server: Any, problem: Problem) -> None:
    app = _app(server)
    assert problem(_set(server, "other", app, RATE=3)) == (404, "not-found")
    body = {"to": {"type": "user", "name": "other"}, "role": "consumer"}
    server.call("owner", "POST", f"apps/{app['id']}/grants", json=body)
    assert problem(_set(server, "other", app, RATE=3)) == (403, "denied")
    env = server.call("owner", "PATCH", f"apps/{app['id']}/env", json={f"{PREFIX}RATE": "9"})
    assert problem(env) == (400, "env-invalid")


def test_200_values_that_fit_no_more_give_way_and_end_with_the_app(server: Any) -> None:
    app = _app(server)
    _set(server, "owner", app, RATE=5)
    narrower = DECLARED.replace("maxValue: 5", "maxValue: 3")
    files = server.packed({"index.html": "y", "metadata.yaml": narrower})
    server.upload("owner", f"sources/{app['source_id']}/versions", files)
    server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": 2})
    server.build()
    assert _found(server)["RATE"] == {"type": "numeric", "payload": 2}
    assert server.call("owner", "DELETE", f"apps/{app['id']}").status_code == 200
