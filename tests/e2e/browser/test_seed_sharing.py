"""Seed 000's sharing, played in Chromium by three people and a guest, with the mails that they get."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from browsing import log_in, opened, serious
from callers import PASSWORD, Caller, sign_in
from instances import Instance
from mail_server import Inbox, mail_server
from playwright.sync_api import Browser, Page, expect
from post_office import text_of
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

NAMES = {"mira": "Mira Kovač", "jonas": "Jonas Lindqvist", "lena": "Lena Brandt"}
GUEST, NOTE = "ann@solo.example", "Numbers for Monday’s meeting."
DAY = 86_400


class Stage:
    """An instance with a clock of its own, a mail server, the three and the application."""

    def __init__(self, folder: Path, inbox: Inbox) -> None:
        self._clock, self.inbox = folder / "clock", inbox
        self._clock.write_text("0")
        self.instance = Instance(folder / "data", "--no-demo", "--test-clock", str(self._clock))
        admin = sign_in(self.instance, "admin", self.instance.password)
        told = {"host": "127.0.0.1", "port": inbox.port, "tls": "none", "from": "Gatepost <g@example.com>"}
        admin.ok("PATCH", "settings", {"mail": told})
        for username, name in NAMES.items():
            account = {"username": username, "email": f"{username}@example.com", "display_name": name}
            admin.ok("POST", "users", {**account, "role": "publisher", "password": PASSWORD})
        admin.ok("POST", "groups", {"name": "Planners"})
        admin.ok("PUT", "groups/Planners/members/user/jonas", {})
        self.app = self._published(folder, sign_in(self.instance, "mira", PASSWORD))

    @staticmethod
    def _published(folder: Path, mira: Caller) -> dict[str, Any]:
        site = folder / "site"
        site.mkdir()
        (site / "index.html").write_text("<h1>Demand by depot</h1>")
        return mira.publish(site, "Demand forecast")

    def later(self, days: float) -> None:
        """Let the instance believe that so many days have passed since it began."""
        self._clock.write_text(str(int(days * DAY)))

    def mail(self, to: str, number: int = 1) -> str:
        """Return subject and text of the mail *number* to an address, once it has come."""

        def texts() -> list[str]:
            return [text for addressee, text in self.mails() if addressee == to]

        until(lambda: len(texts()) >= number, what=f"mail {number} to {to}")
        return texts()[number - 1]

    def mails(self) -> list[tuple[str, str]]:
        """Return all mail that has come: to whom, and subject and text."""
        return [
            (str(one["To"]), f"{make_header(decode_header(one['Subject']))}\n{text_of(one)}")
            for one in list(self.inbox.mails)
        ]

    def logged_in(self, page: Page, username: str) -> Page:
        """Sign one of the three in, anew if they were."""
        page.context.clear_cookies()
        page.goto(f"{self.instance.url}/login")
        log_in(page, username, PASSWORD)
        page.wait_for_url("**/applications")
        return page


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The stage for all acts; the last one moves the clock."""
    with tempfile.TemporaryDirectory(prefix="gp-e2e-") as folder, mail_server() as inbox:
        made = Stage(Path(folder), inbox)
        yield made
        made.instance.close()


