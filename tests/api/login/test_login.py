"""POST login, logout, login/exchange, login/reset: cookies, ends, one answer for what is wrong."""

import logging

import pytest
from calling import Api, Caller, cookies, faults, problem
from stores import on_one_engine
from world import PASSWORD, World

GOOD = {"username": "ada", "password": PASSWORD.reveal()}


def test_signing_in_gives_a_session_by_cookie(api: Api, world: World) -> None:
    world.person("ada", "publisher")
    answer = api.nobody.post("login", GOOD)
    assert (answer.json()["user"]["username"], answer.json()["user"]["role"]) == ("ada", "publisher")
    assert answer.json()["expires_at"] == "2027-01-11T09:00:00.000Z"
    set_by = cookies(answer)
    assert set(set_by) == {"gp_session", "gp_csrf"}
    session, csrf = set_by["gp_session"].lower(), set_by["gp_csrf"].lower()
    assert ("httponly" in session, "samesite=lax" in session, "path=/" in session, "secure" in session) == (
        True, True, True, False,
    )  # fmt: skip
    assert "domain" not in session
    assert "httponly" not in csrf
    caller = Caller(api, {"cookie": set_by["gp_session"].split(";")[0]}, answer.json()["csrf_token"])
    assert caller.get("me").json()["principal"]["name"] == "ada"
    assert caller.post("keys", {"name": "ci"}).status_code == 201


def test_signing_out_ends_the_session_at_once(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    answer = ada.post("logout")
    assert answer.status_code == 204
    assert all("max-age=0" in line.lower() for line in cookies(answer).values())
    assert problem(ada.get("me")) == (401, "unauthenticated")


@on_one_engine
def test_all_that_is_wrong_answers_alike(api: Api, world: World) -> None:
    world.person("ada"), world.person("gone", is_active=False)
    said = []
    for username, password in (("ada", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD.reveal()), ("", "")):
        answer = api.nobody.post("login", {"username": username, "password": password})
        body = answer.json()
        body.pop("instance"), body.pop("decision_id")
        said.append((answer.status_code, body, sorted(cookies(answer))))
    assert said == [said[0]] * 4
    assert said[0][0] == 401


@on_one_engine
@pytest.mark.parametrize(
    "body",
    [{}, {"username": "ada"}, {"password": "x"}, {"username": None, "password": "x"},
     {"username": "ada", "password": 5}, {"username": ["ada"], "password": "x"}, {**GOOD, "remember": True}],
)  # fmt: skip
def test_a_malformed_login_is_refused(api: Api, body: dict[str, object]) -> None:
    answer = api.nobody.post("login", body)
    assert answer.status_code == 400
    assert faults(answer)


def test_too_many_tries_say_when_to_come_back(api: Api, world: World) -> None:
    world.person("ada")
    for _ in range(10):
        assert api.nobody.post("login", {**GOOD, "password": "wrong"}).status_code == 401
    answer = api.nobody.post("login", GOOD)
    assert problem(answer) == (429, "too-many-logins")
    assert (answer.headers["retry-after"], answer.json()["retry_after"]) == ("30", 30)
    assert api.nobody.post("login", GOOD, headers={"x-forwarded-for": "203.0.113.9"}).status_code == 200
    world.store.clock.advance(seconds=30)
    assert api.nobody.post("login", GOOD).status_code == 200


def test_a_lie_about_ones_address_does_not_lift_the_limit(api: Api, world: World) -> None:
    for number in range(11):
        sent = {"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"}
        answer = api.nobody.post("login", {**GOOD, "password": "wrong"}, headers=sent)
    assert answer.status_code == 429


def test_passwords_and_tokens_are_never_written_down(
    api: Api, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.person("ada")
    token = cookies(api.nobody.post("login", GOOD))["gp_session"].split(";")[0].partition("=")[2]
    api.nobody.post("login", {**GOOD, "password": "my other password"})
    api.nobody.post("login", {"username": "ada", "password": ["my other password"]})
    trail = str(api.session(world.person("root", "administrator")).pages("audit"))
    for secret in (PASSWORD.reveal(), "my other password", token):
        assert secret not in caplog.text + trail
        assert all(secret not in answer.text for answer in api.sent)


def test_a_reset_code_sets_a_password_once(api: Api, world: World) -> None:
    ada, root = world.person("ada"), api.session(world.person("root", "administrator"))
    code = root.post(f"users/{ada.id}/reset").json()["reset_code"]
    assert problem(api.nobody.post("login", GOOD))[0] == 401
    wanted = {"username": "ada", "code": code, "password": "quite another horse"}
    assert problem(api.nobody.post("login/reset", {**wanted, "username": "root"}))[0] == 401
    assert faults(api.nobody.post("login/reset", {**wanted, "password": "short"})) != {}
    assert api.nobody.post("login/reset", wanted).status_code == 204
    assert problem(api.nobody.post("login/reset", wanted))[0] == 401
    assert api.nobody.post("login", {"username": "ada", "password": "quite another horse"}).status_code == 200


@pytest.mark.parametrize("code", ["", "x", "x" * 43, "\u00e9"])
def test_an_invented_code_opens_nothing(api: Api, code: str) -> None:
    assert problem(api.nobody.post("login/exchange", {"code": code, "verifier": "v" * 43}))[0] == 401
