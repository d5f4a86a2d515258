"""The calls of an application: who reads them, what they tell, as a page and as CSV."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from api_desk import plant_api
from client_desk import ClientDesk

from gatepost_server.connections import create_connection
from gatepost_server.dataapis import ApiCall, Stage, note_calls
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.projects import create_project

PLACE = {"host": "db.example.com", "database": "sales"}
HTML = {"accept": "text/html"}


@pytest.fixture
def apis(desk: ClientDesk) -> tuple[str, str]:
    """Two APIs of eve's, of which nobody else knows."""
    eve = desk.person("eve").actor
    with desk.world.store.arranged(eve) as tx:
        project = create_project(tx, key="SHOP", name="Shop").id
        connection = create_connection(tx, "Sales", "postgresql", PLACE).id
    first, second = (
        plant_api(desk.world.store, eve, project, "SHOP", connection, name=name)
        for name in ("prices", "salaries")
    )
    return first, second


def _log(desk: ClientDesk, client: str, *calls: tuple[str, int, str | None, float]) -> None:
    """Write calls down: API, status, code, and how many hours ago."""
    now = desk.world.now
    lines = [
        ApiCall(
            api, now - timedelta(hours=hours), 1, Stage.PRODUCTION, "list", "application", client,
            "=cmd()", "10.0.0.9", status, code, None if code else 3, 12, "req_" + "0" * 24,
        )
        for api, status, code, hours in calls
    ]  # fmt: skip
    with desk.world.store.uow.begin(system_actor("calls"), Origin("calls", door="gate")) as tx:
        note_calls(tx, lines)


def test_its_owners_read_what_it_called_and_what_became_of_it(
    desk: ClientDesk, apis: tuple[str, str]
) -> None:
    client = desk.made()["id"]
    given = {"api": "prices", "validity": "permanent"}
    asked = desk["ada"].post("requests", {"kind": "use_api", "client": client, "reason": "Night.", **given})
    done = asked.json()
    answer = desk["eve"].post(f"requests/{done['id']}/approve", {"content_hash": done["content_hash"]})
    assert answer.status_code == 200, answer.text
    prices, salaries = apis
    _log(
        desk,
        client,
        (prices, 429, "api-throttled", 30),
        (prices, 503, "definer-lost", 2),
        (prices, 200, None, 1),
        (salaries, 404, "not-found", 0.5),
        (salaries, 403, "ip-not-allowed", 0.4),
    )
    _log(desk, "app_" + "9" * 24, (prices, 200, None, 1))

    def seen(**more: Any) -> list[tuple[Any, Any]]:
        rows = desk["ada"].pages(f"clients/{client}/calls", **more)
        return [(one["api"]["name"], one["status"]) for one in rows]

    # What was answered as if it were not there leaves no line: one would tell that it is.
    assert seen() == [("prices", 200), ("prices", 503), ("prices", 429)]
    assert seen(refused="false") == [("prices", 200)]
    assert seen(since=(desk.world.now - timedelta(hours=3)).isoformat()) == [("prices", 200), ("prices", 503)]
    assert seen(api="prices", refused="true") == [("prices", 503), ("prices", 429)]
    assert seen(api="salaries") == seen(api="no-such") == []
    assert desk["ada"].get(f"clients/{client}/calls?since=2026-01-01T00:00:00").status_code == 400
    every = [one["status"] for one in desk.root.pages(f"clients/{client}/calls")]
    assert every == [403, 404, 200, 503, 429], "who may know of the API reads all of them"

    page = desk["ada"].call("GET", f"/clients/{client}/calls", headers=HTML).text
    assert "2 calls, 0 refused, 1 failed" in page
    month = desk["ada"].call("GET", f"/clients/{client}/calls?range=month&refused=true", headers=HTML).text
    assert "3 calls, 1 refused, 1 failed" in month
    assert f"/api/v1/clients/{client}/calls?format=csv&amp;refused=true" in month


def test_members_and_others_do_not_read_them(desk: ClientDesk) -> None:
    client = desk.made()["id"]
    desk["ada"].post(f"clients/{client}/members", {"users": ["ann"], "validity": {"days": 30}})
    for path in (f"/api/v1/clients/{client}/calls", f"/api/v1/clients/{client}/calls?format=csv"):
        assert desk["ann"].call("GET", path).status_code == 403
        assert desk["bob"].call("GET", path).status_code == 403, "it is listed, not read"
    assert desk["ann"].call("GET", f"/clients/{client}/calls", headers=HTML).status_code == 403
    assert "/calls" not in desk["ann"].call("GET", f"/clients/{client}", headers=HTML).text
    assert f"/clients/{client}/calls" in desk["ada"].call("GET", f"/clients/{client}", headers=HTML).text


def test_csv_holds_every_row_and_no_formula(desk: ClientDesk, apis: tuple[str, str]) -> None:
    client, (prices, _) = desk.made()["id"], apis
    _log(desk, client, *[(prices, 200, None, number / 100) for number in range(450)])
    of_api = desk["eve"].call("GET", "projects/SHOP/apis/prices/calls?format=csv&limit=1")
    assert of_api.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in of_api.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(of_api.text)))
    assert len({one["at"] for one in rows}) == 450
    assert {one["caller"] for one in rows} == {"'=cmd()"}
    mine = list(csv.DictReader(io.StringIO(desk["ada"].get(f"clients/{client}/calls?format=csv").text)))
    assert [one["api_id"] for one in mine] == [prices] * 450
    assert {one["api"] for one in mine} == {""}, "ada may not know what it is called"


def test_who_resets_a_secret_is_told_from_where_calls_came_lately(
    desk: ClientDesk, apis: tuple[str, str]
) -> None:
    client = desk.made()["id"]
    page = f"/clients/{client}/secrets/new"
    assert "No calls in the last 7 days." in desk["ada"].call("GET", page, headers=HTML).text
    _log(desk, client, (apis[0], 200, None, 1), (apis[0], 200, None, 30), (apis[0], 404, "not-found", 2))
    _log(desk, client, (apis[0], 200, None, 24 * 8))
    assert "10.0.0.9 (2 calls, last " in desk["ada"].call("GET", page, headers=HTML).text
    refused = desk["ann"].call("GET", page, headers=HTML)
    assert (refused.status_code, "10.0.0.9" in refused.text) == (403, False)


def test_its_owners_are_told_from_where_it_called_lately_and_nobody_else_is(
    desk: ClientDesk, apis: tuple[str, str]
) -> None:
    client, (prices, salaries) = desk.made()["id"], apis
    answered, refused = [(prices, 200, None, 1), (salaries, 200, None, 30)], (prices, 429, "api-throttled", 2)
    _log(desk, client, *answered, refused, (prices, 200, None, 24 * 8))
    _log(desk, "app_" + "9" * 24, (prices, 200, None, 1))
    [one] = desk["ada"].get(f"clients/{client}/callers").json()["items"]
    assert (one["ip"], one["calls"]) == ("10.0.0.9", 2)
    assert one["last_at"].startswith(f"{desk.world.now - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    assert desk["eve"].get(f"clients/{client}/callers").status_code == 403
