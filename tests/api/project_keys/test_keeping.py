"""Keys of a project changed, disabled, narrowed, adopted, deleted; each with its refused twin."""

import pytest
from calling import faults, problem
from key_desk import KeyDesk

from gatepost_server.authz import policy


def test_what_is_said_about_a_key_may_change(desk: KeyDesk) -> None:
    made = desk.made()
    change = {
        "name": "loader 2", "description": "moved", "expires_at": None, "ip_allowlist": "198.51.100.0/24",
    }  # fmt: skip
    answer = desk.owner.patch(f"projects/P/keys/{made['id']}", change)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in change} == change
    assert desk.by(made).get("me").json()["principal"]["name"] == "loader 2"
    [entry] = desk.owner.pages("audit", action="key:edit")
    assert entry["changes"]["before"]["name"] == "loader"
    assert entry["changes"]["after"]["description"] == "moved"


@pytest.mark.parametrize("name", ["permissions", "datasets", "run_as", "sponsor", "allowed_origins", "key"])
def test_what_a_key_may_do_is_not_changed_on_the_side(desk: KeyDesk, name: str) -> None:
    made = desk.made()
    answer = desk.owner.patch(f"projects/P/keys/{made['id']}", {name: None})
    assert (answer.status_code, list(faults(answer))) == (400, [name])


def test_nothing_to_change_is_said_so(desk: KeyDesk) -> None:
    assert problem(desk.owner.patch(f"projects/P/keys/{desk.made()['id']}", {})) == (400, "invalid")


def test_a_disabled_key_is_as_good_as_none_until_it_is_enabled(desk: KeyDesk) -> None:
    made = desk.made(permissions=["READ_CONF"])
    key, path = desk.by(made), f"projects/P/keys/{made['id']}"
    deleted = desk.made()
    desk.owner.delete(f"projects/P/keys/{deleted['id']}")
    stale = desk.api.session(desk.ada, is_recent=False)
    assert stale.patch(path, {"is_enabled": False}).json()["status"] == "disabled"
    refused, gone = key.get("projects/P"), desk.by(deleted).get("projects/P")
    assert problem(refused) == (401, "unauthenticated")
    told = ("detail", "title", "code", "status")
    assert [refused.json()[one] for one in told] == [gone.json()[one] for one in told]
    assert problem(stale.patch(path, {"is_enabled": True})) == (403, "confirm-required")
    assert desk.owner.patch(path, {"is_enabled": True}).json()["status"] == "active"
    assert key.get("projects/P").status_code == 200


def test_widening_takes_a_person_who_is_present(desk: KeyDesk) -> None:
    path = f"projects/P/keys/{desk.made()['id']}"
    stale, key = desk.api.session(desk.ada, is_recent=False), desk.keyed("ADMIN")
    for body in ({"expires_at": None}, {"ip_allowlist": ""}):
        assert problem(stale.patch(path, body)) == (403, "confirm-required")
        assert problem(key.patch(path, body)) == (403, "keys-cannot-make-keys")
    assert stale.patch(path, {"description": "x"}).status_code == 200
    assert key.patch(path, {"is_enabled": False}).status_code == 200


def test_permissions_are_replaced_as_a_whole(desk: KeyDesk) -> None:
    desk.filled()
    made = desk.made(permissions=["READ_CONF"], datasets={"orders": ["READ_DATA"]})
    key, path = desk.by(made), f"projects/P/keys/{made['id']}/permissions"
    answer = desk.owner.call("PUT", path, json={"datasets": {"orders": ["WRITE_DATA"]}})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["permissions"], answer.json()["datasets"]) == ([], {"orders": ["WRITE_DATA"]})
    assert problem(key.get("projects/P/datasets/orders/data")) == (403, "denied")
    assert problem(key.get("projects/P")) == (404, "not-found")
    [entry] = desk.owner.pages("audit", action="key:permissions")
    assert entry["changes"]["before"]["rights"] == {"Sales": ["READ_CONF"], "orders": ["READ_DATA"]}
    assert entry["changes"]["after"]["rights"] == {"orders": ["WRITE_DATA"]}


