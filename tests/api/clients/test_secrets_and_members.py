"""AppSecrets with windows, members with a secret of their own, and from where an application may call."""

import pytest
from calling import problem
from client_desk import ClientDesk
from stores import on_one_engine

_DAY = 86_400


def test_a_reset_lets_the_old_secret_go_on_for_the_overlap(desk: ClientDesk) -> None:
    made = desk.made()
    here, old = f"clients/{made['id']}/secrets", made["app_secret"]
    new = desk["ada"].post(here, {"overlap_seconds": 7 * _DAY}).json()["app_secret"]
    assert desk.texts(made["app_key"]) == {old, new}
    desk.world.store.clock.advance(days=7)
    assert desk.texts(made["app_key"]) == {new}


def test_a_reset_without_overlap_ends_the_old_secret_and_another_one_does_not(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}/secrets"
    more = desk["ada"].post(here, {"custom_secret": "short-one", "validity": {"days": 30}}).json()
    assert (more["weak"], more["custom"]) == (True, True)
    assert desk.texts(made["app_key"]) == {made["app_secret"], "short-one"}
    last = desk["ada"].post(here, {"overlap_seconds": 0}).json()
    assert desk.texts(made["app_key"]) == {last["app_secret"]}
    assert {one["active"] for one in desk["ada"].pages(here)} == {True, False}


@on_one_engine
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"overlap_seconds": -1}, "overlap_seconds"),
        ({"overlap_seconds": 7 * _DAY + 1}, "overlap_seconds"),
        ({"custom_secret": "s" * 7}, "app_secret"),
        ({"custom_secret": "with space!"}, "app_secret"),
        ({"validity": {"days": 0}}, "validity"),
    ],
)
def test_a_secret_beyond_the_rules_is_refused(desk: ClientDesk, body: dict[str, object], field: str) -> None:
    answer = desk["ada"].post(f"clients/{desk.made()['id']}/secrets", body)
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_owners_read_a_secret_again_after_step_up_and_no_key_does(desk: ClientDesk) -> None:
    made = desk.made()
    [secret] = desk["ada"].pages(f"clients/{made['id']}/secrets")
    assert made["app_secret"] not in str(secret)
    there = f"clients/{made['id']}/secrets/{secret['id']}/reveal"
    assert desk["ada"].post(there).json() == {"app_secret": made["app_secret"]}
    key = desk["ada"].post("keys", {"name": "ci"}).json()["key"]
    by_key = desk.api.nobody.post(there, headers={"authorization": f"Key {key}"})
    assert problem(by_key) == (403, "session-required")
    desk.world.store.clock.advance(minutes=11)
    assert problem(desk["ada"].post(there)) == (403, "confirm-required")
    reveals = [one for one in desk.root.pages("audit") if one["action"] == "client:reveal-secret"]
    assert len(reveals) == 1


