"""POST projects/{p}/keys: the text once, the rights as asked, and what is refused."""

import pytest
from calling import faults, problem
from key_desk import KeyDesk

from gatepost_server.authz import policy


def test_a_key_is_shown_once_and_listed_without_its_text(desk: KeyDesk) -> None:
    desk.filled()
    made = desk.made(
        name="nightly  load", description="for the loader", permissions=["READ_CONF"],
        datasets={"orders": ["READ_DATA"]},
    )  # fmt: skip
    text = made.pop("key")
    assert (text[:4], made["prefix"], made["last_four"]) == ("gpj_", text[:14], text[-4:])
    assert (made["kind"], made["name"], made["project"]) == ("project", "nightly load", "P")
    assert (made["permissions"], made["datasets"]) == (["READ_CONF"], {"orders": ["READ_DATA"]})
    assert (made["sponsor"]["name"], made["created_by"]["name"]) == ("ada", "ada")
    assert (made["run_as"], made["is_enabled"], made["status"]) == (None, True, "active")
    assert desk.owner.pages("projects/P/keys") == [made]
    assert desk.owner.get(f"projects/P/keys/{made['id']}").json() == made
    assert text[14:46] not in desk.owner.get("projects/P/keys").text


def test_a_key_opens_what_it_holds_and_nothing_else(desk: KeyDesk) -> None:
    desk.filled()
    desk.filled(name="salaries")
    desk.owner.post("projects", {"key": "Q", "name": "Other"})
    key = desk.by(desk.made(permissions=["READ_CONF"], datasets={"orders": ["READ_DATA"]}))
    assert key.get("projects/P/datasets/orders/data").status_code == 200
    assert problem(key.get("projects/P/datasets/salaries/data")) == (403, "denied")
    assert key.get("projects/P/datasets/salaries/schema").status_code == 200
    assert problem(key.get("projects/Q")) == (404, "not-found")
    assert [one["key"] for one in key.get("projects").json()["items"]] == ["P"]
    assert problem(key.get("keys")) == (403, "session-required")


def test_a_key_is_itself_and_not_its_maker(desk: KeyDesk) -> None:
    made = desk.made(permissions=["ADMIN"])
    said = desk.by(made).get("me").json()
    assert said["principal"] == {"kind": "key", "id": made["id"], "name": "loader"}
    assert said["via_key"] == {"id": made["id"], "name": "loader", "kind": "project"}
    assert (said["role"], said["user"]) == (None, None)


