"""Environment variables: names out, values in, told to the process alone; and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text

from gatepost_server.crypto import Seals

Problem = Callable[[Response], tuple[int, str]]
VALUE = "postgres://user:opensesame@db/one"


def _told(server: Any, app: dict[str, Any]) -> dict[str, str]:
    """Return what the runtime is told for an app's process."""
    desk = type(server.desk)(
        server.base.uow, server.base.folders, "test", Seals.load(server.base.folders.secrets)
    )
    [found] = [one for one in desk.desired_apps() if one.app_id == app["id"]]
    return dict(found.env)


def test_200_names_come_out_and_values_go_in_to_the_process(server: Any) -> None:
    app = server.run(server.published())
    path = f"apps/{app['number']}/env"
    assert server.call("owner", "GET", path).json() == {"items": [], "next": None}
    answer = server.call("owner", "PATCH", path, json={"DATABASE_URL": VALUE, "MODE": "dev"})
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json()["items"]] == ["DATABASE_URL", "MODE"]
    again = server.call("owner", "PATCH", path, json={"MODE": None, "REGION": ""})
    assert [one["name"] for one in again.json()["items"]] == ["DATABASE_URL", "REGION"]
    assert again.json()["items"][0]["set_by"]["name"] == "owner"
    told = _told(server, app)
    assert (told["DATABASE_URL"], told["REGION"], "MODE" in told) == (VALUE, "", False)


def test_a_value_is_nowhere_to_be_read(server: Any) -> None:
    app = server.run(server.published())
    answer = server.call("owner", "PATCH", f"apps/{app['id']}/env", json={"DATABASE_URL": VALUE})
    seen = [answer.text, server.call("owner", "GET", f"apps/{app['id']}/env").text]
    trail = server.call("owner", "GET", f"audit?resource={app['id']}")
    assert trail.json()["items"][0]["changes"] == {"after": {"set": ["DATABASE_URL"], "removed": []}}
    with server.base.uow.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM app_env")).all()
    assert len(rows) == 1
    everything = "".join([*seen, trail.text, repr(rows), repr(server.desk.desired_apps())])
    assert "opensesame" not in everything


def test_a_value_sealed_for_one_app_tells_another_nothing(server: Any) -> None:
    first, second = server.run(server.published()), server.run(server.published(name="Second"))
    server.call("owner", "PATCH", f"apps/{first['id']}/env", json={"SECRET": VALUE})
    with server.base.uow.engine.begin() as connection:
        connection.execute(text("UPDATE app_env SET app_id = :to"), {"to": second["id"]})
    assert "SECRET" not in _told(server, second)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"1ST": "x"},
        {"WITH-HYPHEN": "x"},
        {"": "x"},
        {"N" * 65: "x"},
        {"GATEPOST_API_KEY": "x"},
        {"DATAROBOT_API_TOKEN": "x"},
        {"CONNECT_SERVER": "x"},
        {"APPLICATION_ID": "x"},
        {"PATH": "x"},
        {"NUL": "a\0b"},
        {"LONG": "x" * 32_769},
        {f"N{number}": "x" for number in range(101)},
        {"NUMBER": 5},
    ],
)
def test_400_nothing_is_set_when_one_cannot_be(
    server: Any, problem: Problem, body: dict[str, object]
) -> None:
    app = server.run(server.published())
    path = f"apps/{app['id']}/env"
    answer = server.call("owner", "PATCH", path, json={**body, **({"GOOD": "opensesame"} if body else {})})
    assert problem(answer)[0] == 400
    assert "opensesame" not in answer.text
    assert server.call("owner", "GET", path).json()["items"] == []


def test_403_404_readers_see_names_and_editors_set_them(server: Any, problem: Problem) -> None:
    app = server.run(server.published())
    path = f"apps/{app['id']}/env"
    for method, body in (("GET", None), ("PATCH", {"A": "x"})):
        assert problem(server.call("other", method, path, json=body)) == (404, "not-found")
    _lend(server, app, "consumer")
    for method, body in (("GET", None), ("PATCH", {"A": "x"})):
        assert problem(server.call("other", method, path, json=body)) == (403, "denied")
    _lend(server, app, "editor")
    assert server.call("other", "PATCH", path, json={"A": "x"}).status_code == 200
    assert server.call("other", "GET", path).status_code == 200


def test_variables_go_with_the_app(server: Any) -> None:
    app = server.run(server.published())
    server.call("owner", "PATCH", f"apps/{app['id']}/env", json={"A": "x"})
    server.call("owner", "DELETE", f"apps/{app['id']}")
    with server.base.uow.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM app_env")).scalar() == 0


def _lend(server: Any, app: dict[str, Any], role: str) -> None:
    body = {"to": {"type": "user", "name": "other"}, "role": role}
    assert server.call("owner", "POST", f"apps/{app['id']}/grants", json=body).status_code == 201
