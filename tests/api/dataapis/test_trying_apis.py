"""The console of a data API: tried as oneself, as an application, and never for rows of others."""

from typing import Any

import pytest
from api_desk import ApiDesk
from calling import problem
from stores import on_one_engine

RULED = {"row_rules": [{"column": "owner", "caller": "client_id"}]}


def tried(desk: ApiDesk, **more: Any) -> Any:
    answer = desk.ada.post("projects/P/apis/orders/test", more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_editor_sees_rows_and_what_the_source_was_asked(desk: ApiDesk) -> None:
    desk.made()
    found = tried(desk, fields=["city", "id"], limit=5)
    assert [one["name"] for one in found["columns"]] == ["city", "id"]
    assert found["rows"] == [[None, None, None]]
    assert (found["version"], found["truncated"], found["left_out"]) == (1, False, ["owner"])
    assert "LIMIT 6" in found["sql"]
    calls = desk.ada.pages("projects/P/apis/orders/calls")
    assert [(one["operation"], one["status"], one["rows"]) for one in calls] == [("list", 200, 1)]


@on_one_engine
def test_a_caller_tries_what_is_published_and_sees_no_sql(desk: ApiDesk) -> None:
    api = desk.made(stage="production")["id"]
    assert problem(desk.vic.post("projects/P/apis/orders/test", {}))[0] == 404
    desk.give("vic", "USE", api)
    found = desk.vic.post("projects/P/apis/orders/test", {"stage": "production"})
    assert (found.status_code, found.json()["sql"]) == (200, None), found.text
    assert desk.vic.post("projects/P/apis/orders/test", {}).status_code == 403
    assert [one["id"] for one in desk.vic.pages("apis")] == [api]


@on_one_engine
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"operation": "create"}, (403, "not-tried")),
        ({"operation": "get"}, (403, "operation-closed")),
        ({"stage": "production"}, (404, "unknown-api-version")),
        ({"parameters": {"size": 1}}, (400, "call-invalid")),
        ({"fields": ["price"]}, (400, "call-invalid")),
        ({"limit": 101}, (400, "invalid")),
        ({"sql": "SELECT 1"}, (400, "unknown-field")),
    ],
)
def test_what_cannot_be_tried_is_refused(
    desk: ApiDesk, more: dict[str, Any], expected: tuple[int, str]
) -> None:
    desk.made()
    assert problem(desk.ada.post("projects/P/apis/orders/test", more)) == expected
    assert desk.ada.pages("projects/P/apis/orders/calls") == []


@on_one_engine
def test_as_an_application_only_its_fields_come_back(desk: ApiDesk) -> None:
    desk.made(stage="production")
    client = desk.client()
    body = {"stage": "production", "client": client}
    assert problem(desk.ada.post("projects/P/apis/orders/test", body)) == (403, "not-tried")
    given = {"api": "orders", "fields": ["id"], "validity": "permanent"}
    assert desk.ada.post(f"clients/{client}/apis", given).status_code == 201
    found = tried(desk, **body)
    assert ([one["name"] for one in found["columns"]], found["left_out"]) == (["id"], ["city", "owner"])
    assert problem(desk.eve.post("projects/P/apis/orders/test", body))[0] == 403


@on_one_engine
def test_rows_of_an_application_are_shown_to_who_may_read_the_source(desk: ApiDesk) -> None:
    api = desk.made(stage="production", **RULED)["id"]
    client = desk.client()
    desk.ada.post(f"clients/{client}/apis", {"api": "orders", "validity": "permanent"})
    tried(desk, stage="production", client=client)
    assert client in desk.broker.asked[-1].values  # type: ignore[union-attr]
    desk.give("eve", "USE EDIT SHARE", api)
    body = {"stage": "production", "client": client}
    refused = desk.eve.post("projects/P/apis/orders/test", body)
    assert problem(refused) == (403, "not-tried"), refused.text
