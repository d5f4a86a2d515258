"""A person's first steps in Chromium, on the real control plane: login, key, upload, people."""

import io
import zipfile

import httpx
import pytest
from control_plane import ControlPlane
from playwright.sync_api import Page, expect

from gatepost_server.apps.model import BuildResult

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def status_of(house: ControlPlane, key: str) -> int:
    return httpx.get(f"{house.url}/api/v1/me", headers={"Authorization": f"Key {key}"}).status_code


def test_a_key_is_made_seen_once_used_and_deleted(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/keys")
    page.get_by_role("link", name="New key").first.click()
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_role("button", name="Create key").click()
    key = page.locator("[data-secret]").inner_text()
    assert status_of(house, key) == 200

    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text(f"{key[:8]}…{key[-4:]}")).to_be_visible()
    assert key not in page.content()

    page.get_by_role("link", name="Delete Nightly export").click()
    page.get_by_role("button", name="Delete Nightly export").click()
    expect(page.locator("[data-status]")).to_contain_text("The key Nightly export was deleted.")
    assert status_of(house, key) == 401


def test_an_application_is_uploaded_watched_stopped_and_deleted(house: ControlPlane, page: Page) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.html", "<h1>Hello</h1>")
    page.goto(f"{house.url}/applications")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("menuitem", name="Upload an application").click()
    page.set_input_files(
        "input[type=file]", {"name": "site.zip", "mimeType": "application/zip", "buffer": b"no"}
    )
    page.get_by_role("button", name="Upload and publish").click()
    expect(page.get_by_role("alert")).to_contain_text("neither")
    good = {"name": "site.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    page.set_input_files("input[type=file]", good)
    page.get_by_role("button", name="Upload and publish").click()
    page.wait_for_url("**/build")
    expect(page.get_by_text("Building", exact=True).first).to_be_visible()

    order = house.desk.claim_build()
    assert order is not None
    house.desk.finish_build(order.version_id, BuildResult(ok=False, reason="no such package"))
    expect(page.get_by_text("Failed", exact=True).first).to_be_visible(timeout=15_000)

    page.goto(page.url.replace("/build", "/settings"))
    page.get_by_role("link", name="Delete site").click()
    page.get_by_role("button", name="Delete site").click()
    expect(page.locator("[data-status]")).to_contain_text("site is deleted.")


def test_a_person_is_created_and_deactivated(house: ControlPlane, page: Page) -> None:
    page.goto(f"{house.url}/users")
    page.get_by_role("link", name="New user").click()
    page.get_by_label("User name").fill("lena")
    page.get_by_label("Name", exact=True).fill("Lena Fischer")
    page.get_by_label("E-mail").fill("lena@example.com")
    page.get_by_role("button", name="Create user").click()
    assert page.locator("[data-secret]").inner_text()
    page.get_by_label("I stored it").check()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Actions for Lena Fischer").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate Lena Fischer").click()
    expect(page.locator("[data-status]")).to_contain_text("Lena Fischer is deactivated.")


@pytest.mark.parametrize(
    "path", ["/audit", "/admin/settings", "/admin/health", "/sessions", "/profile", "/sources", "/docs"]
)
def test_a_page_answers(house: ControlPlane, page: Page, path: str) -> None:
    answer = page.goto(house.url + path)

    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_role("main")).to_be_visible()


def test_what_is_not_there_looks_like_what_is_hidden(house: ControlPlane, page: Page) -> None:
    missing = page.goto(f"{house.url}/nonsense")
    said = page.get_by_role("main").get_by_role("heading").inner_text()
    hidden = page.goto(f"{house.url}/applications/app_{'0' * 24}")

    assert missing is not None
    assert hidden is not None
    assert missing.status == hidden.status == 404
    assert page.get_by_role("main").get_by_role("heading").inner_text() == said


def test_a_form_from_another_site_is_refused(house: ControlPlane, page: Page) -> None:
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    foreign = httpx.post(
        f"{house.url}/keys/new",
        data={"name": "x"},
        cookies=cookies,
        headers={"Origin": "https://evil.example"},
    )
    bare = httpx.post(f"{house.url}/keys/new", data={"name": "x"}, cookies=cookies)

    assert foreign.status_code == 403
    assert bare.status_code == 403
