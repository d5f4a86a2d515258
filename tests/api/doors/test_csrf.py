"""Cookies and other sites: what a browser sends by itself changes nothing."""

import pytest
from calling import BASE, Api, Caller, problem
from world import World


@pytest.fixture
def ada(api: Api, world: World) -> Caller:
    return api.session(world.person("ada"))


@pytest.mark.parametrize("token", [None, "", "x", "\u00e9"])
def test_an_unsafe_call_by_cookie_needs_its_token(ada: Caller, token: str | None) -> None:
    sent = {"x-gatepost-csrf": token.encode("latin-1") if token is not None else None}
    assert problem(ada.post("keys", {"name": "ci"}, headers=sent)) == (403, "csrf")
    assert ada.pages("keys") == []


def test_the_token_of_another_session_is_not_good(api: Api, world: World, ada: Caller) -> None:
    other = api.session(world.person("bob")).csrf
    assert problem(ada.post("keys", {"name": "ci"}, headers={"x-gatepost-csrf": other})) == (403, "csrf")


def test_the_token_alone_is_nobody(api: Api, ada: Caller) -> None:
    answer = api.nobody.post("keys", {"name": "ci"}, headers={"x-gatepost-csrf": ada.csrf})
    assert problem(answer) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": BASE},
        {"origin": BASE.upper()},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": BASE, "sec-fetch-site": "same-origin"},
    ],
)
def test_our_own_pages_may(ada: Caller, sent: dict[str, str]) -> None:
    assert ada.post("keys", {"name": "ci"}, headers=sent).status_code == 201


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://gatepost.test.evil.test"},
        {"origin": "http://app--1.gatepost.test"},
        {"origin": "http://gatepost.test:8081"},
        {"origin": "http://gatepost.test@evil.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "anything"},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
        {"origin": "http://evil.test", "sec-fetch-site": "same-origin"},
    ],
)
def test_other_sites_may_not_even_with_the_token(ada: Caller, sent: dict[str, str]) -> None:
    assert problem(ada.post("keys", {"name": "ci"}, headers=sent)) == (403, "cross-origin")


@pytest.mark.parametrize("sent", [{"origin": "http://evil.test"}, {"sec-fetch-site": "cross-site"}])
def test_another_site_signs_nobody_in(api: Api, sent: dict[str, str]) -> None:
    answer = api.nobody.post("login", {"username": "a", "password": "b"}, headers=sent)
    assert problem(answer) == (403, "cross-origin")


def test_a_key_needs_no_token_and_ignores_the_cookie_beside_it(api: Api, world: World, ada: Caller) -> None:
    bob = api.by_key(world.person("bob"))
    answer = bob.get("me", headers={"cookie": ada.headers["cookie"], "origin": "http://evil.test"})
    assert answer.json()["principal"]["name"] == "bob"
    assert answer.json()["via_key"]["name"] == "ci"


def test_reading_needs_no_token(ada: Caller) -> None:
    assert ada.get("me", headers={"origin": "http://evil.test"}).status_code == 200
