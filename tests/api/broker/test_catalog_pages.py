"""Adding data to the catalog by the pages of a connection, and the page of a dataset's source."""

from collections.abc import Iterator
from html import unescape

import pytest
from calling import Api, Caller
from fastapi import FastAPI
from feed_desk import ROOT, FeedDesk
from httpx import Response
from source_servers import PASSWORD

HTML = {"accept": "text/html"}


def see(who: Caller, path: str) -> Response:
    return who.call("GET", path, headers=HTML)


def send(who: Caller, path: str, **data: str) -> Response:
    return who.call("POST", path, headers=HTML, data=data)


@pytest.fixture
def desk(api: Api, rig, control_app: FastAPI, postgresql) -> Iterator[FeedDesk]:
    """Project P beside a database with a table of two rows."""
    rig.allow(postgresql.port)
    made = FeedDesk(api, rig.world, rig.client, control_app, rig.root)
    made.connect(postgresql)
    postgresql.run("DROP TABLE IF EXISTS orders; CREATE TABLE orders AS SELECT 1 AS id, 'Zoë' AS who")
    yield made
    made.runner.close()


def test_a_table_is_added_from_where_it_is_browsed_and_read_again_from_its_page(desk):
    there = f"/connections/{desk.connection}"
    browsed = see(desk.ada, f"{there}/browse?schema=public&table=orders").text
    assert f"{there}/add?schema=public&amp;table=orders" in browsed
    assert "Add orders to the catalog" in see(desk.ada, f"{there}/add?schema=public&table=orders").text
    what = {"namespace": "public", "table": "orders", "project": "P", "name": "orders"}
    added = send(desk.ada, f"{there}/add", **what)
    assert added.status_code == 303, added.text
    page = added.headers["location"]
    assert "It waits for a worker." in see(desk.ada, page).text
    desk.worked()
    shown = see(desk.ada, page).text
    for words in ("Shop", "Reader", "public.orders", "Refresh now", "Its rows are as they were read last."):
        assert words in shown
    assert desk.rows() == [{"id": 1, "who": "Zoë"}]
    assert send(desk.ada, f"{page}/refresh").status_code == 303
    assert "Cancel" in see(desk.ada, page).text
    assert send(desk.ada, f"{page}/cancel").status_code == 303
    assert "The last reading was cancelled." in see(desk.ada, page).text
    taken = send(desk.ada, f"{there}/add", **what)
    assert (taken.status_code, "has a dataset orders already" in taken.text) == (400, True)
    assert send(desk.ada, f"{page}/end").status_code == 303
    assert "From no connection" in see(desk.ada, page).text


def test_a_query_is_looked_at_before_it_is_added(desk):
    there = f"/connections/{desk.connection}"
    seen = send(desk.ada, f"{there}/query", sql="SELECT id * 7 AS seven FROM orders").text
    assert "Its only row." in seen
    assert ">7<" in seen
    assert "Add this query to the catalog" in seen
    odd = "SELECT timestamptz '2026-01-02 03:04:05.5+00' AS at, ARRAY['x'] AS tags, '\\x00ff'::bytea AS raw"
    shown = unescape(send(desk.ada, f"{there}/query", sql=odd).text)
    for cell in ("2026-01-02T03:04:05.500000Z", '["x"]', "AP8="):
        assert f">{cell}<" in shown, "as datasets show it"
    wrong = send(desk.ada, f"{there}/query", sql="SELECT 1 +")
    assert (wrong.status_code, "does not understand the query" in wrong.text) == (400, True)
    added = send(desk.ada, f"{there}/add", sql="SELECT 7 AS seven", project="P", name="sevens")
    desk.worked("sevens")
    assert "SELECT 7 AS seven" in see(desk.ada, added.headers["location"]).text
    assert desk.rows("sevens") == [{"seven": 7}]


def test_who_may_not_use_the_connection_finds_no_form_and_who_may_not_add_is_told(desk):
    there = f"/connections/{desk.connection}"
    bob = desk.world.person("bob", "publisher")
    stranger = desk.api.session(bob)
    for answer in (
        see(stranger, f"{there}/add"),
        see(stranger, f"{there}/query"),
        send(stranger, f"{there}/add"),
    ):
        assert answer.status_code == 404
    for node in (f"connections/{desk.connection}", f"credentials/{desk.credential}"):
        shared = desk.ada.post(f"{node}/grants", {"to": {"type": "user", "name": "bob"}, "role": "consumer"})
        assert shared.status_code == 201, shared.text
    assert "no project that you may add data to" in see(stranger, f"{there}/add?table=orders").text
    refused = send(stranger, f"{there}/add", table="orders", project="P", name="orders")
    assert refused.status_code == 403
    assert desk.ada.get(f"{ROOT}/orders").status_code == 404


def test_whoever_has_to_choose_an_account_is_asked_wherever_one_is_needed(desk):
    there = f"/connections/{desk.connection}"
    body = {"name": "Second", "user": "reader", "password": PASSWORD}
    second = desk.ada.post("credentials", body).json()["id"]
    assert "Look into Shop" not in see(desk.ada, f"{there}/browse").text, "the only one is taken"
    asked = see(desk.ada, f"{there}/sign-in?page=query").text
    assert "Second" in asked, "one's own that was not used here yet is offered too"
    chosen = send(desk.ada, f"{there}/sign-in", credential=second, page="query")
    assert chosen.headers["location"] == f"{there}/query?credential={second}"
    for path in ("browse?table=orders", "query", "add?table=orders"):
        assert "Look into Shop" in see(desk.ada, f"{there}/{path}").text, path
    other = {
        "user": "reader",
        "password": "not the password",
        "account": "Third",
        "table": "orders",
        "save": "yes",
    }
    failed = send(desk.ada, f"{there}/sign-in", **other)
    assert "Nothing was stored." in failed.text
    stored = send(desk.ada, f"{there}/sign-in", **{**other, "password": PASSWORD})
    [third] = [one["id"] for one in desk.ada.get("credentials").json()["items"] if one["name"] == "Third"]
    assert stored.headers["location"] == f"{there}/browse?credential={third}&table=orders"
    bob = desk.api.session(desk.world.person("bob", "publisher"))
    assert send(bob, f"{there}/sign-in", credential=third).status_code == 404