@pytest.fixture
def pages(browser: Browser) -> Iterator[dict[str, Page]]:
    """A browser of their own for each of the three, and for the guest."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(opened(browser, f"seed-{name}")) for name in (*NAMES, "guest")}


def share_dialog(page: Page) -> None:
    """Open the dialog from the list, as the seed says."""
    page.goto(f"{page.url.split('/applications')[0]}/applications")
    page.get_by_role("button", name="Actions for Demand forecast").click()
    page.get_by_role("menuitem", name="Share").click()


def picked(page: Page, text: str, name: str) -> None:
    page.get_by_role("combobox", name="Share with").press_sequentially(text)
    page.get_by_role("option", name=name).click()


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-status]")).to_contain_text(text)


def test_sharing_inside_with_a_group_a_note_another_role_and_an_end(
    stage: Stage, pages: dict[str, Page]
) -> None:
    mira = stage.logged_in(pages["mira"], "mira")
    share_dialog(mira)
    picked(mira, "plan", "Planners")
    expect(mira.get_by_label("Send notification")).to_be_checked()
    mira.get_by_label("Add note").fill(NOTE)
    expect(mira.locator("#share-effect")).to_contain_text("Whoever is in Planners gets in too")
    assert serious(mira) == []
    mira.get_by_role("button", name="Share with 1", exact=True).click()
    said(mira, "Planners may use Demand forecast as consumer now.")

    text = stage.mail("jonas@example.com")
    assert "Demand forecast" in text
    assert NOTE in text
    link = re.search(r"http://\S+/applications/\S+", text)
    assert link is not None
    jonas = pages["jonas"]
    jonas.goto(link[0])
    log_in(jonas, "jonas", PASSWORD)
    expect(jonas.get_by_role("heading", name="Demand forecast")).to_be_visible()
    expect(jonas.get_by_role("link", name="Share")).to_have_count(0)
    jonas.goto(stage.app["origin_url"])
    jonas.get_by_role("heading", name="Demand by depot").wait_for()

    share_dialog(mira)
    picked(mira, "lena", "Lena Brandt")
    mira.get_by_label("Send notification").uncheck()
    mira.get_by_role("button", name="Share with 1", exact=True).click()
    said(mira, "Lena Brandt may use Demand forecast as consumer now.")
    lena = stage.logged_in(pages["lena"], "lena")
    lena.goto(stage.app["url"])
    expect(lena.get_by_role("link", name="Share")).to_have_count(0)
    share_dialog(mira)
    mira.get_by_role("link", name="Consumer: change the role of Lena Brandt").click()
    expect(mira.get_by_role("heading", name="Role of Lena Brandt on Demand forecast")).to_be_visible()
    mira.get_by_label("Role", exact=True).select_option("editor")
    mira.get_by_role("button", name="Change role").click()
    said(mira, "Lena Brandt is editor of Demand forecast now.")
    lena.reload()
    expect(lena.get_by_role("link", name="Share")).to_be_visible()

    share_dialog(mira)
    mira.get_by_role("link", name="Take editor from Lena Brandt").click()
    mira.get_by_role("button", name="Take editor from Lena Brandt").click()
    said(mira, "Lena Brandt has lost the role editor")
    lena.reload()
    expect(lena.get_by_role("link", name="Ask for access")).to_be_visible()
    assert [text for to, text in stage.mails() if to == "lena@example.com"] == []


def test_sharing_outside_until_the_toggle_the_entry_or_the_end_of_thirty_days(
    stage: Stage, pages: dict[str, Page]
) -> None:
    mira, guest, app = stage.logged_in(pages["mira"], "mira"), pages["guest"], stage.app
    outside(mira, app)
    mira.get_by_label("Enable external sharing").check()
    mira.get_by_label("Allowed addresses and domains").fill(GUEST)
    saved(mira, "External sharing is on for 1 entry.")
    link = mira.get_by_label("application link", exact=True).input_value()
    mira.get_by_role("button", name="Send invitations").click()
    said(mira, f"Invitations go to {GUEST}.")
    accepted(guest, invitation(stage, 1))
    is_in(guest, app)

    mira.reload()
    mira.get_by_label("Enable external sharing").uncheck()
    saved(mira, "External sharing is off. 1 guest is out.")
    is_out(guest)
    mira.get_by_label("Enable external sharing").check()
    saved(mira, "External sharing is on for 1 entry.")
    is_out(guest)

    link = mira.get_by_label("application link", exact=True).input_value()
    asks(guest, link)
    accepted(guest, invitation(stage, 2))
    is_in(guest, app)
    mira.get_by_label("Allowed addresses and domains").fill("@elsewhere.example")
    saved(mira, "1 guest is out.")
    is_out(guest)

    mira.get_by_label("Allowed addresses and domains").fill(GUEST)
    saved(mira, "External sharing is on for 1 entry.")
    asks(guest, link)
    late = invitation(stage, 3)
    stage.later(2 / 24)
    guest.goto(late)
    expect(guest.get_by_text("It was used already, an hour has passed")).to_be_visible()
    asks(guest, link)
    accepted(guest, invitation(stage, 4))
    stage.later(29.9)
    is_in(guest, app)
    stage.later(30.2)
    is_out(guest)
    outside(stage.logged_in(mira, "mira"), app)
    expect(mira.get_by_text("0 signed in, 0 invited")).to_be_visible()


def outside(page: Page, app: dict[str, Any]) -> None:
    page.goto(app["url"])
    page.get_by_role("link", name="Share").click()
    page.get_by_role("link", name="External sharing").click()


def saved(page: Page, what: str) -> None:
    page.get_by_role("button", name="Save").click()
    said(page, what)


def invitation(stage: Stage, number: int) -> str:
    """Return the link of an invitation of the guest's."""
    found = re.search(r"http://\S+/_gatepost/guest/\S+", stage.mail(GUEST, number))
    assert found is not None
    return found[0]


def asks(guest: Page, link: str) -> None:
    guest.goto(link)
    guest.get_by_label("Your e-mail address").fill(GUEST)
    guest.get_by_role("button", name="Mail me my way in").click()
    expect(guest.get_by_text("Look into your mailbox")).to_be_visible()


def accepted(guest: Page, link: str) -> None:
    guest.goto(link)
    guest.get_by_role("button", name="Open the application").click()
    expect(guest.get_by_role("heading", name="You are in")).to_be_visible()


def is_in(guest: Page, app: dict[str, Any]) -> None:
    guest.goto(app["origin_url"])
    guest.get_by_role("heading", name="Demand by depot").wait_for()


def is_out(guest: Page) -> None:
    guest.reload()
    expect(guest.get_by_role("heading", name="Your access has ended")).to_be_visible()
