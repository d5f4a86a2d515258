"""A project key exposes what it may, to projects that its sponsor knows of."""

from calling import problem
from key_desk import KeyDesk

_BODY = {"dataset": "orders", "to_project": "Q"}
_ENOUGH = ("MANAGE_EXPOSED_ELEMENTS", "READ_DATA", "READ_METADATA", "READ_SCHEMA")


def test_a_key_that_manages_exposed_elements_exposes_and_takes_back(desk: KeyDesk) -> None:
    desk.filled()
    desk.owner.post("projects", {"key": "Q", "name": "Q"})
    key = desk.keyed(*_ENOUGH)

    made = key.post("projects/P/exposed", _BODY)

    assert made.status_code == 201, made.text
    assert [one["dataset"]["name"] for one in desk.owner.get("projects/Q/exposed").json()["items"]] == [
        "orders"
    ]
    assert problem(key.get("projects/Q")) == (404, "not-found")
    assert key.delete(f"projects/P/exposed/{made.json()['id']}").status_code == 200
    assert desk.owner.get("projects/Q/exposed").json()["items"] == []


def test_a_project_that_its_sponsor_does_not_know_is_hidden_like_none(desk: KeyDesk) -> None:
    desk.filled()
    assert desk.holder().post("projects", {"key": "Q", "name": "Q"}).status_code == 201
    key = desk.keyed(*_ENOUGH)

    for project in ("Q", "NONE"):
        assert problem(key.post("projects/P/exposed", {**_BODY, "to_project": project})) == (404, "not-found")
    assert desk.owner.get("projects/P/exposed").json()["items"] == []


def test_a_key_exposes_no_rows_that_it_may_not_read(desk: KeyDesk) -> None:
    desk.filled()
    desk.owner.post("projects", {"key": "Q", "name": "Q"})

    only = desk.keyed("MANAGE_EXPOSED_ELEMENTS", "READ_METADATA")
    assert problem(only.post("projects/P/exposed", _BODY)) == (403, "grant-exceeds-own")
    reader = desk.keyed("READ_CONF", "READ_DATA")
    assert problem(reader.post("projects/P/exposed", _BODY))[0] == 403
    assert desk.owner.get("projects/P/exposed").json()["items"] == []
