"""`POST apps`: what is published, and what is refused with nothing left behind."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from gatepost_server.apps import RuntimeStatus

Problem = Callable[[Response], tuple[int, str]]
HTML = {"index.html": "<h1>hello</h1>"}


def test_202_a_bundle_becomes_an_app_that_is_being_built(server: Any) -> None:
    app = server.published(name="Quarterly Report")
    assert (
        app["state"], app["kind"], app["version"], app["slug"],
    ) == ("building", "static", 1, "quarterly-report")  # fmt: skip
    assert app["content_url"].endswith(f"/content/{app['id']}/")
    assert app["origin_url"].startswith(f"http://quarterly-report--{app['id'][4:]}.localhost")
    assert app["owner"]["name"] == "Owner"
    assert server.on_disk == [app["version_id"]]


def test_202_numbers_are_never_used_again(server: Any) -> None:
    first = server.published()
    server.call("owner", "DELETE", f"apps/{first['id']}")
    assert server.published()["number"] == first["number"] + 1


def test_202_an_app_from_a_version_of_a_source(server: Any) -> None:
    first = server.published()
    body = {"name": "Copy", "source_id": first["source_id"], "version": 1}
    answer = server.call("owner", "POST", "apps", json=body)
    assert (202, "Copy", first["version_id"]) == (
        answer.status_code, answer.json()["name"], answer.json()["version_id"],
    )  # fmt: skip


def test_202_the_name_of_the_bundle_is_taken_when_none_is_given(server: Any) -> None:
    files = {**HTML, "gatepost.toml": '[app]\nname = "Named inside"\n'}
    answer = server.upload("owner", "apps", server.packed(files))
    assert answer.json()["name"] == "Named inside"


@pytest.mark.parametrize(
    ("content", "fields", "code"),
    [
        (b"no archive", {"name": "x"}, "bundle-not-an-archive"),
        (None, {"name": ""}, "name-invalid"),
        (None, {}, "name-invalid"),
        (None, {"name": "x", "kind": "php"}, "invalid"),
        (None, {"name": "x", "colour": "red"}, "unknown-field"),
        ({"README.md": "x"}, {"name": "x"}, "kind-unclear"),
        ({**HTML, "gatepost.toml": "[app]\nport = 1"}, {"name": "x"}, "manifest-invalid"),
    ],
)
def test_400_what_cannot_be_accepted_leaves_nothing(
    server: Any, problem: Problem, content: Any, fields: dict[str, str], code: str
) -> None:
    raw = content if isinstance(content, bytes) else server.packed(content or HTML)
    assert problem(server.upload("owner", "apps", raw, fields)) == (400, code)
    assert (server.on_disk, server.call("owner", "GET", "apps").json()["items"]) == ([], [])


FORM = {"content-type": "multipart/form-data; boundary=b"}
PART = b"--b\r\ncontent-disposition: form-data; "


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/plain"}, b"x"),
        ({"content-type": "multipart/form-data"}, b"x"),
        (FORM, b"--b\r\nnonsense"),
        (FORM, b""),
        (FORM, PART + b'name="bundle"; filename="x"\r\n\r\nPK'),
        (FORM, PART + b'name="other"; filename="x"\r\n\r\nPK\r\n--b--\r\n'),
        (FORM, PART + b'name="bundle"\r\n\r\nPK\r\n--b--\r\n'),
        (FORM, 2 * (PART + b'name="name"\r\n\r\nx\r\n') + b"--b--\r\n"),
        (FORM, PART + b'name="name"\r\n\r\nx\r\n--b--\r\n'),
        (FORM, PART + b'name="name"\r\n\r\n' + b"x" * 9000 + b"\r\n--b--\r\n"),
        ({"content-type": "application/json"}, b"[1]"),
        ({"content-type": "application/json"}, b"{" * 1000),
        ({"content-type": "application/json"}, b"[" * 60_000),
    ],
)
def test_400_a_form_that_cannot_be_read(server: Any, headers: dict[str, str], body: bytes) -> None:
    key = {"authorization": f"Key {server.keys['owner']}"}
    answer = server.client.post("/api/v1/apps", content=body, headers={**headers, **key})
    assert answer.status_code == (413 if len(body) > 9000 and headers is FORM else 400)
    assert server.on_disk == []


def test_401_nobody_publishes(server: Any, problem: Problem) -> None:
    assert problem(server.upload(None, "apps", server.packed(HTML), {"name": "x"}))[0] == 401
    assert server.on_disk == []


def test_403_a_viewer_does_not_publish(server: Any, problem: Problem) -> None:
    assert problem(server.upload("guest", "apps", server.packed(HTML), {"name": "x"})) == (403, "denied")
    assert server.on_disk == []


def test_404_a_source_one_may_not_see(server: Any, problem: Problem) -> None:
    body = {"name": "Copy", "source_id": server.published()["source_id"]}
    assert problem(server.call("other", "POST", "apps", json=body)) == (404, "not-found")


def test_404_a_version_there_is_not(server: Any, problem: Problem) -> None:
    body = {"name": "Copy", "source_id": server.published()["source_id"], "version": 9}
    assert problem(server.call("owner", "POST", "apps", json=body)) == (404, "unknown-version")


def test_409_no_upload_where_nothing_confines_it_until_accepted(server: Any, problem: Problem) -> None:
    server.desk.report_runtime(RuntimeStatus("none", advice="Install bubblewrap, or accept it."))
    answer = server.upload("owner", "apps", server.packed(HTML), {"name": "x"})
    assert problem(answer) == (409, "isolation-none")
    assert "Install bubblewrap" in answer.json()["detail"]
    server.desk.report_runtime(RuntimeStatus("none", is_accepted=True))
    server.published()


def test_503_no_upload_before_the_runtime_has_said_what_it_offers(server: Any, problem: Problem) -> None:
    server.forget_runtime()
    answer = server.upload("owner", "apps", server.packed(HTML), {"name": "x"})
    assert problem(answer) == (503, "runtime-silent")
    assert answer.headers["retry-after"] == str(answer.json()["retry_after"])
    assert server.on_disk == []
    server.desk.report_runtime(RuntimeStatus("strict"))
    server.published()


def test_413_a_bundle_over_the_cap(server: Any, problem: Problem) -> None:
    raw = b"\x1f\x8b" + bytes(1024 * 1024 + 10)
    assert problem(server.upload("owner", "apps", raw, {"name": "x"})) == (413, "bundle-too-large")
    assert server.on_disk == []


def test_413_a_body_far_over_the_cap(server: Any, problem: Problem) -> None:
    raw = bytes(3 * 1024 * 1024)
    assert problem(server.upload("owner", "apps", raw, {"name": "x"})) == (413, "too-large")
    assert server.on_disk == []
