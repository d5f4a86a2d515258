"""The first administrator's first minutes: a password of one's own, a key, its use, its end."""

import re
from pathlib import Path

import pytest
from browsing import log_in, photograph
from callers import nobody, path_of, sign_in, with_key
from instances import Instance
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

CHOSEN = "a sentence that only I know"


def first_login(page: Page, instance: Instance) -> None:
    """Sign in with the printed password and choose another, which is asked for on the way to the keys."""
    made_for_me, file = instance.password, Path(instance.told["admin"]["password_file"])
    page.goto(f"{instance.url}/")
    log_in(page, instance.told["admin"]["username"], made_for_me)
    expect(page.get_by_text("This password was made for you.")).to_be_visible()
    page.goto(f"{instance.url}/keys")
    expect(page.get_by_text("This password was made for you.")).to_be_visible()
    photograph(page, "a password is asked for")

    page.get_by_label("Current password").fill(made_for_me)
    page.get_by_label("New password").fill(made_for_me)
    page.keyboard.press("Enter")
    expect(page.get_by_text("another one than the present one")).to_be_visible()
    page.get_by_label("Current password").fill(made_for_me)
    page.get_by_label("New password").fill(CHOSEN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{instance.url}/keys")
    assert not file.exists()
    assert page.request.post(
        f"{instance.url}/api/v1/login", data={"username": "admin", "password": made_for_me}
    ).status == 401  # fmt: skip


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_key_is_made_copied_seen_once_used_and_deleted(page: Page, start_instance, tmp_path: Path):
    instance: Instance = start_instance()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=instance.url)
    first_login(page, instance)
    (tmp_path / "index.html").write_text("<h1>For key holders</h1>")
    with sign_in(instance, "admin", CHOSEN) as admin:
        path = path_of(admin.publish(tmp_path, "Held back")["content_url"])

    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("menuitem", name="API Keys").click()
    page.get_by_role("link", name="New key").first.click()
    page.get_by_label("Name", exact=True).fill("my_api_key")
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("It cannot be shown again.")).to_be_visible()
    shown = page.get_by_label("API key", exact=True).or_(page.locator("[data-secret]")).first
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    key = copied(page)
    assert key == shown.inner_text()
    photograph(page, "a key is shown once")

    with with_key(instance, key) as program, nobody(instance) as stranger:
        assert program.get(path).text == "<h1>For key holders</h1>"
        assert program.api("GET", "me").status_code == 200
        assert stranger.get(path).status_code == 401

        page.get_by_label("I stored it").check()
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_text(f"{key[:8]}…{key[-4:]}")).to_be_visible()
        page.reload()
        assert key not in page.content()

        page.get_by_role("link", name="Delete my_api_key").click()
        page.get_by_role("link", name="Cancel").click()
        assert program.get(path).status_code == 200

        page.get_by_role("link", name="Delete my_api_key").click()
        expect(page.get_by_role("alertdialog")).to_contain_text("my_api_key")
        photograph(page, "a deletion is confirmed")
        page.get_by_role("button", name="Delete my_api_key").click()
        status = page.get_by_role("status").filter(has_text="The key my_api_key was deleted.")
        expect(status).to_be_visible()
        expect(status).to_have_class(re.compile(r"\bgreen\b"))
        refused = program.get(path)
        assert (refused.status_code, refused.json()["status"]) == (401, 401)
        assert program.api("GET", "me").status_code == 401
