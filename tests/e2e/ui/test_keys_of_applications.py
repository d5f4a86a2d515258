"""The key of an application in Chromium: on its user's page, copied, and on the application's own page."""

import re
from typing import Any

import pytest
from control_plane import ControlPlane
from page_session import in_session
from page_visitor import packed
from playwright.sync_api import Page, expect

from gatepost_server.apps.model import BuildResult, ReplicaReport, ReplicaState
from gatepost_server.crypto import parse_key
from gatepost_server.kernel.clock import SystemClock

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def started(house: ControlPlane, page: Page, name: str) -> dict[str, Any]:
    """Publish an application and act as the runtime; return it with the `text` of its key."""
    content = packed({"app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"})
    page.goto(f"{house.url}/applications/new")
    page.set_input_files(
        "input[type=file]", {"name": "a.zip", "mimeType": "application/zip", "buffer": content}
    )
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Upload and publish").click()
    page.wait_for_url("**/build")
    found: dict[str, Any] = in_session(house, page, "GET", f"apps?q={name}")["items"][0]
    order = house.desk.claim_build()
    assert order is not None
    house.desk.finish_build(order.version_id, BuildResult(True, "/envs/x", None))
    text = house.desk.launch_key(found["deployment_id"])
    assert text is not None
    said = {"state": ReplicaState.READY, "revision": 1, "at": SystemClock().now()}
    house.desk.report(ReplicaReport(found["id"], found["deployment_id"], **said))
    assert house.desk.promote(found["deployment_id"])
    return {**found, "text": text.reveal()}


def test_its_user_finds_it_without_an_end_and_copies_it(house: ControlPlane, page: Page) -> None:
    app = started(house, page, "Copied")
    name = f"CustomApp {app['id']}"
    page.goto(f"{house.url}/keys")
    row = page.get_by_role("row", name=re.compile(name))
    expect(row).to_contain_text("Application key of Copied")
    expect(row).to_contain_text("level viewer")
    expect(row).not_to_contain_text("Never expires")
    assert row.get_by_role("cell").nth(5).inner_text().strip() == "", "the end is empty"
    assert app["text"] not in page.content()

    row.get_by_role("button", name="Actions").click()
    assert page.get_by_role("menuitem", name="Rotate…").count() == 0
    assert page.get_by_role("menuitem", name="Edit…").count() == 0
    page.get_by_role("menuitem", name="Copy…").click()
    page.get_by_role("button", name="Show key").click()
    expect(page.locator("[data-secret]")).to_have_text(app["text"])
    page.get_by_role("button", name="Done").click()
    page.wait_for_url("**/keys")
    parsed = parse_key(app["text"])
    assert parsed is not None
    trail = in_session(house, page, "GET", "audit?action=key:reveal")["items"]
    assert [entry["resource"]["id"] for entry in trail] == [keys_of(house, page, name)[0]["id"]]


def keys_of(house: ControlPlane, page: Page, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = in_session(house, page, "GET", f"keys?q={name}")["items"]
    return found


def test_the_applications_page_says_which_key_it_runs_with_and_never_its_text(
    house: ControlPlane, page: Page
) -> None:
    app = started(house, page, "Told")
    page.goto(f"{house.url}/applications/{app['id']}")
    about = page.get_by_role("main")
    expect(about).to_contain_text(f"CustomApp {app['id']}")
    expect(about).to_contain_text("Read, level viewer, never more than its owner may")
    assert app["text"] not in page.content()


def test_who_deletes_it_is_told_what_that_means(house: ControlPlane, page: Page) -> None:
    app = started(house, page, "Silenced")
    page.goto(f"{house.url}/keys?q={app['id']}")
    page.get_by_role("link", name=re.compile("Delete CustomApp")).click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Its application acts for nobody")
    page.get_by_role("button", name=re.compile("Delete CustomApp")).click()
    expect(page.locator("[data-status]")).to_contain_text("was deleted")
    assert house.desk.launch_key(app["deployment_id"]) is None


@pytest.mark.parametrize("deed", ["edit", "rotate"])
def test_what_cannot_be_done_to_it_is_refused_in_words(house: ControlPlane, page: Page, deed: str) -> None:
    app = started(house, page, f"Kept {deed}")
    [key] = keys_of(house, page, app["id"])
    answer = page.goto(f"{house.url}/keys/{key['id']}/{deed}")
    assert answer is not None
    assert answer.status == 409
    expect(page.get_by_text("This is the key of an application")).to_be_visible()
