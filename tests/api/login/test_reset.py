"""POST login/reset: a new password with a code, and nothing learnt without one."""

from typing import Any

import pytest
from calling import Api, faults, problem
from stores import Store
from world import World

NEW = "quite another one"


@pytest.fixture
def code(api: Api, world: World) -> str:
    """A code for ada's password."""
    ada, root = world.person("ada"), world.person("root", "administrator")
    return str(api.session(root).post(f"users/{ada.id}/reset").json()["reset_code"])


def reset(api: Api, code: str, username: str = "ada", password: str = NEW, **more: Any) -> Any:
    body = {"username": username, "code": code, "password": password}
    return api.nobody.post("login/reset", body, **more)


def log_in(api: Api, password: str) -> int:
    return api.nobody.post("login", {"username": "ada", "password": password}).status_code


def test_204_a_code_sets_a_password_once(api: Api, code: str) -> None:
    answer = reset(api, code, " ADA ")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    assert log_in(api, NEW) == 200
    assert problem(reset(api, code, password="a third password")) == (401, "bad-login")
    assert log_in(api, NEW) == 200


def test_401_whatever_is_wrong_answers_alike(api: Api, world: World, code: str) -> None:
    world.person("bob")
    world.person("closed", is_active=False)
    tried = [("ada", "guess"), ("bob", code), ("nobody", code), ("closed", code), ("", code), ("ada", "")]
    answers = [reset(api, with_code, username).json() for username, with_code in tried]
    assert len({(said["status"], said["code"], said["detail"]) for said in answers}) == 1
    assert answers[0]["code"] == "bad-login"
    assert "code" in answers[0]["detail"]
    assert reset(api, code).status_code == 204


def test_401_a_code_is_good_for_an_hour(api: Api, store: Store, code: str) -> None:
    store.clock.advance(hours=1)
    assert problem(reset(api, code)) == (401, "bad-login")


@pytest.mark.parametrize("weak", ["", "short", "x" * 257, "aaaaaaaaaa"])
def test_400_a_weak_password_is_a_fault_whoever_asks_and_keeps_the_code(
    api: Api, code: str, weak: str
) -> None:
    for username, with_code in (("ada", code), ("ada", "guess"), ("nobody", "guess")):
        answer = reset(api, with_code, username, weak)
        assert problem(answer) == (400, "weak-password")
        assert set(faults(answer)) == {"password"}
    assert reset(api, code).status_code == 204


@pytest.mark.parametrize("body", [{}, {"username": "ada", "code": "x"}, {"code": 1}, [], "text", None])
def test_400_what_is_no_reset(api: Api, body: Any) -> None:
    assert api.nobody.post("login/reset", body).status_code == 400


def test_403_another_site_cannot_ask(api: Api, code: str) -> None:
    assert reset(api, code, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert reset(api, code).status_code == 204


def test_429_guessing_is_limited(api: Api, code: str) -> None:
    assert {reset(api, f"guess {number}").status_code for number in range(10)} == {401}
    answer = reset(api, code)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
