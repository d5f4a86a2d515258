"""Projects in Chromium: made with the keyboard, filled by upload, shared, run; readable for everybody."""

import re
from collections.abc import Iterator

import pytest
from browsing import Complaints, photograph, serious
from control_plane import ControlPlane
from playwright.sync_api import Page, expect
from stores import ORIGIN, SYSTEM

from gatepost_server import bootstrap
from gatepost_server.bootstrap.jobs import revive
from gatepost_server.bootstrap.scenarios import scenario_runs
from gatepost_server.jobs import Runner

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

CSV = b"id,customer,price\n1,ann,10.5\n2,bob,3.2\n"
VIEWS = {"light": (1280, 800, "light"), "dark": (1280, 800, "dark"), "phone": (390, 844, "light")}


def send(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})


def said(page: Page) -> str:
    return page.locator("[data-status]").inner_text()


@pytest.fixture
def worker(house: ControlPlane) -> Iterator[Runner]:
    """Somebody who works off what waits, when told to."""
    base = bootstrap.Foundation.lay(house.settings)
    runs = scenario_runs(base)
    yield Runner(base.uow, (SYSTEM, ORIGIN), {runs.name: runs}, revive, name="tests")
    base.uow.engine.dispose()


def test_the_first_project_is_made_with_the_keyboard_alone(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/applications")
    page.get_by_role("link", name="Projects", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No projects yet")).to_be_visible()
    page.get_by_role("link", name="New project").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("Überfahrt 2026")
    expect(page.get_by_label("Key")).to_have_value("UBERFAHRT_2026")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("FERRY")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    page.keyboard.type("!")
    expect(page.get_by_label("Key")).to_have_value("FERRY")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("Überfahrt 2026! is there; you administer it.")
    assert page.url == f"{house.url}/projects/FERRY"


def test_a_file_becomes_a_dataset_and_is_overwritten_once_its_name_was_typed(
    house: ControlPlane, page: Page
) -> None:
    page.goto(f"{house.url}/projects/FERRY/datasets")
    page.get_by_role("link", name="Upload a file").click()
    send(page, "north sea.csv", CSV)
    expect(page.get_by_label("Name", exact=True)).to_have_value("north_sea")
    page.get_by_label("Name", exact=True).fill("orders")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("orders has 2 rows.")
    expect(page.get_by_role("cell", name="ann")).to_be_visible()

    page.get_by_role("button", name="Upload").click()
    page.get_by_role("menuitem", name="Append rows").click()
    send(page, "more.csv", b"id,customer,price\nx,cid,1\n")
    page.get_by_role("button", name="Append rows").click()
    expect(page.get_by_text("is no integer")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()

    page.get_by_role("button", name="Upload").click()
    page.get_by_role("menuitem", name="Overwrite all rows").click()
    overwrite = page.get_by_role("button", name="Overwrite orders")
    expect(overwrite).to_be_disabled()
    send(page, "new.csv", b"id,customer,price\n7,zoe,1.5\n")
    page.get_by_label("Type orders to confirm").fill("orders")
    overwrite.click()
    expect(page.locator("[data-status]")).to_contain_text("orders has 1 row now.")


def test_a_dataset_is_downloaded(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/projects/FERRY/datasets")
    page.get_by_role("link", name="orders").click()
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as coming:
        page.get_by_role("menuitem", name="As CSV").click()

    assert coming.value.suggested_filename == "orders.csv"


def test_json_is_checked_while_it_is_typed(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/projects/FERRY/settings/variables")
    area = page.get_by_label("Variables")
    area.fill('{"region": ')
    expect(page.locator("#f-variables-said")).to_contain_text("No JSON yet")
    area.fill("[1]")
    expect(page.locator("#f-variables-said")).to_have_text("It has to be a JSON object, {…}.")
    area.fill('{"region": "north"}')
    expect(page.locator("#f-variables-said")).to_have_text("Valid JSON.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-status]")).to_contain_text("The variables are saved.")


def test_single_permissions_appear_when_they_are_chosen(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/users/new")
    page.get_by_label("User name").fill("nora")
    page.get_by_label("Name", exact=True).fill("Nora Berg")
    page.get_by_label("E-mail").fill("nora@example.com")
    page.get_by_role("button", name="Create user").click()
    page.get_by_label("I stored it").check()
    page.goto(f"{house.url}/projects/FERRY/settings/permissions")
    page.get_by_role("link", name="Add people").click()
    page.get_by_role("combobox", name="People and groups").press_sequentially("berg")
    page.get_by_role("option", name="Nora Berg").click()
    ticks = page.get_by_role("group", name="Permissions")
    expect(ticks).to_be_hidden()
    page.get_by_label("Role").select_option("single")
    ticks.get_by_label("Read data").check()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("Nora Berg now holds these permissions")
    expect(page.get_by_text("Read data", exact=True)).to_be_visible()

    page.get_by_role("link", name="Take admin from Administrator").click()
    page.get_by_role("button", name="Take admin from Administrator").click()
    expect(page.get_by_role("alert")).to_contain_text("would be left without an owner")


def test_a_run_is_followed_to_its_end(house: ControlPlane, page: Page, worker: Runner) -> None:
    page.goto(f"{house.url}/projects/FERRY/scenarios")
    page.get_by_role("button", name="New scenario").click()
    page.get_by_role("menuitem", name="Query into a dataset").click()
    page.get_by_label("Name", exact=True).fill("Nightly")
    page.get_by_label("Query").fill("SELECT customer FROM orders")
    page.get_by_label("Into the dataset").fill("copy")
    page.get_by_role("button", name="Create scenario").click()
    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("menuitem", name="Refresh a dataset").click()
    page.get_by_label("Dataset", exact=True).fill("orders")
    page.get_by_role("dialog").get_by_role("button", name="Add step").click()
    page.get_by_role("button", name="Actions for step 2").click()
    page.get_by_role("menuitem", name="Move up").click()
    expect(page.locator(".gp-flow li").first).to_contain_text("Refresh a dataset")

    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("It waits for a worker.")).to_be_visible()
    worker.step()
    assert worker.wait(120)
    expect(page.locator(".gp-head .gp-state")).to_have_text("Done")
    expect(page.get_by_text("copy now holds 1 row.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel the run")).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_the_pages_are_readable_for_everybody(house: ControlPlane, page: Page, view: str) -> None:
    width, height, scheme = VIEWS[view]
    page.goto(f"{house.url}/projects/FERRY/datasets")
    dataset = page.get_by_role("link", name="orders").get_attribute("href")
    page.goto(f"{house.url}/projects/FERRY/scenarios")
    scenario = page.get_by_role("link", name="Nightly").get_attribute("href")
    page.goto(f"{house.url}{scenario}")
    run = page.locator("#run-list a[href*=runs]").first.get_attribute("href")
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    complaints = Complaints()
    with complaints.of(page):
        for path in (
            "/projects", "/projects/new", "/projects/FERRY", "/projects/FERRY/edit", "/projects/FERRY/delete",
            "/projects/FERRY/datasets", "/projects/FERRY/datasets/new", "/projects/FERRY/datasets/empty",
            *(f"{dataset}{part}" for part in ("", "/schema", "/metadata", "/access", "/access/add", "/rules",
                                              "/rules/new", "/history", "/append", "/overwrite", "/delete")),
            "/projects/FERRY/scenarios", "/projects/FERRY/scenarios/new?type=mail", scenario, run,
            f"{scenario}/edit", f"{scenario}/steps/0/edit", f"{scenario}/steps/0/remove",
            *(f"/projects/FERRY/settings/{part}" for part in ("permissions", "permissions/add", "variables",
                                                              "exposed", "exposed/new", "danger")),
        ):  # fmt: skip
            page.goto(f"{house.url}{path}")
            photograph(page, f"projects {re.sub('[a-z]+_[0-9a-f]{24}', '', str(path))} {view}")
            assert serious(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints.said == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
