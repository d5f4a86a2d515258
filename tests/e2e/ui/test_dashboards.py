"""Dashboards in Chromium: made by clicks, seen in light and dark and on a phone, readable for everybody."""

import pytest
from browsing import Complaints, photograph, serious
from control_plane import ControlPlane
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

CSV = b"month,amount,region\n2026-01,120,north\n2026-02,90,south\n2026-03,160,north\n2026-04,140,west\n"
VIEWS = {"light": (1280, 800, "light"), "dark": (1280, 800, "dark"), "phone": (390, 844, "light")}


def add(page: Page, kind: str, **fields: str) -> None:
    """Add a tile by its form; a field whose name ends with _ is chosen from a list."""
    page.get_by_role("button", name="Add a tile").click()
    page.get_by_role("menuitem", name=kind, exact=True).click()
    dialog = page.get_by_role("dialog")
    for name, value in fields.items():
        control = dialog.locator(f"[name={name.removesuffix('_')}]")
        control.select_option(value) if name.endswith("_") else control.fill(value)
    dialog.get_by_role("button", name="Save tile").click()
    expect(page.locator("[data-status]")).to_contain_text("The tiles are saved.")


def test_a_dashboard_is_made_by_clicks(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/projects/new")
    page.get_by_label("Name", exact=True).fill("Sales")
    page.get_by_role("button", name="Create project").click()
    page.goto(f"{house.url}/projects/SALES/datasets")
    page.get_by_role("link", name="Upload a file").click()
    page.set_input_files("input[type=file]", {"name": "sold.csv", "mimeType": "text/csv", "buffer": CSV})
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("cell", name="2026-01").wait_for()
    page.goto(f"{house.url}/projects/SALES")
    page.get_by_role("link", name="Dashboards").first.click()
    expect(page.get_by_role("heading", name="No dashboards yet")).to_be_visible()
    page.get_by_role("link", name="New dashboard").click()
    page.get_by_label("Name", exact=True).fill("Monthly sales")
    page.get_by_role("button", name="Create dashboard").click()
    add(page, "Chart", title="By month", dataset="sold", kind_="bar", x="month", y="amount", width_="half")
    add(page, "Chart", title="Over time", dataset="sold", kind_="area", x="month", y="amount", width_="half")
    add(page, "Chart", title="Regions", dataset="sold", kind_="pie", x="region", y="amount", width_="third")
    add(page, "Table", title="Rows", dataset="sold", width_="third")
    add(page, "Text", text="**Read me.** Numbers of the [shop](https://example.com).", width_="third")
    page.get_by_role("link", name="View").click()
    expect(page.get_by_role("img", name="By month")).to_be_visible()
    page.get_by_role("region", name="By month").get_by_text("Numbers").click()
    expect(page.get_by_role("region", name="By month").get_by_role("cell", name="160")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("part", ["", "/edit", "/access"])
def test_pages_of_a_dashboard_are_readable_for_everybody(
    house: ControlPlane, page: Page, view: str, part: str
) -> None:
    width, height, scheme = VIEWS[view]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{house.url}/projects/SALES/dashboards")
    address = page.get_by_role("link", name="Monthly sales").first.get_attribute("href") or ""
    complaints = Complaints()
    with complaints.of(page):
        page.goto(f"{house.url}{address}{part}")
    assert complaints.said == []
    assert serious(page) == []
    photograph(page, f"dashboard{part.replace('/', '-')}-{view}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
