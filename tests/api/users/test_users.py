"""Users: made, listed, changed, deactivated and reset by administrators, and by nobody else."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from stores import on_one_engine
from world import World

BODY = {"username": "eve", "email": "eve@example.com", "display_name": "Eve", "role": "viewer"}


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


def test_a_person_is_made_with_a_password_for_one_time(api: Api, root: Caller) -> None:
    made = root.post("users", BODY).json()
    once = made["one_time_password"]
    assert (made["username"], made["must_change_password"], made["is_active"]) == ("eve", True, True)
    assert api.nobody.post("login", {"username": "eve", "password": once}).json()["user"][
        "must_change_password"
    ]
    assert once not in root.get(f"users/{made['id']}").text + root.get("users").text + str(
        root.pages("audit")
    )


def test_a_session_may_choose_the_first_password(api: Api, root: Caller) -> None:
    made = root.post("users", {**BODY, "password": "quite another horse"}).json()
    assert (made["one_time_password"], made["must_change_password"]) == (None, False)
    assert api.nobody.post("login", {"username": "eve", "password": "quite another horse"}).status_code == 200


def test_a_key_sees_and_chooses_no_password(api: Api, world: World) -> None:
    root = api.by_key(world.person("root", "administrator"))
    assert problem(root.post("users", {**BODY, "password": "quite another horse"}))[0] == 403
    assert root.post("users", BODY).json()["one_time_password"] is None


def test_a_key_promotes_nobody_to_administrator(api: Api, world: World) -> None:
    root, ada = api.by_key(world.person("root", "administrator")), world.person("ada")
    assert problem(root.post("users", {**BODY, "role": "administrator"})) == (403, "session-required")
    assert problem(root.patch(f"users/{ada.id}", {"role": "administrator"})) == (403, "session-required")


@on_one_engine
@pytest.mark.parametrize(
    ("field", "value"),
    [("username", ""), ("username", "a"), ("username", "a b"), ("username", "../x"), ("username", "a\0b"),
     ("username", 5), ("username", None), ("email", "x"), ("email", "a@b\r\nBcc: c@d.e"), ("role", "emperor"),
     ("role", None), ("password", "short"), ("password", 5), ("display_name", "x" * 121),
     ("display_name", "a\0b")],
)  # fmt: skip
def test_a_field_that_cannot_be_accepted(root: Caller, field: str, value: Any) -> None:
    answer = root.post("users", {**BODY, field: value})
    assert (answer.status_code, list(faults(answer))) == (400, [field])
    assert [user["username"] for user in root.pages("users")] == ["root"]


def test_a_username_is_taken_once(root: Caller) -> None:
    assert root.post("users", BODY).status_code == 201
    assert problem(root.post("users", {**BODY, "username": "EVE"})) == (409, "username-taken")


def test_everybody_finds_names_and_administrators_see_all(api: Api, world: World, root: Caller) -> None:
    ada = world.person("ada")
    for caller in (api.session(ada), api.by_key(ada)):
        assert [sorted(row) for row in caller.pages("users", q="root")] == [
            ["display_name", "id", "username"]
        ]
    [row] = root.pages("users", q="ada")
    assert (row["email"], row["role"], row["is_active"]) == ("ada@example.com", "viewer", True)
    assert "password" not in str(sorted(set(row) - {"must_change_password"}))


@pytest.mark.parametrize("how", ["session", "by_key"])
def test_deactivating_ends_sessions_and_keys_at_once(api: Api, world: World, root: Caller, how: str) -> None:
    ada = world.person("ada")
    caller = getattr(api, how)(ada)
    said = root.patch(f"users/{ada.id}", {"is_active": False}).json()
    assert (said["revoked"], said["user"]["is_active"], said["moved"]) == (True, False, [])
    assert problem(caller.get("me")) == (401, "unauthenticated")


def test_demoting_narrows_a_live_session_and_key_at_once(api: Api, world: World, root: Caller) -> None:
    other = world.person("other", "administrator")
    session, key = api.session(other), api.by_key(other)
    assert (session.get("settings").status_code, key.get("settings").status_code) == (200, 200)
    root.patch(f"users/{other.id}", {"role": "viewer"})
    for caller in (session, key):
        assert problem(caller.get("settings")) == (403, "denied")


def test_what_somebody_owned_alone_is_said_to_have_moved(api: Api, world: World, root: Caller) -> None:
    ada = world.person("ada", "publisher")
    app = world.thing(ada)
    said = root.patch(f"users/{ada.id}", {"is_active": False}).json()
    me = root.get("me").json()["principal"]["id"]
    assert said["moved"] == [{"kind": "app", "id": app.id, "to": me}]


def test_the_last_administrator_stays(root: Caller) -> None:
    me = root.get("me").json()["principal"]["id"]
    for change in ({"role": "viewer"}, {"is_active": False}):
        assert problem(root.patch(f"users/{me}", change)) == (409, "last-administrator")
    assert root.get("settings").status_code == 200


@pytest.mark.parametrize(
    "change", [{"role": "emperor"}, {"is_active": "perhaps"}, {"is_active": None, "x": 1}]
)
def test_a_change_that_cannot_be_accepted(world: World, root: Caller, change: dict[str, Any]) -> None:
    assert root.patch(f"users/{world.person('ada').id}", change).status_code == 400


@pytest.mark.parametrize("role", ["viewer", "publisher"])
def test_others_may_none_of_this(api: Api, world: World, role: str) -> None:
    ada, bob = api.session(world.person("ada", role)), world.person("bob")
    me = ada.get("me").json()["principal"]["id"]
    for answer in (
        ada.post("users", BODY),
        ada.patch(f"users/{bob.id}", {"role": "administrator"}),
        ada.patch(f"users/{me}", {"role": "administrator"}),
        ada.get(f"users/{bob.id}"),
        ada.get("users/usr_" + "0" * 24),
        ada.post(f"users/{bob.id}/reset"),
        ada.delete(f"users/{bob.id}/sessions"),
        ada.get(f"users/{bob.id}/keys"),
        ada.get("settings"),
        ada.patch("settings", {"policies": {"access_ceiling": "grants"}}),
        ada.get("health"),
    ):
        assert problem(answer) == (403, "denied")
        assert answer.json()["missing"] == "GLOBAL_ADMIN"


def test_a_stale_proof_of_identity_is_asked_for_again(api: Api, world: World) -> None:
    root, ada = api.session(world.person("root", "administrator"), is_recent=False), world.person("ada")
    for answer in (
        root.post("users", BODY),
        root.patch(f"users/{ada.id}", {"role": "publisher"}),
        root.patch(f"users/{ada.id}", {"is_active": False}),
        root.post(f"users/{ada.id}/reset"),
        root.patch("settings", {"policies": {"access_ceiling": "grants"}}),
    ):
        assert problem(answer) == (403, "confirm-required")
    assert root.get(f"users/{ada.id}").json()["is_active"] is True


def test_an_administrator_says_whose_an_address_is(api: Api, world: World, root: Caller) -> None:
    ada = world.person("ada")
    me = api.session(ada)
    assert root.get(f"users/{ada.id}").json()["email_confirmed"] is True
    changed = me.patch("me", {"display_name": "Ada", "email": "root@example.com"})
    assert changed.status_code == 200, changed.text
    shown = root.get(f"users/{ada.id}").json()
    assert (shown["email"], shown["email_confirmed"]) == ("root@example.com", False)
    given = root.patch(f"users/{ada.id}", {"email": "ada@example.com"})
    assert given.status_code == 200, given.text
    assert (given.json()["user"]["email"], given.json()["user"]["email_confirmed"]) == (
        "ada@example.com",
        True,
    )
    assert me.patch("me", {"display_name": "Ada", "email": "ada@example.com"}).status_code == 200
    assert root.get(f"users/{ada.id}").json()["email_confirmed"] is True, "it is the one that was given"
    assert list(faults(root.patch(f"users/{ada.id}", {"email": "x"}))) == ["email"]
    assert problem(me.patch(f"users/{ada.id}", {"email": "b@example.com"}))[0] == 403
    by_key = api.by_key(world.person("other", "administrator"))
    assert problem(by_key.patch(f"users/{ada.id}", {"email": "b@example.com"})) == (403, "session-required")
    assert root.get(f"users/{ada.id}").json()["email"] == "ada@example.com"
    html = {"accept": "text/html"}
    assert "Mail address of" in root.call("GET", f"/users/{ada.id}/email", headers=html).text
    sent = {"csrf_token": str(root.csrf), "email": "x"}
    bad = root.call("POST", f"/users/{ada.id}/email", headers={**html, "x-gatepost-csrf": None}, data=sent)
    assert bad.status_code == 400
    good = root.call(
        "POST", f"/users/{ada.id}/email", headers={**html, "x-gatepost-csrf": None},
        data={**sent, "email": "lovelace@example.com"},
    )  # fmt: skip
    assert good.status_code == 303
    assert root.get(f"users/{ada.id}").json()["email"] == "lovelace@example.com"
