"""GET and DELETE sessions: one's own, ended with a receipt."""

from calling import Api, problem
from world import World


def test_one_sees_ones_sessions_and_which_is_this_one(api: Api, world: World) -> None:
    ada = world.person("ada")
    other, this = api.session(ada), api.session(ada)
    rows = this.pages("sessions")
    assert [row["is_this_one"] for row in rows] == [True, False]
    assert [row["is_this_one"] for row in other.pages("sessions")] == [False, True]


def test_an_ended_session_is_refused_at_once(api: Api, world: World) -> None:
    ada = world.person("ada")
    other, this = api.session(ada), api.session(ada)
    receipt = this.delete(f"sessions/{this.pages('sessions')[1]['id']}").json()
    assert receipt["revoked"] is True
    assert problem(other.get("me")) == (401, "unauthenticated")
    assert this.get("me").status_code == 200


def test_a_session_of_somebody_else_is_unknown(api: Api, world: World) -> None:
    bob = api.session(world.person("bob"))
    root = api.session(world.person("root", "administrator"))
    assert problem(root.delete(f"sessions/{bob.pages('sessions')[0]['id']}")) == (404, "unknown-session")
    assert bob.get("me").status_code == 200


def test_a_session_that_is_not_used_ends(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    world.store.clock.advance(hours=7, minutes=59)
    assert ada.get("me").status_code == 200
    api.house.notes.write()
    world.store.clock.advance(hours=7, minutes=59)
    assert ada.get("me").status_code == 200
    world.store.clock.advance(hours=8)
    assert problem(ada.get("me")) == (401, "unauthenticated")


def test_administrators_end_all_sessions_of_somebody(api: Api, world: World) -> None:
    ada = world.person("ada")
    caller, root = api.session(ada), api.session(world.person("root", "administrator"))
    assert root.delete(f"users/{ada.id}/sessions").json()["revoked"] is True
    assert caller.get("me").status_code == 401
    assert problem(root.delete("users/usr_" + "0" * 24 + "/sessions")) == (404, "unknown-user")
