"""Sharing, versions and searching in Chromium: what scripts add to the plain forms."""

import pytest
from browsing import serious
from control_plane import ControlPlane
from page_visitor import packed
from playwright.sync_api import Page, expect

from gatepost_server.apps.model import BuildResult

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def create(page: Page, house: ControlPlane, username: str, name: str, role: str) -> None:
    page.goto(f"{house.url}/users/new")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill(f"{username}@example.com")
    page.get_by_label(role).check()
    page.get_by_role("button", name="Create user").click()
    page.get_by_label("I stored it").check()


def upload(page: Page, house: ControlPlane, name: str) -> None:
    page.goto(f"{house.url}/applications/new")
    content = packed({"index.html": f"<h1>{name}</h1>"})
    page.set_input_files(
        "input[type=file]", {"name": "a.zip", "mimeType": "application/zip", "buffer": content}
    )
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Upload and publish").click()
    page.wait_for_url("**/build")


def test_people_are_picked_by_name_given_a_role_and_lose_it(house: ControlPlane, page: Page) -> None:
    create(page, house, "priya", "Priya Raman", "Publisher")
    create(page, house, "tomas", "Tomás Ferreira", "Viewer")
    upload(page, house, "Shared report")
    page.get_by_role("link", name="Share").click()
    people = page.get_by_role("combobox", name="Share with")
    people.press_sequentially("rama")
    expect(page.get_by_role("option", name="Priya Raman")).to_be_visible()
    people.press("Enter")
    people.press_sequentially("ferrei")
    page.get_by_role("option", name="Tomás Ferreira").click()
    page.get_by_label("Role", exact=True).select_option("editor")
    expect(page.locator("#share-effect")).to_contain_text("Priya Raman and Tomás Ferreira gain entry.")
    assert serious(page) == []
    people.press_sequentially("ann@solo.example")
    people.press("Enter")  # at once, before anything was found: nothing is shared by it
    expect(page.get_by_text("lets people outside in under External sharing")).to_be_visible()
    page.get_by_role("button", name="Share", exact=False).last.click()
    expect(page.locator("#f-who-said")).to_contain_text("Nobody is called ann@solo.example here")
    expect(page.get_by_role("button", name="Leave out tomas")).to_be_visible()
    expect(people).to_have_value("ann@solo.example")
    people.fill("")
    people.blur()
    expect(page.get_by_label("Send notification")).to_be_disabled()
    page.get_by_role("button", name="Share with 2", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("Priya Raman and Tomás Ferreira may use")
    expect(page.get_by_text("opens only: server role viewer")).to_have_count(1)

    page.get_by_role("link", name="Take editor from Priya Raman").click()
    page.get_by_role("button", name="Take editor from Priya Raman").click()
    expect(page.locator("[data-status]")).to_contain_text("Priya Raman has lost the role editor")

    page.get_by_role("button", name="Actions for Tomás Ferreira").press("Enter")
    page.get_by_role("menuitem", name="Take back all that you gave…").press("Enter")
    expect(page.get_by_text("Tomás Ferreira (tomas) loses the role editor.")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Take back all on Shared report").press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("is taken back from Tomás Ferreira.")
    expect(page.get_by_role("button", name="Actions for Administrator")).to_have_count(0)

    page.get_by_role("link", name="Take owner from Administrator").click()
    page.get_by_role("button", name="Take owner from Administrator").click()
    expect(page.get_by_role("alert")).to_contain_text("would be left without an owner")


def test_the_effect_follows_who_is_named_and_who_is_left_out(house: ControlPlane, page: Page) -> None:
    create(page, house, "noah", "Noah Brandt", "Viewer")
    create(page, house, "elif", "Elif Demir", "Viewer")
    upload(page, house, "Followed report")
    page.get_by_role("link", name="Share").click()
    effect, people = page.locator("#share-effect"), page.get_by_role("combobox", name="Share with")
    expect(effect).to_contain_text("Name somebody")
    people.press_sequentially("noah")
    expect(page.get_by_role("option", name="Noah Brandt")).to_be_visible()
    people.press("Enter")
    expect(effect).to_contain_text("Noah Brandt gains entry.")
    people.press_sequentially("elif")
    expect(page.get_by_role("option", name="Elif Demir")).to_be_visible()
    people.press("Enter")
    expect(effect).to_contain_text("Elif Demir and Noah Brandt gain entry.")
    page.get_by_role("button", name="Leave out Noah Brandt").click()
    expect(effect).to_contain_text("Elif Demir gains entry.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Share with 1", exact=True).press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("Elif Demir may use Followed report")


def test_a_state_changes_in_the_list_by_itself(house: ControlPlane, page: Page) -> None:
    upload(page, house, "Watched")
    page.goto(f"{house.url}/applications?q=Watched")
    shown = page.locator("#apps-body")
    expect(shown.get_by_text("Building", exact=True)).to_be_visible()

    while order := house.desk.claim_build():
        house.desk.finish_build(order.version_id, BuildResult(ok=False, reason="no such package"))

    expect(shown.get_by_text("Failed", exact=True)).to_be_visible(timeout=15_000)
    assert page.locator("[hx-trigger='every 2s']").count() == 0


def test_a_pasted_key_is_cut_before_it_is_sent(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/keys/new")
    page.get_by_label("Name", exact=True).fill("Pasted")
    page.get_by_role("button", name="Create key").click()
    key = page.locator("[data-secret]").inner_text()
    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    page.wait_for_url("**/keys")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    page.get_by_role("searchbox", name="Find keys").fill(key)
    page.wait_for_url(f"**/keys?q={key[:14]}*")

    expect(page.get_by_text("Pasted", exact=True)).to_be_visible()
    assert not [url for url in sent if key in url]
