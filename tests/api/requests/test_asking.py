"""Asking for access: the same answer for what is there and what is not; frozen, limited, withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from calling import Api, faults, problem
from request_desk import RequestDesk
from stores import on_one_engine

NOWHERE = "app_" + "0" * 24


def test_a_request_waits_for_its_decision(desk: RequestDesk) -> None:
    made = desk.asked()
    assert (made["state"], made["kind"], made["result"], made["may_decide"]) == (
        "pending", "access_app", None, False,
    )  # fmt: skip
    assert made["validity"] == {"days": 30}
    assert len(made["content_hash"]) == 64
    assert desk.asks.pages("requests", box="submitted") == [made]
    assert desk.asks.get(f"requests/{made['id']}").json() == made
    [waiting] = desk.owns.pages("requests", box="to_decide")
    assert (waiting["id"], waiting["may_decide"], waiting["asks"]) == (
        made["id"], True, "for the role consumer on Demand forecast",
    )  # fmt: skip
    assert waiting["content_hash"] == made["content_hash"]


def test_the_answer_is_the_same_for_what_is_not_there_and_is_seen_by_nobody(
    desk: RequestDesk, api: Api
) -> None:
    real, none = desk.asked(), desk.asked(app=NOWHERE)
    own = ("id", "content_hash", "content", "asks")
    assert {name: real[name] for name in real if name not in own} == {
        name: none[name] for name in none if name not in own
    }
    assert real["asks"].replace(desk.app["id"], "") == none["asks"].replace(NOWHERE, "")
    assert "Demand" not in str(real)
    root = api.session(desk.world.person("root", "administrator"))
    seen = [one["id"] for who in (desk.owns, root) for one in who.pages("requests", box="to_decide")]
    assert seen == [real["id"], real["id"]]
    assert problem(desk.decide("approve", none, root)) == (404, "not-found")


@pytest.mark.parametrize("box", ["to_decide", "submitted", "decided"])
def test_others_see_nothing_of_it(desk: RequestDesk, api: Api, box: str) -> None:
    made = desk.asked()
    eve = api.session(desk.eve)
    assert eve.pages("requests", box=box) == []
    assert problem(eve.get(f"requests/{made['id']}")) == (404, "not-found")
    assert problem(eve.post(f"requests/{made['id']}/withdraw")) == (404, "not-found")


def test_an_application_of_another_organization_is_as_good_as_none(desk: RequestDesk, api: Api) -> None:
    root = api.session(desk.world.person("root", "administrator"))
    root.post("organizations", {"name": "Partner", "allows_outside_sharing": False})
    body = {"username": "pat", "email": "pat@example.com", "role": "viewer", "organization": "Partner"}
    said = root.post("users", {**body, "password": "correct horse battery"})
    assert said.status_code == 201, said.text
    signed = api.nobody.post("login", {"username": "pat", "password": "correct horse battery"})
    pat = api.nobody.renewed(signed)
    assert pat.csrf == signed.json()["csrf_token"]
    assert desk.ask(pat).status_code == 201
    assert desk.owns.pages("requests", box="to_decide") == []


def test_the_same_is_asked_once_and_again_after_it_was_withdrawn(desk: RequestDesk) -> None:
    made = desk.asked()
    assert problem(desk.ask()) == (409, "already-asked")
    assert desk.ask(role="editor").status_code == 201
    assert desk.asks.post(f"requests/{made['id']}/withdraw").json()["state"] == "withdrawn"
    assert problem(desk.asks.post(f"requests/{made['id']}/withdraw")) == (409, "request-closed")
    assert desk.ask().status_code == 201


def test_who_can_open_it_already_asks_for_more_only(desk: RequestDesk) -> None:
    to = {"to": {"type": "user", "name": "ann"}, "role": "consumer"}
    desk.owns.post(f"apps/{desk.app['id']}/grants", to)
    assert problem(desk.ask()) == (409, "already-granted")
    assert desk.ask(role="editor").status_code == 201


def test_ten_a_day(desk: RequestDesk) -> None:
    for number in range(10):
        assert desk.ask(app=f"app_{number:024x}").status_code == 201
    assert problem(desk.ask()) == (429, "too-many-asked")
    assert desk.owns.pages("requests", box="to_decide") == []


def test_nobody_decides_for_thirty_days_and_it_is_over(desk: RequestDesk, api: Api) -> None:
    made = desk.asked()
    desk.world.store.clock.advance(days=30)
    owns, asks = api.session(desk.owner), api.session(desk.ann)
    assert owns.pages("requests", box="to_decide") == []
    assert problem(desk.decide("approve", made, owns)) == (409, "request-closed")
    assert asks.get(f"requests/{made['id']}").json()["state"] == "expired"
    assert [one["state"] for one in owns.pages("requests", box="decided")] == ["expired"]
    assert not desk.may_open(desk.ann)
    assert desk.ask(asks).status_code == 201


def test_a_person_asks_in_a_session_and_no_key_does(desk: RequestDesk, api: Api) -> None:
    assert problem(desk.ask(api.by_key(desk.ann))) == (403, "session-required")
    assert desk.asks.pages("requests", box="submitted") == []


@on_one_engine
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"role": "king"}, "role"),
        ({"app": "not an id"}, "app"),
        ({"app": 7}, "app"),
        ({"reason": "  "}, "reason"),
        ({"reason": "r" * 501}, "reason"),
        ({"surprise": 1}, "surprise"),
        ({"validity": {"days": 0}}, "validity"),
        ({"validity": {"days": 3651}}, "validity"),
        ({"validity": {"until": "2020-01-01T00:00:00Z"}}, "validity"),
    ],
)
def test_what_is_not_well_formed_is_refused(desk: RequestDesk, more: dict[str, Any], field: str) -> None:
    answer = desk.ask(**more)
    assert (answer.status_code, list(faults(answer))) == (400, [field])
    assert desk.owns.pages("requests", box="to_decide") == []


def test_longest_reason_and_every_validity_are_taken(desk: RequestDesk) -> None:
    until = (desk.world.now + timedelta(days=3650)).isoformat()
    assert desk.asked(reason="r" * 500)["reason"] == "r" * 500
    assert desk.asked(role="editor", validity="permanent")["validity"] == "permanent"
    assert "until" in desk.asked(role="owner", validity={"until": until})["validity"]


@on_one_engine
def test_an_unknown_box_is_refused(desk: RequestDesk) -> None:
    assert list(faults(desk.owns.get("requests?box=all"))) == ["box"]


@on_one_engine
def test_days_are_a_number(desk: RequestDesk) -> None:
    answer = desk.ask(validity={"days": "30"})
    assert answer.status_code == 400
    assert any(name.startswith("validity") for name in faults(answer))
