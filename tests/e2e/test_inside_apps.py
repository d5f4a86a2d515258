"""Hosted code reads data without a key: for whoever deployed it, or for whoever asks it."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from callers import Caller, People, kind_of, nobody, on_origin, pack, path_of, sign_in, with_key
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

EXAMPLE = Path(__file__).parents[2] / "examples" / "whose-data"
INWARD = Path(__file__).with_name("apps") / "inward"
ROWS = [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
NAMES = ("x-gatepost-visitor-key", "x-datarobot-api-key", "posit-connect-user-session-token")


@dataclass
class Scene:
    """Ann's dataset, and Bob, who may read it and publishes applications."""

    instance: Instance
    admin: Caller
    people: People
    ann: Caller
    bob: Caller
    app: dict[str, Any]
    inward: dict[str, Any]

    def asked(self, who: Caller, path: str) -> Any:
        """Ask the example by a key of *who*."""
        with with_key(self.instance, who.make_key("ask")["key"]) as program:
            return program.get(path_of(self.app["content_url"]) + path)

    def headers(self, key: str, **extra: str) -> dict[str, list[str]]:
        """Return what the hostile app sees of a request."""
        with with_key(self.instance, key) as program:
            pairs = program.get(path_of(self.inward["content_url"]), headers=extra).json()
        return {name: [value for each, value in pairs if each == name] for name, _ in pairs}

    def sent(self, app: dict[str, Any], path: str, **how: Any) -> tuple[int, Any]:
        """Let the hostile app send something to the API."""
        with with_key(self.instance, self.bob.make_key("send")["key"]) as program:
            said = program.post(path_of(app["content_url"]), json={"path": path, **how}).json()
        return said["status"], json.loads(said["text"] or "null")

    def is_open(self, app: dict[str, Any]) -> bool:
        """Tell whether the hostile app answers."""
        with with_key(self.instance, self.bob.make_key("open")["key"]) as program:
            return program.get(path_of(app["content_url"])).status_code == 200

    def share_app(self, app: dict[str, Any], who: Caller) -> None:
        """Let *who* open an app of Bob's."""
        to = {"type": "user", "name": who.username}
        self.bob.ok("POST", f"apps/{app['id']}/grants", {"to": to, "role": "consumer"})

    def share_data(self, who: Caller) -> str:
        """Let *who* read the rows; return the grant's id."""
        to = {"type": "user", "name": who.username}
        dataset = self.ann.ok("GET", "projects/P/datasets/orders")["id"]
        given = self.ann.ok("POST", f"datasets/{dataset}/grants", {"to": to, "role": "consumer"})
        return f"datasets/{dataset}/grants/{given['id']}"


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    folder = Path(tempfile.mkdtemp(prefix="gp-inside-"))
    instance = Instance(folder / "data", "--no-demo")
    admin = sign_in(instance, "admin", instance.password)
    people = People(instance, admin)
    ann, bob = people.someone(), people.someone()
    ann.ok("POST", "projects", {"key": "P", "name": "P"})
    csv = {"content-type": "text/csv"}
    ann.ok("PUT", "projects/P/datasets/orders/data", content=b"a,b\n1,2\n3,4\n", headers=csv)
    app, inward = bob.publish(EXAMPLE, "Whose data"), bob.publish(INWARD, "Inward")
    yield Scene(instance, admin, people, ann, bob, app, inward)
    instance.close()
    shutil.rmtree(folder)


def test_the_app_reads_as_its_deployer_until_the_grant_is_taken_back(scene: Scene) -> None:
    assert scene.asked(scene.bob, "rows/P/orders").status_code == 404
    grant = scene.share_data(scene.bob)
    assert scene.asked(scene.bob, "rows/P/orders").json() == ROWS
    scene.ann.ok("DELETE", grant)
    assert scene.asked(scene.bob, "rows/P/orders").status_code == 404


def test_a_visitor_is_acted_for_with_their_own_rights_alone(scene: Scene) -> None:
    may, may_not = scene.people.someone("viewer"), scene.people.someone("viewer")
    for each in (may, may_not):
        scene.share_app(scene.app, each)
    scene.share_data(may)
    assert scene.asked(may, "mine/P/orders").json() == ROWS
    assert scene.asked(may_not, "mine/P/orders").status_code == 404
    assert scene.asked(may, "rows/P/orders").status_code == 404, "Bob may not, so neither may his app"
    told = scene.asked(may, "who").json()
    assert told == {"by_itself": scene.bob.username, "with_your_request": may.username}


def test_the_trail_names_the_app_and_whom_it_acted_for(scene: Scene) -> None:
    scene.asked(scene.bob, "rows/P/orders")

    def entry() -> Any:
        found = scene.admin.ok("GET", f"audit?decision=denied&actor={scene.app['id']}")["items"]
        return found[0] if found else None

    noted = until(entry, what="the refusal in the trail")
    bob = scene.bob.ok("GET", "me")["principal"]["id"]
    assert (noted["actor"]["kind"], noted["app"], noted["on_behalf_of"]) == ("key", scene.app["id"], bob)


def test_a_visitors_key_is_the_same_on_each_request_and_begins_one_visit(scene: Scene) -> None:
    key = scene.bob.make_key("visits")
    first = scene.headers(key["key"])
    assert [first[name] for name in NAMES] == [first[NAMES[0]]] * 3
    assert first[NAMES[0]][0].startswith("gpv_")
    assert scene.headers(key["key"])[NAMES[0]] == first[NAMES[0]]
    trail = scene.admin.ok("GET", f"audit?action=visit:begin&via_key_id={key['id']}")["items"]
    assert [each["resource"]["id"] for each in trail] == [scene.inward["id"]]


