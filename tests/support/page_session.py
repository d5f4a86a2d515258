"""The native door, called in the session of a browser that is signed in."""

from typing import Any

from control_plane import ControlPlane
from playwright.sync_api import Page


def in_session(house: ControlPlane, page: Page, method: str, path: str, body: Any = None) -> Any:
    """Call the native door in the session of the browser, as its pages do."""
    page.goto(f"{house.url}/profile")
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    headers = {"X-Gatepost-CSRF": token, "Accept": "application/json", "Origin": house.url}
    answer = page.request.fetch(f"{house.url}/api/v1/{path}", method=method, data=body, headers=headers)
    assert answer.ok, answer.text()
    return answer.json()
