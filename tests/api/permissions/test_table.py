"""What each permission alone opens over HTTP, held against table.txt; nothing else, and nowhere else."""

from pathlib import Path

import pytest
from calling import Api, Caller
from fastapi import FastAPI
from key_desk import KeyDesk
from permission_calls import Furnished, furnish, route_of, sign, table_of
from stores import on_one_engine
from world import World

from gatepost_server.web import declared_actions

ON_PROJECTS = {
    "RC": "READ_CONF", "WC": "WRITE_CONF", "XD": "EXPORT_DATASETS_DATA", "RD": "READ_DASHBOARDS",
    "WD": "WRITE_DASHBOARDS", "MD": "MODERATE_DASHBOARDS", "RS": "RUN_SCENARIOS",
    "DA": "MANAGE_DASHBOARD_AUTHORIZATIONS", "ME": "MANAGE_EXPOSED_ELEMENTS", "AD": "ADMIN",
}  # fmt: skip
ON_DATASETS = {
    "rd": "READ_DATA", "wd": "WRITE_DATA", "rm": "READ_METADATA", "wm": "WRITE_METADATA",
    "rs": "READ_SCHEMA", "ws": "WRITE_SCHEMA",
}  # fmt: skip

TABLE = table_of(Path(__file__).parent / "table.txt")


@pytest.fixture
def desk(api: Api, world: World) -> KeyDesk:
    """Projects P and Q of ada's with one thing of every kind, and R."""
    made = KeyDesk(api, world)
    for key in ("Q", "R"):
        made.owner.post("projects", {"key": key, "name": key})
    return made


def _signs(house: Furnished, who: Caller) -> dict[str, str]:
    return {call: sign(house.send(who, call)) for call in TABLE["AD"]}


def test_every_route_of_a_project_has_a_row(control_app: FastAPI) -> None:
    there = {
        f"{method} {path}"
        for method, path, _ in declared_actions(control_app)
        if path.startswith("/api/v1/projects/{project}")
    }
    assert list(TABLE) == [*ON_PROJECTS, *ON_DATASETS]
    assert {route_of(call) for call in TABLE["AD"]} == there


@on_one_engine
@pytest.mark.parametrize("column", TABLE)
def test_a_project_key_opens_what_its_one_permission_opens(desk: KeyDesk, column: str) -> None:
    house = furnish(desk, "P")
    atom = ON_PROJECTS.get(column) or ON_DATASETS[column]
    made = desk.made(
        permissions=[atom] if column in ON_PROJECTS else [],
        datasets={} if column in ON_PROJECTS else {"orders": [atom]},
    )
    assert _signs(house, desk.by(made)) == TABLE[column]
    said = [one for one in desk.root.pages("audit") if one["via_key_id"] == made["id"]]
    assert {(one["actor"]["kind"], one["actor"]["name"]) for one in said} == {("key", "loader")}
    assert {one["actor"]["id"] for one in said} == {made["id"]}


@on_one_engine
@pytest.mark.parametrize("column", ON_PROJECTS)
def test_a_global_key_opens_the_same_on_that_project(desk: KeyDesk, column: str) -> None:
    house = furnish(desk, "P")
    key = desk.by(desk.made_global(projects={"P": [ON_PROJECTS[column]], "R": ["READ_DASHBOARDS"]}))
    assert _signs(house, key) == TABLE[column]


@on_one_engine
def test_another_project_with_all_that_is_in_it_is_hidden_from_keys(desk: KeyDesk) -> None:
    house = furnish(desk, "Q")
    before = {call: desk.owner.get(f"projects/Q/{call}").json() for call in ("datasets", "timeline")}
    of_project = desk.keyed("ADMIN")
    of_server = desk.by(desk.made_global(projects={"P": ["ADMIN"], "R": ["ADMIN"]}))
    for key in (of_project, of_server):
        assert set(_signs(house, key).values()) == {"."}
    after = {call: desk.owner.get(f"projects/Q/{call}").json() for call in ("datasets", "timeline")}
    assert after == before
