"""Duplicate a source: what the copy has, whom it still names, and who may not make one."""

from collections.abc import Callable
from typing import Any

from httpx import Response

Problem = Callable[[Response], tuple[int, str]]
FILES = {"index.html": "<h1>first</h1>", "data/words.txt": "one"}


def _source(server: Any) -> str:
    made: str = server.upload("owner", "sources", server.packed(FILES), {"name": "Original"}).json()["id"]
    server.build()
    return made


def _copy(server: Any, who: str, source: str, version: int = 1, **more: Any) -> Response:
    body = {"name": "Copy", "from": {"source_id": source, "version": version}, **more}
    answer: Response = server.call(who, "POST", "sources", json=body)
    return answer


def _lend(server: Any, source: str, who: str) -> None:
    body = {"to": {"type": "user", "name": who}, "role": "consumer"}
    assert server.call("owner", "POST", f"sources/{source}/grants", json=body).status_code == 201


def test_201_a_copy_has_files_resources_and_authors_of_the_version(server: Any) -> None:
    source = _source(server)
    wanted = {"memory": 256, "required_key_scope_level": "user"}
    server.call("owner", "PUT", f"sources/{source}/versions/1/resources", json=wanted)
    server.call("owner", "POST", f"sources/{source}/versions/2/build")
    server.build()
    _lend(server, source, "other")

    answer = _copy(server, "other", source, 2)
    made = answer.json()
    assert (answer.status_code, made["name"], made["latest_version"]) == (201, "Copy", 1)
    assert (made["owner"]["name"], made["state"], made["kind"]) == ("Other", "queued", "static")
    one = server.call("other", "GET", f"sources/{made['id']}/versions/1").json()
    two = server.call("other", "GET", f"sources/{source}/versions/2").json()
    assert (one["resources"], one["sha256"], one["kind"]) == (two["resources"], two["sha256"], "static")
    assert [author["name"] for author in one["authors"]] == ["owner", "other"]
    path = f"sources/{made['id']}/versions/1/files"
    assert [file["path"] for file in server.call("other", "GET", path).json()["items"]] == sorted(FILES)
    assert server.call("owner", "GET", f"sources/{made['id']}").status_code == 404


def test_409_others_work_in_a_copy_is_confirmed_as_before(server: Any, problem: Problem) -> None:
    source = _source(server)
    _lend(server, source, "other")
    made = _copy(server, "other", source).json()
    server.build()
    app = {"name": "Mine", "source_id": made["id"], "version": 1}
    assert problem(server.call("other", "POST", "apps", json=app)) == (409, "authors-unconfirmed")
    assert _copy(server, "owner", source).status_code == 201
    own = {**app, "source_id": source, "name": "Own"}
    assert server.call("owner", "POST", "apps", json=own).status_code == 202


def test_404_403_400_409_who_may_not_and_what_cannot_be(server: Any, problem: Problem) -> None:
    source = _source(server)
    assert problem(_copy(server, "other", source)) == (404, "not-found")
    assert problem(_copy(server, "owner", source, 9)) == (404, "unknown-version")
    _lend(server, source, "guest")
    assert problem(_copy(server, "guest", source)) == (403, "denied")
    assert problem(_copy(server, "owner", source, name="a\nb")) == (400, "name-invalid")
    assert problem(_copy(server, "owner", source, kind="static"))[0] == 400
    server.call("owner", "POST", f"sources/{source}/versions", json={"base_version": 1})
    assert problem(_copy(server, "owner", source, 2)) == (409, "version-draft")
    assert [one["name"] for one in server.call("owner", "GET", "sources").json()["items"]] == ["Original"]
    assert len(server.on_disk) == 2


def test_200_the_copy_stays_when_the_original_is_deleted(server: Any) -> None:
    source = _source(server)
    made = _copy(server, "owner", source).json()["id"]
    assert server.call("owner", "DELETE", f"sources/{source}").status_code == 200
    answer = server.call("owner", "GET", f"sources/{made}/versions/1/files/index.html")
    assert "first" in answer.text
