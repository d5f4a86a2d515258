"""Browsers: sent to the app's own origin, through login and a one-time hand-off."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

import pytest
from gate_calls import FRAME, PAGE, Answered, call
from gate_house import House

from gatepost_server.apps import App


@pytest.fixture(scope="module")
def app(house: House) -> App:
    return house.publish(house.person("ann"), "board")


def go(house: House, address: str, *lines: str) -> Answered:
    """Follow one Location, as a browser would ask for it."""
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return call(house.port, path, *lines, host=parts.netloc or None)


def cookie_of(answer: Answered) -> str:
    [line] = answer.all("set-cookie")
    return line


def pair_of(answer: Answered) -> str:
    return cookie_of(answer).split(";")[0]


@dataclass
class Begun:
    """A hand-off up to the address with the one-time code, and what the browser keeps for it."""

    address: str
    kept: str


def hand_off(house: House, app: App, username: str, *lines: str, kept: str = "") -> Begun:
    """Go to the content URL, to the app's host and back to the control host."""
    person, lines = house.person(username), lines or (PAGE,)
    sent = call(house.port, f"/content/{app.number}/a?b=c", *lines, f"Cookie: {person.cookie}")
    assert sent.status == 303
    assert sent.one("location") == f"http://{house.host(app)}/_gatepost/start?to=%2Fa%3Fb%3Dc"
    begun = go(house, str(sent.one("location")), *lines, *([f"Cookie: {kept}"] if kept else []))
    assert begun.status == 303
    lent = go(house, str(begun.one("location")), *lines, f"Cookie: {person.cookie}")
    assert lent.status == 303
    return Begun(str(lent.one("location")), pair_of(begun))


def arrive(house: House, begun: Begun, *lines: str) -> Answered:
    return go(house, begun.address, *lines, f"Cookie: {begun.kept}")


def app_cookie(house: House, app: App, username: str = "ann") -> str:
    return pair_of(arrive(house, hand_off(house, app, username)))


def test_nobody_is_sent_to_login_and_back(house: House, app: App) -> None:
    answer = call(house.port, f"/content/{app.number}/a?b=c", PAGE)
    back = quote(f"/content/{app.number}/a?b=c", safe="")
    assert (answer.status, answer.one("location")) == (
        303,
        f"http://localhost:{house.port}/login?next={back}",
    )


@pytest.mark.parametrize("ref", ["999999", "nonsense"])
def test_login_is_offered_for_what_does_not_exist_too(house: House, ref: str) -> None:
    assert call(house.port, f"/content/{ref}/", PAGE).status == 303


def test_accept_alone_tells_a_browser(house: House, app: App) -> None:
    page = call(
        house.port, f"/content/{app.number}/", "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
    )
    program = call(house.port, f"/content/{app.number}/", "Accept: application/json, text/html;q=0.5")
    assert (page.status, program.status) == (303, 401)


def test_who_is_signed_in_and_refused_can_ask_whether_or_not_there_is_such_an_app(
    house: House, app: App
) -> None:
    cookie = f"Cookie: {house.person('zoe.asks').cookie}"
    for ref in (app.id, "999999"):
        page = call(house.port, f"/content/{ref}/", PAGE, cookie)
        assert page.status == 404
        asks = f"href='http://localhost:{house.port}/requests/new?app={ref}' target=_top>Ask for access</a>"
        assert asks in page.body.decode()
    odd = call(house.port, "/content/nonsense/", PAGE, cookie)
    assert (odd.status, b"Ask for access" in odd.body) == (404, False)