def test_a_dataset_is_read_with_another_account_from_its_page_and_from_a_scenario(desk):
    desk.added(table="orders")
    nightly = {"name": "nightly", "steps": [{"type": "refresh_dataset", "dataset": "orders"}]}
    scenario = desk.ada.post("projects/P/scenarios", nightly).json()["id"]
    shown = see(desk.ada, f"/projects/P/scenarios/{scenario}").text
    assert "From Shop, signed in as Reader" in shown
    page = f"/projects/P/datasets/{desk.ada.get(f'{ROOT}/orders').json()['id']}/source"
    assert f"{page}/sign-in?scenario={scenario}" in shown
    body = {"name": "Second", "user": "reader", "password": PASSWORD}
    second = desk.ada.post("credentials", body).json()["id"]
    assert "Read orders as" in see(desk.ada, f"{page}/sign-in?scenario={scenario}").text
    read = send(desk.ada, f"{page}/sign-in", credential=second, scenario=scenario)
    assert read.headers["location"] == f"/projects/P/scenarios/{scenario}"
    assert desk.feed()["credential"]["id"] == second
    busy = send(desk.ada, f"{page}/sign-in", credential=second)
    assert (busy.status_code, desk.worked()["failure"]) == (303, None)
    bob = desk.world.person("bob", "publisher")
    shared = [{"to": {"type": "user", "name": "bob"}, "role": "contributor"}]
    mine = {"to": {"type": "user", "name": "ada"}, "role": "admin"}
    assert desk.ada.call("PUT", "projects/P/permissions", json={"grants": [*shared, mine]}).status_code == 200
    stranger = desk.api.session(bob)
    assert "Sign in as another account" not in see(stranger, page).text
    assert send(stranger, f"{page}/sign-in", credential=second).status_code == 404
    assert desk.feed()["credential"]["id"] == second


def test_a_connection_is_chosen_from_the_project_that_stays_chosen_to_the_end(desk):
    desk.ada.post("projects", {"key": "A", "name": "Another"})
    listed = see(desk.ada, "/projects/P/datasets").text
    assert "/projects/P/datasets/from-connection" in listed
    there = f"/connections/{desk.connection}"
    assert f"{there}/browse?project=P" in see(desk.ada, "/projects/P/datasets/from-connection").text
    browsed = see(desk.ada, f"{there}/browse?project=P&schema=public&table=orders").text
    assert f"{there}/add?schema=public&amp;table=orders&amp;project=P" in browsed
    for page in ("add?table=orders&project=P", "query?project=P"):
        shown = see(desk.ada, f"{there}/{page}").text
        assert 'value="P" selected' in shown or 'name="project" value="P"' in shown, page
    looked = send(desk.ada, f"{there}/query", sql="SELECT 1 AS a", project="P").text
    assert '<option value="P" selected>' in looked
    bob = desk.api.session(desk.world.person("bob", "publisher"))
    assert see(bob, "/projects/P/datasets/from-connection").status_code == 404


def test_a_schedule_is_made_changed_and_ended_on_the_page_of_a_source(desk):
    desk.added(table="orders")
    page = f"/projects/P/datasets/{desk.ada.get(f'{ROOT}/orders').json()['id']}/source"
    shown = see(desk.ada, page).text
    assert "No schedule" in shown
    for lineage in (f"/connections/{desk.connection}", f"/credentials/{desk.credential}"):
        assert f'href="{lineage}"' in shown
    assert send(desk.ada, f"{page}/schedule", every="day", at="26:00").status_code == 400
    for sent, cron, words in (
        ({"every": "week", "at": "05:30", "weekday": "1"}, "30 5 * * 1", "Every Monday at 05:30 UTC"),
        ({"every": "hour", "at": "00:10"}, "10 * * * *", "Every hour, at minute 10"),
        ({"every": "never"}, None, "Only by hand"),
    ):
        assert send(desk.ada, f"{page}/schedule", **sent).status_code == 303
        [made] = desk.ada.get("projects/P/scenarios").json()["items"]
        told = desk.ada.get(f"projects/P/scenarios/{made['id']}").json()
        assert (told["name"], told["cron"]) == ("Refresh orders", cron)
        assert told["steps"] == [{"type": "refresh_dataset", "dataset": "orders"}]
        assert words in see(desk.ada, page).text
        assert desk.feed()["next_at"] == told["next_at"]
    bob = desk.world.person("bob", "publisher")
    grants = [
        {"to": {"type": "user", "name": "ada"}, "role": "admin"},
        {"to": {"type": "user", "name": "bob"}, "permissions": ["READ_CONF"]},
    ]
    assert desk.ada.call("PUT", "projects/P/permissions", json={"grants": grants}).status_code == 200
    reader = desk.api.session(bob)
    assert f"{page}/schedule" not in see(reader, page).text
    assert send(reader, f"{page}/schedule", every="day", at="06:00").status_code == 403
