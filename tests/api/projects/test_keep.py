"""Keeping a project: name, variables, timeline, end; each with its refused twin."""

from datetime import timedelta

import pytest
from calling import faults, problem
from data_desk import CSV, DataDesk
from stores import on_one_engine

from gatepost_server.authz import NodeKind, register_node
from gatepost_server.kernel.ids import new_id


def test_a_project_is_renamed_by_its_administrator_only(desk: DataDesk) -> None:
    answer = desk.owner.patch("projects/P", {"name": "Revenue", "description": "What came in"})
    assert (answer.json()["name"], answer.json()["description"]) == ("Revenue", "What came in")
    refused = desk.holder("WRITE_CONF MANAGE_EXPOSED_ELEMENTS").patch("projects/P", {"name": "Mine"})
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "ADMIN")
    assert problem(desk.owner.patch("projects/P", {})) == (400, "invalid")
    assert problem(desk.owner.patch("projects/P", {"description": "x" * 5001})) == (400, "invalid")
    assert desk.owner.get("projects/P").json()["name"] == "Revenue"


def test_a_project_goes_with_its_datasets_and_their_rows(desk: DataDesk) -> None:
    orders = desk.filled()
    desk.dataset("empty")
    reader = desk.holder("READ_DATA", on=orders)
    refused = desk.holder("WRITE_CONF").delete("projects/P")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "ADMIN")
    assert desk.owner.delete("projects/P").json()["revoked"] is True
    assert problem(desk.owner.get("projects/P")) == (404, "not-found")
    assert problem(reader.get("projects/P/datasets/orders/data")) == (404, "not-found")
    assert desk.files == []
    assert desk.owner.post("projects", {"key": "P", "name": "Again"}).status_code == 201


def test_a_project_that_holds_anything_else_stays(desk: DataDesk) -> None:
    desk.filled()
    with desk.world.store.arranged() as tx:
        app_id = new_id("app", desk.world.now)
        register_node(tx, app_id, NodeKind.APP, "Report", parent_id=desk.project_id, is_numbered=True)
    with desk.unchanged():
        answer = desk.owner.delete("projects/P")
        assert problem(answer) == (409, "project-not-empty")
        assert "app" in answer.json()["detail"]


def test_variables_are_a_json_object(desk: DataDesk) -> None:
    assert desk.owner.get("projects/P/variables").json() == {}
    wanted = {"region": "north", "limits": {"rows": [1, 2.5, None, True]}, "ünïcode": "☃"}
    writer, reader = desk.holder("WRITE_CONF"), desk.holder("READ_CONF")
    assert writer.call("PUT", "projects/P/variables", json=wanted).json() == wanted
    assert reader.get("projects/P/variables").json() == wanted
    refused = reader.call("PUT", "projects/P/variables", json={})
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "WRITE_CONF")
    refused = desk.holder("READ_DASHBOARDS").get("projects/P/variables")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ_CONF")
    for bad in ([], "x", {"x": "y" * 70_000}):
        assert desk.owner.call("PUT", "projects/P/variables", json=bad).status_code == 400
    assert desk.owner.get("projects/P/variables").json() == wanted


def test_the_trail_tells_which_variables_changed_and_not_to_what(desk: DataDesk) -> None:
    desk.owner.call("PUT", "projects/P/variables", json={"a": "secret words", "b": 1})
    desk.owner.call("PUT", "projects/P/variables", json={"a": "other words", "b": 1})
    root = desk.api.session(desk.world.person("root", "administrator"))
    found = root.pages("audit", action="project:set-variables")
    assert [one["changes"]["after"]["changed"] for one in found] == [["a"], ["a", "b"]]
    assert "words" not in str(found)


def test_the_timeline_is_of_the_project_and_of_all_that_stands_or_stood_in_it(desk: DataDesk) -> None:
    desk.filled()
    desk.dataset("other")
    desk.owner.delete("projects/P/datasets/orders")
    desk.owner.post("projects", {"key": "Q", "name": "Elsewhere"})
    desk.owner.post("projects/Q/datasets", {"name": "foreign"})
    told = desk.holder("READ_CONF").pages("projects/P/timeline", limit=2)
    assert [(one["action"], one["resource"]["name"]) for one in told] == [
        ("dataset:delete", "orders"),
        ("dataset:create", "other"),
        ("dataset:write", "orders"),
        ("dataset:create", "orders"),
        ("project:create", "Sales"),
    ]
    assert {one["actor"]["id"] for one in told} == {desk.ada.id}
    assert not {"ip", "changes", "request_id"} & told[0].keys()
    refused = desk.holder("READ_DASHBOARDS").get("projects/P/timeline")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ_CONF")