def test_a_header_credential_makes_a_program(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    assert call(house.port, f"/content/{app.number}/", PAGE, f"Authorization: Key {key}").status == 200


def test_somebody_signed_in_reaches_the_app_on_its_own_origin(house: House, app: App) -> None:
    begun = hand_off(house, app, "ann")
    assert urlsplit(begun.address).netloc == house.host(app)

    arrived = arrive(house, begun)
    cookie = cookie_of(arrived)
    assert cookie.startswith("gp_session=")
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie

    onwards = call(
        house.port, str(arrived.one("location")), f"Cookie: {cookie.split(';')[0]}", host=house.host(app)
    )
    assert (onwards.status, onwards.one("location")) == (303, "/a?b=c")
    page = call(house.port, "/a?b=c", PAGE, f"Cookie: {cookie.split(';')[0]}; own=1", host=house.host(app))
    assert page.status == 200
    seen = house.seen(app)[-1]
    assert (seen.line, seen.values("cookie"), seen.values("x-gatepost-user")) == (
        "GET /a?b=c HTTP/1.1", ["own=1"], ["ann"],
    )  # fmt: skip


def test_in_a_frame_the_cookie_is_partitioned(house: House, app: App) -> None:
    cookie = cookie_of(arrive(house, hand_off(house, app, "ann", FRAME), FRAME))
    assert cookie.startswith("gp_frame=")
    for part in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"):
        assert part in cookie
    page = call(house.port, "/", FRAME, f"Cookie: {cookie.split(';')[0]}", host=house.host(app))
    assert page.status == 200


def test_a_code_works_once(house: House, app: App) -> None:
    begun = hand_off(house, app, "ann")
    assert arrive(house, begun).status == 303
    assert arrive(house, begun).status == 400


def test_a_code_works_on_its_own_host_only(house: House, app: App) -> None:
    other = house.publish(house.person("ann"), "other board")
    begun = hand_off(house, app, "ann")
    elsewhere = replace(begun, address=begun.address.replace(house.host(app), house.host(other)))
    assert arrive(house, elsewhere).status == 400


def test_an_app_session_is_good_on_its_own_host_only(house: House, app: App) -> None:
    other = house.publish(house.person("ann"), "third board")
    cookie = app_cookie(house, app)
    assert call(house.port, "/", f"Cookie: {cookie}", host=house.host(other)).status == 401
    assert call(house.port, f"/content/{app.number}/", f"Cookie: {cookie}").status == 401
    assert call(house.port, "/", f"Cookie: {house.person('ann').cookie}", host=house.host(app)).status == 401


@pytest.mark.parametrize(
    "to", ["//evil.example/", "/\\evil.example", "https://evil.example/", "/_gatepost/handoff"]
)
def test_a_hand_off_leads_nowhere_else(house: House, app: App, to: str) -> None:
    begun = hand_off(house, app, "ann")
    turned = replace(begun, address=begun.address.split("&to=")[0] + "&to=" + quote(to, safe=""))
    answer = arrive(house, turned)
    assert answer.one("location") == "/_gatepost/arrived?to=%2F"


def test_a_browser_without_a_cookie_is_told_so(house: House, app: App) -> None:
    answer = call(house.port, "/_gatepost/arrived?to=/", FRAME, host=house.host(app))
    assert answer.status == 400
    assert b"Open Solo" in answer.body


def test_on_the_apps_host_nobody_is_sent_where_a_hand_off_begins(house: House, app: App) -> None:
    answer = call(house.port, "/a?b=c", PAGE, host=house.host(app))
    assert answer.one("location") == "/_gatepost/start?to=%2Fa%3Fb%3Dc"
    misnamed = call(house.port, "/a?b=c", PAGE, host=house.host(app).replace("board--", "else--"))
    assert misnamed.one("location") == f"http://localhost:{house.port}/content/{app.id[4:]}/a?b=c"
    script = call(house.port, "/a?b=c", "Sec-Fetch-Dest: empty", host=house.host(app))
    assert script.status == 401


def test_a_stranger_gets_a_page_that_tells_nothing(house: House, app: App) -> None:
    bob = house.person("bob")
    there = call(house.port, f"/content/{app.number}/", PAGE, f"Cookie: {bob.cookie}")
    nothing = call(house.port, "/content/999999/", PAGE, f"Cookie: {bob.cookie}")
    assert (there.status, nothing.status) == (404, 404)
    said = there.body.split(b"Decision")[0].replace(b"app=%d'" % app.number, b"app=999999'")
    assert said == nothing.body.split(b"Decision")[0]


def test_open_to_anyone_is_shown_without_login(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "public board")
    house.open_to(ann, app, "anyone")
    answer = call(house.port, f"/content/{app.number}/x", PAGE)
    assert answer.one("location") == f"http://{house.host(app)}/x"
    assert call(house.port, "/x", PAGE, host=house.host(app)).status == 200


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("Origin: http://{host}",), 200),
        (("Sec-Fetch-Site: same-origin",), 200),
        ((), 403),
        (("Origin: http://evil.example",), 403),
        (("Origin: null",), 403),
        (("Sec-Fetch-Site: cross-site",), 403),
        (("Sec-Fetch-Site: same-site",), 403),
        (("Origin: http://{host}.evil.example",), 403),
        (("Origin: http://localhost:{port}",), 403),
    ],
)
def test_unsafe_methods_by_cookie_need_their_own_origin(house: House, app: App, lines, status: int) -> None:
    filled = [line.format(host=house.host(app), port=house.port) for line in lines]
    cookie = f"Cookie: {app_cookie(house, app)}"
    answer = call(house.port, "/", cookie, *filled, "Content-Length: 0", host=house.host(app), method="POST")
    assert answer.status == status


