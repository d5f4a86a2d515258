"""Data APIs in Chromium, against a PostgreSQL: designed, tried, published, opened to an application."""

from collections.abc import Iterator

import httpx
import pytest
from browsing import Complaints, photograph, serious
from control_plane import ControlPlane, broker_of
from page_visitor import CHOSEN, Person
from playwright.sync_api import Page, expect
from postgres import find_postgres
from source_servers import PASSWORD, Source, postgres_source

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

QUERY = """SELECT o.order_id, o.status, o.cases
FROM orders o
WHERE o.depot = :depot AND o.cases >= :least"""


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """A warehouse of three hundred orders."""
    if find_postgres() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres_source() as running:
        running.run(
            "CREATE TABLE orders AS SELECT 'R-' || n AS order_id,"
            " (ARRAY['open', 'late'])[n % 2 + 1] AS status,"
            " (ARRAY['North', 'South', 'West'])[n % 3 + 1] AS depot, n AS cases"
            " FROM generate_series(1, 300) n"
        )
        yield running


@pytest.fixture(scope="module", autouse=True)
def _furnished(house: ControlPlane, page: Page, source: Source) -> Iterator[None]:
    """A connection with an account, a project, an application; the broker runs."""
    del page  # by then its password is chosen
    web = httpx.Client(base_url=house.url, follow_redirects=True, timeout=30)
    said = web.post("/api/v1/login", json={"username": house.username, "password": CHOSEN}).json()
    admin = Person(web, said["csrf_token"])
    allow = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
    admin.api(
        "PATCH", "settings", json={"egress": {"allow": allow}, "features": {"stored_credentials": True}}
    )
    made = {"name": "Warehouse", "type": "postgresql", "params": source.params}
    connection = admin.api("POST", "connections", json=made)["id"]
    stored = {"name": "Warehouse reader", "type": "basic", "user": "reader", "password": PASSWORD}
    credential = admin.api("POST", "credentials", json=stored)["id"]
    admin.api("PUT", f"connections/{connection}/credentials/{credential}")
    admin.api("POST", "projects", json={"key": "SUPPLY", "name": "Supply planning"})
    admin.api("POST", "client-groups", json={"name": "Depots"})
    admin.api("POST", "clients", json={"name": "Dispatch_board", "group": "Depots", "owners": ["admin"]})
    admin.client.close()
    with broker_of(house):
        yield


@pytest.fixture(autouse=True)
def _no_complaints(page: Page) -> Iterator[None]:
    """The console says nothing that it should not."""
    heard = Complaints()
    with heard.of(page):
        yield
    assert heard.said == []


def looks_right(page: Page, name: str) -> None:
    """Keep how the page looks in light and dark, and on a phone; axe is content with it."""
    assert serious(page) == []
    assert PASSWORD not in page.content()
    photograph(page, name)


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Orders by depot").get_by_role("link", name=name).click()


def test_what_tells_rows_apart_is_chosen_among_the_columns(page: Page, house: ControlPlane) -> None:
    page.goto(f"{house.url}/projects/SUPPLY/apis/new")
    page.get_by_role("link", name="Warehouse").click()
    page.get_by_role("button", name="Warehouse reader").click()
    page.get_by_label("Name", exact=True).fill("Orders by key")
    page.get_by_label("Table", exact=True).check()
    page.get_by_role("button", name="Show the tables").click()
    expect(page.get_by_role("group", name="Tables of public")).to_be_visible()
    looks_right(page, "data apis tables")
    page.get_by_role("button", name="orders", exact=True).click()
    expect(page.locator("#design").get_by_role("status")).to_contain_text("It can be saved")
    assert page.get_by_label("Table or view").input_value() == "orders"
    page.get_by_label("Get one row").check()
    page.get_by_role("button", name="Check it against the source").click()
    expect(page.get_by_text("need the columns that tell rows apart")).to_be_visible()
    page.get_by_label("order_id tells rows apart").check()
    page.get_by_role("button", name="Check it against the source").click()
    expect(page.locator("#design").get_by_role("status")).to_contain_text("It can be saved")


