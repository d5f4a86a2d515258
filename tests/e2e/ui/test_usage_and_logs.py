"""The pages of what an application used, without scripts: the numbers of the API, and who is refused."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from control_plane import ControlPlane
from page_visitor import Person, packed, signed_in

from gatepost_server.apps import RuntimeStatus
from gatepost_server.apps.usage import Used, add_used
from gatepost_server.settings.folders import Folders

pytestmark = pytest.mark.e2e
FASTAPI = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n", "requirements.txt": "fastapi\n"}


@pytest.fixture
def app(admin: Person) -> Any:
    files = {"bundle": ("a.zip", packed(FASTAPI), "application/zip")}
    return admin.api("POST", "apps", data={"name": "Depot figures"}, files=files)


@pytest.fixture
def consumer(admin: Person, plain_house: ControlPlane, app: Any) -> Iterator[Person]:
    """Somebody who may open the application, and no more."""
    name = f"reader-{app['number']}"
    body = {"username": name, "email": f"{name}@example.com", "display_name": "Rita Reader"}
    made = admin.api("POST", "users", json=body)
    body = {"to": {"type": "user", "name": name}, "role": "consumer"}
    admin.api("POST", f"apps/{app['id']}/grants", json=body)
    person = signed_in(plain_house.url, name, made["one_time_password"])
    yield person
    person.client.close()


def test_what_was_used_is_drawn_and_its_limits_are_said(
    admin: Person, plain_house: ControlPlane, app: Any
) -> None:
    path = f"/applications/{app['id']}/usage"
    plain_house.desk.report_runtime(RuntimeStatus("strict", exact_limits=("memory", "pids")))
    assert "No figures yet" in admin.see(path).text
    file = Folders(plain_house.settings.data_dir.resolve()).usage / app["id"]
    add_used(file, time.time(), Used(10, 2.5, 10 * 64 * 2**20, 96 * 2**20, 7, 2, 1))

    for span in ("hour", "day", "month"):
        page = admin.see(f"{path}?range={span}").text
        assert "0.25 cores on average" in page
        assert "64.0 MiB on average, 96.0 MiB at most." in page
        assert "7 requests, 2 refused, 1 failed." in page
        assert "Limit: 1,024 MiB" in page
        assert "Set, not held: 1 core" in page
        assert "1 core. Not held on this machine: there is no control group for it." in page
    assert admin.see(f"{path}?range=year").status_code == 400


def test_who_may_only_open_it_does_not_see_what_it_used(consumer: Person, app: Any) -> None:
    assert consumer.see(f"/applications/{app['id']}/usage").status_code == 403
