"""Keys of projects and global keys in Chromium: made by ticks and by JSON, used, seen in the trail."""

import json
import re
import subprocess

import pytest
from browsing import photograph, serious
from control_plane import ControlPlane
from page_session import in_session
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

HOME = "/projects/SUPPLY/settings/api"


@pytest.fixture(scope="module")
def desk(house: ControlPlane, page: Page) -> Page:
    """The administrator, with two projects and three datasets."""
    for key, name in (("SUPPLY", "Supply planning"), ("CHURN", "Churn")):
        in_session(house, page, "POST", "projects", {"key": key, "name": name})
    for name in ("contracts", "depots", "orders"):
        in_session(house, page, "POST", "projects/SUPPLY/datasets", {"name": name})
    return page


def curl(house: ControlPlane, key: str, path: str, *more: str) -> int:
    """Call the API as a program with the key does, and return the status."""
    command = [
        "curl",
        "-s",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "-H",
        f"Authorization: Key {key}",
        *more,
    ]
    done = subprocess.run(
        [*command, f"{house.url}/api/v1/{path}"], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def new_key(house: ControlPlane, page: Page, name: str) -> None:
    page.goto(f"{house.url}{HOME}")
    page.get_by_role("link", name="New API key").first.click()
    page.get_by_label("Name", exact=True).fill(name)


def made(page: Page) -> str:
    """Press the button, and return the text that is shown once."""
    page.get_by_role("button", name="Create key").click()
    text = page.locator("[data-secret]").inner_text()
    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    return text


def rights(page: Page, text: str) -> None:
    page.get_by_label("The same as JSON", exact=True).fill(text)


def test_a_key_is_made_by_ticks_and_opens_what_was_ticked(house: ControlPlane, desk: Page) -> None:
    new_key(house, desk, "Nightly loader")
    area = desk.get_by_label("The same as JSON", exact=True)
    sample = {"permissions": ["READ_CONF"], "datasets": {"contracts": ["READ_DATA", "READ_METADATA"]}}
    expect(area).to_have_value(json.dumps(sample, indent=2))
    expect(desk.get_by_role("checkbox", name="Read data on contracts")).to_be_checked()
    implied = desk.get_by_role("checkbox", name=re.compile("^Read dashboards"))
    expect(implied).to_be_checked()
    expect(implied).to_have_attribute("aria-disabled", "true")
    implied.click(force=True)
    expect(implied).to_be_checked()

    desk.get_by_role("checkbox", name=re.compile("^Read configuration")).uncheck()
    expect(implied).not_to_be_checked()
    desk.get_by_role("button", name="Leave out contracts").click()
    desk.get_by_role("checkbox", name=re.compile("^Run scenarios")).check()
    desk.get_by_role("button", name="Clear all").click()
    expect(area).to_have_value('{\n  "permissions": [],\n  "datasets": {}\n}')
    expect(desk.locator("[data-permissions] input:checked")).to_have_count(0)
    desk.get_by_label("Add a dataset").select_option("orders")
    desk.get_by_role("checkbox", name="Write metadata on orders").check()
    expect(area).to_have_value(
        '{\n  "permissions": [],\n  "datasets": {\n    "orders": [\n      "READ_DATA",\n'
        '      "READ_METADATA",\n      "WRITE_METADATA"\n    ]\n  }\n}'
    )
    key = made(desk)

    assert curl(house, key, "projects/SUPPLY/datasets/orders/metadata") == 200
    change = ["-X", "PUT", "--json", '{"description": "by the loader"}']
    assert curl(house, key, "projects/SUPPLY/datasets/orders/metadata", *change) == 200
    columns = ["--json", '{"columns": []}']
    assert curl(house, key, "projects/SUPPLY/datasets/orders/schema", "-X", "PUT", *columns) == 403
    assert curl(house, key, "projects/SUPPLY/datasets/contracts/metadata") == 404
    assert curl(house, key, "projects/SUPPLY/variables") == 404
    assert curl(house, key, "projects/CHURN") == 404
    desk.goto(f"{house.url}/audit?q=orders")
    expect(desk.locator(".gp-log").get_by_text("Nightly loader").first).to_be_visible()


def test_a_key_is_made_by_json_and_what_is_wrong_with_it_is_said(house: ControlPlane, desk: Page) -> None:
    new_key(house, desk, "By JSON")
    reading = desk.get_by_role("checkbox", name=re.compile("^Read configuration"))
    rights(desk, '{\n  "permissions": [\n    "RUN_SCENARIOS",\n}')
    expect(desk.get_by_role("alert")).to_contain_text("Line 4: This is not JSON")
    expect(reading).to_be_checked()
    rights(desk, '{\n  "permissions": [],\n  "datasets": {"nowhere": []}\n}')
    expect(desk.get_by_role("alert")).to_contain_text('Line 3: The project has no dataset "nowhere"')
    desk.get_by_role("button", name="Create key").click()
    expect(desk.get_by_label("The same as JSON", exact=True)).to_be_focused()

    rights(desk, '{"permissions": ["WRITE_CONF"], "datasets": {"depots": ["EXPORT_DATA"]}}')
    expect(reading).to_be_checked()
    expect(reading).to_have_attribute("aria-disabled", "true")
    expect(desk.get_by_role("checkbox", name="Read data on depots")).to_be_checked()
    key = made(desk)

    assert curl(house, key, "projects/SUPPLY/variables") == 200
    assert curl(house, key, "projects/SUPPLY/keys") == 403
    assert curl(house, key, "users") == 403


def test_a_key_is_changed_rotated_and_stopped(house: ControlPlane, desk: Page) -> None:
    new_key(house, desk, "Rolling")
    rights(desk, '{"permissions": ["READ_CONF"]}')
    old = made(desk)
    desk.get_by_role("link", name="Rolling").click()
    desk.get_by_role("checkbox", name=re.compile("^Run scenarios")).check()
    expect(desk.get_by_text("1 change not saved.")).to_be_visible()
    desk.get_by_role("button", name="Save changes").click()
    expect(desk.locator("[data-status]")).to_contain_text("Rolling is saved")

    desk.get_by_role("link", name="Rotate").click()
    desk.get_by_role("button", name="Rotate key").click()
    fresh = desk.locator("[data-secret]").inner_text()
    desk.get_by_label("I stored it").check()
    desk.get_by_role("button", name="Done").click()
    assert [curl(house, one, "projects/SUPPLY/variables") for one in (old, fresh)] == [200, 200]
    desk.get_by_role("link", name="End it now").click()
    desk.get_by_role("button", name="End old secret").click()
    expect(desk.locator("[data-status]")).to_contain_text("The old secret of Rolling has ended.")
    assert [curl(house, one, "projects/SUPPLY/variables") for one in (old, fresh)] == [401, 200]

    desk.get_by_role("button", name="Disable").click()
    expect(desk.locator("[data-status]")).to_contain_text("Rolling is disabled.")
    assert curl(house, fresh, "projects/SUPPLY/variables") == 401
    desk.get_by_role("link", name="Enable").click()
    desk.get_by_role("button", name="Enable key").click()
    expect(desk.locator("[data-status]")).to_contain_text("Rolling is enabled.")
    assert curl(house, fresh, "projects/SUPPLY/variables") == 200
    desk.get_by_role("link", name="Delete Rolling").click()
    desk.get_by_role("button", name="Delete Rolling").click()
    expect(desk.locator("[data-status]")).to_contain_text("The key Rolling was deleted. Refused")
    assert curl(house, fresh, "projects/SUPPLY/variables") == 401


def test_a_global_key_is_given_projects_in_the_matrix(house: ControlPlane, desk: Page) -> None:
    desk.goto(f"{house.url}/admin/keys")
    desk.get_by_role("link", name="New global key").first.click()
    desk.get_by_label("Name", exact=True).fill("Crawler")
    desk.get_by_label("Find projects").fill("churn")
    expect(desk.get_by_role("checkbox", name="Read configuration on Supply planning")).to_have_count(0)
    desk.get_by_label("Find projects").press("Tab")
    expect(desk.get_by_role("checkbox", name="Read configuration on Churn")).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("ArrowRight")
    implied = desk.get_by_role("checkbox", name="Read dashboards on Churn")
    expect(implied).to_be_focused()
    expect(implied).to_be_checked()
    expect(desk.get_by_text("Opens 1 project.")).to_be_visible()
    key = made(desk)

    assert curl(house, key, "projects/CHURN/variables") == 200
    assert curl(house, key, "projects/SUPPLY/variables") == 404
    desk.get_by_role("link", name="Crawler").click()
    desk.get_by_role("switch", name=re.compile("Global admin")).check()
    expect(desk.get_by_text("Whoever has this key owns this server.")).to_be_visible()
    assert curl(house, key, "users") == 403
    desk.get_by_role("button", name="Save changes").click()
    expect(desk.locator("[data-status]")).to_contain_text("Crawler is saved")
    assert [curl(house, key, path) for path in ("users", "projects/SUPPLY/variables")] == [200, 200]
    desk.goto(f"{house.url}/admin/keys/all?kind=global")
    desk.get_by_role("link", name="Delete Crawler").click()
    desk.get_by_role("button", name="Delete Crawler").click()
    expect(desk.locator("[data-status]")).to_contain_text("The key Crawler was deleted.")
    assert curl(house, key, "users") == 401


def test_a_consent_is_given_and_taken_back(house: ControlPlane, desk: Page) -> None:
    desk.goto(f"{house.url}/profile")
    desk.get_by_role("link", name="Give consent").click()
    desk.get_by_label("Project", exact=True).select_option("CHURN")
    desk.get_by_role("button", name="Give consent").click()
    expect(desk.locator("[data-status]")).to_contain_text("Keys of Churn may act with your data rules now.")
    desk.get_by_role("link", name="Take back").click()
    desk.get_by_role("button", name="Take back").click()
    expect(desk.locator("[data-status]")).to_contain_text("Your consent for Churn is taken back.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_readable_for_everybody(house: ControlPlane, desk: Page, scheme: str) -> None:
    made_key = in_session(
        house, desk, "POST", "projects/SUPPLY/keys", {"name": scheme, "permissions": ["READ_CONF"]}
    )
    world = in_session(
        house, desk, "POST", "admin/keys", {"name": scheme, "projects": {"CHURN": ["READ_CONF"]}}
    )
    own = in_session(house, desk, "POST", "keys", {"name": scheme})
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    here = f"{HOME}/{made_key['id']}"
    for path in (
        HOME, f"{HOME}/new", here, f"{here}/rotate", f"{here}/delete", "/admin/keys", "/admin/keys/new",
        f"/admin/keys/{world['id']}", "/admin/keys/all", f"/keys/{own['id']}/edit", "/profile/consents/new",
    ):  # fmt: skip
        desk.goto(house.url + path)
        photograph(desk, f"keys {path.replace(made_key['id'], 'one')} {scheme}")
        assert serious(desk) == [], path
    desk.emulate_media(color_scheme="light")
