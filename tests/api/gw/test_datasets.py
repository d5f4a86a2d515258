"""Datasets at the gate: by key, session and as an application, some columns, page by page, until it ends."""

import io
from typing import Any

import pyarrow as pa
import pytest
from calling import faults, problem
from gate_desk import GateDesk
from stores import on_one_engine

ROWS = "id,city,total\n1,Oslo,1.50\n2,Bergen,3.00\n3,Oslo,4.50\n"


def sold(desk: GateDesk) -> str:
    """Write a dataset of ada's, and return its id."""
    sent = {"content-type": "text/csv"}
    made = desk.desk.ada.call("PUT", "projects/P/datasets/sold/data", content=ROWS, headers=sent)
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


def grant(desk: GateDesk, **more: Any) -> Any:
    body = {"dataset": "P/sold", "validity": "permanent", **more}
    return desk.desk.ada.post(f"clients/{desk.client}/datasets", body)


def test_an_application_reads_what_it_was_granted_until_that_ends(desk: GateDesk) -> None:
    dataset = sold(desk)
    where = f"/gw/datasets/{dataset}"
    assert problem(desk.signed(target=where))[0] == 404
    given = grant(desk, columns=["city", "id"])
    assert given.status_code == 201, given.text
    assert given.json()["columns"] == ["id", "city"]
    assert problem(grant(desk)) == (409, "dataset-authorized")
    read = desk.signed(target=where)
    assert read.status_code == 200, read.text
    assert read.json()["items"][1] == {"id": 2, "city": "Bergen"}
    assert faults(desk.signed(target=f"{where}?fields=total")) == {"fields": "unknown or not granted: total"}
    one = desk.desk.ada.get(f"clients/{desk.client}").json()
    assert one["data_sources"] == 1
    assert [one["dataset"]["id"] for one in desk.desk.ada.pages(f"clients/{desk.client}/datasets")] == [
        dataset
    ]
    readers = desk.desk.ada.pages("projects/P/datasets/sold/applications")
    assert [each["client"]["id"] for each in readers] == [desk.client]
    ended = desk.desk.ada.delete(f"projects/P/datasets/sold/applications/{readers[0]['id']}")
    assert ended.status_code == 200, ended.text
    assert problem(desk.signed(target=where))[0] == 404
    desk.app.state.call_notes.write()
    calls = desk.desk.ada.pages(f"clients/{desk.client}/calls")
    assert [each["status"] for each in calls] == [200]  # refusals would tell what there is


@on_one_engine
def test_it_ends_with_its_time_and_by_its_owner(desk: GateDesk) -> None:
    where = f"/gw/datasets/{sold(desk)}"
    assert grant(desk, validity={"days": 30}).status_code == 201
    assert desk.signed(target=where).status_code == 200
    dataset = where.rpartition("/")[2]
    assert desk.desk.ada.delete(f"clients/{desk.client}/datasets/{dataset}").status_code == 200
    assert problem(desk.signed(target=where))[0] == 404
    assert grant(desk, validity={"days": 30}).status_code == 201
    desk.desk.world.store.clock.advance(days=30)
    assert problem(desk.signed(target=where))[0] == 404


@on_one_engine
def test_owners_see_on_the_applications_page_what_it_reads_ask_for_more_and_do_without(
    desk: GateDesk,
) -> None:
    dataset, here = sold(desk), f"/clients/{desk.client}/datasets"
    ada, html = desk.desk.ada, {"accept": "text/html"}

    def see(path: str, who: Any = ada) -> Any:
        return who.call("GET", path, headers=html)

    def send(path: str, **data: str) -> Any:
        sent = {"csrf_token": str(ada.csrf), **data}
        return ada.call("POST", path, headers={**html, "x-gatepost-csrf": None}, data=sent)

    assert "It may read no dataset yet" in see(here).text
    asked = send(f"{here}/request", dataset="P/sold", columns="city, id", reason="Monthly", validity="30")
    assert asked.status_code == 303, asked.text
    assert "Dataset" in send(f"{here}/request", dataset="", reason="Monthly", validity="30").text
    assert grant(desk, columns=["id", "city"]).status_code == 201
    page = see(here).text
    assert f"/gw/datasets/{dataset}" in page
    assert "id, city" in page
    assert see(here, desk.desk.vic).status_code == 403
    assert see(f"{here}/{dataset}/end", desk.desk.vic).status_code == 403
    assert "no longer read sold" in see(f"{here}/{dataset}/end").text
    assert desk.signed(target=f"/gw/datasets/{dataset}").status_code == 200
    assert send(f"{here}/{dataset}/end").status_code == 303
    assert problem(desk.signed(target=f"/gw/datasets/{dataset}"))[0] == 404
    assert see(f"{here}/{dataset}/end").status_code == 404


