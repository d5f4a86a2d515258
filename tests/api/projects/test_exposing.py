"""Exposing by API: for as long as one may manage it, across a border that both sides opened."""

from datetime import timedelta
from typing import Any

from calling import Caller, problem
from data_desk import DataDesk

from gatepost_server.authz import ORGANIZATION, policy

_BODY = {"dataset": "orders", "to_project": "Q"}


def _manager(desk: DataDesk, **window: Any) -> Caller:
    """Somebody who reads the orders for good, manages what P exposes, and has a project Q."""
    dataset_id, who = desk.filled(), desk.person()
    desk.world.grant(desk.project_id, who.id, policy.mask("MANAGE_EXPOSED_ELEMENTS"), *window.values())
    desk.world.grant(dataset_id, who.id, policy.mask("READ_DATA READ_METADATA READ_SCHEMA"))
    caller = desk.api.session(who)
    assert caller.post("projects", {"key": "Q", "name": "Q"}).status_code == 201
    return caller


def test_nothing_is_exposed_for_longer_than_managing_it_lasts(desk: DataDesk) -> None:
    end = desk.world.now + timedelta(days=30)
    mia = _manager(desk, until=end)
    assert problem(mia.post("projects/P/exposed", _BODY)) == (403, "grant-exceeds-own")
    later = (end + timedelta(seconds=1)).isoformat()
    assert mia.post("projects/P/exposed", {**_BODY, "until": later}).status_code == 403
    assert mia.post("projects/P/exposed", {**_BODY, "until": end.isoformat()}).status_code == 201


def test_who_manages_for_good_exposes_for_good(desk: DataDesk) -> None:
    assert _manager(desk).post("projects/P/exposed", _BODY).status_code == 201


def test_an_exposure_of_somebody_above_is_not_taken_back(desk: DataDesk) -> None:
    desk.filled()
    desk.owner.post("projects", {"key": "Q", "name": "Q"})
    made = desk.owner.post("projects/P/exposed", _BODY).json()["id"]
    manager = desk.holder("MANAGE_EXPOSED_ELEMENTS")
    assert problem(manager.delete(f"projects/P/exposed/{made}")) == (403, "grant-exceeds-own")
    assert [one["id"] for one in desk.owner.get("projects/P/exposed").json()["items"]] == [made]
    assert desk.owner.delete(f"projects/P/exposed/{made}").status_code == 200


def test_a_border_is_crossed_when_both_sides_opened_it_and_until_one_closes(desk: DataDesk) -> None:
    desk.filled()
    root = desk.api.session(desk.world.person("root", "administrator"))
    root.post("organizations", {"name": "B", "allows_outside_sharing": True})
    root.patch(f"organizations/{ORGANIZATION}", {"allows_outside_sharing": True})
    person = desk.world.person("bob", "publisher")
    assert root.patch(f"users/{person.id}", {"organization": "B"}).status_code == 200
    bob = desk.api.session(person)
    bob.post("projects", {"key": "Q", "name": "Q"})
    people = [_in_role("bob", "admin"), _in_role("ada", "viewer")]
    assert bob.call("PUT", "projects/Q/permissions", json={"grants": people}).status_code == 200
    assert desk.owner.post("projects/P/exposed", _BODY).status_code == 201
    assert bob.get("projects/P/datasets/orders/data").status_code == 200
    root.patch(f"organizations/{ORGANIZATION}", {"allows_outside_sharing": False})
    assert bob.get("projects/P/datasets/orders/data").status_code == 404
    assert desk.owner.get("projects/P/exposed").json()["items"] == []
    assert problem(desk.owner.post("projects/P/exposed", _BODY)) == (404, "not-found")


def _in_role(name: str, role: str) -> dict[str, Any]:
    return {"to": {"type": "user", "name": name}, "role": role}
