"""Stored credentials and data connections in Chromium, against a PostgreSQL: every step of their page."""

from collections.abc import Iterator

import pytest
from browsing import Complaints, photograph, serious
from control_plane import ControlPlane, broker_of
from playwright.sync_api import Page, expect
from postgres import find_postgres
from source_servers import DATABASE, PASSWORD, Source, postgres_source

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """A shop of a thousand orders."""
    if find_postgres() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres_source() as running:
        running.run(
            "CREATE TABLE orders AS SELECT n AS id, 'customer ' || n AS who FROM generate_series(1, 1000) n"
        )
        yield running


@pytest.fixture(scope="module")
def _broker(house: ControlPlane) -> Iterator[None]:
    """The broker of the house."""
    with broker_of(house):
        yield


@pytest.fixture(autouse=True)
def _no_complaints(page: Page) -> Iterator[None]:
    """The console says nothing that it should not."""
    heard = Complaints()
    with heard.of(page):
        yield
    assert heard.said == []


def choose(page: Page, menu: str, item: str) -> None:
    page.get_by_role("button", name=menu).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def told(page: Page, words: str) -> None:
    expect(page.locator("[data-status]")).to_contain_text(words)


def looks_right(page: Page, name: str) -> None:
    """Keep how the page looks; axe is content, and the secret is nowhere in it."""
    assert serious(page) == []
    assert PASSWORD not in page.content()
    assert PASSWORD not in page.url
    photograph(page, name)


def test_the_feature_is_off_until_an_administrator_turns_it_on(house: ControlPlane, page: Page) -> None:
    choose(page, "Your menu", "Credentials")
    expect(page.get_by_text("Storing credentials is turned off on this server.")).to_be_visible()
    looks_right(page, "credentials off")
    page.get_by_role("link", name="Open Features").click()
    page.get_by_role("radio", name="On People").check()
    stored = page.locator("form").filter(has_text="May people store credentials?")
    stored.get_by_role("button", name="Save").click()
    told(page, "Stored credentials are turned on.")


def test_credentials_are_added_and_listed_at_the_left(house: ControlPlane, page: Page) -> None:
    choose(page, "Your menu", "Credentials")
    page.get_by_role("link", name="Add new credentials").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="S3 keys").click()
    expect(dialog.get_by_label("Secret access key")).to_be_visible()
    dialog.get_by_role("link", name="User and password").click()
    expect(dialog.get_by_label("Password", exact=True)).to_be_visible()
    dialog.get_by_label("Account name").fill("Shop reader")
    dialog.get_by_label("User name").fill("reader")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Save and sign in").click()
    told(page, "Shop reader is stored.")
    expect(page.get_by_role("region", name="Credentials")).to_contain_text("Not tested")
    looks_right(page, "credentials stored")


def test_a_connection_is_added_and_associated(house: ControlPlane, page: Page, source: Source) -> None:
    choose(page, "Data", "Connections")
    page.get_by_role("link", name="Add new data connection").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Shop")
    dialog.get_by_label("Host").fill("localhost")
    dialog.get_by_label("Port").fill(str(source.port))
    dialog.get_by_label("Database").fill(DATABASE)
    dialog.get_by_text("Advanced").click()
    dialog.get_by_label("CA certificate").fill(source.authority.pem)
    dialog.get_by_role("button", name="Add data connection").click()
    told(page, "Shop is added.")
    looks_right(page, "connection")

    choose(page, "Your menu", "Credentials")
    page.get_by_role("link", name="Add associated connection").click()
    page.get_by_role("dialog").get_by_label("Shop").check()
    page.get_by_role("button", name="Connect").click()
    told(page, "Shop reader signs in at Shop from now on.")
    expect(page.get_by_role("link", name="Shop", exact=True)).to_be_visible()
    looks_right(page, "credentials associated")


@pytest.mark.usefixtures("_broker")
def test_one_click_on_a_stored_account_tests_and_says_what_stands_in_the_way(
    house: ControlPlane, page: Page, source: Source
) -> None:
    choose(page, "Data", "Connections")
    page.get_by_role("link", name="Shop", exact=True).click()
    page.get_by_role("link", name="Test connection").click()
    page.get_by_role("button", name="Shop reader").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Gatepost may not connect there.")
    looks_right(page, "test refused by egress")

    allow = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
    csrf = page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-Gatepost-CSRF']")
    headers = {"X-Gatepost-CSRF": csrf}
    changed = page.request.patch(
        f"{house.url}/api/v1/settings", data={"egress": {"allow": allow}}, headers=headers
    )
    assert changed.ok, changed.text()
    dialog.get_by_role("link", name="Test again").click()
    page.get_by_role("button", name="Shop reader").click()
    expect(dialog).to_contain_text("Signed in as Shop reader.")
    expect(dialog.get_by_role("listitem")).to_have_count(5)
    looks_right(page, "test works")
    dialog.get_by_role("link", name="Done").click()


