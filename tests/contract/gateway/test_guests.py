"""Guests at the gate: let in by a mail, to one app, for as long as the list lets them."""

import base64
import json
import subprocess

import pytest
from gate_calls import PAGE, Answered, call
from gate_house import ORIGIN, House
from guest_desk import GuestDesk, cookie_of

from gatepost_server import sharing
from gatepost_server.apps import delete_app
from gatepost_server.identity import edit_profile

JSON = "Accept: application/json"


@pytest.fixture(scope="module")
def desk(house: House) -> GuestDesk:
    ann = house.person("ann")
    made = GuestDesk(house, ann, house.publish(ann, "for guests"))
    made.set_up_mail()
    return made


@pytest.fixture(scope="module")
def other(house: House, desk: GuestDesk) -> GuestDesk:
    made = GuestDesk(house, desk.owner, house.publish(desk.owner, "of others"))
    made.share("@partner.example")
    return made


def is_let_in(answer: Answered) -> bool:
    return (answer.status, answer.body) == (200, b"ok")


def is_refused(answer: Answered) -> bool:
    return answer.status == 401 and answer.json["code"] == "unauthenticated"


def test_looking_at_a_mailed_link_changes_nothing_and_using_it_lets_one_in_once(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    path = desk.mailed_path("dora@partner.example")
    for method in ("GET", "HEAD", "GET"):
        shown = call(desk.house.port, path, host=desk.host, method=method)
        assert shown.status == 200
        assert shown.all("set-cookie") == []
    assert "for guests" in shown.body.decode()
    assert "form-action 'self'" in str(shown.one("content-security-policy"))

    entered = desk.post(path)
    page = entered.body.decode()
    assert "You see only this application" in page
    assert "no account and no key" in page
    [line] = entered.all("set-cookie")
    assert line.startswith("gp_guest=gpx_")
    assert "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax" in line
    assert "domain" not in line.lower()
    assert is_let_in(desk.opened(cookie_of(entered)))

    assert desk.post(path, JSON).status == 410
    again = call(desk.house.port, path, host=desk.host)
    assert (again.status, again.all("set-cookie")) == (410, [])


def test_a_program_is_told_in_json(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    said = desk.post(desk.mailed_path("prog@partner.example"), JSON)
    assert said.status == 200
    assert json.loads(said.body)["guest"]["email"] == "prog@partner.example"


def test_the_app_learns_the_address_and_gets_no_key_and_no_cookie(desk: GuestDesk) -> None:
    desk.share("Solo@Elsewhere.Example")
    cookie = desk.enter("solo@elsewhere.example")
    forged = ("X-User-Email: boss@partner.example", "x-datarobot-api-key: gpv_forged")
    assert is_let_in(desk.opened(f"theirs=1; {cookie}", *forged))
    seen = desk.house.seen(desk.app)[-1]
    assert seen.values("x-user-email") == ["solo@elsewhere.example"]
    assert seen.values("x-gatepost-user") == ["solo@elsewhere.example"]
    assert seen.values("x-gatepost-user-id")[0].startswith("gst_")
    assert seen.values("cookie") == ["theirs=1"]
    for name in ("x-datarobot-api-key", "x-gatepost-visitor-key", "posit-connect-user-session-token",
                 "x-gatepost-key-id", "authorization"):  # fmt: skip
        assert seen.values(name) == []


def test_an_app_learns_the_address_and_the_id_of_whoever_has_an_account(desk: GuestDesk) -> None:
    key = desk.house.key(desk.owner)
    forged = ("X-User-Email: boss@partner.example", "X-User-Id: 0123456789abcdef01234567")
    path = f"/content/{desk.app.number}/"
    assert call(desk.house.port, path, f"Authorization: Key {key}", *forged).status == 200
    seen = desk.house.seen(desk.app)[-1]
    assert seen.values("x-user-email") == [f"{desk.owner.username}@example.com"]
    assert seen.values("x-user-id") == [desk.owner.id.removeprefix("usr_")]


def test_an_app_learns_no_address_that_somebody_wrote_themselves(desk: GuestDesk) -> None:
    bea = desk.house.person("bea")
    app = desk.house.publish(bea, "of bea")
    credential, path = f"Authorization: Key {desk.house.key(bea)}", f"/content/{app.number}/"
    assert call(desk.house.port, path, credential).status == 200
    assert desk.house.seen(app)[-1].values("x-user-email") == ["bea@example.com"]
    with desk.house.base.uow.begin(bea.actor, ORIGIN) as tx:
        edit_profile(tx, display_name="Bea", email="boss@partner.example")
    assert call(desk.house.port, path, credential).status == 200
    assert desk.house.seen(app)[-1].values("x-user-email") == []


def test_an_app_learns_no_id_of_a_guest(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    cookie = desk.enter("one@partner.example")
    assert is_let_in(desk.opened(cookie, "X-User-Id: 0123456789abcdef01234567"))
    assert desk.house.seen(desk.app)[-1].values("x-user-id") == []


def test_a_guest_sees_one_app_alone_and_no_other_door(desk: GuestDesk, other: GuestDesk) -> None:
    desk.share("@partner.example")
    cookie = desk.enter("one@partner.example")
    port = desk.house.port
    assert is_refused(other.opened(cookie))
    for name in ("gp_guest", "gp_session", "gp_frame"):
        planted = f"{name}={cookie.partition('=')[2]}"
        assert is_refused(call(port, f"/content/{desk.app.number}/", f"Cookie: {planted}"))
    for name in ("gp_session", "gp_frame", "__Host-gp_guest"):
        assert is_refused(desk.opened(f"{name}={cookie.partition('=')[2]}"))


@pytest.mark.parametrize("where", ["origin", "content"])
def test_a_guests_token_is_refused_in_every_header(desk: GuestDesk, where: str) -> None:
    desk.share("@partner.example")
    cookie = desk.enter("header@partner.example")
    token = cookie.partition("=")[2]
    basic = base64.b64encode(f"guest:{token}".encode()).decode()
    path, host = ("/", desk.host) if where == "origin" else (f"/content/{desk.app.number}/", None)
    ways = [f"Authorization: {scheme} {token}" for scheme in ("Key", "Bearer", "Token")]
    for line in (*ways, f"Authorization: Basic {basic}", f"X-RSC-Authorization: {token}"):
        assert is_refused(call(desk.house.port, path, line, host=host))
        # A header counts before any cookie, so a good one beside it does not help.
        assert is_refused(call(desk.house.port, path, line, f"Cookie: {cookie}", host=host))


def test_an_invitation_opens_its_own_app_alone(desk: GuestDesk, other: GuestDesk) -> None:
    desk.share("@partner.example")
    path = desk.mailed_path("two@partner.example")
    assert desk.post(path, JSON, host=other.host).status == 410
    assert cookie_of(desk.post(path))


@pytest.mark.parametrize(
    "lines", [("Origin: http://evil.example",), ("Origin: null",), ("Sec-Fetch-Site: cross-site",),
              ("Sec-Fetch-Site: same-site",)]
)  # fmt: skip
def test_no_other_site_makes_somebody_a_guest(desk: GuestDesk, lines: tuple[str, ...]) -> None:
    desk.share("@partner.example")
    path = desk.mailed_path("three@partner.example")
    assert desk.post(path, *lines).status == 403
    assert cookie_of(desk.post(path, f"Origin: http://{desk.host}", "Sec-Fetch-Site: same-origin"))


@pytest.mark.parametrize("left", ["@others.example", "else@partner.example"])
def test_who_is_not_listed_any_more_is_out_and_stays_out(desk: GuestDesk, left: str) -> None:
    """Worked example 11: listed again, it takes a new invitation."""
    guest = f"not.{left.partition('@')[2]}@partner.example"
    desk.share("@partner.example")
    cookie, waiting = desk.enter(guest), desk.mailed_path(guest)
    assert is_let_in(desk.opened(cookie))
    desk.share(left)
    assert is_refused(desk.opened(cookie))
    assert desk.post(waiting, JSON).status == 410
    desk.share("@partner.example")
    assert is_refused(desk.opened(cookie))
    assert desk.post(waiting, JSON).status == 410
    assert is_let_in(desk.opened(desk.enter(guest)))


def test_turning_it_off_ends_guests_and_invitations_for_good(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    cookie, waiting = desk.enter("off@partner.example"), desk.mailed_path("off@partner.example")
    desk.share("@partner.example", is_enabled=False)
    assert is_refused(desk.opened(cookie))
    shown = desk.opened(cookie, PAGE)
    assert shown.status == 401
    assert "Your access has ended" in shown.body.decode()
    desk.share("@partner.example")
    assert is_refused(desk.opened(cookie))
    assert desk.post(waiting, JSON).status == 410


def test_a_guest_who_is_taken_off_is_out_at_the_next_request(desk: GuestDesk) -> None:
    shared = desk.share("@partner.example")
    cookie = desk.enter("gone@partner.example")
    base = desk.house.base
    with base.uow.begin(desk.owner.actor, ORIGIN) as tx:
        [guest] = [one for one in sharing.get_external(tx, desk.app.id).guests if one.email[:4] == "gone"]
        sharing.end_guest(tx, desk.app.id, guest.id)
    assert is_refused(desk.opened(cookie))
    assert shared.is_enabled


def test_a_deleted_app_lets_nobody_in_and_keeps_nobody(desk: GuestDesk) -> None:
    doomed = GuestDesk(desk.house, desk.owner, desk.house.publish(desk.owner, "doomed for guests"))
    doomed.share("@partner.example")
    cookie = doomed.enter("last@partner.example")
    with desk.house.base.uow.begin(desk.owner.actor, ORIGIN) as tx:
        delete_app(tx, doomed.app.id)
    assert is_refused(doomed.opened(cookie))


def test_an_open_connection_of_a_guest_loses_its_ground(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    assert is_let_in(desk.opened(desk.enter("socket@partner.example")))
    [ground] = desk.house.seen(desk.app)[-1].values("x-gp-ground")

    def dead() -> list[str]:
        shown = subprocess.run(
            ["curl", "-s", "--unix-socket", str(desk.house.base.folders.authorizer_socket()), "http://a/live",
             "-d", json.dumps({"grounds": [ground]})],
            capture_output=True, check=True, timeout=10,
        )  # fmt: skip
        return list(json.loads(shown.stdout)["dead"])

    assert dead() == []
    desk.share("@partner.example", is_enabled=False)
    assert dead() == [ground]


def test_unsafe_calls_of_a_guest_come_from_the_apps_own_pages(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    cookie = f"Cookie: {desk.enter('post@partner.example')}"
    own = f"Origin: http://{desk.host}"
    for line in ("Origin: http://evil.example", "Sec-Fetch-Site: cross-site", "Accept: */*"):
        assert desk.post("/", cookie, line).status == 403
    assert desk.post("/", cookie, own).status == 200


def test_somebody_of_the_house_without_a_role_comes_in_as_the_guest_they_are(desk: GuestDesk) -> None:
    desk.share("@partner.example")
    cookie = desk.enter("both@partner.example")
    stale = "gp_session=" + "A" * 43
    assert is_let_in(desk.opened(f"{stale}; {cookie}"))
    shown = desk.opened(stale, PAGE)
    assert (shown.status, shown.one("location")) == (303, "/_gatepost/start?to=%2F")
