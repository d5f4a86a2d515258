"""The life of a client application in the browser: requester, approver, owner, member and outsider."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from browsing import chromium, opened, photograph, serious
from control_plane import ControlPlane
from page_visitor import CHOSEN, Person, signed_in
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e
_PEOPLE = {
    "ritva": ("Rita Requests", "viewer"), "aron": ("Aron Approves", "publisher"),
    "olga": ("Olga Owns", "publisher"), "ottokar": ("Otto Outside", "viewer"),
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(plain_house: ControlPlane, admin: Person) -> Iterator[dict[str, Page]]:
    """A browser of each, signed in; `Partners` is a group whose applications Aron approves."""
    for username, (name, role) in _PEOPLE.items():
        body = {"username": username, "email": f"{username}@example.com", "display_name": name, "role": role}
        made = admin.api("POST", "users", json=body)
        signed_in(plain_house.url, username, made["one_time_password"]).client.close()
    admin.api("POST", "client-groups", json={"name": "Partners", "approvers": ["aron"]})
    with chromium() as started, ExitStack() as stack:
        found = {one: stack.enter_context(opened(started, f"left-by-{one}")) for one in _PEOPLE}
        for username, page in found.items():
            page.goto(f"{plain_house.url}/clients")
            page.get_by_label("User name").fill(username)
            page.get_by_label("Password", exact=True).fill(CHOSEN)
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="My applications")).to_be_visible()
        yield found


def _decide(page: Page, house: ControlPlane, sentence: str) -> None:
    page.goto(f"{house.url}/requests")
    page.get_by_role("link", name=sentence).click()
    assert serious(page) == []
    expect(page.locator(".gp-diff .del")).to_have_count(0)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("is approved. It counts ")


def test_an_application_is_asked_for_approved_joined_and_left(
    pages: dict[str, Page], plain_house: ControlPlane
) -> None:
    rita, aron, olga, otto = (pages[one] for one in _PEOPLE)
    rita.get_by_role("link", name="Request to create application").first.click()
    rita.get_by_label("Application name").fill("订单_loader")
    rita.get_by_label("Scenario").fill("Loads orders at night")
    rita.get_by_role("combobox", name="Owners").fill("nobody, olg")
    rita.get_by_role("option", name="Olga Owns").click()
    expect(rita.get_by_role("button", name="Leave out Olga Owns")).to_be_visible()
    rita.get_by_role("combobox", name="Owners").fill("olg, nobody")
    expect(rita.get_by_text("Nobody is called “nobody”.")).to_be_visible()
    assert serious(rita) == []
    rita.get_by_role("combobox", name="Owners").fill("")
    rita.get_by_label("Reason").fill("The shop needs them by six.")
    assert serious(rita) == []
    rita.get_by_role("button", name="Send request").click()
    expect(rita.locator("[data-status]")).to_contain_text("You have asked.")
    expect(rita.get_by_text("Waiting for")).to_contain_text("Aron Approves")

    olga.goto(f"{plain_house.url}/requests")
    expect(olga.get_by_text("Nothing waits for you")).to_be_visible()
    _decide(aron, plain_house, "Rita Requests asks for the client application 订单_loader")

    olga.goto(f"{plain_house.url}/clients")
    olga.get_by_role("link", name="订单_loader").first.click()
    expect(olga.get_by_role("heading", name="订单_loader")).to_be_visible()
    expect(olga.get_by_text("Rita Requests").first).to_be_visible()
    assert serious(olga) == []
    photograph(olga, "client-application-of-its-owner")
    olga.set_viewport_size({"width": 390, "height": 844})
    olga.get_by_role("button", name="Actions for 订单_loader").click()
    for each in ("IP whitelist…", "Compatible path…", "Delete 订单_loader…"):
        expect(olga.get_by_role("menuitem", name=each)).to_be_visible()
    olga.keyboard.press("Escape")
    olga.set_viewport_size({"width": 1280, "height": 800})

    otto.goto(f"{plain_house.url}/clients?tab=not_joined")
    otto.get_by_role("link", name="订单_loader").first.click()
    expect(otto.get_by_role("heading", name="AppSecrets")).to_have_count(0)
    client = otto.url.rsplit("/", 1)[1]
    otto.goto(f"{plain_house.url}/clients/{client}/join")
    otto.get_by_label("Reason").fill("I look after the depot.")
    otto.get_by_role("button", name="Send request").click()
    expect(otto.get_by_text("Waiting for")).to_contain_text("Olga Owns")

    olga.goto(f"{plain_house.url}/requests")
    olga.get_by_role("link", name="Otto Outside asks to join").click()
    olga.get_by_text("Approve less than was asked for").click()
    olga.get_by_label("For how long").select_option("30")
    photograph(olga, "approve-less-than-was-asked-for")
    olga.get_by_role("button", name="Approve", exact=True).click()
    expect(olga.locator("[data-status]")).to_contain_text("Otto Outside's request is approved.")

    otto.goto(f"{plain_house.url}/requests?box=submitted")
    otto.get_by_role("link", name="You asked to join").click()
    expect(otto.get_by_text("for 30 days")).to_be_visible()
    otto.goto(f"{plain_house.url}/clients/{client}")
    expect(otto.get_by_text("Yours; it ends with your membership.")).to_be_visible()

    olga.goto(f"{plain_house.url}/clients/{client}/members/ottokar/remove")
    olga.get_by_role("button", name="Remove Otto Outside").click()
    expect(olga.locator("[data-status]")).to_contain_text("is no member any more.")
    otto.reload()
    expect(otto.get_by_text("Yours; it ends with your membership.")).to_have_count(0)


def test_policies_say_who_approves_what(plain_house: ControlPlane, admin: Person) -> None:
    page = admin.see("/admin/policies")
    assert "No request has a dead end" in page.text
    form = {"kind": "join_client", "who": "administrators"}
    assert "The policies are saved." in admin.send("/admin/policies", form).text
    settings = admin.api("GET", "settings")["policies"]["approvers"]
    assert settings["join_client"] == "administrators"
    admin.send("/admin/policies", {"kind": "join_client", "who": "keepers"})
