"""Projects without scripts: every form, every refusal; on the real control plane."""

import json
from collections.abc import Iterator

import pytest
from control_plane import ControlPlane
from page_visitor import Person, signed_in

pytestmark = pytest.mark.e2e

CSV = "id,customer\n1,ann\n2,bob\n"


def rows(text: str, name: str = "orders.csv") -> dict[str, tuple[str, bytes, str]]:
    return {"bundle": (name, text.encode(), "text/csv")}


@pytest.fixture(scope="module")
def project(admin: Person) -> str:
    """The address of a project with the dataset `orders`."""
    made = admin.send("/projects/new", {"name": "Sales of the north", "description": "Ask Mira."})
    assert made.url.path == "/projects/SALES_OF_THE_NORTH"
    admin.send(f"{made.url.path}/datasets/new", {"name": "orders"}, files=rows(CSV))
    return str(made.url.path)


@pytest.fixture(scope="module")
def orders(admin: Person, project: str) -> str:
    """The address of the dataset `orders`."""
    found = admin.api("GET", f"projects/{project.rpartition('/')[2]}/datasets/orders")
    return f"{project}/datasets/{found['id']}"


@pytest.fixture(scope="module")
def paula(admin: Person, plain_house: ControlPlane) -> Iterator[Person]:
    """Somebody who may see what is in projects that they were given, and their configuration."""
    body = {"username": "paula", "email": "paula@example.com", "display_name": "Paula", "role": "publisher"}
    admin.api("POST", "users", json={**body, "password": "for the first day"})
    person = signed_in(plain_house.url, "paula", "for the first day")
    yield person
    person.client.close()


def key_of(project: str) -> str:
    return project.rpartition("/")[2]


def test_a_key_is_made_from_the_name_and_a_taken_one_is_named(admin: Person, project: str) -> None:
    again = admin.send("/projects/new", {"name": "Sales of the north"})

    assert "Sales of the north" in admin.see("/projects").text
    assert again.status_code == 400
    assert "The key SALES_OF_THE_NORTH is taken." in again.text


def test_the_home_tells_what_was_done(admin: Person, project: str, orders: str) -> None:
    page = admin.see(project)

    assert "Ask Mira." in page.text
    assert "created the project" in page.text
    assert "wrote rows to" in page.text


def test_a_project_is_described_anew(admin: Person, project: str) -> None:
    admin.send(f"{project}/edit", {"name": "Sales", "description": "One\r\nTwo"})

    found = admin.api("GET", f"projects/{key_of(project)}")
    assert (found["name"], found["description"]) == ("Sales", "One\nTwo")
    assert admin.send(f"{project}/edit", {"name": ""}).status_code == 400


def test_rows_are_previewed_with_their_types(admin: Person, orders: str) -> None:
    page = admin.see(orders)

    assert "All of them" in page.text
    assert "<td>ann</td>" in page.text
    assert "<span>integer</span>" in page.text


def test_a_file_of_no_form_is_refused_and_nothing_is_made(admin: Person, project: str) -> None:
    refused = admin.send(f"{project}/datasets/new", {"name": "other"}, files=rows(CSV, "orders.xlsx"))

    assert refused.status_code == 400
    assert "Its name has to end in one of .csv" in refused.text
    names = [one["name"] for one in admin.api("GET", f"projects/{key_of(project)}/datasets")["items"]]
    assert "other" not in names


def test_a_new_dataset_never_overwrites_one_of_that_name(admin: Person, project: str, orders: str) -> None:
    refused = admin.send(f"{project}/datasets/new", {"name": "Orders"}, files=rows("id,customer\n9,zoe\n"))

    assert refused.status_code == 400
    assert "The project has a dataset Orders already." in refused.text
    assert "ann" in admin.see(orders).text


def test_rows_are_appended_and_what_does_not_fit_is_named(admin: Person, project: str) -> None:
    made = admin.send(f"{project}/datasets/new", {"name": "growing"}, files=rows(CSV)).url.path

    more = admin.send(f"{made}/append", {}, files=rows("id,customer\n3,cid\n"))
    bad = admin.send(f"{made}/append", {}, files=rows("id,customer\nfour,dan\n"))

    assert "growing has 3 rows now." in more.text
    assert bad.status_code == 400
    assert "“four” is no integer" in bad.text


