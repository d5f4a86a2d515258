"""Deciding: by whoever could do it alone, never one's own, once, and only what was read."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from calling import Api, problem
from request_desk import RequestDesk

from gatepost_server import approvals
from gatepost_server.approvals import NotPending
from gatepost_server.authz import policy, set_active
from gatepost_server.kernel.errors import Conflict


def test_an_approval_gives_the_role_from_now_on(desk: RequestDesk) -> None:
    made = desk.asked()
    desk.world.store.clock.advance(hours=5)
    said = desk.decide("approve", made, note="Welcome").json()
    assert (said["state"], said["decided_by"], said["note"]) == ("approved", "Owner", "Welcome")
    grants = desk.owns.get(f"apps/{desk.app['id']}/grants").json()["items"]
    [given] = [one for one in grants if one["to"]["name"] == "ann"]
    assert said["result"] == {"type": "grant", "id": given["id"]}
    assert (given["role"], given["note"], given["until"]) == (
        "consumer", "I plan with it.", "2027-02-03T14:00:00.000Z",
    )  # fmt: skip
    assert desk.may_open(desk.ann)
    [mine] = desk.asks.pages("requests", box="submitted")
    assert (mine["state"], mine["result"], mine["asks"]) == (
        "approved", said["result"], "for the role consumer on Demand forecast",
    )  # fmt: skip
    assert [one["id"] for one in desk.owns.pages("requests", box="decided")] == [made["id"]]


def test_a_refusal_gives_nothing_and_names_nothing(desk: RequestDesk) -> None:
    made = desk.asked()
    said = desk.decide("reject", made, note="Not now").json()
    assert (said["state"], said["result"]) == ("rejected", None)
    assert not desk.may_open(desk.ann)
    mine = desk.asks.get(f"requests/{made['id']}").json()
    assert (mine["note"], "Demand" in str(mine)) == ("Not now", False)


def test_there_is_one_decision(desk: RequestDesk) -> None:
    made = desk.asked()
    desk.decide("reject", made)
    for verb in ("approve", "reject"):
        assert problem(desk.decide(verb, made)) == (409, "request-closed")
    assert problem(desk.asks.post(f"requests/{made['id']}/withdraw")) == (409, "request-closed")
    assert not desk.may_open(desk.ann)


def test_what_was_withdrawn_is_not_approved(desk: RequestDesk) -> None:
    made = desk.asked()
    desk.asks.post(f"requests/{made['id']}/withdraw")
    assert problem(desk.decide("approve", made)) == (409, "request-closed")
    assert not desk.may_open(desk.ann)


def test_a_decision_carries_the_hash_of_what_was_read(desk: RequestDesk) -> None:
    made, other = desk.asked(), desk.asked(role="editor")
    for body in ({}, {"content_hash": None}, {"content_hash": other["content_hash"]}):
        for verb in ("approve", "reject"):
            answer = desk.owns.post(f"requests/{made['id']}/{verb}", body)
            assert problem(answer) == (409, "request-changed")
    assert desk.decide("approve", made).status_code == 200


def test_nobody_decides_their_own_be_they_administrator(desk: RequestDesk, api: Api) -> None:
    root = desk.world.person("root", "administrator")
    mine = desk.ask(api.session(root), role="editor").json()
    for verb in ("approve", "reject"):
        for caller in (api.session(root), api.by_key(root)):
            assert problem(desk.decide(verb, mine, caller)) == (403, "own-request")
    assert api.session(root).pages("requests", box="to_decide") == []
    assert desk.decide("approve", mine).status_code == 200


def test_who_does_not_hold_it_cannot_approve_it(desk: RequestDesk, api: Api) -> None:
    desk.world.grant(desk.app["id"], desk.eve.id, policy.presets["app"]["editor"])  # type: ignore[index]
    eve = api.session(desk.eve)
    bob = api.session(desk.world.person("bob", "publisher"))
    wanted = desk.ask(bob, role="owner").json()
    assert problem(desk.decide("approve", wanted, eve)) == (403, "grant-exceeds-own")
    assert eve.get(f"requests/{wanted['id']}").json()["state"] == "pending"
    assert desk.decide("approve", wanted).status_code == 200


def test_who_may_only_open_it_decides_nothing(desk: RequestDesk, api: Api) -> None:
    made = desk.asked()
    desk.world.grant(desk.app["id"], desk.eve.id, policy.mask("USE"))
    assert problem(desk.decide("approve", made, api.session(desk.eve)))[0] == 403
    assert problem(desk.decide("approve", made, api.nobody))[0] == 401
    assert not desk.may_open(desk.ann)


def test_who_lost_the_right_meanwhile_cannot_approve(desk: RequestDesk, api: Api) -> None:
    grant = desk.world.grant(desk.app["id"], desk.eve.id, policy.mask("OWN"))
    made, eve = desk.asked(), api.session(desk.eve)
    assert [one["id"] for one in eve.pages("requests", box="to_decide")] == [made["id"]]
    desk.owns.delete(f"apps/{desk.app['id']}/grants/{grant}")
    assert eve.pages("requests", box="to_decide") == []
    assert problem(desk.decide("approve", made, eve)) == (404, "not-found")


def test_who_asked_must_be_active_still(desk: RequestDesk) -> None:
    made = desk.asked()
    with desk.world.store.arranged() as tx:
        set_active(tx, desk.ann.id, is_active=False)
    assert problem(desk.decide("approve", made)) == (409, "asker-gone")


def test_the_thing_must_be_there_still(desk: RequestDesk) -> None:
    made = desk.asked()
    desk.owns.delete(f"apps/{desk.app['id']}")
    assert problem(desk.decide("approve", made)) == (404, "not-found")
    assert desk.owns.pages("requests", box="to_decide") == []
    assert desk.asks.get(f"requests/{made['id']}").json()["state"] == "pending"


def test_a_viewer_is_not_made_an_owner_and_the_request_waits_on(desk: RequestDesk) -> None:
    made = desk.asked(role="owner")
    assert problem(desk.decide("approve", made)) == (400, "owner-must-publish")
    assert desk.owns.get(f"requests/{made['id']}").json()["state"] == "pending"


def test_a_personal_key_decides_and_a_projects_key_does_not(desk: RequestDesk, api: Api) -> None:
    made = desk.asked()
    assert desk.decide("approve", made, api.by_key(desk.owner)).status_code == 200


def test_what_is_approved_is_given_whatever_the_reason_says(desk: RequestDesk) -> None:
    desk.decide("approve", desk.asked(role="editor", reason="created it"))
    [given] = [one for one in desk.owns.pages(f"apps/{desk.app['id']}/grants") if one["role"] == "editor"]
    taken = desk.owns.delete(f"apps/{desk.app['id']}/grants?given_by={given['by']['id']}")
    assert taken.status_code == 200
    assert not desk.may_open(desk.ann)


def test_of_twenty_decisions_at_once_one_counts(desk: RequestDesk) -> None:
    made, kinds = desk.asked(), desk.api.house.requests

    def decide(number: int) -> str:
        act: Any = approvals.approve if number % 2 else approvals.reject
        try:
            with desk.world.begin(desk.owner) as tx:
                decided = act(tx, kinds, made["id"], made["content_hash"], home="http://g.test")
                return str(decided.state)
        except (NotPending, Conflict):
            return "late"

    with ThreadPoolExecutor(8) as pool:
        came = sorted(pool.map(decide, range(20)))
    assert came.count("late") == 19
    [decided] = [one for one in came if one != "late"]
    assert desk.owns.get(f"requests/{made['id']}").json()["state"] == decided
    assert desk.may_open(desk.ann) == (decided == "approved")


def test_the_trail_tells_all_of_it_and_a_refused_decision_leaves_the_state(desk: RequestDesk) -> None:
    made = desk.asked()
    desk.decide("approve", made, note="n" * 501)
    desk.decide("approve", made)
    root = desk.api.session(desk.world.person("root", "administrator"))
    rows = [row for row in root.pages("audit", resource=made["id"]) if row["decision"] == "allowed"]
    assert sorted(row["action"] for row in rows) == ["request:approve", "request:create"]
