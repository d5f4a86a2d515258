"""Drafts and resources: begun from a version, changed, built, deployed; and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

Problem = Callable[[Response], tuple[int, str]]
HTML = {"index.html": "x"}
USUAL = {"cpu": 1.0, "memory": 1024, "replicas": 1, "session_affinity": False}
USUAL |= {"idle_pause_minutes": None, "health_path": None}


def _source(server: Any, who: str = "owner") -> str:
    made = server.upload(who, "sources", server.packed(HTML), {"name": "S"})
    return f"sources/{made.json()['id']}"


def _lend(server: Any, node: str, role: str) -> None:
    """Give `other` a role on a thing."""
    body = {"to": {"type": "user", "name": "other"}, "role": role}
    assert server.call("owner", "POST", f"{node}/grants", json=body).status_code == 201


def test_200_resources_of_a_built_version_begin_a_draft_and_the_version_stays(server: Any) -> None:
    source = _source(server)
    server.build()
    answer = server.call("owner", "PUT", f"{source}/versions/1/resources", json={"cpu": 2, "memory": 1536})
    made = answer.json()
    assert (answer.status_code, made["version"], made["state"], made["based_on"]) == (200, 2, "draft", 1)
    assert made["resources"] == {
        **USUAL, "cpu": 2.0, "memory": 1536, "required_key_scope_level": None, "visitor_reach": None,
    }  # fmt: skip
    first = server.call("owner", "GET", f"{source}/versions/1").json()
    assert first["resources"] == {
        **USUAL,
        "required_key_scope_level": None,
        "visitor_reach": None,
    }
    assert (made["kind"], made["sha256"]) == (None, None)


def test_200_a_draft_takes_other_resources_in_place_and_absent_means_as_usual(server: Any) -> None:
    source = _source(server)
    server.call("owner", "POST", f"{source}/versions", json={"base_version": 1})
    path = f"{source}/versions/2/resources"
    one = server.call("owner", "PUT", path, json={"memory": 256, "required_key_scope_level": "admin"}).json()
    assert (one["version"], one["resources"]["memory"]) == (2, 256)
    assert one["resources"]["required_key_scope_level"] == "admin"
    two = server.call("owner", "PUT", path, json={"cpu": 2, "idle_pause_minutes": 0, "replicas": 4}).json()
    assert (two["resources"]["idle_pause_minutes"], two["resources"]["replicas"]) == (0, 4)
    assert (two["resources"]["memory"], two["resources"]["required_key_scope_level"]) == (1024, None)
    three = server.call("owner", "PUT", path, json={"visitor_reach": ["P", "Q/d.1"]}).json()
    assert three["resources"]["visitor_reach"] == ["P", "Q/d.1"]
    four = server.call("owner", "PUT", path, json={"health_path": "/well?deep=1"}).json()
    assert (three["resources"]["health_path"], four["resources"]["health_path"]) == (None, "/well?deep=1")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"cpu": 0}, "cpu"),
        ({"cpu": 65}, "cpu"),
        ({"memory": 63}, "memory"),
        ({"memory": 65_537}, "memory"),
        ({"replicas": 0}, "replicas"),
        ({"replicas": 5}, "replicas"),
        ({"idle_pause_minutes": -1}, "idle_pause_minutes"),
        ({"idle_pause_minutes": 10_081}, "idle_pause_minutes"),
        ({"visitor_reach": ["p/D1"]}, "visitor_reach"),
        ({"visitor_reach": ["P/D1/x"]}, "visitor_reach"),
        ({"visitor_reach": ["P", "P"]}, "visitor_reach"),
        ({"visitor_reach": []}, "visitor_reach"),
        ({"visitor_reach": [f"P{each}" for each in range(21)]}, "visitor_reach"),
        ({"health_path": "health"}, "health_path"),
        ({"health_path": "/a b"}, "health_path"),
        ({"health_path": "/a\r\nx-y: z"}, "health_path"),
        ({"health_path": f"/{'x' * 200}"}, "health_path"),
        ({"required_key_scope_level": "god"}, "required_key_scope_level"),
        ({"disk": 5}, "disk"),
    ],
)
def test_400_resources_that_are_not_kept(server: Any, body: dict[str, object], field: str) -> None:
    source = _source(server)
    answer = server.call("owner", "PUT", f"{source}/versions/1/resources", json=body)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert server.call("owner", "GET", source).json()["latest_version"] == 1


def test_409_the_resources_it_has_and_a_second_draft(server: Any, problem: Problem) -> None:
    source = _source(server)
    path = f"{source}/versions"
    assert problem(server.call("owner", "PUT", f"{path}/1/resources", json={})) == (409, "already-so")
    assert server.call("owner", "POST", path, json={"base_version": None}).status_code == 201
    again = server.call("owner", "POST", path, json={"base_version": 1})
    assert problem(again) == (409, "draft-exists")
    assert "Version 2" in again.json()["detail"]
    assert problem(server.call("owner", "PUT", f"{path}/1/resources", json={"cpu": 2})) == (
        409,
        "draft-exists",
    )
    assert len(server.on_disk) == 2


def test_202_a_draft_is_built_once_and_never_changes_again(server: Any, problem: Problem) -> None:
    source = _source(server)
    server.build()
    server.call("owner", "PUT", f"{source}/versions/1/resources", json={"cpu": 2})
    assert server.desk.claim_build() is None
    built = server.call("owner", "POST", f"{source}/versions/2/build")
    assert (built.status_code, built.json()["state"], built.json()["kind"]) == (202, "queued", "static")
    assert (built.json()["files"], len(built.json()["sha256"])) == (1, 64)
    for method, path, body in (
        ("POST", "build", {}),
        ("DELETE", "", None),
    ):
        refused = server.call("owner", method, f"{source}/versions/2/{path}".rstrip("/"), json=body)
        assert problem(refused) == (409, "version-final")
    order = server.desk.claim_build()
    assert order is not None
    assert (order.number, order.detected.kind) == (2, "static")


def test_400_a_draft_without_files_is_not_built(server: Any, problem: Problem) -> None:
    source = _source(server)
    server.call("owner", "POST", f"{source}/versions", json={"base_version": None})
    assert problem(server.call("owner", "POST", f"{source}/versions/2/build")) == (400, "kind-unclear")
    assert server.call("owner", "GET", f"{source}/versions/2").json()["state"] == "draft"


def test_a_draft_keeps_the_kind_that_was_named_at_upload(server: Any) -> None:
    made = server.upload("owner", "sources", server.packed(HTML), {"name": "S", "kind": "static"}).json()
    path = f"sources/{made['id']}/versions"
    server.call("owner", "POST", path, json={"base_version": 1})
    built = server.call("owner", "POST", f"{path}/2/build").json()
    assert built["detected_because"] == "the upload names it"


def test_204_a_discarded_draft_leaves_nothing_and_its_number_is_free(server: Any, problem: Problem) -> None:
    source = _source(server)
    path = f"{source}/versions"
    server.call("owner", "POST", path, json={"base_version": 1})
    assert server.call("owner", "DELETE", f"{path}/2").status_code == 204
    assert problem(server.call("owner", "GET", f"{path}/2")) == (404, "unknown-version")
    assert server.call("owner", "GET", source).json()["latest_version"] == 1
    assert len(server.on_disk) == 1
    assert server.call("owner", "POST", path, json={"base_version": 1}).json()["version"] == 2


def test_403_404_drafts_are_for_who_may_edit_the_source(server: Any, problem: Problem) -> None:
    source = _source(server)
    path = f"{source}/versions"
    server.call("owner", "POST", path, json={"base_version": 1})
    calls = [
        ("POST", path, {"base_version": 1}),
        ("PUT", f"{path}/2/resources", {"cpu": 2}),
        ("POST", f"{path}/2/build", {}),
        ("DELETE", f"{path}/2", None),
    ]
    for method, where, body in calls:
        assert problem(server.call("other", method, where, json=body)) == (404, "not-found")
    _lend(server, source, "consumer")
    for method, where, body in calls:
        assert problem(server.call("other", method, where, json=body)) == (403, "denied")
    assert server.call("other", "GET", f"{path}/2").json()["state"] == "draft"


def test_an_editor_of_a_draft_becomes_its_author_beside_who_made_it(server: Any) -> None:
    source = _source(server)
    _lend(server, source, "editor")
    made = server.call("other", "PUT", f"{source}/versions/1/resources", json={"cpu": 2}).json()
    assert made["author"]["name"] == "other"
    assert [one["name"] for one in made["authors"]] == ["owner", "other"]


def test_409_a_draft_is_neither_deployed_nor_published(server: Any, problem: Problem) -> None:
    app = server.run(server.published())
    path = f"sources/{app['source_id']}/versions"
    server.call("owner", "POST", path, json={"base_version": 1})
    deploy = server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": 2})
    assert problem(deploy) == (409, "version-draft")
    body = {"name": "Second", "source_id": app["source_id"]}
    assert problem(server.call("owner", "POST", "apps", json={**body, "version": 2})) == (
        409,
        "version-draft",
    )
    assert server.call("owner", "POST", "apps", json=body).json()["version"] == 1


def _raised(server: Any, level: str) -> tuple[dict[str, Any], int]:
    """Return a running app, and the number of a built version that asks for *level*."""
    app = server.run(server.published())
    path = f"sources/{app['source_id']}/versions"
    body = {"required_key_scope_level": level}
    number = server.call("owner", "PUT", f"{path}/1/resources", json=body).json()["version"]
    server.call("owner", "POST", f"{path}/{number}/build")
    server.build()
    return app, number


def test_202_an_owner_raises_the_key_scope_level_by_deploying(server: Any) -> None:
    app, number = _raised(server, "admin")
    assert app["key_scope_level"] is None
    answer = server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": number})
    assert (answer.status_code, answer.json()["key_scope_level"]) == (202, "admin")


def test_403_an_editor_does_not_raise_it_but_lowers_it(server: Any, problem: Problem) -> None:
    app, number = _raised(server, "user")
    _lend(server, f"apps/{app['id']}", "editor")
    _lend(server, f"sources/{app['source_id']}", "editor")
    deploy = f"apps/{app['id']}/deploy"
    refused = server.call("other", "POST", deploy, json={"source_version": number})
    assert problem(refused) == (403, "denied")
    said = server.call("other", "GET", f"explain?decision_id={refused.json()['decision_id']}").json()
    assert said["missing"] == "OWN"
    server.call("owner", "POST", deploy, json={"source_version": number})
    back = {"source_version": 1}
    unread = server.call("other", "POST", deploy, json=back)
    assert problem(unread) == (409, "authors-unconfirmed")
    first = server.call("owner", "GET", f"sources/{app['source_id']}/versions/1").json()
    lower = server.call("other", "POST", deploy, json={**back, "confirmed_authors": [first["author"]["id"]]})
    assert (lower.status_code, lower.json()["key_scope_level"]) == (202, None)


def test_every_change_of_a_draft_is_in_the_trail(server: Any) -> None:
    source = _source(server)
    server.call("owner", "PUT", f"{source}/versions/1/resources", json={"cpu": 2})
    server.call("owner", "PUT", f"{source}/versions/2/resources", json={"cpu": 1, "memory": 128})
    server.call("owner", "POST", f"{source}/versions/2/build")
    server.call("owner", "POST", f"{source}/versions", json={"base_version": 2})
    server.call("owner", "DELETE", f"{source}/versions/3")
    trail = server.call("owner", "GET", f"audit?resource={source.split('/')[1]}").json()["items"]
    assert [one["action"] for one in reversed(trail)] == [
        "source:create", "source:draft", "source:resources", "source:resources", "source:build",
        "source:draft", "source:discard",
    ]  # fmt: skip
    changed = next(one for one in trail if one["action"] == "source:resources")["changes"]
    assert (changed["before"]["memory"], changed["after"]["memory"]) == (1024, 128)
