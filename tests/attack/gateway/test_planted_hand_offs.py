"""Somebody else's hand-off, planted in a victim's browser, leads nowhere (login CSRF)."""

from urllib.parse import urlsplit

import pytest
from gate_calls import FRAME, PAGE, Answered, call
from gate_house import House, gate_house

from gatepost_server.apps import App


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with gate_house(tmp_path_factory.mktemp("planted")) as started:
        yield started


@pytest.fixture(scope="module")
def app(house: House) -> App:
    mallory = house.person("mallory")
    app = house.publish(mallory, "bait")
    house.share(mallory, app, house.person("victim"))
    return app


def go(house: House, address: str, *lines: str) -> Answered:
    parts = urlsplit(address)
    return call(house.port, f"{parts.path}?{parts.query}", *lines, host=parts.netloc)


def begin(house: House, app: App, *lines: str) -> tuple[str, str]:
    """Begin on the app's host; return the lender's address and the cookie that was set."""
    begun = call(house.port, "/_gatepost/start?to=/x", *lines, host=house.host(app))
    [cookie] = begun.all("set-cookie")
    return str(begun.one("location")), cookie


def lent(house: House, lender: str, username: str, *lines: str) -> str:
    """Return the address with the code that *username* is lent there."""
    answer = go(house, lender, *lines or (PAGE,), f"Cookie: {house.person(username).cookie}")
    assert answer.status == 303
    return str(answer.one("location"))


@pytest.mark.parametrize("has_begun_too", [False, True])
def test_the_attackers_code_opens_nothing_in_the_victims_browser(
    house: House, app: App, has_begun_too: bool
) -> None:
    planted = lent(house, begin(house, app)[0], "mallory")
    cookies = [f"Cookie: {begin(house, app)[1].split(';')[0]}"] if has_begun_too else []
    answer = go(house, planted, PAGE, *cookies)
    assert (answer.status, answer.all("set-cookie")) == (400, [])
    assert b"/_gatepost/start?to=%2Fx" in answer.body


def test_a_code_that_the_victim_is_made_to_fetch_for_the_attacker_opens_nothing(
    house: House, app: App
) -> None:
    """The lender is given the attacker's mark; the code is then good in the attacker's browser only."""
    lender, _ = begin(house, app)
    _, own = begin(house, app)
    fetched = lent(house, lender, "victim")
    assert go(house, fetched, PAGE, f"Cookie: {own.split(';')[0]}").status == 400


def test_two_marks_are_as_good_as_none(house: House, app: App) -> None:
    """A neighbour's page could have added one."""
    lender, cookie = begin(house, app)
    both = f"Cookie: gp_start=planted; {cookie.split(';')[0]}"
    assert go(house, lent(house, lender, "victim"), PAGE, both).status == 400


def test_what_began_in_a_frame_ends_in_a_frame_only(house: House, app: App) -> None:
    lender, cookie = begin(house, app, FRAME)
    pair = cookie.split(";")[0]
    assert pair.startswith("gp_frame_start=")
    for part in ("SameSite=None", "Secure", "Partitioned", "HttpOnly", "Max-Age=600"):
        assert part in cookie
    assert go(house, lent(house, lender, "victim", FRAME), PAGE, f"Cookie: {pair}").status == 400
    assert go(house, lent(house, lender, "victim", FRAME), FRAME, f"Cookie: {pair}").status == 303


def test_the_mark_is_kept_for_this_host_alone_and_by_no_script(house: House, app: App) -> None:
    _, cookie = begin(house, app)
    assert cookie.startswith("gp_start=")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"):
        assert part in cookie
    assert "domain" not in cookie.lower()


def test_two_pages_of_one_browser_may_begin_at_once(house: House, app: App) -> None:
    first, cookie = begin(house, app)
    pair = cookie.split(";")[0]
    second, again = begin(house, app, f"Cookie: {pair}")
    assert again.split(";")[0] == pair
    for lender in (first, second):
        assert go(house, lent(house, lender, "victim"), PAGE, f"Cookie: {pair}").status == 303


def test_a_mark_never_reaches_the_app_and_opens_nothing(house: House, app: App) -> None:
    _, cookie = begin(house, app)
    pair = cookie.split(";")[0]
    assert call(house.port, "/", f"Cookie: {pair}", host=house.host(app)).status == 401
    key = house.key(house.person("mallory"))
    call(house.port, "/", f"Cookie: {pair}; own=1", f"Authorization: Key {key}", host=house.host(app))
    assert house.seen(app)[-1].values("cookie") == ["own=1"]


@pytest.mark.parametrize("bound", ["", "short", "x" * 42 + "!", "x" * 44])
def test_a_lender_without_a_good_mark_begins_anew(house: House, app: App, bound: str) -> None:
    person = house.person("victim")
    path = f"/content/{app.number}/_gatepost/lend?bound={bound}&to=/x"
    answer = call(house.port, path, PAGE, f"Cookie: {person.cookie}")
    assert answer.one("location") == f"http://{house.host(app)}/_gatepost/start?to=%2Fx"


def test_the_lender_sends_nowhere_else(house: House, app: App) -> None:
    lender, _ = begin(house, app)
    address = lent(house, lender.replace("to=%2Fx", "to=%2F%2Fevil.example"), "victim")
    assert address.endswith("&to=%2F")


def test_programs_find_nothing_at_the_lenders(house: House, app: App) -> None:
    key = house.key(house.person("mallory"))
    for rest in ("lend", "start", "handoff", "x"):
        path = f"/content/{app.number}/_gatepost/{rest}"
        assert call(house.port, path, f"Authorization: Key {key}").status == 404
        script = call(house.port, path, "Sec-Fetch-Dest: empty", f"Cookie: {house.person('mallory').cookie}")
        assert script.status == 404


def test_nobody_is_lent_anything_before_the_login(house: House, app: App) -> None:
    lender, _ = begin(house, app)
    answer = go(house, lender, PAGE)
    assert str(answer.one("location")).startswith(f"http://localhost:{house.port}/login?next=%2Fcontent%2F")
