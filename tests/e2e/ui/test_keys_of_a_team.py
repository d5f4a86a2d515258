"""Keys that outlive their maker, in Chromium: adopted, sponsored by a group, rotated in use; and all keys."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from browsing import photograph, serious
from control_plane import ControlPlane
from page_session import in_session
from page_visitor import CHOSEN, Person, signed_in
from playwright.sync_api import Page, expect
from sqlalchemy import select

from gatepost_server.bootstrap import Foundation
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.keys import OldUse, Uses, note_old_uses
from gatepost_server.keys.tables import VerifierRow

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

HOME = "/projects/TEAM/settings/api"
MANY = 55
SETTLED = (
    "() => document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"
)
"""Colours have changed: what is measured half way is neither light nor dark.

Transitions are ended, not waited for: a promise of an element that a page replaced meanwhile is never kept.
"""


@pytest.fixture(scope="module")
def mira(house: ControlPlane, page: Page) -> Iterator[Person]:
    """A publisher with a project, whom the administrator made."""
    account = {
        "username": "mira",
        "email": "m@example.com",
        "display_name": "Mira Kovač",
        "role": "publisher",
    }
    made = in_session(house, page, "POST", "users", account)
    person = signed_in(house.url, "mira", made["one_time_password"], "another long password")
    person.api("POST", "projects", json={"key": "TEAM", "name": "Team work"})
    yield person
    person.client.close()


def made_by(person: Person, name: str) -> Any:
    """Let somebody make a key of the project."""
    return person.api("POST", "projects/TEAM/keys", json={"name": name, "permissions": ["READ_CONF"]})


def called(house: ControlPlane, key: str, agent: str = "loader/1") -> int:
    """Call the project as a program with the key does, and return the status."""
    headers = {"Authorization": f"Key {key}", "User-Agent": agent}
    return httpx.get(f"{house.url}/api/v1/projects/TEAM", headers=headers).status_code


def old_used(house: ControlPlane, key_id: str, *agents: str) -> None:
    """Note uses of a key's old secret, as the gate does."""
    base = Foundation.lay(house.settings)
    with base.uow.begin(system_actor("gate"), Origin("req_" + "0" * 24)) as tx:
        secrets = tx.session.scalars(select(VerifierRow).where(VerifierRow.key_id == key_id))
        [old] = [one.id for one in secrets if one.until_at is not None]
        for at, agent in enumerate(agents):
            use = Uses(tx.now - timedelta(days=1), tx.now - timedelta(hours=at), 7)
            note_old_uses(tx, {OldUse(old, "192.0.2.9", agent, None): use})
    base.uow.engine.dispose()


