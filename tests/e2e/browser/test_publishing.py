"""From *Add* to the page of one's own application: upload, a build that is watched, frame and solo."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from browsing import photograph
from callers import Caller
from instances import Instance
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

TIDES = Path(__file__).with_name("tides")
BUILT = 120_000
"""Milliseconds in which a small environment is surely made, on a machine with other work."""
KEEP_GROWTH = """
const seen = () => JSON.parse(sessionStorage.getItem("lengths") ?? "[]");
document.addEventListener("DOMContentLoaded", () => {
  const log = document.querySelector("[data-log]");
  if (!log) return;
  const keep = () => sessionStorage.setItem("lengths", JSON.stringify([...seen(), log.textContent.length]));
  keep();
  new MutationObserver(keep).observe(log, { childList: true, characterData: true, subtree: true });
});
"""
"""Run in every page: notes how long the log was at first, and each time that it grew in place."""


def bundle() -> dict[str, Any]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in TIDES.iterdir():
            if file.is_file():
                archive.write(file, file.name)
    return {"name": "tides.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}


def upload(page: Page) -> str:
    """Upload the tides through *Add* and return the id of the application."""
    page.get_by_role("button", name="Add").click()
    page.get_by_role("menuitem", name="Upload an application").click()
    page.set_input_files("input[type=file]", bundle())
    page.get_by_label("Name", exact=True).fill("Tide tables")
    page.get_by_role("button", name="Upload and publish").click()
    page.wait_for_url("**/build")
    return page.url.split("/")[-2]


def watch(page: Page) -> None:
    """Stay on the page of the build until it says that the version runs."""
    log = page.get_by_role("log", name="Build log of v1")
    expect(log).to_contain_text("Building version 1 as asgi")
    photograph(page, "a build is watched")
    expect(page.get_by_text("v1 is running.")).to_be_visible(timeout=BUILT)
    expect(log).to_contain_text("uvicorn")
    expect(log).to_contain_text("The build is done.")
    lengths = page.evaluate("JSON.parse(sessionStorage.getItem('lengths'))")
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 1


def test_an_app_is_uploaded_watched_while_it_is_built_and_opened(
    as_owner: Page, gatepost: Instance, owner: Caller
):
    page = as_owner
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=gatepost.url)
    page.add_init_script(KEEP_GROWTH)
    app_id = upload(page)
    watch(page)
    app = owner.app(app_id)

    page.get_by_role("link", name="See it").click()
    framed = page.frame_locator("iframe")
    expect(framed.get_by_role("heading", name="Tides of Cuxhaven")).to_be_visible()
    assert page.frames[1].evaluate("window.origin") == app["origin_url"].rstrip("/")
    framed.get_by_role("link", name="Low water").click()
    expect(framed.get_by_text("at /low for")).to_contain_text(owner.username)
    photograph(page, "an app in its frame")

    page.get_by_role("button", name="Copy Content URL").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == app["content_url"]
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Open Solo").click()
    solo = opening.value
    expect(solo.get_by_role("heading", name="Tides of Cuxhaven")).to_be_visible()
    assert solo.url == app["origin_url"]
    assert not solo.url.startswith(gatepost.url)
    photograph(solo, "an app solo")
