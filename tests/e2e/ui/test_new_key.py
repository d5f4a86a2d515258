"""The form for a new personal key: what it offers, and the call it shows to try the key."""

import re
from collections.abc import Iterator

import pytest
from control_plane import ControlPlane, control_plane
from page_visitor import Person, packed, signed_in

from gatepost_server.apps.model import BuildResult, ReplicaReport, ReplicaState
from gatepost_server.kernel.clock import SystemClock

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("new-key") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def admin(house: ControlPlane) -> Iterator[Person]:
    person = signed_in(house.url, house.username, house.password)
    yield person
    person.client.close()


@pytest.mark.parametrize(("role", "offered"), [("viewer", []), ("publisher", ["publisher", "viewer"])])
def test_a_new_key_may_do_at_most_what_ones_own_role_may(
    house: ControlPlane, admin: Person, role: str, offered: list[str]
) -> None:
    body = {"username": f"a.{role}", "email": f"{role}@example.com", "display_name": role, "role": role}
    made = admin.api("POST", "users", json=body)
    person = signed_in(house.url, body["username"], made["one_time_password"])
    shown = person.see("/keys/new").text
    assert 'name="expiry"' in shown
    assert re.findall(r'<option value="(administrator|publisher|viewer)"', shown) == offered
    person.client.close()


def test_an_administrators_key_may_be_kept_to_any_role(admin: Person) -> None:
    offered = re.findall(r'<option value="([a-z]+)"', admin.see("/keys/new").text)
    assert [one for one in offered if one in ("administrator", "publisher", "viewer")] == [
        "administrator",
        "publisher",
        "viewer",
    ]


def test_a_new_key_is_tried_on_what_answers_programs(house: ControlPlane, admin: Person) -> None:
    site = _running(house, admin, "Site", {"index.html": "<h1>hello</h1>"})
    assert f"/content/{site}/" in _tried(admin)
    api = _running(house, admin, "Numbers", {"app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"})
    _running(house, admin, "Later site", {"index.html": "<h1>later</h1>"})
    assert f"/content/{api}/" in _tried(admin)


def _tried(admin: Person) -> str:
    """Make a key, and return the curl that is shown with it."""
    made = admin.send("/keys/new", {"name": "Tried", "expiry": "30"})
    found = re.search(r"curl -H[^<]*", made.text)
    assert found, made.text
    return found[0]


def _running(house: ControlPlane, admin: Person, name: str, files: dict[str, str]) -> int:
    """Publish an application and act as the runtime, until it runs; return its number."""
    bundle = {"bundle": ("files.zip", packed(files))}
    app = admin.api("POST", "apps", data={"name": name}, files=bundle)
    order = house.desk.claim_build()
    assert order is not None
    house.desk.finish_build(order.version_id, BuildResult(True, "/envs/x", None))
    house.desk.report(
        ReplicaReport(
            app["id"],
            app["deployment_id"],
            state=ReplicaState.READY,
            revision=1,
            at=SystemClock().now(),
            socket_path="/run/x.sock",
        )
    )
    assert house.desk.promote(app["deployment_id"])
    return int(app["number"])
