"""Files of versions: listed, read, packed; of a draft written and removed; and what is refused."""

import io
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

Problem = Callable[[Response], tuple[int, str]]
FILES = {"index.html": "<h1>one</h1>", "css/site.css": "a{}"}


def _draft(server: Any, files: dict[str, str] | None = None) -> str:
    """Make a source with a built version 1 and a draft 2 of it; return the draft's path."""
    made = server.upload("owner", "sources", server.packed(files or FILES), {"name": "S"}).json()
    server.build()
    path = f"sources/{made['id']}/versions"
    assert server.call("owner", "POST", path, json={"base_version": 1}).status_code == 201
    return f"{path}/2"


def _paths(server: Any, version: str) -> list[str]:
    return [one["path"] for one in server.call("owner", "GET", f"{version}/files").json()["items"]]


def _put(server: Any, version: str, path: str, content: str, etag: str | None = None) -> Response:
    headers = {"Authorization": f"Key {server.keys['owner']}", **({"If-Match": etag} if etag else {})}
    answer: Response = server.client.put(
        f"/api/v1/{version}/files/{path}", content=content.encode(), headers=headers
    )
    return answer


def test_200_files_are_listed_in_pages_searched_and_read(server: Any) -> None:
    version = _draft(server)
    assert _paths(server, version) == ["css/site.css", "index.html"]
    first = server.call("owner", "GET", f"{version}/files?limit=1").json()
    rest = server.call("owner", "GET", f"{version}/files?limit=1&cursor={first['next']}").json()
    assert [one["path"] for one in (*first["items"], *rest["items"])] == ["css/site.css", "index.html"]
    assert rest["next"] is None
    found = server.call("owner", "GET", f"{version}/files?q=SITE").json()["items"]
    assert found == [{"path": "css/site.css", "size": 3, "is_executable": False}]
    answer = server.call("owner", "GET", f"{version}/files/css/site.css")
    assert (answer.text, answer.headers["content-type"]) == ("a{}", "application/octet-stream")
    assert answer.headers["content-disposition"] == "attachment"


def test_200_a_file_is_replaced_by_who_has_read_it_and_the_base_stays(server: Any) -> None:
    version = _draft(server)
    etag = server.call("owner", "GET", f"{version}/files/index.html").headers["etag"]
    answer = _put(server, version, "index.html", "<h1>two</h1>", etag)
    assert (answer.status_code, answer.json()["files"], answer.json()["size"]) == (200, 2, 15)
    assert server.call("owner", "GET", f"{version}/files/index.html").text == "<h1>two</h1>"
    base = version.removesuffix("2") + "1"
    assert server.call("owner", "GET", f"{base}/files/index.html").text == "<h1>one</h1>"
    assert len(server.on_disk) == 2


def test_409_nobody_overwrites_what_they_have_not_read(server: Any, problem: Problem) -> None:
    version = _draft(server)
    etag = server.call("owner", "GET", f"{version}/files/index.html").headers["etag"]
    assert problem(_put(server, version, "index.html", "blind")) == (409, "file-exists")
    assert _put(server, version, "index.html", "theirs", etag).status_code == 200
    assert problem(_put(server, version, "index.html", "mine", etag)) == (409, "file-changed")
    assert server.call("owner", "GET", f"{version}/files/index.html").text == "theirs"
    assert _put(server, version, "index.html", "on purpose", "*").status_code == 200
    assert problem(_put(server, version, "other.html", "x", etag)) == (404, "unknown-file")


