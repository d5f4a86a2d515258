"""The catalog: the datasets of all projects that one may see, also those that one was given alone."""

from typing import Any

from calling import Caller, problem
from data_desk import DataDesk


def names(who: Caller, **query: str) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = who.pages("datasets", **query)
    return [(one["project"], one["name"]) for one in found]


def test_what_one_was_given_alone_is_found(desk: DataDesk) -> None:
    dataset_id = desk.filled()
    desk.dataset("secret")
    desk.owner.post("projects", {"key": "Q", "name": "Q"})
    assert desk.owner.post("projects/Q/datasets", {"name": "orders"}).status_code == 201
    reader = desk.holder("READ_DATA", dataset_id)

    assert names(desk.owner) == [("P", "orders"), ("Q", "orders"), ("P", "secret")]
    assert names(reader) == [("P", "orders")]
    assert names(desk.holder()) == []
    assert reader.get("projects/P/datasets").status_code == 404
    page = reader.get("/datasets", headers={"accept": "text/html"})
    assert (page.status_code, "orders" in page.text, "secret" in page.text) == (200, True, False)
    assert problem(desk.api.nobody.get("datasets")) == (401, "unauthenticated")


def test_words_of_a_description_find_it_for_those_who_may_read_them(desk: DataDesk) -> None:
    dataset_id = desk.filled()
    told = {"description": "margins by depot", "tags": [], "custom": {}}
    assert desk.owner.call("PUT", "projects/P/datasets/orders/metadata", json=told).status_code == 200

    assert names(desk.holder("READ_METADATA", dataset_id), q="margins") == [("P", "orders")]
    only_rows = desk.holder("READ_DATA", dataset_id)
    assert names(only_rows, q="margins") == []
    assert names(only_rows, q="order") == [("P", "orders")]
    in_project = desk.holder("READ_DASHBOARDS")
    assert in_project.get("projects/P/datasets", params={"q": "margins"}).json()["items"] == []


def test_it_pages_in_every_order(desk: DataDesk) -> None:
    for name in ("a", "b", "c"):
        desk.dataset(name)
    for sort in ("name", "-name", "updated", "-rows", "size"):
        first = desk.owner.get("datasets", params={"limit": 2, "sort": sort}).json()
        rest = desk.owner.get("datasets", params={"limit": 2, "sort": sort, "cursor": first["next"]}).json()
        assert sorted(one["name"] for one in first["items"] + rest["items"]) == ["a", "b", "c"]
    assert problem(desk.owner.get("datasets", params={"sort": "owner"}))[0] == 400