@on_one_engine
def test_a_copy_a_late_call_and_one_from_elsewhere_are_refused(desk: GateDesk) -> None:
    where = f"/gw/datasets/{sold(desk)}"
    assert grant(desk).status_code == 201
    call = desk.request(target=where)
    assert desk.send(call).status_code == 200
    assert problem(desk.send(call)) == (401, "signature-replayed")
    late = desk.request(target=where)
    desk.desk.world.store.clock.advance(minutes=6)
    assert problem(desk.send(late)) == (401, "signature-untimely")
    assert desk.desk.root.patch("settings", {"features": {"ip_allowlist": True}}).status_code == 200
    listed = {"enabled": True, "entries": "203.0.113.9"}
    assert desk.desk.ada.call("PUT", f"clients/{desk.client}/ip-allowlist", json=listed).status_code == 200
    assert problem(desk.signed(target=where)) == (403, "address-not-listed")
    assert desk.send(desk.request(target=where), x_forwarded_for="203.0.113.9").status_code == 200


@on_one_engine
def test_people_read_it_by_session_page_by_page_and_in_every_form(desk: GateDesk) -> None:
    dataset = sold(desk)
    ada = desk.by(desk.desk.ada)
    page = ada.get(f"/gw/datasets/{dataset}?limit=2&fields=id").json()
    assert (page["items"], page["truncated"]) == ([{"id": 1}, {"id": 2}], True)
    rest = ada.get(f"/gw/datasets/{dataset}?limit=2&fields=id&next={page['next']}").json()
    assert rest == {"items": [{"id": 3}], "next": None, "truncated": False}
    assert ada.get("/gw/datasets/P%2Fsold?limit=1").status_code in (200, 404)
    csv = ada.get(f"/gw/datasets/{dataset}?format=csv&fields=city&limit=1").text
    assert csv.splitlines() == ['"city"', '"Oslo"']
    lines = ada.get(f"/gw/datasets/{dataset}", headers={"accept": "application/x-ndjson"}).text
    assert len(lines.splitlines()) == 3
    arrow = ada.get(f"/gw/datasets/{dataset}?format=arrow").content
    assert pa.ipc.open_stream(io.BytesIO(arrow)).read_all().num_rows == 3
    assert problem(desk.by(desk.desk.vic).get(f"/gw/datasets/{dataset}"))[0] == 404
    assert problem(desk.gate.nobody.get(f"/gw/datasets/{dataset}"))[0] == 401


@on_one_engine
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "next=%20", "order=id", "colour=red", "format=xml", "limit=1&limit=2"]
)
def test_what_cannot_be_used_is_refused(desk: GateDesk, query: str) -> None:
    answer = desk.by(desk.desk.ada).get(f"/gw/datasets/{sold(desk)}?{query}")
    assert problem(answer) == (400, "call-invalid"), answer.text


@on_one_engine
def test_row_rules_hold_for_applications(desk: GateDesk) -> None:
    where = f"/gw/datasets/{sold(desk)}"
    rule = {"who": {"type": "group", "name": "Nordics"}, "column": "city", "values": ["Oslo"]}
    desk.desk.root.post("groups", {"name": "Nordics"})
    ruled = desk.desk.ada.call("PUT", "projects/P/datasets/sold/rules", json={"rules": [rule]})
    assert ruled.status_code == 200, ruled.text
    desk.desk.ada.patch("projects/P/datasets/sold", {"impersonate": True})
    assert grant(desk).status_code == 201
    assert desk.signed(target=where).json()["items"] == []
    assert len(desk.by(desk.desk.ada).get(where).json()["items"]) == 3


@on_one_engine
def test_who_may_not_share_lets_nobody_read_and_an_owner_asks(desk: GateDesk) -> None:
    dataset = sold(desk)
    body = {"dataset": dataset, "validity": "permanent"}
    assert desk.desk.eve.post(f"clients/{desk.client}/datasets", body).status_code in (403, 404)
    asked = {
        "kind": "use_dataset", "client": desk.client, "dataset": "P/sold", "columns": ["id"],
        "reason": "Nightly report.", "validity": {"days": 90},
    }  # fmt: skip
    made = desk.desk.ada.post("requests", asked)
    assert made.status_code == 201, made.text
    assert problem(desk.desk.ada.post("requests", {**asked, "rows": 1}))[0] == 400
    root = desk.desk.root
    waiting = root.get(f"requests/{made.json()['id']}").json()
    decided = root.post(f"requests/{waiting['id']}/approve", {"content_hash": waiting["content_hash"]})
    assert decided.status_code == 200, decided.text
    assert desk.signed(target=f"/gw/datasets/{dataset}").json()["items"][0] == {"id": 1}
