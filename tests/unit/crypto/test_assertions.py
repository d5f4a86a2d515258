"""Signed statements of who calls: good for one application, for a minute, by the keys that are published."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from gatepost_server.crypto import Assertions, renew_assertion_key

SAID = {"iss": "http://gatepost.test", "aud": "app_a", "sub": "usr_a"}


def now() -> datetime:
    """Return the time; the tests before may have taken long."""
    return datetime.now(UTC)


def _read(
    published: dict[str, list[dict[str, str]]], token: str, audience: str = "app_a"
) -> dict[str, object]:
    keys = jwt.PyJWKSet(published["keys"])
    found: dict[str, object] = jwt.decode(
        token, keys[jwt.get_unverified_header(token)["kid"]], algorithms=["ES256"], audience=audience
    )
    return found


def test_anybody_can_check_it_and_nobody_else_can_make_one(tmp_path: Path) -> None:
    ours = Assertions(tmp_path)
    assert _read(ours.published(), ours.made(SAID, now()))["sub"] == "usr_a"
    (tmp_path / "other").mkdir()
    foreign = Assertions(tmp_path / "other").made(SAID, now())
    with pytest.raises(jwt.InvalidSignatureError):
        _read(ours.published(), foreign)


def test_it_is_for_one_application_and_a_minute(tmp_path: Path) -> None:
    ours = Assertions(tmp_path)
    with pytest.raises(jwt.InvalidAudienceError):
        _read(ours.published(), ours.made(SAID, now()), "app_b")
    with pytest.raises(jwt.ExpiredSignatureError):
        _read(ours.published(), ours.made(SAID, now() - timedelta(seconds=61)))
    assert _read(ours.published(), ours.made(SAID, now() - timedelta(seconds=50)))


def test_what_is_published_holds_no_private_part(tmp_path: Path) -> None:
    [key] = Assertions(tmp_path).published()["keys"]
    assert {*key} == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert (tmp_path / "assertions.json").stat().st_mode & 0o777 == 0o600


def test_a_new_key_signs_in_processes_that_run_and_the_one_before_is_still_published(tmp_path: Path) -> None:
    running, beside = Assertions(tmp_path), Assertions(tmp_path)
    before = running.made(SAID, now())
    assert renew_assertion_key(tmp_path) == 2
    after = running.made(SAID, now())
    assert [jwt.get_unverified_header(one)["kid"] for one in (before, after)] == ["1", "2"]
    assert all(_read(beside.published(), one) for one in (before, after))
    assert renew_assertion_key(tmp_path) == 3
    assert [one["kid"] for one in beside.published()["keys"]] == ["3", "2"]
