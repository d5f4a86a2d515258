"""What a key created is its own, and no part of what it was given: editing the key leaves it alone."""

from calling import Caller
from key_desk import KeyDesk


def test_what_a_key_is_given_is_sent_back_as_it_was_read(desk: KeyDesk) -> None:
    made = desk.made(permissions=["WRITE_CONF"])
    key, path = desk.by(made), f"projects/P/keys/{made['id']}"
    for kind in ("datasets", "dashboards"):
        answer = key.post(f"projects/P/{kind}", {"name": "copy"})
        assert answer.status_code == 201, answer.text
    read = desk.owner.get(path).json()
    given = {name: read[name] for name in ("permissions", "datasets")}
    assert given == {"permissions": ["WRITE_CONF"], "datasets": {}}

    answer = desk.owner.call("PUT", f"{path}/permissions", json=given)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in given} == given
    assert desk.owner.patch(path, {"description": "the copier"}).status_code == 200
    assert _writes(desk, key) == 200


def test_less_for_a_key_leaves_it_what_it_created(desk: KeyDesk) -> None:
    desk.filled()
    made = desk.made(permissions=["WRITE_CONF"], datasets={"orders": ["WRITE_DATA"]})
    key = desk.by(made)
    key.post("projects/P/datasets", {"name": "copy"})
    path = f"projects/P/keys/{made['id']}/permissions"
    assert desk.owner.call("PUT", path, json={"permissions": []}).status_code == 200
    assert _writes(desk, key) == 200
    assert key.post("projects/P/datasets", {"name": "more"}).status_code in (403, 404)
    assert _writes(desk, key, "orders") in (403, 404)


def test_a_global_key_keeps_what_it_created(desk: KeyDesk) -> None:
    made = desk.made_global(projects={"P": ["WRITE_CONF"]})
    key, path = desk.by(made), f"admin/keys/{made['id']}"
    key.post("projects/P/datasets", {"name": "copy"})
    given = {name: desk.root.get(path).json()[name] for name in ("global_admin", "projects")}
    assert given == {"global_admin": False, "projects": {"P": ["WRITE_CONF"]}}
    answer = desk.root.call("PUT", f"{path}/permissions", json=given)
    assert answer.status_code == 200, answer.text
    assert _writes(desk, key) == 200


def _writes(desk: KeyDesk, key: Caller, name: str = "copy") -> int:
    """Write rows into a dataset with a key, and return the status."""
    return desk.put(b"id\n1\n", name, who=key).status_code
