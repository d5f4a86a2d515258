"""Requests by mail: those who may decide hear of them, the asker hears the decision; nothing acts on GET."""

from collections.abc import Iterator

import pytest
from post_office import PostOffice, post_office, subject_of, text_of
from request_desk import RequestDesk
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.approvals import tell_deciders
from gatepost_server.authz import policy
from gatepost_server.web import House


@pytest.fixture
def post(world: World, house: House) -> Iterator[PostOffice]:
    with post_office(world, house) as opened:
        yield opened


def tell(desk: RequestDesk) -> int:
    """Do what the worker does once a second."""
    with desk.world.store.uow.begin(SYSTEM, ORIGIN) as tx:
        return tell_deciders(tx, desk.api.house.requests, "http://gatepost.test")


def test_those_who_may_decide_are_told_once(desk: RequestDesk, post: PostOffice) -> None:
    desk.world.grant(
        desk.app["id"], desk.world.group("Keepers", desk.eve.id, desk.ann.id), policy.mask("OWN")
    )
    desk.world.grant(desk.app["id"], desk.world.person("user").id, policy.mask("USE"))
    bob = desk.world.person("bob")
    made = desk.ask(desk.api.session(bob), reason="Please.\nFrom: the board").json()
    assert tell(desk) == 1
    assert tell(desk) == 0
    mails = post.delivered()
    assert [mail["To"] for mail in mails] == ["eve@example.com", "owner@example.com"]
    assert subject_of(mails[0]) == "Bob asks for the role consumer on Demand forecast"
    text = text_of(mails[0])
    assert "> Please.\n> From: the board\n" in text
    assert f"Decide: http://gatepost.test/requests/{made['id']}\n" in text
    assert made["content_hash"] not in text


def test_a_request_about_nothing_tells_nobody(desk: RequestDesk, post: PostOffice) -> None:
    desk.asked(app="app_" + "0" * 24)
    tell(desk)
    assert post.delivered() == []


def test_without_anybody_who_may_decide_the_administrators_are_told(
    desk: RequestDesk, post: PostOffice
) -> None:
    desk.world.person("root", "administrator")
    desk.asked()
    root = desk.api.session(desk.world.person("boss", "administrator"))
    assert root.patch(f"users/{desk.owner.id}", {"role": "viewer"}).status_code == 200
    grants = root.get(f"apps/{desk.app['id']}/grants").json()["items"]
    heir = next(one for one in grants if one["to"]["name"] != "owner")
    with desk.world.store.arranged() as tx:
        from gatepost_server.authz.tables import GrantRow

        tx.session.delete(tx.session.get_one(GrantRow, heir["id"]))
    tell(desk)
    assert post.addressees() == ["boss@example.com", "root@example.com"]


def test_without_a_mail_server_requests_work_all_the_same(desk: RequestDesk) -> None:
    made = desk.asked()
    assert tell(desk) == 1
    assert desk.decide("approve", made).status_code == 200
    assert desk.may_open(desk.ann)


def test_the_asker_is_told_what_was_decided(desk: RequestDesk, post: PostOffice) -> None:
    desk.decide("approve", desk.asked(), note="Welcome")
    [mail] = post.delivered()
    assert (mail["To"], subject_of(mail)) == ("ann@example.com", "Your request was approved")
    text = text_of(mail)
    assert f"See: http://gatepost.test/applications/{desk.app['id']}\n" in text
    assert "Owner wrote:\n\n> Welcome\n" in text


def test_a_refusal_by_mail_names_nothing_that_the_asker_may_not_know(
    desk: RequestDesk, post: PostOffice
) -> None:
    made = desk.asked()
    desk.decide("reject", made, note="Not now")
    [mail] = post.delivered()
    text = text_of(mail)
    assert ("Demand" in text, "> Not now" in text) == (False, True)
    assert f"See: http://gatepost.test/requests/{made['id']}\n" in text