def test_a_member_reads_their_own_secret_and_no_other(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    added = desk["ada"].post(f"{here}/members", {"users": ["ann", "bob"], "validity": {"days": 30}})
    assert [one["username"] for one in added.json()["items"]] == ["ann", "bob"]
    [mine] = desk["ann"].pages(f"{here}/secrets")
    assert mine["member"]["username"] == "ann"
    text = desk["ann"].post(f"{here}/secrets/{mine['id']}/reveal").json()["app_secret"]
    assert text in desk.texts(made["app_key"])
    theirs = {one["member"]["username"]: one for one in desk["ada"].pages(f"{here}/secrets") if one["member"]}
    shared = next(one for one in desk["ada"].pages(f"{here}/secrets") if one["member"] is None)
    assert problem(desk["ann"].post(f"{here}/secrets/{theirs['bob']['id']}/reveal"))[0] == 403
    assert problem(desk["ann"].post(f"{here}/secrets/{shared['id']}/reveal"))[0] == 403
    assert problem(desk["ada"].post(f"{here}/secrets/{mine['id']}/reveal")) == (404, "unknown-secret")
    assert problem(desk["ann"].get(f"{here}/members"))[0] == 403
    assert desk["ann"].get(here).json()["your_role"] == "member"


def test_the_end_of_a_membership_ends_that_members_secret_only(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    desk["ada"].post(f"{here}/members", {"users": ["bob"], "validity": "permanent"})
    assert len(desk.texts(made["app_key"])) == 3
    desk.world.store.clock.advance(days=29, hours=23)
    assert len(desk.texts(made["app_key"])) == 3
    desk.world.store.clock.advance(hours=1)
    assert len(desk.texts(made["app_key"])) == 2
    ada = desk.api.session(desk.person("ada"))
    assert ada.delete(f"{here}/members/bob").json()["revoked"] is True
    assert desk.texts(made["app_key"]) == {made["app_secret"]}
    ada.post(f"{here}/members", {"users": ["bob"], "validity": "permanent"})
    assert len(desk.texts(made["app_key"])) == 2, "the old one stays dead"


def test_a_role_taken_back_by_any_door_ends_the_secret(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": "permanent"})
    grants = desk["ada"].pages(f"{here}/grants")
    [grant] = [one for one in grants if one["to"]["name"] == "ann"]
    assert desk["ada"].delete(f"{here}/grants/{grant['id']}").status_code == 200
    assert desk.texts(made["app_key"]) == {made["app_secret"]}


def test_another_validity_moves_the_end_of_membership_and_secret(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    changed = desk["ada"].patch(f"{here}/members/ann", {"validity": {"days": 180}})
    assert changed.status_code == 200, changed.text
    desk.world.store.clock.advance(days=179)
    assert len(desk.texts(made["app_key"])) == 2
    desk.world.store.clock.advance(days=1)
    assert desk.texts(made["app_key"]) == {made["app_secret"]}


def test_owners_are_no_members_and_are_neither_added_nor_removed_there(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}/members"
    assert problem(desk["ada"].post(here, {"users": ["ann", "ada"], "validity": "permanent"})) == (
        409, "already-member",
    )  # fmt: skip
    assert desk["ada"].pages(here) == [], "all of them or nobody"
    assert problem(desk["ada"].delete(f"{here}/ada")) == (404, "unknown-member")
    assert problem(desk["ada"].patch(f"{here}/ada", {"validity": "permanent"}))[0] == 404


def test_an_allowlist_needs_the_instances_switch_first(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}/ip-allowlist"
    on = {"enabled": True, "entries": "192.168.3.12/24; 10.0.0.1"}
    assert problem(desk["ada"].call("PUT", here, json=on)) == (409, "ip-allowlist-off")
    assert desk.root.patch("settings", {"ip_allowlist": True}).json()["ip_allowlist"] is True
    answer = desk["ada"].call("PUT", here, json=on).json()["ip_allowlist"]
    assert answer == {"enabled": True, "entries": "192.168.3.0/24;10.0.0.1/32", "mode": "require"}
    facts = desk.signing(made["app_key"])
    assert facts is not None
    assert facts.ip_allowlist == "192.168.3.0/24;10.0.0.1/32"
    assert problem(desk["eve"].call("PUT", here, json=on))[0] == 403
    assert desk["ada"].call("PUT", here, json={"enabled": False}).json()["ip_allowlist"]["enabled"] is False


@on_one_engine
def test_an_allowlist_has_at_most_100_entries_each_once(desk: ClientDesk) -> None:
    desk.root.patch("settings", {"ip_allowlist": True})
    here = f"clients/{desk.made()['id']}/ip-allowlist"
    many = [f"10.0.{at}.1" for at in range(101)]
    assert desk["ada"].call("PUT", here, json={"enabled": True, "entries": ";".join(many[:100])}).is_success
    bad = [";".join(many), "10.0.0.1;10.0.0.1/32", "0.0.0.0/0", "10.0.0.1/33", "10.0.0.01", "name", ""]
    for entries in bad:
        answer = desk["ada"].call("PUT", here, json={"enabled": True, "entries": entries})
        assert answer.status_code == 400, entries
