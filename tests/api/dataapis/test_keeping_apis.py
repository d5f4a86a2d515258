"""Data APIs are made, seen, changed, published and deleted by who may, and by nobody else."""

import pytest
from api_desk import SQL, ApiDesk
from calling import Caller, faults, problem
from stores import on_one_engine


def test_an_api_on_a_table_gets_the_columns_of_its_source(desk: ApiDesk) -> None:
    made = desk.made()
    assert [one["name"] for one in made["fields"]] == ["id", "city", "owner"]
    assert made["fields"][0]["type"] == "integer"
    assert (made["slug"], made["development_version"], made["production_version"]) == ("orders", 1, None)
    assert made["latest"]["table"] == "orders"
    assert made["latest"]["credential_id"].startswith("crd_")
    assert desk.ada.get(f"projects/P/apis/{made['number']}").json() == made
    assert [one["id"] for one in desk.ada.pages("projects/P/apis")] == [made["id"]]


@on_one_engine
def test_an_api_on_sql_is_tried_with_a_sample_and_published_at_once(desk: ApiDesk) -> None:
    made = desk.of_sql(stage="production", slug=None)
    assert made["production_version"] == 1
    assert made["slug"].startswith("orders-")
    assert [one["type"] for one in made["fields"]] == ["integer", "string", "string"]
    asked = desk.broker.asked[0]
    assert "city = $1" in getattr(asked, "text")  # noqa: B009  # of all statements
    assert "WHERE 1 = 0" in getattr(asked, "text")  # noqa: B009  # of all statements


@on_one_engine
@pytest.mark.parametrize(
    ("more", "status", "code", "field"),
    [
        ({"sql": SQL}, 400, "invalid", "table"),
        ({"table": None}, 400, "invalid", "table"),
        ({"table": "unknown"}, 409, "statement-failed", None),
        ({"table": None, "sql": "DELETE FROM orders"}, 400, "template-refused", "sql"),
        ({"table": None, "sql": SQL}, 400, "template-refused", "sql"),
        ({"table": None, "sql": "SELECT * FROM nowhere"}, 409, "statement-failed", None),
        ({"fields": [{"name": "price"}]}, 400, "definition-refused", "fields"),
        ({"sortable": ["price"]}, 400, "definition-refused", "sortable"),
        ({"row_rules": [{"column": "price", "caller": "email"}]}, 400, "definition-refused", "row_rules"),
        ({"parameters": [{"name": "limit"}]}, 400, "definition-refused", "parameters.0.name"),
        ({"parameters": [{"name": "price"}]}, 400, "definition-refused", "parameters"),
        (
            {"parameters": [{"name": "id", "type": "integer", "min": 5, "max": 4}]},
            400, "definition-refused", "parameters.0.max",
        ),
        ({"operations": ["get"]}, 400, "definition-refused", "key"),
        ({"operations": ["delete"], "key": ["price"]}, 400, "definition-refused", "key"),
        ({"limits": {"page_rows": 0}}, 400, "definition-refused", "limits.page_rows"),
        ({"limits": {"cache_seconds": 86_401}}, 400, "definition-refused", "limits.cache_seconds"),
        ({"slug": "Orders"}, 400, "slug-invalid", "slug"),
        ({"slug": "datasets"}, 400, "slug-invalid", "slug"),
        ({"name": " "}, 400, "name-invalid", "name"),
        ({"stage": "test"}, 400, "invalid", "stage"),
        ({"connection_id": "con_" + "0" * 24}, 404, "not-found", None),
        ({"credential_id": "crd_" + "0" * 24}, 404, "not-found", None),
    ],
)  # fmt: skip
def test_what_cannot_be_an_api_is_refused_by_its_field(
    desk: ApiDesk, more: dict[str, object], status: int, code: str, field: str | None
) -> None:
    answer = desk.make(**more)
    assert problem(answer) == (status, code)
    assert field is None or field in faults(answer)
    assert desk.ada.pages("projects/P/apis") == []


@on_one_engine
def test_names_and_slugs_are_taken_once(desk: ApiDesk) -> None:
    desk.made()
    assert problem(desk.make(slug="other")) == (409, "api-name-taken")
    assert problem(desk.make(name="ORDERS", slug="other")) == (409, "api-name-taken")
    assert problem(desk.make(name="Other")) == (409, "slug-taken")


@on_one_engine
def test_only_a_person_who_may_use_the_source_saves_what_reads_it(desk: ApiDesk) -> None:
    assert problem(desk.make(desk.eve)) == (404, "not-found")
    desk.give("eve", "USE", desk.connection)
    assert problem(desk.make(desk.eve)) == (409, "login-needed")
    made = desk.ada.post("projects/P/keys", {"name": "ci", "permissions": ["ADMIN"]})
    key = Caller(desk.api, {"authorization": f"Key {made.json()['key']}"})
    assert problem(desk.make(key)) == (403, "person-needed")


