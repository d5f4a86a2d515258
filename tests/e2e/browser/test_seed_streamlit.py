"""The Streamlit snippets of seed 000, drawn for a visitor: for its creator, and for whoever looks."""

from pathlib import Path

import pytest
from browsing import log_in
from callers import PASSWORD, Caller, People
from instances import Instance
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

SEED = Path(__file__).parents[1] / "apps" / "seed_streamlit"
DRAWN = 60_000


def test_streamlit_acts_for_its_creator_and_for_whoever_looks(
    page: Page, gatepost: Instance, people: People
) -> None:
    creator, visitor = people.someone(), people.someone()
    creator.ok("POST", "projects", {"key": "CREATED", "name": "The creator's"})
    visitor.ok("POST", "projects", {"key": "VISITED", "name": "The visitor's"})
    app = creator.publish(SEED, "Seed Streamlit")
    to = {"type": "user", "name": visitor.username}
    creator.ok("POST", f"apps/{app['id']}/grants", {"to": to, "role": "consumer"})
    assert_drawn(page, gatepost, visitor, app["content_url"])


def assert_drawn(page: Page, gatepost: Instance, visitor: Caller, address: str) -> None:
    page.goto(f"{gatepost.url}/login")
    log_in(page, visitor.username, PASSWORD)
    page.wait_for_url("**/applications")
    page.goto(address)
    expect(page.get_by_text("The creator sees CREATED.")).to_be_visible(timeout=DRAWN)
    expect(page.get_by_text("The visitor sees VISITED.")).to_be_visible(timeout=DRAWN)