@pytest.mark.parametrize(
    ("origin", "status"), [("http://{host}", 200), ("http://evil.example", 403), (None, 403)]
)
def test_a_web_socket_by_cookie_needs_its_own_origin(house: House, app: App, origin, status: int) -> None:
    lines = [f"Origin: {origin.format(host=house.host(app))}"] if origin else []
    rows = [*lines, f"Cookie: {app_cookie(house, app)}", "Upgrade: websocket"]
    raw = [f"GET /ws HTTP/1.1\r\nHost: {house.host(app)}", *rows, "Connection: Upgrade", "", ""]
    import socket

    with socket.create_connection(("127.0.0.1", house.port), timeout=5) as conn:
        conn.sendall("\r\n".join(raw).encode())
        assert int(conn.recv(4096).split(b" ")[1]) == status


def test_another_sites_page_cannot_embed_what_a_cookie_opens(house: House, app: App) -> None:
    cookie = f"Cookie: {app_cookie(house, app)}"
    embedded = ("Sec-Fetch-Site: same-site", "Sec-Fetch-Dest: script", "Sec-Fetch-Mode: no-cors")
    assert call(house.port, "/x.js", cookie, *embedded, host=house.host(app)).status == 403


def test_on_the_control_host_an_unsafe_call_by_cookie_needs_the_token(house: House, app: App) -> None:
    ann = house.person("ann")
    own = (f"Cookie: {ann.cookie}", f"Origin: http://localhost:{house.port}", "Content-Length: 0")
    path = f"/content/{app.number}/"
    assert call(house.port, path, *own, method="POST").status == 403
    assert call(house.port, path, *own, f"X-Gatepost-CSRF: {ann.csrf}", method="POST").status == 200
    assert house.seen(app)[-1].values("x-gatepost-csrf") == []


def test_ending_the_session_ends_the_apps_session(house: House, app: App) -> None:
    dan = house.person("dan")
    house.share(house.person("ann"), app, dan)
    cookie = f"Cookie: {app_cookie(house, app, 'dan')}"
    assert call(house.port, "/", cookie, host=house.host(app)).status == 200
    from gate_house import ORIGIN

    from gatepost_server.identity import sign_out

    with house.base.uow.begin(dan.actor, ORIGIN) as tx:
        sign_out(tx)
    assert call(house.port, "/", cookie, host=house.host(app)).status == 401
