"""Lists that are narrowed: keys by risk and status, users by role, the trail by a request."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from page_visitor import Person

pytestmark = pytest.mark.e2e


def made(admin: Person, name: str, expires_at: datetime | None) -> dict[str, str]:
    admin.api("POST", "session/confirm", json={"password": "a long new password"})
    body = {"name": name, "expires_at": expires_at.isoformat() if expires_at else None}
    found: dict[str, str] = admin.api("POST", "keys", json=body)
    return found


def test_keys_are_told_apart_by_risk_and_status(admin: Person) -> None:
    now = datetime.now(UTC)
    made(admin, "For ever", None)
    made(admin, "Ends soon", now + timedelta(days=3))
    gone = made(admin, "Gone", now + timedelta(days=90))
    done = admin.send(f"/keys/{gone['id']}/delete", {})

    forever, soon = admin.see("/keys?risk=never_expires").text, admin.see("/keys?risk=ends_soon").text
    revoked = admin.see("/keys?tab=revoked").text

    assert "The key Gone was deleted. Refused from the next request on, 0 connections closed." in done.text
    assert "For ever" in forever
    assert "Ends soon" not in forever
    assert "Ends soon" in soon
    assert "For ever" not in soon
    assert "Gone" in revoked
    assert "by you" in revoked
    assert "Deleted" in revoked
    assert "Revoked" not in revoked
    assert "Gone" not in admin.see("/keys").text.split("<main")[1].split("data-status")[0]


def test_a_whole_key_that_is_searched_never_stands_in_an_address(admin: Person) -> None:
    key = made(admin, "Searched for", datetime.now(UTC) + timedelta(days=30))["key"]

    by_form = admin.send("/keys/find", {"q": key})
    by_address = admin.see("/keys", params={"q": key})

    for page in (by_form, by_address):
        assert str(page.url).endswith(f"/keys?q={key[:14]}")
        assert "Searched for" in page.text
        assert key not in page.text


def test_a_key_is_narrowed_to_addresses_and_a_wrong_one_is_said(admin: Person) -> None:
    admin.api("POST", "session/confirm", json={"password": "a long new password"})
    wrong = admin.send("/keys/new", {"name": "Narrow", "expiry": "30", "ip_allowlist": "10.0.0.0/33"})
    right = admin.send(
        "/keys/new", {"name": "Narrow", "expiry": "30", "ip_allowlist": "10.0.0.0/8; 192.0.2.7"}
    )

    assert wrong.status_code == 400
    assert "is not an address or network" in wrong.text
    assert "It cannot be shown again." in right.text
    assert "$GATEPOST_API_KEY" in right.text
    assert "only from 10.0.0.0/8 and 1 more" in admin.see("/keys").text


def test_users_are_filtered_by_role_and_state(admin: Person) -> None:
    viewers = admin.see("/users?role=viewer").text
    nobody = admin.see("/users?role=emperor").text

    assert "Lena Fischer" in viewers
    assert "Mira Kovač" not in viewers
    assert "Nothing matches" in nobody


def test_the_trail_leads_to_all_that_one_request_did(admin: Person) -> None:
    admin.publish("Audited")
    page = admin.see("/audit?q=Audited").text
    request = re.findall(r"/audit\?request_id=(req_[0-9a-f]{24})", page)[0]

    by_link, by_search = admin.see(f"/audit?request_id={request}").text, admin.see(f"/audit?q={request}").text

    for found in (by_link, by_search):
        assert "created the application" in re.sub(r"\s+", " ", found)
        assert "signed in" not in found
