"""Who answers for the keys of an import: a person or a group, never another key."""

from archive_desk import ArchiveDesk
from calling import Caller, problem


def test_a_key_imported_by_a_key_falls_with_the_person_behind_it(desk: ArchiveDesk) -> None:
    person = desk.world.person("root", "administrator")
    root = desk.api.session(person)
    text = root.post("admin/keys", {"name": "robot", "global_admin": True}).json()["key"]
    robot = Caller(desk.api, {"authorization": f"Key {text}"}, key=text)
    brought = desk.bring(desk.archive(), key="NEW", who=robot)
    assert brought.status_code < 300, brought.text
    planted = root.get("projects/NEW/keys").json()["items"][0]
    assert planted["sponsor"]["name"] == "root"
    place = f"projects/NEW/keys/{planted['id']}"
    text = root.post(f"{place}/rotate", {"overlap_seconds": 0}).json()["key"]
    assert root.patch(place, {"is_enabled": True}).status_code == 200
    program = Caller(desk.api, {"authorization": f"Key {text}"}, key=text)
    assert program.get("projects/NEW").status_code == 200
    other = desk.api.session(desk.world.person("root2", "administrator"))
    assert other.patch(f"users/{person.id}", {"is_active": False}).status_code == 200
    assert problem(program.get("projects/NEW")) == (401, "unauthenticated")