def _grants(*pairs: tuple[str, str]) -> dict[str, list[dict[str, object]]]:
    return {"grants": [{"to": {"type": "user", "name": name}, "role": role} for name, role in pairs]}


def test_permissions_are_replaced_as_one_list(desk: DataDesk) -> None:
    bob, team = desk.world.person("bob", "publisher"), desk.world.group("team")
    wanted = _grants(("ada", "admin"), ("bob", "contributor"))
    wanted["grants"].append(
        {"to": {"type": "group", "name": "team"}, "permissions": ["READ_CONF", "READ_DATA"]}
    )
    answer = desk.owner.call("PUT", "projects/P/permissions", json=wanted)
    assert answer.status_code == 200, answer.text
    held = {one["to"]["id"]: (one["role"], one["permissions"]) for one in answer.json()["grants"]}
    assert held[bob.id][0] == "contributor"
    assert held[team] == (None, ["READ_DATA", "READ_CONF"])
    assert answer.json() == desk.owner.get("projects/P/permissions").json()
    assert desk.api.session(bob).post("projects/P/datasets", {"name": "his"}).status_code == 201
    again = desk.owner.call("PUT", "projects/P/permissions", json=_grants(("ada", "admin")))
    assert [one["to"]["name"] for one in again.json()["grants"]] == ["ada"]
    assert problem(desk.api.session(bob).get("projects/P")) == (404, "not-found")


def test_nobody_ends_their_own_administration(desk: DataDesk) -> None:
    person = desk.world.person("bob", "publisher")
    both = _grants(("ada", "admin"), ("bob", "admin"))
    assert desk.owner.call("PUT", "projects/P/permissions", json=both).status_code == 200
    before = desk.owner.get("projects/P/permissions").json()
    soon = (desk.world.now + timedelta(days=1)).isoformat()
    for others in (_grants(("bob", "admin")), _grants(("ada", "viewer"), ("bob", "admin"))):
        answer = desk.owner.call("PUT", "projects/P/permissions", json=others)
        assert problem(answer) == (403, "own-owner-grant")
    both["grants"][0]["until"] = soon
    assert problem(desk.owner.call("PUT", "projects/P/permissions", json=both)) == (403, "own-owner-grant")
    assert desk.owner.get("projects/P/permissions").json() == before
    bob = desk.api.session(person)
    assert bob.call("PUT", "projects/P/permissions", json=_grants(("bob", "admin"))).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"grants": []}, (409, "last-owner")),
        (_grants(("ada", "viewer")), (409, "last-owner")),
        (_grants(("ada", "admin"), ("nobody", "viewer")), (400, "unknown-principal")),
        (_grants(("ada", "king")), (400, "invalid")),
        ({"grants": [{"to": {"type": "user", "name": "ada"}}]}, (400, "invalid")),
        (
            {"grants": [{"to": {"type": "user", "name": "ada"}, "permissions": []}]},
            (400, "unknown-permission"),
        ),
        (
            {"grants": [{"to": {"type": "user", "name": "ada"}, "permissions": ["FLY"]}]},
            (400, "unknown-permission"),
        ),
        (
            {"grants": [{"to": {"type": "user", "name": "ada"}, "permissions": ["GLOBAL_ADMIN"]}]},
            (400, "unknown-permission"),
        ),
        (
            {
                "grants": [
                    {"to": {"type": "user", "name": "ada"}, "role": "admin", "until": "2000-01-01T00:00:00Z"}
                ]
            },
            None,
        ),
    ],
)
@on_one_engine
def test_a_list_that_cannot_be_changes_nothing(
    desk: DataDesk, body: dict[str, object], code: tuple[int, str] | None
) -> None:
    before = desk.owner.get("projects/P/permissions").json()
    answer = desk.owner.call("PUT", "projects/P/permissions", json=body)
    assert answer.status_code in (400, 409)
    if code is not None:
        assert problem(answer) == code
    assert desk.owner.get("projects/P/permissions").json() == before


