"""Why: from a refusal to its explanation, in Chromium on the real control plane, by keyboard too."""

from collections.abc import Iterator

import pytest
from browsing import Complaints, chromium, log_in, opened, serious
from control_plane import ControlPlane
from page_visitor import CHOSEN, Person, signed_in
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def lena(plain_house: ControlPlane, admin: Person) -> Iterator[Person]:
    """A server viewer with the password that she has chosen."""
    made = admin.api(
        "POST",
        "users",
        json={"username": "why.lena", "email": "why.lena@example.com", "display_name": "Lena Why"},
    )
    person = signed_in(plain_house.url, "why.lena", made["one_time_password"])
    yield person
    person.client.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def app(admin: Person, lena: Person) -> str:
    """An application that Lena may open and no more."""
    made = str(admin.publish("Claims triage")["id"])
    admin.api(
        "POST",
        f"apps/{made}/grants",
        json={"to": {"type": "user", "name": "why.lena"}, "role": "consumer"},
    )
    return made


def shown(page: Page, house: ControlPlane, path: str) -> None:
    page.goto(f"{house.url}{path}")
    if page.get_by_label("User name").is_visible():
        log_in(page, "why.lena", CHOSEN)
        page.wait_for_url(f"**{path.partition('?')[0]}**")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_refused_page_leads_to_the_steps(
    browser: Browser, plain_house: ControlPlane, app: str, theme: str
) -> None:
    heard = Complaints()
    with opened(browser, f"why-denied-{theme}", color_scheme=theme) as page, heard.of(page):
        shown(page, plain_house, f"/applications/{app}/settings")
        expect(page.get_by_role("heading", name="You may not do this", exact=True)).to_be_visible()
        expect(page.get_by_text("Claims triage").first).to_be_visible()
        assert serious(page) == []

        page.get_by_role("link", name="Step by step").focus()
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name="This is refused")).to_be_visible()
        expect(page.get_by_text("The server role viewer may at most look and use")).to_be_visible()
        expect(page.locator(".gp-whyrows div").first).to_contain_text("viewer")
        assert serious(page) == []
    assert heard.said == []


def test_only_what_can_be_given_is_not_yet_allowed(
    plain_house: ControlPlane, admin: Person, app: str
) -> None:
    body = {"username": "why.paul", "email": "p@example.com", "display_name": "Paul", "role": "publisher"}
    made = admin.api("POST", "users", json=body)
    to = {"to": {"type": "user", "name": "why.paul"}, "role": "consumer"}
    admin.api("POST", f"apps/{app}/grants", json=to)
    paul = signed_in(plain_house.url, "why.paul", made["one_time_password"])
    assert "You may not do this yet" in paul.see(f"/applications/{app}/settings").text
    paul.client.close()


def test_a_hidden_page_looks_as_one_that_is_not_there(
    browser: Browser, plain_house: ControlPlane, admin: Person, lena: Person
) -> None:
    hidden = str(admin.publish("Board papers")["id"])
    with opened(browser, "why-hidden") as page:
        seen = []
        for one in (hidden, "app_" + "0" * 24):
            shown(page, plain_house, f"/applications/{one}")
            expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
            number = page.locator("[data-copy]").get_attribute("data-copy")
            seen.append(page.locator("main").inner_text().replace(one, "").replace(number or "", ""))
            page.get_by_role("link", name="Step by step").click()
            expect(page.get_by_text("Something you may see")).to_be_visible()
        assert seen[0] == seen[1]
        assert "Board papers" not in seen[0]


def test_a_question_is_asked_with_the_keyboard_alone(
    browser: Browser, plain_house: ControlPlane, app: str
) -> None:
    with opened(browser, "why-question") as page:
        shown(page, plain_house, "/explain")
        page.get_by_label("Action").focus()
        page.keyboard.type("Open an application")
        page.keyboard.press("Tab")
        page.keyboard.type(app)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="This is allowed")).to_be_visible()
        expect(page.get_by_text("the role consumer on Claims triage")).to_be_visible()
        expect(page.get_by_label("As whom")).to_have_count(0)


def test_administrators_come_from_the_trail(admin: Person, lena: Person, app: str) -> None:
    refused = lena.see(f"/applications/{app}/settings")
    assert refused.status_code == 403
    decision = refused.text.partition('data-copy="')[2].partition('"')[0]
    assert lena.see(f"/explain?decision_id={decision}").status_code == 200
    trail = admin.see("/audit?decision=denied")
    assert f"/explain?decision_id={decision}" in trail.text
    answer = admin.see(f"/explain?decision_id={decision}")
    assert "Lena Why" in answer.text
    assert "Who asked" in answer.text
