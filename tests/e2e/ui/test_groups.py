"""Groups in Chromium: made, filled with people found by name, and emptied; the pages around them."""

import pytest
from browsing import photograph, serious
from control_plane import ControlPlane
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def _person(page: Page, house: ControlPlane, username: str, name: str) -> None:
    page.goto(f"{house.url}/users/new")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill(f"{username}@example.com")
    page.get_by_role("button", name="Create user").click()
    page.get_by_label("I stored it").check()


def _group(page: Page, house: ControlPlane, name: str) -> None:
    page.goto(f"{house.url}/applications")
    page.get_by_role("button", name="Administration").click()
    page.get_by_role("menuitem", name="Groups", exact=True).click()
    page.get_by_role("link", name="New group").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_people_and_groups_come_into_a_group_and_leave_it(house: ControlPlane, page: Page) -> None:
    _person(page, house, "gina", "Gina Gold")
    _group(page, house, "Interns")
    _group(page, house, "Analysts")
    expect(page.get_by_text("Nobody is in it yet")).to_be_visible()

    page.get_by_role("link", name="Add members").first.click()
    people = page.get_by_role("combobox", name="People and groups")
    people.press_sequentially("gol")
    page.get_by_role("option", name="Gina Gold").click()
    people.press_sequentially("inter")
    page.get_by_role("option", name="Interns").click()
    page.get_by_label("Ends").select_option("30")
    page.get_by_role("button", name="Add members").click()
    expect(page.locator("[data-status]")).to_contain_text("Added 2 members to Analysts.")
    expect(page.get_by_role("row")).to_have_count(3)

    page.get_by_role("link", name="Add members").first.click()
    page.get_by_role("combobox", name="People and groups").fill("group:Analysts")
    page.get_by_role("dialog").get_by_role("button", name="Add members").click()
    expect(page.get_by_text("already contains this group")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()

    page.get_by_role("link", name="Take out Gina Gold").click()
    expect(page.get_by_role("heading", name="Take Gina Gold out of Analysts?")).to_be_visible()
    page.get_by_role("button", name="Take out Gina Gold").click()
    expect(page.locator("[data-status]")).to_contain_text("Gina Gold is not in Analysts any more.")
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_group_is_deleted_once_its_name_was_typed(house: ControlPlane, page: Page) -> None:
    _group(page, house, "Passing")
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_label("Type Passing to confirm").fill("Passing")
    page.get_by_role("button", name="Delete Passing").click()
    expect(page.locator("[data-status]")).to_contain_text("Passing is deleted.")
    expect(page.get_by_role("link", name="Passing")).to_have_count(0)


def test_an_organization_opens_and_closes_its_border(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/admin/organizations")
    page.get_by_role("link", name="New organization").first.click()
    page.get_by_label("Name", exact=True).fill("Partner")
    page.get_by_role("button", name="Make organization").click()
    expect(page.locator("[data-status]")).to_contain_text("Partner is made.")
    for step, said in (
        ("Allow sharing outside", "Partner may share"),
        ("Forbid sharing outside…", "Partner shares nothing outside"),
    ):
        page.get_by_role("button", name="Actions for Partner").click()
        page.get_by_role("menuitem", name=step).click()
        if step.endswith("…"):
            page.get_by_role("button", name="Forbid sharing outside").click()
        expect(page.locator("[data-status]")).to_contain_text(said)


def test_a_variable_is_set_and_deleted(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/admin/variables")
    page.get_by_role("link", name="New variable").first.click()
    page.get_by_label("Name", exact=True).fill("region")
    page.get_by_label("Value").fill('["eu", "us"]')
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-status]")).to_contain_text("region is saved.")
    expect(page.get_by_text('["eu", "us"]')).to_be_visible()


def test_a_private_place_is_asked_for_let_through_and_refused_again(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/admin/egress")
    page.get_by_label("Host or address").fill("10.1.2.3")
    page.get_by_label("Port").fill("5432")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("status").filter(has_text="Refused.")).to_contain_text("10.1.2.3")
    here = page.url
    page.get_by_role("link", name="Add an entry").first.click()
    page.get_by_label("Entry", exact=True).fill("127.0.0.1")
    page.get_by_role("button", name="Add entry").click()
    expect(page.get_by_text("Name a loopback address with its port")).to_be_visible()
    page.get_by_label("Entry", exact=True).fill("10.1.0.0/16")
    page.get_by_label("Note").fill("Warehouse")
    page.get_by_role("button", name="Add entry").click()
    expect(page.locator("[data-status]")).to_contain_text("10.1.0.0/16 is let through.")
    page.goto(here)
    expect(page.get_by_role("status").filter(has_text="Allowed.")).to_contain_text("10.1.0.0/16")
    page.get_by_role("link", name="Remove 10.1.0.0/16").click()
    page.get_by_role("button", name="Remove 10.1.0.0/16").click()
    expect(page.locator("[data-status]")).to_contain_text("10.1.0.0/16 is removed.")
    page.goto(here)
    expect(page.get_by_role("status").filter(has_text="Refused.")).to_be_visible()


def test_logs_are_read_and_their_level_is_set(house: ControlPlane, page: Page) -> None:
    (house.settings.data_dir / "logs" / "control.log").write_text("one\ntwo\n")
    page.goto(f"{house.url}/admin/logs")
    page.get_by_label("Level", exact=True).select_option("WARNING")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-status]")).to_contain_text("The level is set.")
    expect(page.get_by_label("Level", exact=True)).to_have_value("WARNING")
    page.get_by_label("Logger").fill("sqlalchemy")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text("One of ours")).to_be_visible()
    page.goto(f"{house.url}/admin/logs")
    page.get_by_role("link", name="control.log").click()
    expect(page.get_by_role("log")).to_contain_text("two")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_readable_for_everybody(house: ControlPlane, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    _group(page, house, f"Readers {scheme}")
    here = page.url.removeprefix(house.url)
    for path in (
        "/groups", here, f"{here}/add", "/admin/organizations", "/admin/variables", "/admin/logs",
        "/admin/logs/control.log", "/admin/egress?host=127.0.0.1&port=1",
    ):  # fmt: skip
        page.goto(house.url + path)
        photograph(page, f"administration {path.rpartition('/')[2]} {scheme}")
        assert serious(page) == [], path
    page.emulate_media(color_scheme="light")