def test_only_administrators_see_and_set_permissions(desk: DataDesk) -> None:
    for atoms in ("READ_CONF", "WRITE_CONF MANAGE_EXPOSED_ELEMENTS MANAGE_DASHBOARD_AUTHORIZATIONS"):
        caller = desk.holder(atoms)
        assert problem(caller.get("projects/P/permissions")) == (403, "denied")
        mine = _grants(("ada", "admin"))
        assert problem(caller.call("PUT", "projects/P/permissions", json=mine)) == (403, "denied")
    assert problem(desk.holder().get("projects/P/permissions")) == (404, "not-found")


def _exposing(desk: DataDesk) -> str:
    desk.owner.post("projects", {"key": "Q", "name": "Readers"})
    return desk.filled(CSV)


def test_an_exposed_dataset_is_read_through_the_other_project(desk: DataDesk) -> None:
    _exposing(desk)
    target = desk.owner.get("projects/Q").json()["id"]
    reader = desk.holder("EXPORT_DATASETS_DATA", on=target)
    assert problem(reader.get("projects/P/datasets/orders/data")) == (404, "not-found")
    answer = desk.owner.post("projects/P/exposed", {"dataset": "orders", "to_project": "Q"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["direction"], made["from_project"], made["to_project"]) == ("out", "P", "Q")
    assert len(desk.rows(who=reader)) == 3
    assert problem(reader.get("projects/P/datasets/orders/export")) == (403, "denied")
    (seen,) = desk.holder("READ_CONF", on=target).get("projects/Q/exposed").json()["items"]
    assert (seen["direction"], seen["dataset"]["name"]) == ("in", "orders")
    assert desk.owner.delete(f"projects/P/exposed/{made['id']}").json()["revoked"] is True
    assert problem(reader.get("projects/P/datasets/orders/data")) == (404, "not-found")


def test_who_may_not_read_rows_exposes_none(desk: DataDesk) -> None:
    _exposing(desk)
    target = desk.owner.get("projects/Q").json()["id"]
    keeper = desk.person()
    desk.world.grant(desk.project_id, keeper.id, 1 << 25)  # MANAGE_EXPOSED_ELEMENTS
    desk.world.grant(target, keeper.id, 1)
    caller = desk.api.session(keeper)
    body = {"dataset": "orders", "to_project": "Q"}
    assert problem(caller.post("projects/P/exposed", body)) == (403, "grant-exceeds-own")
    only = {**body, "permissions": ["READ_SCHEMA"]}
    assert caller.post("projects/P/exposed", only).status_code == 201
    refused = desk.holder("READ_DATA WRITE_CONF").post("projects/P/exposed", body)
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "MANAGE_EXPOSED_ELEMENTS")


@on_one_engine
def test_what_cannot_be_exposed_is_said(desk: DataDesk) -> None:
    _exposing(desk)
    for body, code in (
        ({"dataset": "nosuch", "to_project": "Q"}, (404, "not-found")),
        ({"dataset": "orders", "to_project": "NOSUCH"}, (404, "not-found")),
        ({"dataset": "orders", "to_project": "P"}, (400, "invalid")),
        ({"dataset": "orders", "to_project": "Q", "permissions": ["WRITE_DATA"]}, (400, "invalid")),
        ({"dataset": "orders", "to_project": "Q", "permissions": ["FLY"]}, (400, "unknown-permission")),
        ({"dataset": "orders", "to_project": "Q", "until": "2000-01-01T00:00:00Z"}, (400, "invalid")),
    ):
        assert problem(desk.owner.post("projects/P/exposed", body)) == code
    answer = desk.owner.post(
        "projects/P/exposed", {"dataset": "orders", "to_project": "Q", "until": "2027-01-01"}
    )
    assert set(faults(answer)) == {"until"}
    assert problem(desk.owner.delete("projects/P/exposed/exp_" + "0" * 24)) == (404, "not-found")
    assert desk.owner.get("projects/P/exposed").json()["items"] == []
