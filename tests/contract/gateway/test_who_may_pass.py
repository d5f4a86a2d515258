"""Whom the gate lets pass, and what it says to the others; with the real parts."""

import base64

import pytest
from gate_calls import Answered, call
from gate_house import House

from gatepost_server import keys
from gatepost_server.apps import App


@pytest.fixture(scope="module")
def app(house: House) -> App:
    return house.publish(house.person("ann"), "mean")


def ask(house: House, ref: object, *lines: str, method: str = "GET", path: str = "") -> Answered:
    return call(house.port, f"/content/{ref}/{path}", *lines, method=method)


def _basic(user: str, password: str) -> str:
    return "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize("spell", [
    lambda key: f"Authorization: Key {key}",
    lambda key: f"Authorization: Bearer {key}",
    lambda key: f"authorization: token {key}",
    lambda key: _basic(key, ""),
    lambda key: _basic("anybody", key),
    lambda key: f"X-RSC-Authorization: Key {key}",
    lambda key: f"X-RSC-Authorization: {key}",
], ids=["key", "bearer", "token", "basic user", "basic password", "rsc", "rsc bare"])  # fmt: skip
def test_an_owners_key_passes_in_every_spelling(house: House, app: App, spell) -> None:
    key = house.key(house.person("ann"))
    assert ask(house, app.number, spell(key)).status == 200
    seen = house.seen(app)[-1]
    assert key not in seen.head.decode()
    assert base64.b64encode(key.encode())[:20].decode() not in seen.head.decode()
    assert seen.values("x-gatepost-user") == ["ann"]


@pytest.mark.parametrize("of", [lambda app: app.number, lambda app: app.id, lambda app: app.id[4:]])
def test_content_has_a_number_and_an_id(house: House, app: App, of) -> None:
    assert ask(house, of(app), f"Authorization: Key {house.key(house.person('ann'))}").status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_any_method_passes_with_a_key(house: House, app: App, method: str) -> None:
    key = house.key(house.person("ann"))
    answer = ask(house, app.number, f"Authorization: Key {key}", "Content-Length: 0", method=method)
    assert (answer.status, house.seen(app)[-1].line) == (200, f"{method} / HTTP/1.1")


@pytest.mark.parametrize("ref", ["1", "app_" + "0" * 24, "999999", "nonsense", "%2f", "0", "-1"])
def test_without_a_credential_every_content_is_401(house: House, app: App, ref: str) -> None:
    answer = ask(house, ref)
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")
    assert answer.json["decision_id"] == answer.json["instance"]
    assert answer.one("www-authenticate") is not None


def test_a_stranger_sees_the_same_as_for_nothing(house: House, app: App) -> None:
    key = f"Authorization: Key {house.key(house.person('bob'))}"
    there, nothing = ask(house, app.number, key), ask(house, "999999", key)
    for answer in (there, nothing):
        assert answer.json.pop("instance")
    left = {name: value for name, value in there.json.items() if name not in ("instance", "decision_id")}
    right = {name: value for name, value in nothing.json.items() if name not in ("instance", "decision_id")}
    assert (there.status, left) == (404, right)
    assert [n for n, _ in there.headers] == [n for n, _ in nothing.headers]


def test_a_consumer_passes_and_nobody_after_it_is_taken_back(house: House, app: App) -> None:
    carol = house.person("carol")
    key = f"Authorization: Key {house.key(carol)}"
    assert ask(house, app.number, key).status == 404
    house.share(house.person("ann"), app, carol)
    assert ask(house, app.number, key).status == 200


@pytest.mark.parametrize("bad", [
    "gpp_" + "0" * 48, "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X", "gpx_" + "1" * 48,
    "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5Y",
])  # fmt: skip
def test_every_bad_key_gets_one_answer(house: House, app: App, bad: str) -> None:
    answer = ask(house, app.number, f"Authorization: Key {bad}")
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")


def test_a_deleted_key_is_refused_at_the_next_request(house: House, app: App) -> None:
    ann = house.person("ann")
    text = house.key(ann)
    assert ask(house, app.number, f"Authorization: Key {text}").status == 200
    with house.base.uow.begin(ann.actor, _origin()) as tx:
        from gatepost_server.kernel.paging import PageRequest

        row = next(k for k in keys.list_keys(tx, PageRequest()).items if k.last_four == text[-4:])
        keys.revoke_key(tx, row.id)
    assert ask(house, app.number, f"Authorization: Key {text}").status == 401


def _origin():
    from gate_house import ORIGIN

    return ORIGIN


def test_two_different_keys_are_400(house: House, app: App) -> None:
    ann = house.person("ann")
    before = len(house.seen(app))
    lines = (f"Authorization: Key {house.key(ann)}", f"X-RSC-Authorization: {house.key(ann)}")
    assert ask(house, app.number, *lines).status == 400
    assert len(house.seen(app)) == before


@pytest.mark.parametrize("name", ["Authorization", "X-RSC-Authorization"])
def test_a_credential_header_in_two_lines_never_passes(house: House, app: App, name: str) -> None:
    key = house.key(house.person("ann"))
    before = len(house.seen(app))
    answer = ask(house, app.number, f"{name}: Key {key}", f"{name}: Key {key}")
    assert answer.status == 400
    assert len(house.seen(app)) == before


def test_a_foreign_authorization_is_ignored_and_removed(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    answer = ask(house, app.number, _basic("proxy", "secret"), f"X-RSC-Authorization: Key {key}")
    assert answer.status == 200
    assert house.seen(app)[-1].values("authorization") == []


def test_a_missing_slash_is_added(house: House, app: App) -> None:
    answer = call(house.port, f"/content/{app.number}?a=b", method="POST")
    assert (answer.status, answer.one("location")) == (308, f"/content/{app.number}/?a=b")


def test_an_app_learns_where_it_is(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    ask(house, app.number, f"Authorization: Key {key}", "X-Forwarded-For: 1.2.3.4", path="a/b?c=d")
    seen = house.seen(app)[-1]
    assert seen.line == "GET /a/b?c=d HTTP/1.1"
    assert seen.values("x-forwarded-prefix") == [f"/content/{app.number}"]
    assert seen.values("x-forwarded-for") == ["127.0.0.1"]
    assert seen.values("x-forwarded-host") == [f"localhost:{house.port}"]


def test_only_the_apps_own_cookies_arrive(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    ask(house, app.number, f"Authorization: Key {key}", "Cookie: gp_session=x; own=1; __Host-gp_frame=y; b=2")
    assert house.seen(app)[-1].values("cookie") == ["own=1; b=2"]
    ask(house, app.number, f"Authorization: Key {key}", "Cookie: gp_session=x")
    assert house.seen(app)[-1].values("cookie") == []


def test_a_body_above_the_limit_is_413(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    answer = ask(house, app.number, f"Authorization: Key {key}", f"Content-Length: {2**40}", method="PUT")
    assert answer.status == 413


def test_open_to_anyone_needs_nothing(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "open")
    house.open_to(ann, app, "anyone")
    assert ask(house, app.number).status == 200
    assert house.seen(app)[-1].values("x-gatepost-user") == []
    assert ask(house, app.number, "Cookie: gp_session=ended").status == 200
    assert ask(house, app.number, "Authorization: Key gpp_" + "0" * 48).status == 401


def test_open_to_all_who_are_signed_in(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "inside")
    house.open_to(ann, app, "signed_in")
    assert ask(house, app.number).status == 401
    assert ask(house, app.number, f"Authorization: Key {house.key(house.person('bob'))}").status == 200
