"""Global keys: made by administrators, for projects or for the whole server."""

import pytest
from calling import faults, problem
from key_desk import KeyDesk
from world import World


def test_a_key_opens_the_projects_that_it_lists_and_no_other(desk: KeyDesk) -> None:
    desk.owner.post("projects", {"key": "Q", "name": "Other"})
    desk.owner.post("projects", {"key": "R", "name": "Third"})
    made = desk.made_global(projects={"P": ["READ_CONF"], "Q": ["READ_CONF", "WRITE_CONF"]})
    assert made["key"].startswith("gpg_")
    assert (made["global_admin"], made["projects"]) == (
        False, {"P": ["READ_CONF"], "Q": ["READ_CONF", "WRITE_CONF"]},
    )  # fmt: skip
    key = desk.by(made)
    assert sorted(one["key"] for one in key.get("projects").json()["items"]) == ["P", "Q"]
    assert key.post("projects/Q/datasets", {"name": "new"}).status_code == 201
    assert problem(key.post("projects/P/datasets", {"name": "new"})) == (403, "denied")
    assert problem(key.get("projects/R")) == (404, "not-found")
    assert problem(key.get("users")) == (403, "session-required")
    assert problem(key.post("projects", {"key": "S", "name": "New"})) == (403, "denied")
    assert desk.by(made).get("me").json()["via_key"]["kind"] == "global"


def test_a_global_admin_key_does_the_servers_tasks(desk: KeyDesk) -> None:
    key = desk.by(desk.made_global(global_admin=True))
    assert key.get("projects/P").status_code == 200
    assert {one["username"] for one in key.pages("users")} >= {"ada", "root"}
    user = {"username": "eve", "email": "eve@example.com"}
    assert key.post("users", user).json()["one_time_password"] is None
    assert key.get("log-files").status_code == 200
    assert key.call("PUT", "log-level", json={"level": "INFO"}).status_code == 200
    assert key.get("variables").status_code == 200
    assert key.post("groups", {"name": "crew"}).status_code == 201
    assert key.pages("admin/keys/all") != []


def test_a_key_makes_no_administrators_no_passwords_and_no_keys(desk: KeyDesk, world: World) -> None:
    eve = world.person("eve")
    new = {"username": "mallory", "email": "m@example.com"}
    root = desk.root.get("me").json()["principal"]["id"]
    robots = (
        desk.by(desk.made_global(global_admin=True)),
        desk.api.by_key(world.person("boss", "administrator")),
    )
    for key in robots:
        assert problem(key.post("users", {**new, "role": "administrator"})) == (403, "session-required")
        assert problem(key.post("users", {**new, "password": "correct horse battery"})) == (
            403, "session-required",
        )  # fmt: skip
        assert problem(key.patch(f"users/{eve.id}", {"role": "administrator"})) == (403, "session-required")
        assert problem(key.post(f"users/{eve.id}/reset")) == (403, "session-required")
        assert problem(key.post("admin/keys", {"name": "x"})) == (403, "keys-cannot-make-keys")
        assert problem(key.post("keys", {"name": "x"})) == (403, "keys-cannot-make-keys")
        assert problem(key.post("projects/P/keys", {"name": "x"})) == (403, "keys-cannot-make-keys")
        assert key.patch(f"users/{eve.id}", {"role": "publisher"}).status_code == 200
    assert desk.root.get(f"users/{root}").json()["role"] == "administrator"
    assert desk.root.get(f"users/{eve.id}").json()["role"] == "publisher"


def test_a_key_dies_with_the_role_of_its_maker(desk: KeyDesk, world: World) -> None:
    boss = world.person("boss", "administrator")
    made = desk.api.session(boss).post("admin/keys", {"name": "x", "projects": {"P": ["READ_CONF"]}}).json()
    key = desk.by(made)
    assert key.get("projects/P").status_code == 200
    desk.root.patch(f"users/{boss.id}", {"role": "publisher"})
    assert problem(key.get("projects/P")) == (401, "unauthenticated")
    desk.root.patch(f"users/{boss.id}", {"role": "administrator"})
    assert key.get("projects/P").status_code == 200


