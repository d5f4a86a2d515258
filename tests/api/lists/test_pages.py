"""Lists in pages: together they are the whole list in its order, a search narrows them, no cursor fails."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from calling import Api, Caller, problem
from data_desk import DataDesk
from stores import on_one_engine
from world import World

Made = tuple[Caller, str, Callable[[dict[str, Any]], str], list[str]]


def _organizations(desk: DataDesk, root: Caller) -> Made:
    for name in ("Zeta", "alpha", "Beta", "Partner"):
        assert root.post("organizations", {"name": name}).status_code == 201
    return root, "organizations", lambda one: one["name"], ["alpha", "Beta", "Main", "Partner", "Zeta"]


def _variables(desk: DataDesk, root: Caller) -> Made:
    names = ["currency", "limit", "region", "zone"]
    for name in reversed(names):
        assert root.call("PUT", f"variables/{name}", json={"value": name}).status_code == 200
    return root, "variables", lambda one: one["name"], names


def _egress(desk: DataDesk, root: Caller) -> Made:
    entries = ["10.1.0.0/16", "db.internal", "127.0.0.1:5432", "fd00::/8"]
    for entry in entries:
        assert root.post("egress", {"entry": entry}).status_code == 201
    return root, "egress", lambda one: one["entry"], entries


def _exposed(desk: DataDesk, root: Caller) -> Made:
    for key in ("Q", "R"):
        desk.owner.post("projects", {"key": key, "name": key})
        desk.owner.post(f"projects/{key}/datasets", {"name": f"of-{key}"})
        said = desk.owner.post(f"projects/{key}/exposed", {"dataset": f"of-{key}", "to_project": "P"})
        assert said.status_code == 201, said.text
    desk.dataset("orders")
    for key in ("Q", "R"):
        desk.owner.post("projects/P/exposed", {"dataset": "orders", "to_project": key})
    seen = ["out Q", "out R", "in Q", "in R"]
    return desk.owner, "projects/P/exposed", _seen_exposure, [*seen[1::-1], *seen[:1:-1]]


def _seen_exposure(one: dict[str, Any]) -> str:
    return f"{one['direction']} {one['to_project' if one['direction'] == 'out' else 'from_project']}"


def _grants(desk: DataDesk, root: Caller) -> Made:
    for _ in range(4):
        desk.holder("READ_CONF")
    names = ["ada", *(f"publisher{number}" for number in range(1, 5))]
    return desk.owner, "projects/P/grants", lambda one: one["to"]["name"], names


LISTS = [_organizations, _variables, _egress, _exposed, _grants]


@pytest.fixture
def desk(api: Api, world: World) -> DataDesk:
    return DataDesk(api, world)


@pytest.fixture(params=LISTS, ids=lambda one: one.__name__.strip("_"))
def made(request: pytest.FixtureRequest, desk: DataDesk, api: Api, world: World) -> Any:
    return request.param(desk, api.session(world.person("root", "administrator")))


def test_the_pages_are_the_list_in_its_order(made: Made) -> None:
    caller, path, called, whole = made
    for limit in (1, 2, len(whole), 200):
        assert [called(one) for one in caller.pages(path, limit=limit)] == whole
    first = caller.get(path, params={"limit": 2}).json()
    assert (len(first["items"]), first["next"] is None) == (2, False)
    cursors = [caller.get(path, params={"limit": limit}).json()["next"] for limit in (1, 2, 3)]
    assert all(one != other for one, other in pairwise(cursors))


def test_a_search_is_of_names_and_a_strange_cursor_is_refused(made: Made) -> None:
    caller, path, called, _ = made
    words = {"organizations": "part", "variables": "gio", "egress": ".1.0", "projects/P/exposed": "orders"}
    word = words.get(path, "isher3")
    found = caller.pages(path, q=word)
    assert [called(one) for one in found] == {
        "organizations": ["Partner"], "variables": ["region"], "egress": ["10.1.0.0/16"],
        "projects/P/exposed": ["out R", "out Q"],
    }.get(path, ["publisher3"])  # fmt: skip
    assert caller.pages(path, q="no such word") == []
    for bad in ("x", "WyIxIiwiMiIsIjMiXQ"):
        assert problem(caller.get(path, params={"cursor": bad})) == (400, "bad-cursor")
    assert caller.get(path, params={"limit": 0}).status_code == 400


@on_one_engine
def test_grants_come_latest_first_when_that_is_asked(desk: DataDesk) -> None:
    for _ in range(4):
        desk.holder("READ_CONF")
    latest = [one["to"]["name"] for one in desk.owner.pages("projects/P/grants", sort="-created", limit=2)]
    assert latest == ["publisher4", "publisher3", "publisher2", "publisher1", "ada"]
    assert problem(desk.owner.get("projects/P/grants", params={"sort": "-role"})) == (400, "bad-sort")