def test_permissions_that_cannot_be_leave_the_old_ones(desk: KeyDesk) -> None:
    made = desk.made(permissions=["READ_CONF"])
    path = f"projects/P/keys/{made['id']}"
    for body in ({"permissions": ["NOTHING"]}, {"datasets": {"gone": ["READ_DATA"]}}):
        assert desk.owner.call("PUT", f"{path}/permissions", json=body).status_code == 400
    stale = desk.api.session(desk.ada, is_recent=False)
    assert problem(stale.call("PUT", f"{path}/permissions", json={})) == (403, "confirm-required")
    assert desk.owner.get(path).json()["permissions"] == ["READ_CONF"]


def test_another_administrator_adopts_a_key_whose_sponsor_left(desk: KeyDesk) -> None:
    bob = desk.person()
    grant = desk.world.grant(desk.project_id, bob.id, policy.mask("ADMIN"))
    made = desk.made(who=desk.api.session(bob), permissions=["READ_CONF"])
    key, path = desk.by(made), f"projects/P/keys/{made['id']}/adopt"
    desk.root.patch(f"users/{bob.id}", {"is_active": False})
    assert problem(key.get("projects/P")) == (401, "unauthenticated"), grant
    assert problem(desk.holder("WRITE_CONF").post(path)) == (403, "denied")
    assert problem(desk.keyed("ADMIN").post(path)) == (403, "session-required")
    assert desk.owner.post(path).json()["sponsor"]["name"] == "ada"
    assert key.get("projects/P").status_code == 200
    [entry] = desk.root.pages("audit", action="key:adopt")
    assert entry["changes"] == {"before": {"sponsor": bob.id}, "after": {"sponsor": desk.ada.id}}


def test_a_deleted_key_is_refused_and_holds_nothing(desk: KeyDesk) -> None:
    made = desk.made(permissions=["READ_CONF"])
    receipt = desk.owner.delete(f"projects/P/keys/{made['id']}").json()
    assert receipt["revoked"] is True
    assert problem(desk.by(made).get("projects/P")) == (401, "unauthenticated")
    assert problem(desk.owner.get(f"projects/P/keys/{made['id']}")) == (404, "unknown-key")
    assert problem(desk.owner.delete(f"projects/P/keys/{made['id']}")) == (404, "unknown-key")
    [listed] = desk.owner.pages("projects/P/keys")
    assert (listed["status"], listed["permissions"]) == ("revoked", [])


def test_keys_are_reached_through_their_own_project_only(desk: KeyDesk) -> None:
    made = desk.made()
    desk.owner.post("projects", {"key": "Q", "name": "Other"})
    own = desk.api.world.key(desk.ada).key.id
    for path in (f"projects/Q/keys/{made['id']}", f"projects/P/keys/{own}", f"keys/{made['id']}"):
        assert problem(desk.owner.get(path)) == (404, "unknown-key")
        assert problem(desk.owner.delete(path)) == (404, "unknown-key")
    assert problem(desk.holder("WRITE_CONF").get("projects/P/keys")) == (403, "denied")
    assert problem(desk.holder().get("projects/P/keys")) == (404, "not-found")


def test_a_project_takes_its_keys_with_it(desk: KeyDesk) -> None:
    made = desk.made(permissions=["READ_CONF"], allowed_origins=["https://app.example"])
    assert desk.owner.delete("projects/P").status_code == 200
    assert problem(desk.by(made).get("me")) == (401, "unauthenticated")
    [listed] = desk.root.pages("admin/keys/all", kind="project")
    assert (listed["id"], listed["status"], listed["project"]) == (made["id"], "revoked", None)


def test_lists_search_and_filter(desk: KeyDesk) -> None:
    ids = [desk.made(name=name)["id"] for name in ("nightly load", "dashboard", "nightly export")]
    desk.owner.delete(f"projects/P/keys/{ids[0]}")
    found = desk.owner.pages("projects/P/keys", q="nightly")
    assert [one["id"] for one in found] == [ids[2], ids[0]]
    found = desk.owner.pages("projects/P/keys", q="nightly", status="active")
    assert [one["id"] for one in found] == [ids[2]]
    assert desk.owner.pages("projects/P/keys", q="100%") == []
