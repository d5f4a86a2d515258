"""A source's draft in Chromium: other resources, the required key scope level, built or discarded."""

import pytest
from browsing import serious
from control_plane import ControlPlane
from page_visitor import packed
from playwright.sync_api import Page, expect

from gatepost_server.apps.model import BuildResult

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def _source(page: Page, house: ControlPlane, name: str) -> str:
    """Make a source with a built version 1, and return its address."""
    page.goto(f"{house.url}/sources/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create source").click()
    page.get_by_role("link", name="Upload files").first.click()
    files = {"name": "a.zip", "mimeType": "application/zip", "buffer": packed({"index.html": "<h1>1</h1>"})}
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Upload and build").click()
    expect(page.get_by_role("heading", name="Build log of v1")).to_be_visible()
    while order := house.desk.claim_build():
        house.desk.finish_build(order.version_id, BuildResult(ok=True))
    return page.url.partition("/versions")[0]


def test_the_key_scope_level_is_edited_in_the_resources_of_a_new_version(
    house: ControlPlane, page: Page
) -> None:
    source = _source(page, house, "Forecast")
    page.goto(f"{source}/versions/1")
    page.get_by_role("link", name="Edit").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Update resources")).to_be_visible()
    assert serious(page) == []
    dialog.get_by_label("Required key scope level").select_option("user")
    dialog.get_by_label("CPU and memory").select_option("small")
    dialog.get_by_label("Idle pause").select_option("0")
    dialog.get_by_label("What visitors’ keys reach").fill("SALES\nhr/people")
    dialog.get_by_role("button", name="Update", exact=True).click()
    expect(dialog.get_by_text("“hr/people” is neither a project's key nor a dataset")).to_be_visible()
    expect(dialog.get_by_label("Required key scope level")).to_have_value("user")
    assert serious(page) == []
    dialog.get_by_label("What visitors’ keys reach").fill("SALES\nHR/people")
    dialog.get_by_role("button", name="Update", exact=True).click()

    expect(page.get_by_text("v2 is a draft.", exact=True)).to_be_visible()
    assert page.url == f"{source}/versions/2"
    expect(page.get_by_text("User: create, read and write")).to_be_visible()
    expect(page.get_by_text("Off: it never pauses")).to_be_visible()
    expect(page.get_by_text("Of what the visitor may only SALES, HR/people")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="Build", exact=True).click()
    page.get_by_role("button", name="Build v2").click()
    expect(page.get_by_role("heading", name="Build log of v2")).to_be_visible()
    page.goto(f"{source}/versions/1")
    expect(page.get_by_text("Not set (as Viewer)")).to_be_visible()


def test_the_same_resources_are_refused_and_a_draft_is_discarded(house: ControlPlane, page: Page) -> None:
    source = _source(page, house, "Passing draft")
    page.goto(source)
    page.get_by_role("button", name="Actions for Passing draft").click()
    page.get_by_role("menuitem", name="Begin a draft").click()
    expect(page.get_by_text("v2 is a draft.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Update", exact=True).click()
    expect(page.get_by_text("Version 2 has these resources already.")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()

    page.get_by_role("link", name="Discard").click()
    expect(page.get_by_role("heading", name="Discard the draft v2?")).to_be_visible()
    page.get_by_role("button", name="Discard v2").click()
    expect(page.locator("[data-status]")).to_contain_text("The draft v2 is discarded.")
    expect(page.get_by_role("link", name="v2")).to_have_count(0)


def _begin_draft(page: Page, source: str, name: str) -> None:
    page.goto(source)
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Begin a draft").click()
    page.get_by_role("link", name="See files").click()
    expect(page.get_by_role("heading", name="Files")).to_be_visible()


def test_files_of_a_draft_are_edited_added_uploaded_and_removed(house: ControlPlane, page: Page) -> None:
    source = _source(page, house, "Edited here")
    _begin_draft(page, source, "Edited here")
    assert serious(page) == []
    page.get_by_role("link", name="index.html", exact=True).click()
    editor = page.get_by_label("Content")
    expect(editor).to_have_value("<h1>1</h1>")
    editor.fill("\n<h1>2</h1>\n")
    assert serious(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-status]")).to_contain_text("index.html is saved.")
    expect(editor).to_have_value("\n<h1>2</h1>\n")

    page.goto(f"{source}/versions/2/files")
    page.get_by_role("link", name="New file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Path").fill("../escape.html")
    dialog.get_by_role("button", name="Save file").click()
    expect(page.get_by_text("its path climbs out of the bundle")).to_be_visible()
    dialog.get_by_label("Path").fill("pages/two.html")
    dialog.get_by_role("button", name="Save file").click()
    expect(page.get_by_role("heading", name="pages/two.html")).to_be_visible()

    page.goto(f"{source}/versions/2/files")
    page.get_by_role("link", name="Upload a file").click()
    sent = {"name": "logo.bin", "mimeType": "application/octet-stream", "buffer": bytes(range(256))}
    dialog.locator("input[type=file]").set_input_files(sent)
    dialog.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("link", name="logo.bin", exact=True).click()
    expect(page.get_by_text("It is not shown here.")).to_be_visible()

    page.goto(f"{source}/versions/2/files")
    page.get_by_role("button", name="Actions for logo.bin").click()
    page.get_by_role("menuitem", name="Remove logo.bin…").click()
    page.get_by_role("button", name="Remove file").click()
    expect(page.locator("[data-status]")).to_contain_text("logo.bin is removed.")
    expect(page.get_by_role("row")).to_have_count(3)


def test_who_saves_second_is_told_and_keeps_the_text(house: ControlPlane, page: Page) -> None:
    source = _source(page, house, "Two editors")
    _begin_draft(page, source, "Two editors")
    page.get_by_role("link", name="index.html", exact=True).click()
    with page.context.new_page() as other:
        other.goto(page.url)
        other.get_by_label("Content").fill("theirs")
        other.get_by_role("button", name="Save").click()
        expect(other.locator("[data-status]")).to_contain_text("index.html is saved.")
    page.get_by_label("Content").fill("mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed index.html since you read it.")
    expect(page.get_by_label("Content")).to_have_value("mine")

    page.goto(source)
    page.get_by_role("button", name="Actions for v2").click()
    page.get_by_role("menuitem", name="Compare").click()
    expect(page.get_by_text("-<h1>1</h1>")).to_be_visible()
    expect(page.get_by_text("+theirs")).to_be_visible()
    assert serious(page) == []
    page.goto(f"{source}/versions/1/files/index.html")
    expect(page.get_by_text("<h1>1</h1>")).to_be_visible()
    expect(page.get_by_label("Content")).to_have_count(0)
