"""What a hostile application's page tries in the browser of its visitor, and what stops each attempt."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import log_in
from callers import PASSWORD, Caller, People
from hostile_pages import ALONE
from instances import Instance
from playwright.sync_api import Browser, Page, Request

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

HOSTILE = Path(__file__).parents[1] / "apps" / "hostile_page"
FRAMED = {
    "read the page around": "SecurityError",
    "read where the page around is": "SecurityError",
    # The frame's sandbox lends neither the page around nor what the browser asks people for.
    "lead the page around away": "SecurityError",
    "lead it away by name": "refused",
    "see the key of the gate": "unseen",
    "ask for more than the frame lends": "nothing",
    "ask where one is": "code 1",
    # Nothing of ours listens.
    "tell the page around": "told",
}


@pytest.fixture(scope="module")
def mallory(people: People) -> Caller:
    """Who publishes the hostile page."""
    return people.someone()


@pytest.fixture(scope="module")
def hostile(mallory: Caller) -> dict[str, Any]:
    """The hostile page, open to everybody who has an account."""
    return mallory.publish(HOSTILE, "Hostile page", access="signed_in")


@pytest.fixture(scope="module")
def near(owner: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Another application, which the victim uses too."""
    folder = tmp_path_factory.mktemp("near")
    (folder / "index.html").write_text("<title>Near</title><script>localStorage.own = 'kept'</script>")
    return owner.publish(folder, "Near")


def _kept(page: Page, *addresses: str) -> dict[tuple[str, str], str]:
    """Return the gate's cookies of *addresses*."""
    return {
        (str(one["domain"]), str(one["name"])): str(one["value"])
        for one in page.context.cookies(list(addresses))
        if "gp_" in str(one["name"])
    }


def test_a_page_reaches_nothing_beyond_its_application(
    as_owner: Page, gatepost: Instance, owner: Caller, hostile, near
):
    page, home = as_owner, gatepost.url
    page.goto(near["content_url"])
    page.wait_for_url(near["origin_url"])
    before = _kept(page, home, near["origin_url"])
    assert {name for _, name in before} == {"gp_session", "gp_csrf", "gp_start"}

    page.goto(f"{home}/applications/{hostile['id']}")
    with page.context.expect_page() as shown:
        page.get_by_role("link", name="Open Solo").click()
    alone = shown.value
    alone.get_by_role("heading", name="Hostile page").wait_for()
    assert alone.url == hostile["origin_url"]
    said = alone.evaluate(
        "([home, near, id]) => alone(home, near, id)", [home, near["origin_url"], hostile["id"]]
    )
    assert said == ALONE

    assert before.items() <= _kept(page, home, near["origin_url"]).items()
    wide = {cookie["name"] for cookie in page.context.cookies(home)}
    assert not [name for name in wide if name.startswith(("wide", "full"))]
    assert [
        row["name"] for row in owner.ok("GET", "keys")["items"] if row["name"] in ("called", "unseen", "form")
    ] == []
    alone.goto(hostile["content_url"])
    alone.get_by_role("heading", name="Hostile page").wait_for()
    seen = alone.evaluate("() => fetch('/seen').then(answer => answer.json())")
    assert [name for name in seen if name.startswith("full")]
    assert not [name for name in seen if "gp_" in name]
    alone.close()
    page.goto(f"{home}/applications")
    page.get_by_role("heading", name="Applications").first.wait_for()
    page.goto(near["origin_url"])
    assert page.evaluate("localStorage.own") == "kept"


def test_a_framed_page_stays_in_its_frame(as_owner: Page, gatepost: Instance, hostile):
    page = as_owner
    page.goto(f"{gatepost.url}/applications/{hostile['id']}")
    at = page.url
    page.frame_locator("iframe").get_by_role("heading", name="Hostile page").wait_for()
    [frame] = [one for one in page.frames if one.url.startswith(hostile["origin_url"])]
    assert frame.evaluate("home => framed(home)", gatepost.url) == FRAMED
    assert page.url == at
    page.get_by_role("link", name="Open Solo").wait_for()
    assert page.context.pages == [page]


def test_a_hand_off_gives_its_session_to_nobody_else(
    as_owner: Page, browser: Browser, gatepost: Instance, mallory: Caller, hostile, near
):
    """Even somebody who reads the address of it, as the page's own worker could."""
    page, passed = as_owner, []

    def note(request: Request) -> None:
        if "/_gatepost/handoff?" in request.url:
            passed.append(request.url)

    page.on("request", note)
    page.goto(hostile["content_url"])
    page.wait_for_url(hostile["origin_url"])
    [used] = passed

    stolen = browser.new_context()
    thief = stolen.new_page()
    elsewhere = used.replace(hostile["origin_url"], near["origin_url"])
    for address in (used, elsewhere):
        assert thief.goto(address).status == 400
    assert stolen.cookies() == []
    stolen.close()
    assert page.goto(used).status == 400
    assert page.goto(elsewhere).status == 400

    away = quote("//evil.example/", safe="")
    for address in (
        f"{hostile['origin_url']}_gatepost/start?to={away}",
        f"{hostile['origin_url']}_gatepost/arrived?to={away}",
        f"{hostile['content_url']}_gatepost/lend?bound={'x' * 43}&to={away}",
    ):
        page.goto(address)
        assert page.url.startswith(hostile["origin_url"]), address
    page.context.clear_cookies()
    page.goto(f"{gatepost.url}/login?next={away}")
    log_in(page, mallory.username, PASSWORD)
    page.wait_for_url(f"{gatepost.url}/**")