def test_another_key_has_another_visit_that_ends_with_it(scene: Scene) -> None:
    first, second = scene.bob.make_key("one"), scene.bob.make_key("two")
    visitor = scene.headers(first["key"])[NAMES[0]][0]
    assert visitor != scene.headers(second["key"])[NAMES[0]][0]
    as_visitor = {"headers": {"Authorization": f"Key {visitor}"}}
    assert scene.sent(scene.inward, "/api/v1/me", **as_visitor)[0] == 200
    scene.bob.ok("DELETE", f"keys/{first['id']}")
    assert scene.sent(scene.inward, "/api/v1/me", **as_visitor)[0] == 401


def test_a_forged_visitors_key_never_arrives(scene: Scene) -> None:
    forged = "gpv_" + "0" * 48
    seen = scene.headers(scene.bob.make_key("forge")["key"], **dict.fromkeys(NAMES, forged))
    assert all(len(seen[name]) == 1 and forged not in seen[name] for name in NAMES)
    scene.bob.ok("PATCH", f"apps/{scene.inward['id']}", {"access": "anyone"})
    with nobody(scene.instance) as stranger:
        pairs = stranger.get("/", headers={**on_origin(scene.inward), **dict.fromkeys(NAMES, forged)}).json()
    scene.bob.ok("PATCH", f"apps/{scene.inward['id']}", {"access": "grants"})
    assert not {name for name, _ in pairs} & set(NAMES), "nobody in particular has no key"


def test_a_visitors_key_counts_by_the_way_in_of_its_app_alone(scene: Scene) -> None:
    visitor = scene.headers(scene.bob.make_key("stray")["key"])[NAMES[0]][0]
    other = scene.bob.publish(INWARD, "Other")
    headers = {"Authorization": f"Key {visitor}"}
    assert scene.sent(scene.inward, "/api/v1/me", headers=headers)[0] == 200
    assert scene.sent(other, "/api/v1/me", headers=headers)[0] == 401
    with with_key(scene.instance, visitor) as outside:
        assert outside.api("GET", "me").status_code == 401


def test_an_app_cannot_name_another_or_say_what_the_gate_says(scene: Scene) -> None:
    forged = {"X-Gatepost-App": scene.app["id"], "X-Gp-Way": scene.app["id"], "X-Forwarded-For": "9.9.9.9"}
    status, told = scene.sent(scene.inward, "/api/v1/me", headers=forged)
    assert (status, told["app"], told["on_behalf_of"]["name"]) == (
        200,
        scene.inward["id"],
        scene.bob.username,
    )


@pytest.mark.parametrize("path", ["/", "/login", "/healthz", "/content/1/", "/openapi.json"])
def test_only_the_api_can_be_reached_from_inside(scene: Scene, path: str) -> None:
    assert scene.sent(scene.inward, path)[0] == 404


def test_the_gates_limit_on_bodies_holds_inside(scene: Scene) -> None:
    grown = {"method": "POST", "length": 5 * 1024 * 1024, "headers": {"Content-Type": "application/json"}}
    assert scene.sent(scene.inward, "/api/v1/projects", **grown)[0] == 413


def test_an_app_without_a_level_above_viewer_changes_nothing(scene: Scene) -> None:
    body = {
        "method": "POST",
        "body": '{"key": "Q", "name": "Q"}',
        "headers": {"Content-Type": "application/json"},
    }
    assert scene.sent(scene.inward, "/api/v1/projects", **body)[0] == 403


def test_a_level_of_none_gives_neither_key(scene: Scene) -> None:
    made = scene.bob.ok(
        "POST", "apps", data={"name": "None", **kind_of(None)}, files={"bundle": pack(INWARD)}
    )
    with sqlite3.connect(scene.instance.data / "gatepost.db", timeout=30) as store:
        level = '{"cpu": 1.0, "memory": 1024, "replicas": 1, "required_key_scope_level": "none"}'
        store.execute(
            "UPDATE source_versions SET resources = ? WHERE source_id = ?", (level, made["source_id"])
        )
    app = scene.bob.settled(made["id"], "running")
    with with_key(scene.instance, scene.bob.make_key("none")["key"]) as program:
        pairs = program.get(path_of(app["content_url"])).json()
    assert not {name for name, _ in pairs} & set(NAMES)
    status, told = scene.sent(app, "/api/v1/me")
    assert (status, told["code"]) == (403, "no-app-key")


def test_the_way_in_heals_with_its_relay_and_its_control_plane(scene: Scene) -> None:
    assert scene.sent(scene.inward, "/api/v1/me")[0] == 200
    before = {relay.pid for relay in scene.instance.relays()}
    for relay in scene.instance.relays():
        relay.kill()

    def is_back() -> bool:
        found = {one.pid for one in scene.instance.relays()}
        return len(found) == len(before) and not found & before and scene.is_open(scene.inward)

    until(is_back, what="other relays")
    assert scene.sent(scene.inward, "/api/v1/me")[0] == 200
    scene.instance.kill("control")
    until(scene.instance.is_healthy, what="the control plane")
    assert scene.sent(scene.inward, "/api/v1/me")[0] == 200