def test_rights_can_be_replaced(desk: KeyDesk) -> None:
    made = desk.made_global(projects={"P": ["READ_CONF"]})
    key, path = desk.by(made), f"admin/keys/{made['id']}/permissions"
    answer = desk.root.call("PUT", path, json={"global_admin": True})
    assert (answer.json()["global_admin"], answer.json()["projects"]) == (True, {})
    assert key.pages("admin/keys") != []
    assert desk.root.call("PUT", path, json={}).json()["global_admin"] is False
    assert problem(key.get("projects/P")) == (404, "not-found")
    assert problem(key.get("admin/keys")) == (403, "denied")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"projects": {"NONE": ["READ_CONF"]}}, "projects"),
        ({"projects": {"P": ["READ_NOTHING"]}}, "projects."),
        ({"projects": {"P": ["GLOBAL_ADMIN"]}}, "projects."),
        ({"global_admin": True, "projects": {"P": ["READ_CONF"]}}, "projects"),
        ({"run_as": "nobody-here"}, "run_as"),
        ({"allowed_origins": []}, "allowed_origins"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(
    desk: KeyDesk, body: dict[str, object], field: str
) -> None:
    answer = desk.root.post("admin/keys", {"name": "x", **body})
    assert answer.status_code == 400, answer.text
    assert next(iter(faults(answer))).startswith(field)
    assert desk.root.pages("admin/keys") == []


def test_only_administrators_keep_global_keys(desk: KeyDesk) -> None:
    made = desk.made_global()
    for answer in (
        desk.owner.post("admin/keys", {"name": "x"}), desk.owner.get("admin/keys"),
        desk.owner.get("admin/keys/all"), desk.owner.get(f"admin/keys/{made['id']}"),
        desk.owner.patch(f"admin/keys/{made['id']}", {"name": "y"}),
        desk.owner.delete(f"admin/keys/{made['id']}"), desk.owner.delete(f"admin/keys/all/{made['id']}"),
    ):  # fmt: skip
        assert problem(answer) == (403, "denied")
    assert desk.root.patch(f"admin/keys/{made['id']}", {"name": "y"}).json()["name"] == "y"
    assert desk.root.delete(f"admin/keys/{made['id']}").json()["revoked"] is True
    assert problem(desk.by(made).get("me")) == (401, "unauthenticated")


def test_an_associated_user_of_a_global_key(desk: KeyDesk, world: World) -> None:
    world.person("bob")
    made = desk.made_global(projects={"P": ["READ_CONF"]}, run_as="bob")
    assert (made["run_as"], made["run_as_counts"]) == ("bob", True)
    path = f"admin/keys/{made['id']}/run-as"
    assert desk.root.call("PUT", path, json={"user": None}).json()["run_as"] is None


def test_all_keys_are_found_by_kind_owner_status_and_words(desk: KeyDesk, world: World) -> None:
    personal = world.key(desk.ada, "Nightly laptop").key
    project, robot = desk.made(name="nightly load"), desk.made_global(name="robot")
    ids = {"personal": personal.id, "project": project["id"], "global": robot["id"]}

    def found(**wanted: str) -> list[str]:
        return [one["id"] for one in desk.root.pages("admin/keys/all", **wanted)]

    assert found() == [robot["id"], project["id"], personal.id]
    for kind, key_id in ids.items():
        assert found(kind=kind) == [key_id]
    assert found(owner=desk.ada.id) == [project["id"], personal.id]
    assert found(q="night") == [project["id"], personal.id]
    assert found(q="NIGHT lap") == [personal.id]
    assert found(q="ightly") == []
    assert found(q=project["prefix"]) == [project["id"]]
    assert found(q=project["prefix"][:8]) == [project["id"]]
    assert found(q=project["key"]) == [project["id"]]
    assert found(q=robot["id"]) == [robot["id"]]
    assert found(q="%") == found(q="_") == []
    desk.root.patch(f"admin/keys/{robot['id']}", {"is_enabled": False})
    assert found(status="disabled") == [robot["id"]]
    assert found(status="active", kind="project") == [project["id"]]


def test_an_administrator_deletes_anybodys_key_and_makes_none_for_others(desk: KeyDesk, world: World) -> None:
    for key_id in (world.key(desk.ada).key.id, desk.made()["id"]):
        assert desk.root.delete(f"admin/keys/all/{key_id}").json()["revoked"] is True
        assert problem(desk.root.delete(f"admin/keys/all/{key_id}")) == (404, "unknown-key")
    assert problem(desk.root.post(f"users/{desk.ada.id}/keys", {"name": "x"}))[0] == 405


def test_what_a_global_admin_key_makes_has_a_person_for_an_owner(desk: KeyDesk) -> None:
    key = desk.by(desk.made_global(global_admin=True))
    assert key.post("projects", {"key": "S", "name": "New"}).status_code == 201
    assert desk.root.get("projects/S").json()["owner"]["name"] == "Root"
    grants = desk.root.get("projects/S/permissions").json()
    assert "root" in str(grants)
