"""Sources and versions: made, read, renamed, deleted, and each refused twin."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from gatepost_server.apps import sweep_sources
from gatepost_server.apps.service import sweeping
from gatepost_server.kernel.actor import Origin

Problem = Callable[[Response], tuple[int, str]]
HTML = {"index.html": "x"}


def test_201_a_source_without_and_with_a_first_version(server: Any) -> None:
    empty = server.call("owner", "POST", "sources", json={"name": "Empty"})
    full = server.upload("owner", "sources", server.packed(HTML), {"name": "Full"})
    assert (empty.status_code, empty.json()["latest_version"], empty.json()["state"]) == (201, 0, None)
    assert (full.status_code, full.json()["latest_version"], full.json()["state"]) == (201, 1, "queued")


def test_201_versions_are_numbered_and_told_with_their_reason(server: Any) -> None:
    source = server.call("owner", "POST", "sources", json={"name": "S"}).json()["id"]
    for number in (1, 2):
        answer = server.upload("owner", f"sources/{source}/versions", server.packed(HTML))
        assert (answer.status_code, answer.json()["version"]) == (201, number)
    found = server.call("owner", "GET", f"sources/{source}/versions").json()["items"]
    assert [one["version"] for one in found] == [2, 1]
    one = server.call("owner", "GET", f"sources/{source}/versions/1").json()
    assert (one["author"]["name"], one["kind"], one["files"]) == ("owner", "static", 1)
    assert "HTML pages" in one["detected_because"]
    assert len(one["sha256"]) == 64


def test_200_pages_of_sources_and_versions(server: Any) -> None:
    ids = [server.call("owner", "POST", "sources", json={"name": f"S{n}"}).json()["id"] for n in range(3)]
    for _ in range(3):
        server.upload("owner", f"sources/{ids[0]}/versions", server.packed(HTML))
    assert _walk(server, "sources", "name") == ["S0", "S2", "S1"]
    assert _walk(server, f"sources/{ids[0]}/versions", "version") == [3, 2, 1]
    assert [one["name"] for one in server.call("owner", "GET", "sources?q=s1").json()["items"]] == ["S1"]


def test_200_rename_and_delete_with_the_files(server: Any, problem: Problem) -> None:
    source = server.upload("owner", "sources", server.packed(HTML), {"name": "Old"}).json()["id"]
    assert server.call("owner", "PATCH", f"sources/{source}", json={"name": "New"}).json()["name"] == "New"
    assert len(server.on_disk) == 1
    assert server.call("owner", "DELETE", f"sources/{source}").json()["revoked"] is True
    assert server.on_disk == []
    assert problem(server.call("owner", "GET", f"sources/{source}")) == (404, "not-found")


def test_409_a_source_in_use_stays(server: Any, problem: Problem) -> None:
    app = server.published()
    assert problem(server.call("owner", "DELETE", f"sources/{app['source_id']}")) == (409, "source-in-use")


def test_400_a_version_needs_its_bundle(server: Any, problem: Problem) -> None:
    source = server.call("owner", "POST", "sources", json={"name": "S"}).json()["id"]
    answer = server.call("owner", "POST", f"sources/{source}/versions", json={})
    assert problem(answer) == (400, "invalid")
    bad = server.upload("owner", f"sources/{source}/versions", b"nonsense")
    assert problem(bad) == (400, "bundle-not-an-archive")
    assert server.on_disk == []


def test_401_403_404_only_those_who_may(server: Any, problem: Problem) -> None:
    source = server.upload("owner", "sources", server.packed(HTML), {"name": "S"}).json()["id"]
    path = f"sources/{source}/versions"
    assert problem(server.upload(None, path, server.packed(HTML))) == (401, "unauthenticated")
    assert problem(server.upload("other", path, server.packed(HTML))) == (404, "not-found")
    assert problem(server.call("guest", "POST", "sources", json={"name": "x"})) == (403, "denied")
    body = {"to": {"type": "user", "name": "other"}, "role": "consumer"}
    assert server.call("owner", "POST", f"sources/{source}/grants", json=body).status_code == 201
    assert server.call("other", "GET", path).status_code == 200
    assert problem(server.upload("other", path, server.packed(HTML))) == (403, "denied")
    assert problem(server.call("other", "PATCH", f"sources/{source}", json={"name": "x"})) == (403, "denied")
    assert problem(server.call("other", "DELETE", f"sources/{source}")) == (403, "denied")
    assert problem(server.call("owner", "GET", f"{path}/9")) == (404, "unknown-version")
    assert len(server.on_disk) == 1


def _walk(server: Any, path: str, field: str) -> list[Any]:
    found: list[Any] = []
    page = server.call("owner", "GET", f"{path}?limit=2").json()
    while True:
        found += [one[field] for one in page["items"]]
        if page["next"] is None:
            return found
        page = server.call("owner", "GET", f"{path}?limit=2&cursor={page['next']}").json()


def test_what_a_killed_upload_left_is_swept_after_an_hour(server: Any) -> None:
    kept = server.published()["version_id"]
    sources = server.base.folders.sources
    for name in (".upload-old", ".upload-new"):
        (sources / name).write_bytes(b"x")
    for name in (".incoming-ver_1", "ver_orphan"):
        (sources / name / "deep").mkdir(parents=True)
        (sources / name / "deep" / "file").write_bytes(b"x")
        (sources / name / "deep").chmod(0o555)
    for name in (".upload-old", ".incoming-ver_1", "ver_orphan", kept):
        os.utime(sources / name, (1_000_000, 1_000_000))
    gone = sweep_sources(server.base.uow, (server.actors["admin"], Origin("sweep")), server.base.folders)
    assert gone == [".incoming-ver_1", ".upload-old", "ver_orphan"]
    assert {".upload-new", kept} <= set(server.on_disk)


def test_nobodys_change_waits_while_the_sweep_removes(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    orphan = server.base.folders.sources / "ver_orphan"
    orphan.mkdir()
    os.utime(orphan, (1_000_000, 1_000_000))
    open_now: list[int] = []
    monkeypatch.setattr(
        sweeping, "remove_tree", lambda _: open_now.append(server.base.uow.engine.pool.checkedout())
    )
    sweep_sources(server.base.uow, (server.actors["admin"], Origin("sweep")), server.base.folders)
    assert open_now == [0]