def test_overwriting_takes_the_name(admin: Person, project: str) -> None:
    made = admin.send(f"{project}/datasets/new", {"name": "held"}, files=rows(CSV)).url.path

    refused = admin.send(f"{made}/overwrite", {"typed_name": "hold"}, files=rows("id\n7\n"))
    kept = admin.see(made)
    done = admin.send(f"{made}/overwrite", {"typed_name": "held"}, files=rows("id\n7\n"))

    assert refused.status_code == 400
    assert "Type held to confirm." in refused.text
    assert "ann" in kept.text
    assert "held has 1 row now." in done.text


def test_columns_are_declared_line_by_line(admin: Person, project: str) -> None:
    made = admin.send(f"{project}/datasets/empty", {"name": "forecasts"}).url.path

    columns = {"column_name": ["day", "cases", ""], "column_type": ["date", "number", ""]}
    bad = admin.send(f"{made}/schema", columns)
    good = admin.send(f"{made}/schema", {**columns, "column_type": ["date", "integer", ""]})

    assert bad.status_code == 400
    assert 'id="line-2"' in bad.text
    assert "The columns of forecasts are declared." in good.text


def test_metadata_is_saved_and_no_json_is_said_where(admin: Person, orders: str) -> None:
    bad = admin.send(f"{orders}/metadata", {"description": "Old", "custom": "{oops}"})
    admin.send(f"{orders}/metadata", {"description": "New", "tags": "a, b", "custom": '{"pii": false}'})

    assert bad.status_code == 400
    assert "No JSON at line 1, column 2" in bad.text
    assert "{oops}" in bad.text
    assert 'value="a, b"' in admin.see(f"{orders}/metadata").text


@pytest.mark.parametrize(("form", "starts"), [("csv", b'"id"'), ("json", b"["), ("parquet", b"PAR1")])
def test_rows_are_downloaded_in_each_form_and_the_history_says_so(
    admin: Person, orders: str, form: str, starts: bytes
) -> None:
    answer = admin.see(f"{orders}/download?format={form}")

    assert answer.content.startswith(starts)
    assert answer.headers["content-disposition"] == f'attachment; filename="orders.{form}"'
    assert "took away the rows of" in admin.see(f"{orders}/history").text


def test_single_permissions_are_given_changed_and_taken(admin: Person, project: str, paula: Person) -> None:
    here = f"{project}/settings/permissions"
    nobody = admin.send(f"{here}/add", {"who": "nobody-here", "role": "viewer"})
    form = {"who": "paula", "role": "single", "permissions": ["READ_CONF", "READ_DATA"], "ends": "30"}
    given = admin.send(f"{here}/add", form)
    held = admin.api("GET", f"projects/{key_of(project)}/permissions")["grants"]
    grant = next(one for one in held if one["to"]["name"] == "paula")

    assert nobody.status_code == 400
    assert "Paula now holds these permissions" in given.text
    assert grant["permissions"] == ["READ_DATA", "READ_CONF"]
    assert paula.see(f"{project}/settings/variables").status_code == 200
    assert paula.see(here).status_code == 403

    admin.send(f"{here}/{grant['id']}/change", {"role": "contributor"})
    held = admin.api("GET", f"projects/{key_of(project)}/permissions")["grants"]
    grant = next(one for one in held if one["to"]["name"] == "paula")
    assert grant["role"] == "contributor"

    admin.send(f"{here}/{grant['id']}/remove", {})
    assert paula.see(project).status_code == 404


def test_the_last_administrator_stays(admin: Person, project: str) -> None:
    held = admin.api("GET", f"projects/{key_of(project)}/permissions")["grants"]
    grant = next(one["id"] for one in held if one["to"]["name"] == "admin")

    refused = admin.send(f"{project}/settings/permissions/{grant}/remove", {})

    assert refused.status_code == 409
    assert "would be left without an owner" in refused.text


