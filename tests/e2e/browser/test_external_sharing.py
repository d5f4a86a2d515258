"""Seed 000 in Chromium: an application shared with people outside, by real mail, and taken back."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import opened, serious
from callers import Caller
from mail_server import Inbox, mail_server
from playwright.sync_api import Browser, Page, expect
from post_office import text_of
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


@pytest.fixture
def inbox(admin: Caller) -> Iterator[Inbox]:
    """A mail server that the instance knows for as long as the test lasts."""
    with mail_server() as served:
        told = {"host": "127.0.0.1", "port": served.port, "tls": "none", "from": "Gatepost <g@example.com>"}
        admin.ok("PATCH", "settings", {"mail": told})
        yield served
        admin.ok("PATCH", "settings", {"mail": dict.fromkeys(told)})


@pytest.fixture(scope="module")
def site(owner: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "index.html").write_text("<h1>Demand by depot</h1>")
    return dict(owner.publish(folder, "Demand forecast"))


def mailed(inbox: Inbox, to: str) -> str:
    """Return the link of the mail that has come to an address."""

    def link() -> str | None:
        texts = [text_of(mail) for mail in list(inbox.mails) if mail["To"] == to]
        found = re.search(r"http://\S+/_gatepost/guest/\S+", texts[-1]) if texts else None
        return None if found is None else found[0]

    return str(until(link, within=30))


def save(page: Page, said: str) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-status]")).to_contain_text(said)


def test_people_outside_are_let_in_by_mail_and_are_out_at_once(
    as_owner: Page, browser: Browser, inbox: Inbox, site: dict[str, Any]
) -> None:
    page = as_owner
    page.goto(site["url"])
    page.get_by_role("link", name="Share").click()
    page.get_by_role("link", name="External sharing Off").click()
    page.get_by_label("Enable external sharing").check()
    page.get_by_label("Allowed addresses and domains").fill("@brightport.example\nlars@brightport")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“lars@brightport” has no ending such as .com")).to_be_visible()
    assert serious(page) == []
    page.get_by_label("Allowed addresses and domains").fill("@brightport.example\nann@solo.example")
    save(page, "External sharing is on for 2 entries.")
    link = page.get_by_label("application link", exact=True).input_value()
    page.get_by_role("button", name="Send invitations").click()
    expect(page.locator("[data-status]")).to_contain_text("Invitations go to ann@solo.example.")
    expect(page.get_by_text("Invited, link good for 60 min")).to_be_visible()

    with opened(browser, "guest-ann") as ann, opened(browser, "guest-dora") as dora:
        ann.goto(mailed(inbox, "ann@solo.example"))
        dora.goto(link)
        expect(dora.get_by_text("“Demand forecast” is shared with people outside.")).to_be_visible()
        dora.get_by_label("Your e-mail address").fill("Dora@Brightport.example")
        dora.get_by_role("button", name="Mail me my way in").click()
        expect(dora.get_by_text("Look into your mailbox")).to_be_visible()
        assert serious(dora) == []
        dora.goto(mailed(inbox, "dora@brightport.example"))
        for guest in (ann, dora):
            guest.get_by_role("button", name="Open the application").click()
            expect(guest.get_by_role("heading", name="You are in")).to_be_visible()
            expect(guest.get_by_text("You see only this application")).to_be_visible()
            assert serious(guest) == []
            guest.get_by_role("link", name="Go to the application").click()
            guest.get_by_role("heading", name="Demand by depot").wait_for()
            assert guest.url == site["origin_url"]

        page.reload()
        expect(page.get_by_text("2 signed in, 0 invited")).to_be_visible()
        page.get_by_label("Allowed addresses and domains").fill("ann@solo.example")
        save(page, "1 guest is out.")
        dora.reload()
        expect(dora.get_by_role("heading", name="Your access has ended")).to_be_visible()
        ann.reload()
        ann.get_by_role("heading", name="Demand by depot").wait_for()

        page.get_by_label("Enable external sharing").uncheck()
        save(page, "External sharing is off. 1 guest is out.")
        ann.reload()
        expect(ann.get_by_role("heading", name="Your access has ended")).to_be_visible()
        dora.goto(link)
        expect(dora.get_by_text("This link does not lead anywhere (any more)")).to_be_visible()
