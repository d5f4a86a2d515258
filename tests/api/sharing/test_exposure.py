"""Outward exposure: every way in from outside, to who may close it and to nobody else."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from deployments import app_of, deployed
from post_office import post_office
from world import Person, World

from gatepost_server.web import House


@pytest.fixture
def admin(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


@pytest.fixture
def app_id(world: World, owner: Person) -> str:
    return app_of(world, deployed(world, owner))


@pytest.fixture
def other(api: Api, world: World) -> Caller:
    """Somebody who shares nothing of this."""
    return api.session(world.person("other", "publisher"))


def ways(who: Caller, **query: str) -> list[dict[str, Any]]:
    """Return the ways in, without the keys that applications have of themselves."""
    return [one for one in who.pages("exposure", **query) if one["kind"] != "key"]


def close(who: Caller, way: dict[str, Any]) -> None:
    off = way["off"]
    answer = who.call(off["method"], off["path"], json=off["body"])
    assert answer.status_code == 200, answer.text


def let_in(mine: Caller, app_id: str, *allowed: str) -> None:
    body = {"enabled": True, "allowed": list(allowed)}
    assert mine.call("PUT", f"apps/{app_id}/external", json=body).status_code == 200


def test_nothing_is_open_at_first(mine: Caller, admin: Caller, other: Caller, app_id: str) -> None:
    assert ways(mine) == []
    assert ways(admin) == []
    counts = other.get("exposure/counts").json()
    assert (counts["total"], counts["access_ceiling"]) == (0, "anyone")


def test_an_external_link_is_listed_to_who_may_turn_it_off(
    world: World, house: House, mine: Caller, admin: Caller, other: Caller, app_id: str
) -> None:
    with post_office(world, house):
        let_in(mine, app_id, "@partner.example", "ann@solo.example")
    [way] = ways(mine, kind="external_link")
    assert way["sentence"] == (
        "People of 1 domain and 1 address outside may open Report by its link and a mail, "
        "without an account; nobody is signed in."
    )
    assert (way["id"], way["by"], way["guests"], way["last_used_at"]) == (app_id, "Owner", 0, None)
    assert way["to"] == ["@partner.example", "ann@solo.example"]
    assert way["link"] == mine.get(f"apps/{app_id}/external").json()["link"]
    assert ways(admin) == [way]
    assert ways(other) == []
    close(mine, way)
    assert ways(mine) == ways(admin) == []
    assert mine.get(f"apps/{app_id}/external").json()["enabled"] is False


def test_an_application_that_anyone_may_open_is_listed(
    api: Api, world: World, mine: Caller, admin: Caller, other: Caller, app_id: str
) -> None:
    assert mine.patch(f"apps/{app_id}", {"access": "signed_in"}).status_code == 200
    assert ways(admin) == []
    assert mine.patch(f"apps/{app_id}", {"access": "anyone"}).status_code == 200
    [way] = ways(mine)
    assert way["sentence"] == "Anybody who knows its address may open Report, without signing in."
    assert (way["kind"], way["by"], way["to"]) == ("anyone", "Owner", ["anyone"])
    assert ways(other) == []  # who opens it as anybody does is not told
    reader = world.person("reader")
    grant = {"to": {"type": "user", "name": "reader"}, "role": "consumer"}
    assert mine.post(f"apps/{app_id}/grants", grant).status_code == 201
    assert ways(api.session(reader)) == []
    close(admin, way)
    assert ways(mine) == []
    assert mine.get(f"apps/{app_id}").json()["access"] == "grants"


def test_one_thing_open_in_two_ways_pages_sorts_and_is_found(
    world: World, house: House, mine: Caller, owner: Person
) -> None:
    ids = [app_of(world, deployed(world, owner)) for _ in range(3)]
    with post_office(world, house):
        for number, one in enumerate(ids):
            assert mine.patch(f"apps/{one}", {"name": f"Report {number}"}).status_code == 200
            let_in(mine, one, "@partner.example")
            assert mine.patch(f"apps/{one}", {"access": "anyone"}).status_code == 200
    everything = ways(mine)
    assert len(everything) == 6
    for sort in ("", "since", "-since", "name", "-name"):
        found = ways(mine, sort=sort, limit="1")
        assert found == ways(mine, sort=sort), sort
        assert sorted(map(str, found)) == sorted(map(str, everything)), sort
    assert [one["name"] for one in ways(mine, sort="name", kind="anyone")] == [
        "Report 0", "Report 1", "Report 2",
    ]  # fmt: skip
    assert {one["id"] for one in ways(mine, q="report 1")} == {ids[1]}
    assert mine.get("exposure/counts").json()["kinds"] == {
        "external_link": 3, "anyone": 3, "key": 3,
    }  # fmt: skip
    assert list(faults(mine.get("exposure?sort=ends"))) == ["sort"]
    assert problem(mine.get("exposure?cursor=WzFd")) == (400, "bad-cursor")


def test_only_people_are_told(api: Api, world: World, mine: Caller, owner: Person, app_id: str) -> None:
    assert mine.patch(f"apps/{app_id}", {"access": "anyone"}).status_code == 200
    by_key = api.by_key(owner)
    assert [(one["id"], one["kind"]) for one in ways(by_key)] == [(app_id, "anyone")]
    assert api.send("GET", "/api/v1/exposure").status_code == 401


def page(who: Caller, path: str = "/exposure") -> str:
    answer = who.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def confirmed(who: Caller, path: str) -> None:
    """Answer a confirmation as a browser without scripts does."""
    answer = who.post(path, data={"csrf_token": who.csrf}, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/exposure"), answer.text


def test_the_page_closes_ways_by_the_same_deeds(
    world: World, house: House, mine: Caller, admin: Caller, other: Caller, app_id: str
) -> None:
    with post_office(world, house):
        let_in(mine, app_id, "@partner.example")
    assert mine.patch(f"apps/{app_id}", {"access": "anyone"}).status_code == 200
    assert "Nothing is open" in page(other)
    shown = page(admin)
    for kind, asked, told in (
        ("links", "Turn off external sharing of Report?", "@partner.example lose it"),
        ("anyone", "Close Report to anyone?", "Everybody who holds no role on Report loses it"),
    ):
        off = f"/exposure/{kind}/{app_id}/off"
        assert off in shown
        assert asked in page(mine, off)
        assert told in page(mine, off)
        refused = other.post(off, data={"csrf_token": other.csrf}, headers={"accept": "text/html"})
        assert refused.status_code == 403  # they may open it, as anybody does
        confirmed(mine, off)
        assert mine.get(off, headers={"accept": "text/html"}).status_code == 404
    assert ways(admin) == []
    told = [one for one in admin.pages("audit") if one["resource"]["id"] == app_id]
    done = [one["action"] for one in told if one["decision"] == "allowed"]
    assert done[:2] == ["app:access", "app:external"]
