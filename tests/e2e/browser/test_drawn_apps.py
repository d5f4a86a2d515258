"""Streamlit and Shiny as people see them: drawn, and changed by a hand, in the frame and solo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import log_in, opened
from callers import PASSWORD, Caller, People, path_of
from instances import Instance
from playwright.sync_api import Browser, FrameLocator, Page, WebSocket, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

DRAWN = 60_000
"""Milliseconds in which an application has surely started, loaded and drawn itself."""


@pytest.fixture(scope="module")
def apps(gatepost: Instance, admin: Caller) -> dict[str, dict[str, Any]]:
    """The two examples, by kind."""
    told = {app["kind"]: path_of(app["content_url"]).split("/")[2] for app in gatepost.told["apps"]}
    return {kind: admin.app(told[kind]) for kind in ("streamlit", "shiny")}


@pytest.fixture(scope="module")
def guest(admin: Caller, people: People, apps) -> Caller:
    """Somebody who may use both examples and nothing else."""
    person = people.someone("viewer")
    for app in apps.values():
        to = {"type": "user", "name": person.username}
        admin.ok("POST", f"apps/{app['id']}/grants", {"to": to, "role": "consumer"})
    return person


@pytest.fixture
def sockets() -> list[WebSocket]:
    """The WebSockets that `page` has opened."""
    return []


@pytest.fixture
def page(browser: Browser, gatepost: Instance, guest: Caller, sockets, request) -> Iterator[Page]:
    """The guest's browser, signed in."""
    with opened(browser, request.node.name) as shown:
        shown.on("websocket", lambda made: sockets.append(made))
        shown.goto(f"{gatepost.url}/login")
        log_in(shown, guest.username, PASSWORD)
        shown.wait_for_url("**/applications")
        yield shown


def in_frame(page: Page, gatepost: Instance, app: dict[str, Any]) -> FrameLocator:
    page.goto(f"{gatepost.url}/applications/{app['id']}")
    return page.frame_locator("iframe")


def solo(page: Page, gatepost: Instance, app: dict[str, Any]) -> Page:
    page.goto(app["content_url"])
    page.wait_for_url(f"{app['origin_url']}**")
    return page


def came_by(sockets: list[WebSocket], app: dict[str, Any]) -> None:
    """Check that what changed came by a WebSocket of the app's own origin, and by no other."""
    own = app["origin_url"].replace("http://", "ws://", 1)
    assert sockets
    assert [socket.url for socket in sockets if not socket.url.startswith(own)] == []


@pytest.mark.parametrize("place", [in_frame, solo])
def test_streamlit_answers_a_slider(page: Page, gatepost, apps, sockets, place: Callable[..., Any]):
    app = apps["streamlit"]
    shown = place(page, gatepost, app)
    expect(shown.get_by_role("heading", name="Sampling lab")).to_be_visible(timeout=DRAWN)
    metric = shown.get_by_test_id("stMetricValue").first
    before = float(metric.inner_text())
    shown.get_by_role("slider", name="True mean").press("ArrowRight")
    expect(metric).to_have_text(f"{before + 0.5:.3f}")
    came_by(sockets, app)


@pytest.mark.parametrize("place", [in_frame, solo])
def test_shiny_answers_a_slider(page: Page, gatepost, apps, sockets, place: Callable[..., Any]):
    app = apps["shiny"]
    shown = place(page, gatepost, app)
    bars = shown.get_by_role("img", name="Histogram of waiting times").locator("rect")
    expect(bars).to_have_count(20, timeout=DRAWN)
    expect(shown.locator("#count")).to_have_text("272")
    bins = shown.locator(".shiny-input-container", has_text="Bins")
    bins.locator(".irs-line").focus()
    bins.locator(".irs-line").press("ArrowRight")
    expect(bars).not_to_have_count(20)
    expect(bars).to_have_count(int(bins.locator(".irs-single").inner_text()))
    came_by(sockets, app)