@on_one_engine
def test_a_connection_for_people_only_is_no_source(desk: ApiDesk) -> None:
    desk.ada.patch(f"connections/{desk.connection}", {"restricted": True})
    assert problem(desk.make()) == (409, "api-source-closed")
    desk.ada.patch(f"connections/{desk.connection}", {"restricted": False, "impersonate": True})
    assert problem(desk.make()) == (409, "api-source-closed")


@on_one_engine
def test_sql_and_connection_are_for_editors_and_parameters_for_callers(desk: ApiDesk) -> None:
    made = desk.of_sql()
    path = f"projects/P/apis/{made['id']}"
    assert desk.vic.get(path).status_code == 404
    desk.give("vic", "LIST", made["id"])
    seen = desk.vic.get(path)
    assert seen.json()["fields"] == made["fields"]
    assert (seen.json()["parameters"], seen.json()["latest"]) == ([], None)
    for place in ("versions", "authorizations"):
        assert problem(desk.vic.get(f"{path}/{place}")) == (403, "denied")
    described = desk.vic.get(f"{path}/openapi")
    desk.give("vic", "USE READ", made["id"])
    called = desk.vic.get(path)
    assert [one["name"] for one in called.json()["parameters"]] == ["city"]
    for answer in (seen, called, described, desk.vic.get(f"{path}/openapi")):
        assert not [one for one in ("SELECT", desk.connection, "crd_") if one in answer.text]
    assert desk.vic.get(f"{path}/versions").status_code == 403
    assert desk.eve.get(path).json()["latest"]["sql"] == SQL


@on_one_engine
def test_the_trail_tells_what_was_done_and_never_the_sql(desk: ApiDesk) -> None:
    desk.of_sql()
    told = desk.root.get("audit", params={"q": "api:create"}).text
    assert "SELECT" not in told


@on_one_engine
def test_versions_are_added_published_and_rolled_back(desk: ApiDesk) -> None:
    path = f"projects/P/apis/{desk.made(stage='production')['slug']}"
    definition = {"connection_id": desk.connection, "table": "orders", "fields": [{"name": "city"}]}
    changed = desk.ada.patch(path, {"definition": definition, "note": "Less"}).json()
    assert (changed["development_version"], changed["production_version"]) == (2, 1)
    assert [one["name"] for one in changed["fields"]] == ["id", "city", "owner"]
    found = desk.ada.pages(f"{path}/versions")
    assert [(one["version"], one["stages"], one["note"]) for one in found] == [
        (2, ["development"], "Less"), (1, ["production"], ""),
    ]  # fmt: skip
    published = desk.ada.post(f"{path}/publish", {"version": 2}).json()
    assert [one["name"] for one in published["fields"]] == ["city"]
    assert desk.ada.post(f"{path}/publish", {"version": 1}).json()["production_version"] == 1
    assert desk.ada.post(f"{path}/publish", {"version": None}).json()["production_version"] is None
    assert problem(desk.ada.post(f"{path}/publish", {"version": 3})) == (404, "unknown-api-version")
    nothing = {"version": None, "stage": "development"}
    assert problem(desk.ada.post(f"{path}/publish", nothing)) == (404, "unknown-api-version")


@on_one_engine
def test_who_edits_is_who_it_reads_as(desk: ApiDesk) -> None:
    made = desk.made()
    definition = {"connection_id": desk.connection, "table": "orders"}
    assert problem(desk.eve.patch(f"projects/P/apis/{made['id']}", {"definition": definition}))[0] == 404
    renamed = desk.eve.patch(f"projects/P/apis/{made['id']}", {"name": "Sales", "description": "All"}).json()
    assert renamed["name"] == "Sales"
    assert renamed["latest"]["author"]["name"] == "ada"
    desk.give("eve", "USE", desk.connection)
    desk.give("eve", "USE", made["latest"]["credential_id"])
    saved = desk.eve.patch(f"projects/P/apis/{made['id']}", {"definition": definition})
    assert saved.json()["latest"]["author"]["name"] == "eve"


@on_one_engine
def test_a_deleted_api_is_gone_and_its_slug_free(desk: ApiDesk) -> None:
    made = desk.made()
    assert problem(desk.eve.delete(f"projects/P/apis/{made['id']}")) == (403, "denied")
    assert desk.ada.delete(f"projects/P/apis/{made['id']}").json()["revoked"]
    assert problem(desk.ada.get(f"projects/P/apis/{made['id']}")) == (404, "not-found")
    assert desk.made()["number"] > made["number"]


@on_one_engine
def test_the_document_says_how_it_is_called(desk: ApiDesk) -> None:
    desk.made(
        operations=["list", "get", "update"], key=["id"],
        parameters=[{"name": "id", "type": "integer", "min": 1, "choices": [1, 2]}, {"name": "city"}],
    )  # fmt: skip
    told = desk.ada.get("projects/P/apis/orders/openapi").json()
    calls = told["paths"]["/gw/orders"]
    assert set(calls) == {"get", "patch"}
    first = calls["get"]["parameters"][0]
    expected = {"type": "integer", "format": "int64", "enum": [1, 2], "minimum": 1}
    assert (first["name"], first["schema"]) == ("id", expected)
    assert set(told["components"]["schemas"]["Row"]["properties"]) == {"id", "city", "owner"}
