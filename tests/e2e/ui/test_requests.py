"""Asking for access and deciding it: where one is refused, in the Task Hub, on the Access tab."""

from collections.abc import Iterator

import pytest
from browsing import chromium, opened, serious
from control_plane import ControlPlane
from page_visitor import CHOSEN, Person, signed_in
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e
NOWHERE = "app_" + "0" * 24


def arrived(house: ControlPlane, admin: Person, username: str, name: str) -> Person:
    """Return somebody new who has chosen a password."""
    body = {"username": username, "email": f"{username}@example.com", "display_name": name, "role": "viewer"}
    made = admin.api("POST", "users", json=body)
    return signed_in(house.url, username, made["one_time_password"])


@pytest.fixture(scope="module")
def asker(plain_house: ControlPlane, admin: Person) -> Iterator[Person]:
    person = arrived(plain_house, admin, "ann.asks", "Ann Asks")
    yield person
    person.client.close()


def asked(asker: Person, app: str, **more: str) -> str:
    """Ask for an application and return the path of the request."""
    form = {"app": app, "role": "consumer", "reason": "I plan with it.", "validity": "30", **more}
    page = asker.send("/requests/new", form)
    assert page.status_code == 200, page.text
    return page.url.path


def the_hash(admin: Person, path: str) -> str:
    return str(admin.api("GET", path.lstrip("/"))["content_hash"])


def test_the_refused_page_is_one_page_and_leads_to_asking(asker: Person, admin: Person) -> None:
    app = admin.publish("Hidden report")["id"]
    hidden, missing = (asker.see(f"/applications/{one}") for one in (app, NOWHERE))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert f'href="/requests/new?app={app}&amp;role=consumer"' in hidden.text
    assert f'href="/requests/new?app={NOWHERE}&amp;role=consumer"' in missing.text
    assert "Hidden report" not in hidden.text
    assert "Ask for access" not in asker.see("/applications/nothing-of-the-kind").text
    form = asker.see(f"/requests/new?app={app}").text
    assert f'value="{app}"' in form
    assert "Hidden report" not in form


def test_asked_approved_and_open(asker: Person, admin: Person) -> None:
    app = admin.publish("Wanted report")["id"]
    path = asked(asker, app)
    assert "Wanted report" not in asker.see(path).text
    hub = admin.see("/requests").text
    assert "Ann Asks asks for the role consumer on Wanted report" in hub
    assert '<span class="sr"> to decide</span>' in hub
    assert "Asks for Consumer" in admin.see(f"/applications/{app}/access").text
    assert "Asks for Consumer" in admin.see(f"/applications/{app}/share").text
    page = admin.see(path).text
    assert "<b>Ann Asks gains entry.</b>" in page
    assert "no role of their own" in page
    assert asker.see(f"/applications/{app}").status_code == 404  # reading decides nothing

    done = admin.send(f"{path}/approve", {"content_hash": the_hash(admin, path), "note": "Welcome"})

    assert "Ann Asks&#39;s request is approved." in done.text
    assert asker.see(f"/applications/{app}").status_code == 200
    mine = asker.see(path).text
    assert "Approved by Administrator" in mine
    assert "“Welcome”" in mine
    assert "Asks for Consumer" not in admin.see(f"/applications/{app}/access").text


def test_refused_withdrawn_and_stale(asker: Person, admin: Person) -> None:
    app = admin.publish("Kept report")["id"]
    path = asked(asker, app)
    stale = admin.send(f"{path}/approve", {"content_hash": "0" * 64})
    assert (stale.status_code, "Read it again" in stale.text) == (409, True)
    refused = admin.send(f"{path}/reject", {"content_hash": the_hash(admin, path), "note": "Not now"})
    assert "request is refused" in refused.text
    again = admin.send(f"{path}/approve", {"content_hash": the_hash(admin, path)})
    assert (again.status_code, "rejected already" in again.text) == (409, True)
    second = asked(asker, app)
    assert "Your request is withdrawn." in asker.send(f"{second}/withdraw", {}).text
    assert asker.see(f"/applications/{app}").status_code == 404


def test_what_was_typed_stays_when_it_is_refused(asker: Person) -> None:
    form = {"app": "not an id", "role": "consumer", "reason": "", "validity": "until", "until": ""}
    page = asker.send("/requests/new", form)
    assert page.status_code == 400
    assert 'value="not an id"' in page.text
    page = asker.send("/requests/new", {**form, "validity": "30", "reason": "r"})
    assert "The id or number of an application." in page.text


def test_others_find_nothing_there(asker: Person, admin: Person, plain_house: ControlPlane) -> None:
    path = asked(asker, NOWHERE)
    eve = arrived(plain_house, admin, "eve.looks", "Eve Looks")
    assert eve.see(path).status_code == 404
    assert eve.send(f"{path}/approve", {"content_hash": "0" * 64}).status_code == 404
    own = asker.send(f"{path}/approve", {"content_hash": the_hash(asker, path)})
    assert (own.status_code, "somebody else has to decide" in own.text) == (403, True)
    eve.client.close()


@pytest.mark.browser
def test_the_same_in_chromium_by_two_people(plain_house: ControlPlane, admin: Person) -> None:
    house, app = plain_house, admin.publish("Forecast")["id"]
    arrived(house, admin, "elif.demir", "Elif Demir").client.close()
    with (
        chromium() as started,
        opened(started, "left-by-who-decides") as page,
        opened(started, "left-by-who-asks") as other,
    ):
        sign_in(page, house, house.username)
        sign_in(other, house, "elif.demir")
        other.goto(f"{house.url}/applications/{app}")
        other.get_by_role("link", name="Ask for access").click()
        other.get_by_label("Reason").fill("I plan the depots with it.")
        assert serious(other) == []
        other.get_by_role("button", name="Ask for access").click()
        expect(other.locator("[data-status]")).to_contain_text("You have asked.")
        assert serious(other) == []

        page.goto(f"{house.url}/applications/{app}/access")
        expect(page.get_by_role("link", name="to decide").first).to_be_visible()
        assert serious(page) == []
        page.get_by_role("link", name="Review what Elif Demir asks").click()
        page.get_by_label("Note to Elif Demir").fill("Welcome")
        assert serious(page) == []
        page.get_by_role("button", name="Approve").press("Enter")
        expect(page.locator("[data-status]")).to_contain_text("Elif Demir's request is approved.")
        assert serious(page) == []

        other.goto(f"{house.url}/applications/{app}")
        expect(other.get_by_role("heading", name="Forecast")).to_be_visible()


def sign_in(page: Page, house: ControlPlane, username: str) -> None:
    page.goto(f"{house.url}/login")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(CHOSEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/applications")