def test_the_trail_names_the_key(desk: KeyDesk) -> None:
    made = desk.made(permissions=["WRITE_CONF"])
    assert desk.by(made).post("projects/P/datasets", {"name": "new"}).status_code == 201
    [entry] = desk.root.pages("audit", action="dataset:create")
    assert entry["actor"] == {"kind": "key", "id": made["id"], "name": "loader"}
    assert (entry["via_key_id"], entry["run_as"]) == (made["id"], None)
    [said] = desk.root.pages("audit", action="key:create")
    assert said["actor"]["name"] == "ada"
    assert said["changes"]["after"]["rights"] == {"Sales": ["WRITE_CONF"]}
    assert made["key"][14:46] not in str(said)
    happened = [(one["action"], one["actor"]["name"]) for one in desk.owner.pages("projects/P/timeline")]
    assert happened[:2] == [("dataset:create", "loader"), ("key:create", "ada")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"permissions": ["READ_EVERYTHING"]}, "permissions"),
        ({"permissions": ["GLOBAL_ADMIN"]}, "permissions"),
        ({"permissions": ["CREATE"]}, "permissions"),
        ({"datasets": {"orders": ["ADMIN"]}}, "datasets.orders"),
        ({"datasets": {"orders": ["READ_DATA", "X"]}}, "datasets.orders"),
        ({"datasets": {"nothing": ["READ_DATA"]}}, "datasets.nothing"),
        ({"name": ""}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"ip_allowlist": "0.0.0.0/0"}, "ip_allowlist"),
        ({"allowed_origins": ["https://app.example/path"]}, "allowed_origins"),
        ({"run_as": "nobody-here"}, "run_as"),
        ({"sponsor": "no-group"}, "sponsor"),
        ({"wrong": 1}, "wrong"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(
    desk: KeyDesk, body: dict[str, object], field: str
) -> None:
    desk.dataset("orders")
    answer = desk.owner.post("projects/P/keys", {"name": "loader", **body})
    assert answer.status_code == 400, answer.text
    assert list(faults(answer)) == [field]
    assert desk.owner.pages("projects/P/keys") == []


def test_a_dataset_of_another_project_is_no_dataset_here(desk: KeyDesk) -> None:
    desk.owner.post("projects", {"key": "Q", "name": "Other"})
    desk.owner.post("projects/Q/datasets", {"name": "theirs"})
    answer = desk.owner.post("projects/P/keys", {"name": "x", "datasets": {"theirs": ["READ_DATA"]}})
    assert problem(answer) == (400, "unknown-dataset")


def test_nobody_gives_a_key_more_than_they_hold(desk: KeyDesk) -> None:
    # An administrator of a project holds all of it, so who holds less is no administrator.
    less = desk.holder("WRITE_CONF MANAGE_EXPOSED_ELEMENTS")
    assert problem(less.post("projects/P/keys", {"name": "x"})) == (403, "denied")
    stranger = desk.holder()
    assert problem(stranger.post("projects/P/keys", {"name": "x"})) == (404, "not-found")


def test_making_takes_a_person_who_is_present(desk: KeyDesk) -> None:
    stale = desk.api.session(desk.ada, is_recent=False)
    assert problem(stale.post("projects/P/keys", {"name": "x"})) == (403, "confirm-required")
    for key in (desk.api.by_key(desk.ada), desk.keyed("ADMIN")):
        assert problem(key.post("projects/P/keys", {"name": "x"})) == (403, "keys-cannot-make-keys")


def test_a_key_shrinks_with_its_sponsor_at_once(desk: KeyDesk) -> None:
    desk.filled()
    bob = desk.person()
    grant = desk.world.grant(desk.project_id, bob.id, policy.mask("ADMIN"))
    key = desk.by(desk.made(who=desk.api.session(bob), permissions=["EXPORT_DATASETS_DATA"]))
    assert key.get("projects/P/datasets/orders/data").status_code == 200
    wishes = [{"to": {"type": "user", "name": name}, "role": role} for name, role in (
        ("ada", "admin"), (bob.username, "viewer"))]  # fmt: skip
    assert desk.owner.call("PUT", "projects/P/permissions", json={"grants": wishes}).status_code == 200, grant
    assert problem(key.get("projects/P/datasets/orders/data")) == (403, "denied")
    assert key.get("me").status_code == 200
    desk.root.patch(f"users/{bob.id}", {"is_active": False})
    assert problem(key.get("me")) == (401, "unauthenticated")


def test_a_group_that_administers_the_project_may_answer_for_a_key(desk: KeyDesk) -> None:
    desk.filled()
    team = desk.world.group("team", desk.ada.id)
    others = desk.world.group("others")
    body = {"name": "x", "permissions": ["EXPORT_DATASETS_DATA"]}
    assert problem(desk.owner.post("projects/P/keys", {**body, "sponsor": "team"})) == (
        403,
        "sponsor-too-weak",
    )
    desk.world.grant(desk.project_id, team, policy.mask("ADMIN"))
    desk.world.grant(desk.project_id, others, policy.mask("ADMIN"))
    assert problem(desk.owner.post("projects/P/keys", {**body, "sponsor": "others"})) == (
        403,
        "sponsor-too-weak",
    )
    made = desk.made(sponsor="team", permissions=["EXPORT_DATASETS_DATA"])
    assert made["sponsor"]["name"] == "team"
    assert desk.by(made).get("projects/P/datasets/orders/data").status_code == 200