def test_a_dataset_is_shared_with_a_group(admin: Person, orders: str) -> None:
    admin.api("POST", "groups", json={"name": "Analysts"})

    done = admin.send(f"{orders}/access/add", {"who": "group:Analysts", "role": "consumer"})
    refused = admin.send(f"{orders}/access/add", {"who": "group:Nobody", "role": "consumer"})

    assert "orders is shared: Analysts may use it as consumer now." in done.text
    assert "No group is called Nobody." in refused.text


def test_row_rules_are_added_and_taken_away(admin: Person, orders: str) -> None:
    on = admin.send(f"{orders}/rules/on", {})
    bad = admin.send(f"{orders}/rules/new", {"who": "lena", "column": "id", "values": "one"})
    good = admin.send(f"{orders}/rules/new", {"who": "lena", "column": "id", "values": "1\n2"})
    rule = next(part for part in good.text.split("/rules/")[1:] if "/remove" in part[:30]).partition("/")[0]
    gone = admin.send(f"{orders}/rules/{rule}/remove", {})
    off = admin.send(f"{orders}/rules/off", {})

    assert "orders is read on behalf of persons only now." in on.text
    assert bad.status_code == 400
    assert "value of type integer" in bad.text
    assert "id is one of 1, 2" in good.text
    assert "The rule for lena is gone." in gone.text
    assert "by keys of all kinds now." in off.text


def test_variables_are_a_checked_json_object(admin: Person, project: str) -> None:
    here = f"{project}/settings/variables"
    bad = admin.send(here, {"variables": "[1]"})
    admin.send(here, {"variables": '{"region": "north"}'})

    assert bad.status_code == 400
    assert "A JSON object, {…}." in bad.text
    assert admin.api("GET", f"projects/{key_of(project)}/variables") == {"region": "north"}


def test_a_dataset_is_exposed_and_taken_back(admin: Person, project: str, orders: str) -> None:
    admin.api("POST", "projects", json={"key": "READERS", "name": "Readers"})
    here = f"{project}/settings/exposed"
    lost = admin.send(
        f"{here}/new", {"dataset": "orders", "to_project": "NOWHERE", "permissions": "READ_DATA"}
    )
    done = admin.send(
        f"{here}/new", {"dataset": "orders", "to_project": "readers", "permissions": "READ_DATA"}
    )
    exposure = admin.api("GET", f"projects/{key_of(project)}/exposed")["items"][0]["id"]
    back = admin.send(f"{here}/{exposure}/end", {})

    assert "There is no such project that you may see." in lost.text
    assert "orders is exposed to Readers." in done.text
    assert "orders is taken back from Readers." in back.text


QUERY = {"type": "sql", "query": "SELECT customer FROM orders", "into": "copy", "mode": "overwrite"}


def test_a_scenario_is_made_ordered_run_and_cancelled(admin: Person, project: str, orders: str) -> None:
    bad = admin.send(f"{project}/scenarios/new", {**QUERY, "name": "Nightly", "cron": "now"})
    made = admin.send(f"{project}/scenarios/new", {**QUERY, "name": "Nightly", "cron": "0 3 * * *"})
    here = made.url.path
    broken = [
        admin.send(f"{project}/scenarios/new", {**QUERY, "name": "Broken", "query": "SELECT id FROM WHERE"}),
        admin.send(f"{here}/steps/new", {**QUERY, "query": "SELECT id FROM WHERE"}),
        admin.send(f"{here}/steps/0/edit", {**QUERY, "query": "SELECT id FROM WHERE"}),
    ]
    admin.send(f"{here}/steps/new", {"type": "refresh_dataset", "dataset": "orders"})
    admin.send(f"{here}/steps/1/up", {})
    stale = admin.send(f"{here}/steps/0/down?seen=1", {})
    steps = admin.api("GET", f"projects/{key_of(project)}/scenarios/Nightly")["steps"]

    assert bad.status_code == 400
    assert "Five fields as of cron" in bad.text
    assert [one.status_code for one in broken] == [400, 400, 400]
    assert all("Line 1, column 16: syntax error at or near" in one.text for one in broken)
    assert [one["type"] for one in steps] == ["refresh_dataset", "sql"]
    assert "was changed meanwhile" in stale.text

    started = admin.send(f"{here}/run", {})
    second = admin.send(f"{here}/run", {})
    cancelled = admin.send(f"{started.url.path}/cancel", {})
    assert "It waits for a worker." in started.text
    assert "Nightly is running." in second.text
    assert "Cancelled" in cancelled.text
    assert "0 3 * * *" in admin.see(f"{project}/scenarios").text

    admin.send(f"{here}/steps/0/remove", {})
    last = admin.send(f"{here}/steps/0/remove", {})
    assert "1 to 50 of them" in last.text
    admin.send(f"{here}/delete", {})
    assert admin.see(here).status_code == 404


