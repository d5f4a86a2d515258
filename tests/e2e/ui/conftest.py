"""The real control plane, with a browser in front of it, and a person whose browser runs no scripts."""

from collections.abc import Iterator

import pytest
from browsing import chromium, opened
from control_plane import ControlPlane, control_plane
from page_visitor import CHOSEN, Person, signed_in
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("pages") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def page(house: ControlPlane) -> Iterator[Page]:
    """The administrator's browser, signed in with the password they have chosen."""
    with chromium() as started, opened(started, "left-by-the-first-administrator") as shown:
        first_login(shown, house)
        yield shown


def first_login(page: Page, house: ControlPlane) -> None:
    page.goto(f"{house.url}/keys")
    page.get_by_label("User name").fill(house.username)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The username or the password is not right.")
    page.get_by_label("Password", exact=True).fill(house.password)
    page.keyboard.press("Enter")
    page.get_by_label("Current password").fill(house.password)
    page.get_by_label("New password").fill(CHOSEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()
    assert page.url == f"{house.url}/keys"


@pytest.fixture(scope="session")
def plain_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("plain") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def admin(plain_house: ControlPlane) -> Iterator[Person]:
    """The administrator; mira (publisher), lena and old.loader (viewers) have accounts."""
    person = signed_in(plain_house.url, plain_house.username, plain_house.password)
    for username, name, role in (
        ("mira", "Mira Kovač", "publisher"),
        ("lena", "Lena Fischer", "viewer"),
        ("old.loader", "Old Loader", "viewer"),
    ):
        body = {"username": username, "email": f"{username}@example.com", "display_name": name, "role": role}
        person.api("POST", "users", json=body)
    yield person
    person.client.close()
