"""Environment variables of an application in Chromium: set, changed, removed, and never shown."""

import pytest
from browsing import serious
from control_plane import ControlPlane
from page_visitor import packed
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def test_a_variable_is_set_changed_and_removed_and_never_shown(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/applications/new")
    files = {"name": "a.zip", "mimeType": "application/zip", "buffer": packed({"index.html": "<h1>1</h1>"})}
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_label("Name").fill("Forecasts")
    page.get_by_role("button", name="Upload and publish").click()
    expect(page.get_by_text("Version 1", exact=True)).to_be_visible()
    settings = page.url.replace("/build", "/settings")

    page.goto(settings)
    page.get_by_role("link", name="Set a variable").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("GATEPOST_SERVER")
    dialog.get_by_label("Value").fill("opensesame")
    dialog.get_by_role("button", name="Set variable").click()
    expect(page.get_by_text("Gatepost sets this itself; choose another name.")).to_be_visible()
    dialog.get_by_label("Name").fill("DATABASE_URL")
    dialog.get_by_label("Value").fill("opensesame")
    dialog.get_by_role("button", name="Set variable").click()
    expect(page.locator("[data-status]")).to_contain_text("DATABASE_URL is set.")
    assert "opensesame" not in page.content()
    assert serious(page) == []

    page.get_by_role("link", name="Change", exact=True).click()
    expect(dialog.get_by_label("Name")).to_have_value("DATABASE_URL")
    expect(dialog.get_by_label("Value")).to_have_value("")
    dialog.get_by_role("link", name="Cancel").click()

    page.get_by_role("link", name="Remove DATABASE_URL").click()
    expect(page.get_by_role("heading", name="Remove DATABASE_URL?")).to_be_visible()
    page.get_by_role("button", name="Remove DATABASE_URL").click()
    expect(page.locator("[data-status]")).to_contain_text("DATABASE_URL is removed.")
    expect(page.get_by_role("link", name="Change", exact=True)).to_have_count(0)
