"""Notices before an end, once each; signature debugging, which ends by itself."""

from calling import Caller, problem
from client_desk import ClientDesk

from gatepost_server.approvals import give_notice, is_notice_due
from gatepost_server.clients import endings


def _run(desk: ClientDesk) -> int:
    """Do what the worker does; return how many were told anew."""
    with desk.world.store.arranged() as tx:
        if not is_notice_due(tx, endings(tx)):
            return 0
        return give_notice(tx, endings(tx), "https://gatepost.example")


def _told(who: Caller) -> list[tuple[str, int]]:
    return [(one["ends"], one["days"]) for one in who.pages("notices")]


def _later(desk: ClientDesk, **span: int) -> None:
    desk.world.store.clock.advance(**span)


def test_a_membership_gives_notice_14_7_and_1_days_before_it_ends_and_once_each(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    desk["ada"].post(f"{here}/members", {"users": ["bob"], "validity": "permanent"})
    _later(desk, days=15, hours=23)
    assert _run(desk) == 0, "too early"
    words = "Your membership of Loader"
    for days, told in ((0, [14]), (7, [7, 14]), (6, [1, 7, 14])):
        _later(desk, days=days, hours=1 if days == 0 else 0)
        assert (_run(desk), _run(desk)) == (1, 0)
        ann, bob = (desk.api.session(desk.person(name)) for name in ("ann", "bob"))
        assert _told(ann) == [(words, one) for one in told], (
            "the secret goes with it, and is not told of apart"
        )
        assert _told(bob) == [], "what is permanent gives no notice"
    assert desk.api.session(desk.person("ada")).pages("notices") == []
    page = ann.call("GET", "/requests?box=notices", headers={"accept": "text/html"}).text
    assert page.count("Your membership of Loader ends") == 3
    _later(desk, days=2)
    ann = desk.api.session(desk.person("ann"))
    page = ann.call("GET", "/requests?box=notices", headers={"accept": "text/html"}).text
    assert "Your membership of Loader has ended" in page
    _later(desk, days=31)
    _run(desk)
    assert _told(desk.api.session(desk.person("ann"))) == []


def test_a_renewed_membership_takes_its_notice_back_and_gives_it_anew(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}/members"
    desk["ada"].post(here, {"users": ["ann"], "validity": {"days": 10}})
    assert _run(desk) == 1
    assert [days for _, days in _told(desk["ann"])] == [14]
    assert desk["ada"].patch(f"{here}/ann", {"validity": {"days": 90}}).status_code == 200
    assert _run(desk) == 0
    assert _told(desk["ann"]) == []
    _later(desk, days=77)
    assert _run(desk) == 1
    assert [days for _, days in _told(desk.api.session(desk.person("ann")))] == [14]


def test_owners_are_told_of_the_end_of_the_applications_own_secret(desk: ClientDesk) -> None:
    made = desk.made(owners=["ada", "eve"])
    desk["ada"].post(f"clients/{made['id']}/secrets", {"overlap_seconds": 3600})
    assert _run(desk) == 2
    assert _told(desk["ada"]) == _told(desk["eve"]) == [("An AppSecret of Loader", 1)]
    assert _told(desk["ann"]) == []
    assert problem(desk.api.nobody.get("notices"))[0] == 401


def test_a_worker_that_was_away_tells_the_nearest_notice_only(desk: ClientDesk) -> None:
    made = desk.made()
    desk["ada"].post(f"clients/{made['id']}/members", {"users": ["ann"], "validity": {"days": 30}})
    _later(desk, days=29, hours=12)
    assert _run(desk) == 1
    assert [days for _, days in _told(desk.api.session(desk.person("ann")))] == [1]


def test_signature_debugging_is_turned_on_by_owners_for_an_hour_at_most(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}/debugging"

    def is_on() -> bool:
        facts = desk.signing(made["app_key"])
        assert facts is not None
        return facts.is_debugging

    assert not is_on()
    for minutes in (-1, 61):
        refused = desk["ada"].call("PUT", here, json={"minutes": minutes})
        assert [one["field"] for one in refused.json()["errors"]] == ["minutes"]
    assert problem(desk["eve"].call("PUT", here, json={"minutes": 5}))[0] == 403
    answer = desk["ada"].call("PUT", here, json={"minutes": 60}).json()
    assert (answer["debugging_until"] is not None, is_on()) == (True, True)
    page = desk["ada"].call("GET", f"/clients/{made['id']}", headers={"accept": "text/html"}).text
    assert "Signature debugging is on" in page
    _later(desk, minutes=60)
    assert not is_on(), "it ends by itself"
    desk["ada"].call("PUT", here, json={"minutes": 60})
    assert is_on()
    desk["ada"].call("PUT", here, json={"minutes": 0})
    assert not is_on()