@pytest.mark.usefixtures("_broker")
def test_a_different_account_is_tried_and_saved_only_when_it_works(house: ControlPlane, page: Page) -> None:
    def use_different(password: str) -> None:
        page.get_by_role("link", name="Test connection").click()
        page.get_by_role("link", name="Use different account").click()
        page.get_by_label("User name").fill("plain")
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_label("Securely save credentials").check()
        page.get_by_label("Account name").fill("Shop second")
        page.get_by_role("button", name="Save and sign in").click()

    use_different("not the password")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The server does not accept this user with this secret.")
    expect(dialog).to_contain_text("Nothing was stored.")
    looks_right(page, "test failed at login")
    page.keyboard.press("Escape")
    use_different(PASSWORD)
    expect(dialog).to_contain_text("Stored as Shop second, and added to this connection.")
    dialog.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Credentials 2").click()
    expect(page.get_by_role("link", name="Shop second")).to_be_visible()
    looks_right(page, "credentials tab")


@pytest.mark.usefixtures("_broker")
def test_rows_are_seen_before_anything_is_taken(house: ControlPlane, page: Page) -> None:
    page.get_by_role("link", name="Browse").click()
    expect(page.get_by_role("link", name="Use different account")).to_be_visible()
    looks_right(page, "browse as whom")
    page.get_by_role("button", name="Shop reader").click()
    page.get_by_role("link", name="orders").click()
    expect(page.get_by_text("The first 100 rows; there are more.")).to_be_visible()
    expect(page.get_by_role("cell", name="customer 100", exact=True)).to_be_visible()
    looks_right(page, "browse")


@pytest.mark.usefixtures("_broker")
def test_a_wrong_new_password_is_shown_to_fail_before_it_is_saved(house: ControlPlane, page: Page) -> None:
    here = page.url
    choose(page, "Your menu", "Credentials")
    page.get_by_role("link", name="Shop reader").click()
    page.get_by_role("link", name="Edit Credentials").click()
    page.get_by_role("dialog").locator("input[name=password]").fill("not the password")
    page.get_by_role("button", name="Save and sign in").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("With this it would fail at its connection Shop.")
    looks_right(page, "edit would fail")
    page.goto(here)


def test_who_has_gone_on_to_the_next_field_stays_there_when_a_dialog_settles(page: Page) -> None:
    here = page.url
    choose(page, "Your menu", "Credentials")
    page.get_by_role("link", name="Shop reader").click()
    page.wait_for_url("**/credentials/*")
    page.wait_for_load_state()  # htmx greets the page itself, too
    page.evaluate(
        """() => {
            const once = { once: true };
            const find = () => document.querySelector("dialog [name=password]");
            const now = () => document.activeElement.name || document.activeElement.outerHTML;
            document.addEventListener("htmx:afterSwap", () => find().focus(), once);
            window.was = new Promise((tell) => {
                document.addEventListener("htmx:load", (event) => {
                    if (event.target.closest("dialog")) setTimeout(() => tell(now()), 50);
                });
            });
        }"""
    )
    page.get_by_role("link", name="Edit Credentials").click()
    assert page.evaluate("window.was") == "password"
    page.goto(here)


def test_the_last_association_asks_what_becomes_of_the_credentials(house: ControlPlane, page: Page) -> None:
    page.get_by_role("link", name="Credentials", exact=False).first.click()
    page.get_by_role("button", name="Shop second").click()
    page.get_by_role("menuitem", name="Remove association").click()
    expect(page.get_by_role("dialog")).to_contain_text("Shop is the last connection of Shop second")
    looks_right(page, "last association")
    page.get_by_label("Delete the credentials").check()
    page.get_by_role("button", name="Remove association").click()
    told(page, "It is deleted.")

    choose(page, "Your menu", "Credentials")
    page.get_by_role("link", name="Edit Credentials").click()
    page.get_by_label("Account name").fill("Shop, read only")
    looks_right(page, "edit credentials")
    page.get_by_role("button", name="Save and sign in").click()
    told(page, "Shop, read only is saved, and its secret stays.")
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Shop can no longer sign in with it.")
    page.get_by_role("button", name="Delete Shop, read only").click()
    told(page, "Shop, read only is deleted")
