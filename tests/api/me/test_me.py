"""GET and PATCH me, me/password, session/confirm: oneself."""

from typing import Any

import pytest
from calling import Api, faults, problem
from stores import on_one_engine
from world import PASSWORD, World

NEW = "quite another horse"


@pytest.mark.parametrize("role", ["viewer", "publisher", "administrator"])
def test_one_sees_who_one_is(api: Api, world: World, role: str) -> None:
    ada = world.person("ada", role)
    by_session, by_key = api.session(ada).get("me").json(), api.by_key(ada).get("me").json()
    assert by_session["principal"] == by_key["principal"] == {"kind": "user", "id": ada.id, "name": "ada"}
    assert by_session["role"] == by_key["role"] == role
    assert (by_session["via_key"], by_key["via_key"]["name"]) == (None, "ci")


def test_one_edits_ones_profile(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    said = ada.patch("me", {"display_name": "Ada Lovelace", "email": "al@example.com"}).json()
    assert (said["display_name"], said["email"], said["username"]) == (
        "Ada Lovelace",
        "al@example.com",
        "ada",
    )


@on_one_engine
@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nobody"), ("email", ""), ("email", "a@b\0"), ("email", "a@" + "x" * 300), ("email", None),
     ("display_name", "x" * 121), ("display_name", "a\0b"), ("display_name", 5)],
)  # fmt: skip
def test_a_profile_that_cannot_be_accepted(api: Api, world: World, field: str, value: Any) -> None:
    ada = api.session(world.person("ada"))
    answer = ada.patch("me", {"display_name": "Ada", "email": "a@example.com", field: value})
    assert (answer.status_code, list(faults(answer))) == (400, [field])


def test_one_does_not_promote_oneself(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    body = {"display_name": "Ada", "email": "a@example.com"}
    for more in ({"role": "administrator"}, {"is_active": True}, {"username": "root"}, {"id": "x"}):
        assert problem(ada.patch("me", {**body, **more})) == (400, "unknown-field")
    assert ada.get("me").json()["role"] == "viewer"


def test_changing_the_password_ends_the_other_sessions(api: Api, world: World) -> None:
    ada = world.person("ada")
    other, this = api.session(ada), api.session(ada)
    assert this.post("me/password", {"old": PASSWORD.reveal(), "new": NEW}).json()["revoked"] is True
    assert (this.get("me").status_code, other.get("me").status_code) == (200, 401)
    assert api.nobody.post("login", {"username": "ada", "password": NEW}).status_code == 200


def test_a_password_that_is_not_right_or_not_good_changes_nothing(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    answer = ada.post("me/password", {"old": "wrong", "new": NEW})
    assert (problem(answer), list(faults(answer))) == ((400, "old-password-wrong"), ["old"])
    answer = ada.post("me/password", {"old": PASSWORD.reveal(), "new": "short"})
    assert (problem(answer), list(faults(answer))) == ((400, "weak-password"), ["new"])


def test_guessing_the_present_password_is_limited(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    for _ in range(10):
        assert ada.post("me/password", {"old": "wrong", "new": NEW}).status_code == 400
    assert ada.post("me/password", {"old": PASSWORD.reveal(), "new": NEW}).status_code == 429


def test_the_first_password_file_goes_when_its_password_is_changed(api: Api, world: World) -> None:
    path = api.house.folders.admin_password
    path.write_text(PASSWORD.reveal() + "\n")
    ada = api.session(world.person("ada"))
    assert ada.post("me/password", {"old": "wrong", "new": NEW}).status_code == 400
    assert path.exists()
    assert ada.post("me/password", {"old": PASSWORD.reveal(), "new": NEW}).status_code == 200
    assert not path.exists()


def test_confirming_takes_the_password_and_renews_the_session(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"), is_recent=False)
    assert problem(ada.post("session/confirm", {"password": "wrong"})) == (401, "bad-login")
    answer = ada.post("session/confirm", {"password": PASSWORD.reveal()})
    assert answer.status_code == 204
    assert ada.get("me").status_code == 401
    assert ada.renewed(answer).get("me").json()["principal"]["name"] == "ada"