def test_204_files_are_added_and_removed(server: Any, problem: Problem) -> None:
    version = _draft(server)
    assert _put(server, version, "pages/two.html", "2").status_code == 200
    assert server.call("owner", "DELETE", f"{version}/files/css/site.css").status_code == 204
    assert _paths(server, version) == ["index.html", "pages/two.html"]
    assert problem(server.call("owner", "DELETE", f"{version}/files/css/site.css")) == (404, "unknown-file")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("..%2f..%2fescape.py", "bundle-path-traversal"),
        ("%2fetc/passwd", "bundle-path-absolute"),
        ("a%5Cb", "bundle-path-backslash"),
        ("a%00b", "bundle-path-control"),
        ("INDEX.html", "bundle-path-collision"),
        ("index.html/inner", "bundle-path-twice"),
        ("x" * 241, "bundle-path-long"),
        ("a//b", "bundle-path-empty"),
    ],
)
def test_400_a_path_that_no_file_may_have(server: Any, problem: Problem, path: str, code: str) -> None:
    version = _draft(server)
    assert problem(_put(server, version, path, "x")) == (400, code)
    assert _paths(server, version) == ["css/site.css", "index.html"]
    assert len(server.on_disk) == 2


def test_413_a_file_above_the_limit(server: Any, problem: Problem) -> None:
    version = _draft(server)
    assert problem(_put(server, version, "big.bin", "x" * (1024 * 1024 + 1)))[0] == 413
    assert _paths(server, version) == ["css/site.css", "index.html"]


def test_409_what_is_built_never_changes(server: Any, problem: Problem) -> None:
    version = _draft(server).removesuffix("2") + "1"
    assert problem(_put(server, version, "index.html", "x", "*")) == (409, "version-final")
    assert problem(server.call("owner", "DELETE", f"{version}/files/index.html")) == (409, "version-final")


def test_403_404_files_are_read_by_readers_and_written_by_editors(server: Any, problem: Problem) -> None:
    version = _draft(server)
    reads = ("files", "files/index.html", "bundle")
    for what in reads:
        assert problem(server.call("other", "GET", f"{version}/{what}")) == (404, "not-found")
    body = {"to": {"type": "user", "name": "other"}, "role": "consumer"}
    server.call("owner", "POST", f"{version.partition('/versions')[0]}/grants", json=body)
    for what in reads:
        assert server.call("other", "GET", f"{version}/{what}").status_code == 200
    for method in ("PUT", "DELETE"):
        assert problem(server.call("other", method, f"{version}/files/index.html")) == (403, "denied")


def test_200_a_version_is_downloaded_and_uploads_again(server: Any) -> None:
    version = _draft(server)
    packed = server.call("owner", "GET", f"{version}/bundle").content
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        assert sorted(tar.getnames()) == ["css/site.css", "index.html"]
    again = server.upload("owner", f"{version.removesuffix('/2')}", packed)
    assert (again.status_code, again.json()["version"]) == (201, 3)


def test_of_many_edits_at_once_none_is_lost(server: Any) -> None:
    version = _draft(server)

    def write(number: int) -> int:
        """Write a file of one's own, again as long as others are quicker."""
        while True:
            answer = _put(server, version, f"page{number}.html", str(number))
            if answer.status_code != 409 or answer.json()["code"] != "changed-meanwhile":
                return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(write, range(6))) == {200}
    assert _paths(server, version) == ["css/site.css", "index.html", *(f"page{n}.html" for n in range(6))]
    assert len(server.on_disk) == 2


def test_what_was_edited_is_what_is_built(server: Any) -> None:
    version = _draft(server)
    _put(server, version, "app.py", "from fastapi import FastAPI\napp = FastAPI()\n")
    built = server.call("owner", "POST", f"{version}/build").json()
    assert (built["kind"], built["entrypoint"], built["files"]) == ("fastapi", "app:app", 3)
    order = server.desk.claim_build()
    assert order is not None
    assert "FastAPI()" in Path(order.code_dir, "app.py").read_text()


def test_each_change_of_a_file_is_in_the_trail(server: Any) -> None:
    version = _draft(server)
    _put(server, version, "two.html", "2")
    server.call("owner", "DELETE", f"{version}/files/two.html")
    trail = server.call("owner", "GET", f"audit?resource={version.split('/')[1]}").json()["items"]
    assert [(one["action"], one["changes"]["after"]["path"]) for one in trail[:2]] == [
        ("source:remove-file", "two.html"),
        ("source:write-file", "two.html"),
    ]
