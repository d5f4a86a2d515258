"""Use cases: kept, linked by who may edit both ends, and nobody's rights change by it."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from gatepost_server.apps import ending_of
from gatepost_server.kernel.actor import Origin

Problem = Callable[[Response], tuple[int, str]]


def _made(server: Any, who: str = "owner", name: str = "Churn") -> str:
    answer = server.call(who, "POST", "usecases", json={"name": name, "description": "Who leaves"})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def _share(server: Any, path: str, to: str, role: str) -> None:
    body = {"to": {"type": "user", "name": to}, "role": role}
    answer = server.call("owner", "POST", f"{path}/grants", json=body)
    assert answer.status_code == 201, answer.text


def _linked(server: Any, who: str, usecase: str) -> list[tuple[str, str]]:
    found = server.call(who, "GET", f"usecases/{usecase}/links").json()["items"]
    return [(one["type"], one["name"]) for one in found]


def test_201_200_a_use_case_is_made_found_changed_and_deleted(server: Any, problem: Problem) -> None:
    usecase = _made(server)
    [found] = server.call("owner", "GET", "usecases?q=chu").json()["items"]
    assert (found["id"], found["description"], found["owner"]["name"]) == (usecase, "Who leaves", "Owner")
    assert server.call("other", "GET", "usecases").json()["items"] == []
    changed = server.call("owner", "PATCH", f"usecases/{usecase}", json={"name": "Churn 2"}).json()
    assert (changed["name"], changed["description"]) == ("Churn 2", "Who leaves")
    assert server.call("owner", "DELETE", f"usecases/{usecase}").json()["revoked"] is True
    assert problem(server.call("owner", "GET", f"usecases/{usecase}")) == (404, "not-found")


def test_400_403_use_cases_that_cannot_be(server: Any, problem: Problem) -> None:
    assert problem(server.call("owner", "POST", "usecases", json={"name": " "})) == (400, "usecase-invalid")
    assert problem(server.call("guest", "POST", "usecases", json={"name": "Mine"})) == (403, "denied")
    usecase = _made(server)
    body = {"type": "connection", "id": "con_" + "0" * 24}
    assert problem(server.call("owner", "POST", f"usecases/{usecase}/links", json=body)) == (
        400, "link-invalid",
    )  # fmt: skip
    assert problem(server.call("owner", "PATCH", f"usecases/{usecase}", json={}))[0] == 400


def test_201_200_a_link_is_made_once_listed_and_taken_back(server: Any, problem: Problem) -> None:
    app, usecase = server.published(), _made(server)
    path = f"usecases/{usecase}/links"
    for type_, thing in (("app", str(app["number"])), ("source", app["source_id"])):
        made = server.call("owner", "POST", path, json={"type": type_, "id": thing})
        assert made.status_code == 201, made.text
    twice = server.call("owner", "POST", path, json={"type": "app", "id": app["id"]})
    assert problem(twice) == (409, "already-linked")
    assert "already linked to this Use Case" in twice.json()["detail"]
    assert set(_linked(server, "owner", usecase)) == {("app", "Report"), ("source", "Report")}
    of_app = server.call("owner", "GET", f"usecases?linked_to={app['id']}").json()["items"]
    assert [(one["id"], one["links"]) for one in of_app] == [(usecase, 2)]
    assert server.call("owner", "DELETE", f"{path}/{app['id']}").status_code == 200
    assert _linked(server, "owner", usecase) == [("source", "Report")]
    assert problem(server.call("owner", "DELETE", f"{path}/{app['id']}")) == (404, "not-linked")


def test_a_link_shows_nothing_to_who_could_not_see_it_anyway(server: Any, problem: Problem) -> None:
    app, usecase = server.published(), _made(server)
    server.call("owner", "POST", f"usecases/{usecase}/links", json={"type": "app", "id": app["id"]})
    _share(server, f"usecases/{usecase}", "other", "consumer")
    assert _linked(server, "other", usecase) == []
    assert server.call("other", "GET", f"usecases/{usecase}").json()["links"] == 0
    assert problem(server.call("other", "GET", f"apps/{app['id']}")) == (404, "not-found")
    _share(server, f"apps/{app['id']}", "other", "consumer")
    assert _linked(server, "other", usecase) == [("app", "Report")]


@pytest.mark.parametrize(("on_usecase", "on_app"), [("consumer", "editor"), ("editor", "consumer")])
def test_403_linking_needs_edit_on_both_ends(
    server: Any, problem: Problem, on_usecase: str, on_app: str
) -> None:
    app, usecase = server.published(), _made(server)
    _share(server, f"usecases/{usecase}", "other", on_usecase)
    _share(server, f"apps/{app['id']}", "other", on_app)
    path, body = f"usecases/{usecase}/links", {"type": "app", "id": app["id"]}
    assert problem(server.call("other", "POST", path, json=body)) == (403, "denied")
    server.call("owner", "POST", path, json=body)
    assert problem(server.call("other", "DELETE", f"{path}/{app['id']}")) == (403, "denied")
    assert _linked(server, "owner", usecase) == [("app", "Report")]


def test_what_is_deleted_is_linked_no_more(server: Any) -> None:
    app, usecase = server.published(), _made(server)
    server.call("owner", "POST", f"usecases/{usecase}/links", json={"type": "app", "id": app["id"]})
    with server.base.uow.read(server.actors["owner"], Origin("test")) as tx:
        assert ending_of(tx, app["id"]).usecases == 1
    assert server.call("owner", "DELETE", f"apps/{app['id']}").status_code == 200
    assert _linked(server, "owner", usecase) == []
    kept = server.published(name="Kept")
    server.call("owner", "POST", f"usecases/{usecase}/links", json={"type": "app", "id": kept["id"]})
    assert server.call("owner", "DELETE", f"usecases/{usecase}").status_code == 200
    assert server.call("owner", "GET", f"apps/{kept['id']}").status_code == 200