def test_a_step_that_names_what_is_not_there_is_said_in_its_form(admin: Person, project: str) -> None:
    form = {"type": "refresh_dataset", "dataset": "nothing", "name": "Broken"}

    refused = admin.send(f"{project}/scenarios/new", form)

    assert refused.status_code == 400
    assert "A step names something that is not there" in refused.text
    assert 'value="nothing"' in refused.text


def test_who_sees_a_dataset_alone_gets_what_they_may_and_no_more(
    admin: Person, orders: str, paula: Person
) -> None:
    admin.send(f"{orders}/access/add", {"who": "paula", "role": "single", "permissions": ["READ_SCHEMA"]})

    page = paula.see(orders)

    assert page.status_code == 200
    assert "The rows are not for you to see." in page.text
    assert "Overwrite all rows" not in page.text
    assert "Download" not in page.text
    for path in ("download", "metadata", "access", "rules", "append", "delete", "history"):
        assert paula.see(f"{orders}/{path}").status_code == 403, path


def test_deleting_takes_the_name_and_leaves_nothing(admin: Person) -> None:
    project = admin.send("/projects/new", {"name": "Passing", "key": "PASSING"}).url.path
    dataset = admin.send(f"{project}/datasets/new", {"name": "gone"}, files=rows(CSV)).url.path

    assert admin.send(f"{dataset}/delete", {"typed_name": "no"}).status_code == 400
    assert "gone is deleted." in admin.send(f"{dataset}/delete", {"typed_name": "gone"}).text
    assert admin.send(f"{project}/delete", {"typed_name": "passing"}).status_code == 400
    assert "Passing is deleted." in admin.send(f"{project}/delete", {"typed_name": "PASSING"}).text
    assert admin.see(project).status_code == 404


def test_an_upload_without_the_token_changes_nothing(admin: Person, project: str, orders: str) -> None:
    before = admin.api("GET", f"projects/{key_of(project)}/datasets/orders")

    refused = admin.client.post(f"{orders}/append", data={}, files=rows(CSV))

    assert refused.status_code == 403
    assert json.dumps(admin.api("GET", f"projects/{key_of(project)}/datasets/orders")) == json.dumps(before)


def test_a_query_is_saved_shown_and_dropped(admin: Person, project: str, paula: Person) -> None:
    made = admin.send(f"{project}/datasets/new", {"name": "filled"}, files=rows(CSV)).url.path
    refused = admin.send(f"{made}/query", {"query": "DELETE FROM filled"})
    unknown = admin.send(f"{made}/query", {"query": "SELECT * FROM nowhere"})
    saved = admin.send(f"{made}/query", {"query": "SELECT id FROM orders"})
    form = {"who": "paula", "role": "single", "permissions": ["READ_CONF"]}
    admin.send(f"{project}/settings/permissions/add", form)
    seen = paula.see(f"{made}/query")

    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert "The query has to be one SELECT." in refused.text
    assert "There is no dataset nowhere to be read here." in unknown.text
    assert "A scenario that refreshes it runs this query." in saved.text
    assert "SELECT id FROM orders" in seen.text
    assert "Save query" not in seen.text
    assert paula.send(f"{made}/query", {"query": "SELECT 1"}).status_code == 403
    assert "has no query of its own" in admin.send(f"{made}/query/clear", {}).text
