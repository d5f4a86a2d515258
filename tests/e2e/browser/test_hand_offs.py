"""The ways of a real browser to an application: by its address, in the frame, through the login."""

import pytest
from browsing import log_in
from callers import PASSWORD, Caller
from instances import Instance
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

SHOWN = "<h1>Seen by a browser</h1>"


@pytest.fixture(scope="module")
def site(owner: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """A page that its owner alone may open."""
    folder = tmp_path_factory.mktemp("seen")
    (folder / "index.html").write_text(SHOWN)
    (folder / "deep.html").write_text("<h1>Deep inside</h1>")
    return dict(owner.publish(folder, "Seen"))


def test_the_content_url_leads_through_the_login_to_the_apps_own_address(page: Page, owner: Caller, site):
    page.goto(site["content_url"] + "deep.html?a=1")
    log_in(page, owner.username, PASSWORD)
    page.get_by_role("heading", name="Deep inside").wait_for()
    assert page.url == site["origin_url"] + "deep.html?a=1"


def test_the_apps_own_address_leads_through_the_login_back_to_itself(page: Page, owner: Caller, site):
    page.goto(site["origin_url"] + "deep.html?a=1")
    log_in(page, owner.username, PASSWORD)
    page.get_by_role("heading", name="Deep inside").wait_for()
    assert page.url == site["origin_url"] + "deep.html?a=1"
    page.reload()
    page.get_by_role("heading", name="Deep inside").wait_for()


def test_the_frame_shows_the_app_by_a_hand_off_of_its_own(
    page: Page, gatepost: Instance, owner: Caller, site
):
    page.goto(f"{gatepost.url}/login?next=/applications/{site['id']}")
    log_in(page, owner.username, PASSWORD)
    page.wait_for_url(f"**/applications/{site['id']}*")
    framed = page.frame_locator("iframe")
    framed.get_by_role("heading", name="Seen by a browser").wait_for(timeout=20_000)
    names = {cookie["name"] for cookie in page.context.cookies(site["origin_url"])}
    assert "gp_session" not in names


def test_a_planted_hand_off_is_refused_and_may_be_begun_anew(
    page: Page, gatepost: Instance, owner: Caller, people, site
):
    """Mallory may open the app too; a victim's browser is led to the end of Mallory's hand-off."""
    mallory = people.someone("viewer")
    to = {"type": "user", "name": mallory.username}
    owner.ok("POST", f"apps/{site['id']}/grants", {"to": to, "role": "consumer"})
    browser = {"sec-fetch-dest": "document", "accept": "text/html"}
    home = site["origin_url"].rstrip("/")
    with Caller(gatepost) as nobody:
        host = home.partition("://")[2]
        begun = nobody.get("/_gatepost/start?to=/", headers=browser | {"host": host})
    lent = mallory.get(begun.headers["location"].removeprefix(gatepost.url), headers=browser)
    planted = lent.headers["location"]
    assert planted.startswith(f"{home}/_gatepost/handoff?code=")

    page.goto(site["content_url"])
    log_in(page, owner.username, PASSWORD)
    page.get_by_role("heading", name="Seen by a browser").wait_for()
    page.context.clear_cookies(name="gp_session", domain=host.partition(":")[0])
    page.goto(planted)
    page.get_by_role("heading", name="This link does not lead here any more").wait_for()
    page.get_by_role("link", name="Start again").click()
    page.get_by_role("heading", name="Seen by a browser").wait_for()
    assert page.url == site["origin_url"]