def seen(page: Page, name: str) -> None:
    """Keep how the page looks in light and dark; axe has nothing serious to say about it."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.evaluate(SETTLED)
        assert serious(page) == [], (name, scheme)
        photograph(page, f"keys of a team {name} {scheme}")
    page.emulate_media(color_scheme="light")


def test_a_key_whose_sponsor_left_is_adopted(house: ControlPlane, page: Page, mira: Person) -> None:
    leaver = in_session(
        house, page, "POST", "users", {"username": "leo", "email": "l@example.com", "role": "publisher"}
    )
    leo = signed_in(house.url, "leo", leaver["one_time_password"], "another long password")
    grants = [{"to": {"type": "user", "name": name}, "role": "admin"} for name in ("mira", "leo")]
    mira.api("PUT", "projects/TEAM/permissions", json={"grants": grants})
    made = made_by(leo, "Night shift")
    leo.client.close()
    assert called(house, made["key"]) == 200
    in_session(house, page, "PATCH", f"users/{leaver['id']}", {"is_active": False})
    assert called(house, made["key"]) == 401

    page.goto(f"{house.url}{HOME}/{made['id']}")
    expect(page.get_by_text("leo cannot answer for this key any more.")).to_be_visible()
    seen(page, "left")
    page.get_by_role("link", name="Adopt key").click()
    seen(page, "adopting")
    page.get_by_role("button", name="Adopt key").click()
    expect(page.locator("[data-status]")).to_contain_text("Night shift")
    expect(page.get_by_text("cannot answer for this key any more")).to_have_count(0)
    assert called(house, made["key"]) == 200


def test_a_group_answers_for_a_key_and_no_longer_than_it_may(
    house: ControlPlane, page: Page, mira: Person
) -> None:
    group = in_session(house, page, "POST", "groups", {"name": "Night crew"})
    in_session(house, page, "PUT", f"groups/{group['id']}/members/user/{house.username}", {})
    grants = [
        {"to": {"type": "user", "name": "mira"}, "role": "admin"},
        {"to": {"type": "group", "name": "Night crew"}, "role": "admin"},
    ]
    mira.api("PUT", "projects/TEAM/permissions", json={"grants": grants})

    page.goto(f"{house.url}{HOME}/new")
    page.get_by_label("Name", exact=True).fill("Of the crew")
    page.get_by_text("Addresses, web origins, sponsor").click()
    page.get_by_label("Sponsor").select_option(label="Group Night crew")
    seen(page, "sponsor")
    page.get_by_role("button", name="Create key").click()
    key = page.locator("[data-secret]").inner_text()
    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    assert called(house, key) == 200
    page.get_by_role("link", name="Of the crew").click()
    expect(page.get_by_text("Night crew answers for it")).to_be_visible()
    seen(page, "of a group")

    mira.api("PUT", "projects/TEAM/permissions", json={"grants": grants[:1]})
    assert called(house, key) == 404
    page.reload()
    expect(page.get_by_text("Night crew may do less than this key.")).to_be_visible()
    seen(page, "of a weak group")


def test_a_rotated_key_shows_who_still_uses_the_old_secret(
    house: ControlPlane, page: Page, mira: Person
) -> None:
    made = made_by(mira, "Rolling on")
    here = f"{house.url}{HOME}/{made['id']}"
    page.goto(here)
    page.get_by_role("link", name="Rotate").click()
    page.get_by_label("The old secret ends").select_option(label="In 7 days")
    page.get_by_role("button", name="Rotate key").click()
    fresh = page.locator("[data-secret]").inner_text()
    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    page.goto(here)
    note = page.locator(".gp-note", has_text="The old secret …")
    expect(note).to_contain_text("Nobody has used it since")
    expect(page.get_by_text("Nobody has used the old secret since")).to_be_visible()
    seen(page, "old secret unused")

    assert called(house, fresh) == called(house, made["key"]) == 200
    old_used(house, made["id"], "forgotten/1", "left-behind/2")
    page.reload()
    expect(note).to_contain_text("Last used just now from 192.0.2.9, forgotten.")
    users = page.get_by_role("region", name="Who still uses the old secret").get_by_role("row")
    for row, agent in ((1, "forgotten/1"), (2, "left-behind/2")):
        expect(users.nth(row)).to_contain_text("192.0.2.9")
        expect(users.nth(row)).to_contain_text(agent)
    expect(users.nth(1).get_by_role("cell").last).to_have_text("7")
    expect(users.nth(2).locator("time").last).to_have_attribute(
        "title", re.compile(r"\d{4}, \d\d:\d\d:\d\d UTC")
    )
    seen(page, "old secret in use")
    page.get_by_role("link", name="End it now").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("left-behind/2")
    seen(page, "ending the old secret")


def test_a_key_that_is_disabled_says_so_and_is_enabled(house: ControlPlane, page: Page, mira: Person) -> None:
    made = made_by(mira, "Paused")
    page.goto(f"{house.url}{HOME}/{made['id']}")
    page.get_by_role("button", name="Disable").click()
    expect(page.locator("[data-status]")).to_contain_text("Paused is disabled.")
    expect(page.get_by_text("Disabled", exact=True).first).to_be_visible()
    assert called(house, made["key"]) == 401
    seen(page, "disabled")
    page.get_by_role("link", name="Enable").click()
    page.get_by_role("button", name="Enable key").click()
    expect(page.locator("[data-status]")).to_contain_text("Paused is enabled.")
    assert called(house, made["key"]) == 200


def test_all_keys_are_turned_over_searched_and_filtered(house: ControlPlane, page: Page) -> None:
    admin = Person(httpx.Client(base_url=house.url, headers={"Accept": "text/html"}, timeout=30), "")
    login = {"username": house.username, "password": CHOSEN}
    admin.csrf = admin.client.post("/api/v1/login", json=login).json()["csrf_token"]
    made = [admin.api("POST", "keys", json={"name": f"batch {at:02d}"}) for at in range(MANY)]
    admin.client.close()

    page.goto(f"{house.url}/admin/keys/all?q=batch")
    rows = page.get_by_role("row").filter(has_text="batch")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text(f"batch {MANY - 1}")
    seen(page, "all, first page")
    page.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(MANY - 50)
    expect(rows.last).to_contain_text("batch 00")
    seen(page, "all, last page")
    page.get_by_role("link", name="First page").click()
    expect(rows).to_have_count(50)

    search = page.get_by_role("searchbox")
    search.fill("07 bat")
    search.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("batch 07")
    search.fill(made[3]["prefix"])
    search.press("Enter")
    expect(rows).to_contain_text("batch 03")
    page.goto(f"{house.url}/admin/keys/all?q=batch&state=expired")
    expect(rows).to_have_count(0)
    seen(page, "all, none found")


def test_a_global_key_says_that_its_maker_is_no_administrator_any_more(
    house: ControlPlane, page: Page
) -> None:
    account = {"username": "rita", "email": "r@example.com", "role": "administrator"}
    user = in_session(house, page, "POST", "users", account)
    rita = signed_in(house.url, "rita", user["one_time_password"], "another long password")
    made = rita.api("POST", "admin/keys", json={"name": "Of Rita", "global_admin": True})
    rita.client.close()
    page.goto(f"{house.url}/admin/keys/{made['id']}")
    said = page.get_by_text("rita is no administrator any more.")
    expect(said).to_have_count(0)

    in_session(house, page, "PATCH", f"users/{user['id']}", {"role": "publisher"})
    page.goto(f"{house.url}/admin/keys/{made['id']}")
    expect(said).to_be_visible()
    assert called(house, made["key"]) == 401
    seen(page, "of a former administrator")