def test_a_query_becomes_a_data_api(page: Page, house: ControlPlane) -> None:
    page.goto(f"{house.url}/projects/SUPPLY/apis")
    expect(page.get_by_role("heading", name="No data APIs yet")).to_be_visible()
    looks_right(page, "data apis none")
    page.get_by_role("link", name="New data API").click()
    page.get_by_role("link", name="Warehouse").click()
    expect(page.get_by_text("As whom does it read?")).to_be_visible()
    page.get_by_role("button", name="Warehouse reader").click()
    page.get_by_label("Name", exact=True).fill("Orders by depot")
    page.get_by_label("Address").fill("orders-by-depot")
    page.get_by_label("Query").fill(QUERY.replace("status", "colour"))
    page.get_by_role("button", name="Check it against the source").click()
    expect(page.get_by_role("alert")).to_contain_text("column")
    expect(page.get_by_role("alert")).to_contain_text("New in it: :depot, :least.")
    assert page.get_by_label("Query").input_value() == QUERY.replace("status", "colour")
    page.get_by_label("Query").fill(QUERY)
    page.get_by_role("button", name="Make the data API").click()
    page.get_by_label("Takes").nth(1).select_option(label="Whole number")
    page.get_by_label("Required").nth(1).uncheck()
    page.get_by_label("Default").nth(1).fill("many")
    page.get_by_role("button", name="Make the data API").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Default").nth(1).fill("0")
    page.get_by_role("button", name="Check it against the source").click()
    expect(page.locator("#design").get_by_role("status")).to_contain_text("3 columns, 2 parameters bound")
    looks_right(page, "data api new")
    page.get_by_role("button", name="Make the data API").click()
    expect(page.get_by_role("heading", name="Orders by depot")).to_be_visible()
    expect(page.get_by_text("Draft v1")).to_be_visible()


def test_it_is_tried_before_programs_call_it(page: Page) -> None:
    tab(page, "Test")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Required.")).to_be_visible()
    page.get_by_role("textbox", name="depot").fill("North")
    page.get_by_role("textbox", name="least").fill("290")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("cell", name="R-291")).to_be_visible()
    expect(page.get_by_role("cell")).to_have_count(12)
    expect(page.get_by_text("$1")).to_be_visible()
    looks_right(page, "data api test")


def test_it_is_published_and_worked_on(page: Page) -> None:
    page.get_by_role("link", name="Publish v1").click()
    page.get_by_role("button", name="Publish v1").click()
    expect(page.get_by_text("v1 in production")).to_be_visible()
    tab(page, "Design")
    page.get_by_label("Rows may be ordered by cases").check()
    page.get_by_label("order_id comes back").uncheck()
    page.get_by_label("What is new in it").fill("Sorted by cases")
    looks_right(page, "data api design")
    page.get_by_role("button", name="Save as version 2").click()
    page.get_by_role("link", name="Compare with v1").click()
    expect(page.get_by_text("gone: order_id")).to_be_visible()
    looks_right(page, "data api compared")
    page.get_by_role("link", name="Publish v2").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("gone: order_id")
    page.get_by_role("link", name="Cancel").click()
    tab(page, "Versions")
    expect(page.get_by_text("Sorted by cases")).to_be_visible()
    looks_right(page, "data api versions")


def test_an_application_gets_some_fields_for_a_time(page: Page) -> None:
    tab(page, "Access")
    page.get_by_role("link", name="Authorize an application").first.click()
    page.get_by_label("Application", exact=True).fill("Nobody knows")
    page.get_by_role("button", name="Authorize", exact=True).click()
    expect(page.get_by_text("There is no such application that you know of.")).to_be_visible()
    page.get_by_label("Application", exact=True).fill("Dispatch_board")
    page.get_by_label("status").check()
    looks_right(page, "data api authorize")
    page.get_by_role("button", name="Authorize", exact=True).click()
    expect(page.get_by_text("Dispatch_board may call Orders by depot in production.")).to_be_visible()
    expect(page.get_by_text("given by Administrator")).to_be_visible()
    looks_right(page, "data api access")
    tab(page, "Test")
    page.get_by_label("Version").select_option("production")
    page.get_by_role("textbox", name="depot").fill("West")
    page.get_by_label("Called as").select_option(label="Dispatch_board")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("It would not see order_id, cases.")).to_be_visible()


def test_its_docs_and_calls_are_there(page: Page) -> None:
    tab(page, "Docs")
    page.get_by_role("link", name="Python", exact=True).click()
    expect(page.get_by_text("from gatepost.signed import SignedClient")).to_be_visible()
    looks_right(page, "data api docs")
    tab(page, "Calls")
    expect(page.get_by_role("cell", name="admin production")).to_be_visible()
    looks_right(page, "data api calls")


def test_on_a_phone_and_by_its_name_it_is_deleted(page: Page, house: ControlPlane) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{house.url}/apis")
    page.get_by_role("link", name="Orders by depot").click()
    looks_right(page, "data api phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Actions for Orders by depot").click()
    page.get_by_role("menuitem", name="Delete Orders by depot…").click()
    page.get_by_label("Type").fill("Orders by depot")
    page.get_by_role("button", name="Delete Orders by depot").click()
    expect(page.get_by_text("Orders by depot is deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="No data APIs yet")).to_be_visible()
