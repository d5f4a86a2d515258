"""Chromium in front of whole instances: what people see through the gate, drawn for real."""

from collections.abc import Iterator

import pytest
from browsing import chromium, log_in, opened
from callers import PASSWORD, Caller
from instances import Instance
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file."""
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser that knows nothing yet; photographed at the end, however that was."""
    with opened(browser, request.node.name) as shown:
        yield shown


@pytest.fixture
def as_owner(page: Page, gatepost: Instance, owner: Caller) -> Page:
    """The page of a publisher who has signed in to `gatepost`."""
    page.goto(f"{gatepost.url}/login")
    log_in(page, owner.username, PASSWORD)
    page.wait_for_url("**/applications")
    return page
