"""Every page of the gallery in Chromium: nothing is blocked, nothing overflows, axe is content."""

from collections.abc import Iterator

import gallery
import pytest
from browsing import chromium, serious
from playwright.sync_api import Browser, expect
from serving import served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

VIEWS = {"desktop-light": (1280, 800, "light"), "phone-dark": (390, 844, "dark")}
NAMES = [*gallery.PAGES, *gallery.BARE]
PARTS = 3


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("view", VIEWS)
def test_every_page_is_whole_and_accessible(url: str, browser: Browser, view: str, part: int) -> None:
    """The structure is the same in both views; of the dark one axe is asked what light cannot tell."""
    width, height, theme = VIEWS[view]
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    for name in NAMES[part::PARTS]:
        page.goto(f"{url}/page/{name}?theme={theme}")
        page.wait_for_load_state()

        assert complaints == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert serious(page, *(["color-contrast"] if theme == "dark" else [])) == [], name


@pytest.mark.parametrize("dialog", gallery.DIALOGS)
def test_a_dialog_comes_over_the_page_and_goes_with_escape(url: str, browser: Browser, dialog: str) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.on("dialog", lambda question: question.accept())
    page.goto(f"{url}/page/keys?dialog={dialog}")
    page.click("#open")
    page.wait_for_selector("dialog[open]")

    assert serious(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")


def test_a_menu_is_walked_with_the_keyboard(url: str, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{url}/page/apps")
    page.get_by_role("button", name="Actions for Demand forecast").focus()

    page.keyboard.press("Enter")
    page.wait_for_selector("[role=menu]:popover-open [role=menuitem]:focus")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Access"
    page.keyboard.press("Escape")

    assert page.locator("[role=menu]:popover-open").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Actions for Demand forecast"


@pytest.mark.parametrize(("name", "item"), [("app", "Open Solo"), ("apps", "Upload an application")])
def test_menus_of_a_page_head_open_on_a_phone(url: str, browser: Browser, name: str, item: str) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{url}/page/{name}")
    page.locator(".gp-head [aria-haspopup=menu]:visible").click()
    expect(page.get_by_role("menuitem", name=item)).to_be_visible()
