"""Shares told by mail: to whom, with which words, and what happens without a mail server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from post_office import PostOffice, post_office, subject_of, text_of
from world import Person, World

from gatepost_server.authz import ORGANIZATION, Node
from gatepost_server.identity.tables import UserRow
from gatepost_server.web import House


@pytest.fixture
def post(world: World, house: House) -> Iterator[PostOffice]:
    with post_office(world, house) as opened:
        yield opened


def given(who: str, type_: str = "user", **more: Any) -> dict[str, Any]:
    return {"to": {"type": type_, "name": who}, "role": "consumer", "notify": True, **more}


def test_a_mail_says_who_shared_what_and_leads_to_its_page(
    world: World, mine: Caller, app: Node, post: PostOffice
) -> None:
    world.person("bob")
    until = (world.now + timedelta(days=30)).isoformat()
    note = "The numbers are in.\nFrom: the board"
    said = mine.post(f"apps/{app.id}/grants", given("bob", note=note, until=until)).json()
    assert said["mail"] == {"sent": True, "reason": None}
    [mail] = post.delivered()
    assert (mail["To"], subject_of(mail)) == (
        "bob@example.com", "Owner shared “Demand forecast” with you",
    )  # fmt: skip
    text = text_of(mail)
    assert text.startswith("Owner gave you the role consumer on the application “Demand forecast” until ")
    assert "> The numbers are in.\n> From: the board\n" in text
    assert f"Open it: http://gatepost.test/applications/{app.id}\n" in text
    assert "?" not in text


def test_nobody_is_mailed_unless_that_is_wanted(
    world: World, mine: Caller, app: Node, post: PostOffice
) -> None:
    world.person("bob")
    said = mine.post(f"apps/{app.id}/grants", given("bob", notify=False)).json()
    assert said["mail"] is None
    assert post.delivered() == []


def test_everybody_in_a_group_is_mailed_once_but_not_who_shares(
    world: World, mine: Caller, app: Node, post: PostOffice, owner: Person
) -> None:
    ann, bob, gone = world.person("ann"), world.person("bob"), world.person("gone", is_active=False)
    inner = world.group("Inner", bob.id, ann.id)
    world.group("Outer", inner, bob.id, owner.id, gone.id)
    mine.post(f"apps/{app.id}/grants", given("Outer", "group"))
    assert post.addressees() == ["ann@example.com", "bob@example.com"]


def test_a_member_whose_time_is_over_is_not_mailed(
    world: World, mine: Caller, app: Node, post: PostOffice
) -> None:
    bob = world.person("bob")
    world.group("Desk", bob.id, until=world.now + timedelta(minutes=1))
    world.store.clock.advance(minutes=2)
    said = mine.post(f"apps/{app.id}/grants", given("Desk", "group")).json()
    assert said["mail"]["sent"] is False
    assert post.delivered() == []


def test_an_organization_is_mailed(world: World, mine: Caller, app: Node, post: PostOffice) -> None:
    world.person("ann"), world.person("bob")
    mine.post(f"apps/{app.id}/grants", given(ORGANIZATION, "organization"))
    assert post.addressees() == ["ann@example.com", "bob@example.com"]


def test_an_address_that_no_mail_reaches_stops_nobody_else(
    world: World, mine: Caller, app: Node, post: PostOffice
) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    with world.store.arranged() as tx:
        tx.session.get_one(UserRow, ann.id).email = "ann%x@example.com"
    world.group("Desk", ann.id, bob.id)
    assert mine.post(f"apps/{app.id}/grants", given("Desk", "group")).status_code == 201
    assert post.addressees() == ["bob@example.com"]


def test_without_a_mail_server_sharing_works_and_says_that_no_mail_goes_out(
    world: World, api: Api, mine: Caller, app: Node
) -> None:
    bob = world.person("bob")
    said = mine.post(f"apps/{app.id}/grants", given("bob"))
    assert said.status_code == 201
    assert said.json()["mail"] == {
        "sent": False, "reason": "No mail goes out: this server has no mail server.",
    }  # fmt: skip
    assert api.session(bob).get(f"apps/{app.id}/grants").status_code == 403


def test_a_share_that_is_refused_mails_nobody(
    world: World, api: Api, mine: Caller, app: Node, post: PostOffice
) -> None:
    ann, eve = world.person("ann"), world.person("eve", "publisher")
    assert problem(mine.post(f"apps/{app.id}/grants", given("ann", role="king")))[0] == 400
    assert problem(mine.post(f"apps/{app.id}/grants", given("ann", note="n" * 501)))[0] == 400
    assert problem(api.session(eve).post(f"apps/{app.id}/grants", given("ann")))[0] == 404
    assert post.delivered() == []
    assert api.session(ann).get(f"apps/{app.id}/grants").status_code == 404


def test_more_people_than_can_be_meant_are_not_mailed_at_once(
    world: World, mine: Caller, app: Node, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost_server.sharing.service.giving.MAILS_MOST", 1)
    world.group("Desk", world.person("ann").id, world.person("bob").id)
    answer = mine.post(f"apps/{app.id}/grants", given("Desk", "group"))
    assert (answer.status_code, list(faults(answer))) == (400, ["notify"])
    assert mine.post(f"apps/{app.id}/grants", given("Desk", "group", notify=False)).status_code == 201
    assert post.delivered() == []


def test_shares_are_told_sixty_times_an_hour(world: World, mine: Caller, app: Node, post: PostOffice) -> None:
    world.person("bob")
    for number in range(60):
        until = (world.now + timedelta(days=number + 1)).isoformat()
        assert mine.post(f"apps/{app.id}/grants", given("bob", until=until)).status_code == 201
    assert problem(mine.post(f"apps/{app.id}/grants", given("bob"))) == (429, "too-many-mails")
    assert mine.post(f"apps/{app.id}/grants", given("bob", notify=False)).status_code == 201
    assert len(post.delivered()) == 60


def test_the_trail_says_that_mail_went_out(world: World, mine: Caller, app: Node, post: PostOffice) -> None:
    world.person("bob")
    mine.post(f"apps/{app.id}/grants", given("bob"))
    rows = mine.pages("audit", resource=app.id)
    assert sorted(row["action"] for row in rows if row["decision"] == "allowed") == ["app:share", "app:tell"]
