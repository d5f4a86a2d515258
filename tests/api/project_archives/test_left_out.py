"""What an import says of all that it did not take over, and why; ends and associated users of keys."""

from typing import Any

import pytest
from archive_desk import ArchiveDesk, manifest_of, planted
from calling import problem


def _brought(desk: ArchiveDesk, archive: bytes, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Import an archive with its key changed; return the answer and the key."""
    manifest = manifest_of(archive)
    manifest["keys"][0] |= changes
    answer = desk.bring(planted(archive, manifest))
    assert answer.status_code == 201, answer.text
    [key] = desk.owner.get("projects/Q/keys").json()["items"]
    return answer.json(), key


def test_each_right_that_nobody_was_given_is_told_with_its_reason(desk: ArchiveDesk) -> None:
    robot = desk.owner.get("projects/P/keys").json()["items"][0]["id"]
    rights = {"permissions": ["ADMIN", "READ_CONF"], "datasets": {"orders": ["READ_DATA"]}}
    assert desk.owner.call("PUT", f"projects/P/keys/{robot}/permissions", json=rights).status_code == 200
    archive = desk.archive()
    assert manifest_of(archive)["keys"][0]["permissions"] == ["READ_CONF"]
    assert "ADMIN" not in str(manifest_of(archive))
    told = desk.bring(archive).json()["left_out"]
    for words in (
        "Archives carry no ownership and no ADMIN: you administer everything that came in",
        "user bob held viewer on project P: an import gives nobody but you anything.",
        "The dataset orders was authorized for dashboards by ada",
    ):
        assert len([one for one in told if words in one]) == 1, (words, told)
    assert not any("user ada held" in one or "key robot held" in one for one in told)
    held = desk.owner.get("projects/Q/permissions").json()["grants"]
    assert [(one["to"]["name"], one["role"]) for one in held] == [("ada", "admin")]
    assert desk.owner.get("projects/Q/keys").json()["items"][0]["permissions"] == ["READ_CONF"]


def test_the_associated_user_of_a_key_is_cleared_and_named(desk: ArchiveDesk) -> None:
    robot = desk.owner.get("projects/P/keys").json()["items"][0]["id"]
    assert desk.owner.call("PUT", "me/run-as/P").status_code == 204
    assert desk.owner.call("PUT", f"projects/P/keys/{robot}/run-as", json={"user": "ada"}).status_code == 200
    answer, key = _brought(desk, desk.archive())
    assert (key["run_as"], key["run_as_counts"]) == (None, False)
    assert answer["suggestions"]["run_as"] == [{"key": "robot", "run_as": "ada"}]
    assert any("The key robot acted for ada; it acts for nobody until they agree" in one
               for one in answer["left_out"])  # fmt: skip
    assert problem(desk.owner.call("PUT", f"projects/Q/keys/{key['id']}/run-as", json={"user": "bob"})) == (
        403, "consent-required",
    )  # fmt: skip


def test_an_end_that_is_yet_to_come_is_kept(desk: ArchiveDesk) -> None:
    answer, key = _brought(desk, desk.archive(), expires_at="2027-02-01T02:00:00+02:00")
    assert (key["expires_at"], key["status"]) == ("2027-02-01T00:00:00.000Z", "disabled")
    assert not any("The key robot" in one for one in answer["left_out"])


def test_a_key_that_ended_comes_in_ended_and_is_told(desk: ArchiveDesk) -> None:
    answer, key = _brought(desk, desk.archive(), expires_at="2026-02-01T00:00:00+00:00")
    assert (key["expires_at"], key["status"]) == ("2026-02-01T00:00:00.000Z", "expired")
    assert any("The key robot had ended already" in one for one in answer["left_out"])
    path = f"projects/Q/keys/{key['id']}"
    text = desk.owner.post(f"{path}/rotate", {"overlap_seconds": 0}).json()["key"]
    desk.owner.patch(path, {"is_enabled": True})
    assert problem(desk.by_secret(text).get("projects/Q"))[0] == 401
    assert (
        desk.owner.patch(path, {"expires_at": "2027-03-01T00:00:00Z", "is_enabled": True}).status_code == 200
    )
    assert desk.by_secret(text).get("projects/Q").status_code == 200


@pytest.mark.parametrize("told", ["end", "nothing"])
def test_archives_of_older_servers_come_in(desk: ArchiveDesk, told: str) -> None:
    archive = desk.archive()
    manifest = manifest_of(archive)
    ends = manifest["keys"][0].pop("expires_at")
    assert ends is not None
    del manifest["keys"][0]["run_as"]
    if told == "end":
        manifest["keys"][0]["expires_at"] = None
    answer = desk.bring(planted(archive, manifest))
    assert answer.status_code == 201, answer.text
    [key] = desk.owner.get("projects/Q/keys").json()["items"]
    assert (key["status"], key["expires_at"] is None) == ("disabled", told == "end")
    assert not any("The key robot" in one for one in answer.json()["left_out"])
