"""`gatepost password`: what is asked, sent and told."""

import io
import sys
from pathlib import Path

import pytest
from documented_server import KEY, PASSWORD, DocumentedServer
from inside_run import Gatepost

HOW = "change it with `gatepost password change`"


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.usefixtures("signed_in")
def test_a_password_is_changed(
    server: DocumentedServer, gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, PASSWORD, "quite another one")
    ran = gatepost("password", "change")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Your password is changed, and your other sessions are ended, confirmed by 1")
    assert server.requests[-1].path == "/api/v1/me/password"
    assert server.requests[-1].json == {"old": PASSWORD, "new": "quite another one"}


@pytest.mark.usefixtures("signed_in")
def test_a_wrong_present_password_is_a_fault_of_its_field(
    gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "wrong", "quite another one")
    ran = gatepost("password", "change")
    assert (ran.code, ran.out, "old: not right" in ran.err) == (7, "", True)


@pytest.mark.usefixtures("signed_in")
def test_what_is_not_typed_is_a_usage_error(
    server: DocumentedServer, gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(server.requests)
    typed(monkeypatch, PASSWORD)
    assert gatepost("password", "change").code == 2
    assert len(server.requests) == before


def test_a_reset_needs_no_login(
    server: DocumentedServer, gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GATEPOST_API_KEY", KEY)
    typed(monkeypatch, "ada", "once-only", "quite another one")
    ran = gatepost("password", "reset", "--server", server.url)
    assert (ran.code, "Sign in with `gatepost login`" in ran.out) == (0, True)
    sent = server.requests[-1]
    assert sent.json == {"username": "ada", "code": "once-only", "password": "quite another one"}
    assert "authorization" not in sent.headers
    assert not (tmp_path / "config").exists()


def test_a_wrong_code_exits_as_not_signed_in(
    server: DocumentedServer, gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "guess", "quite another one")
    ran = gatepost("password", "reset", "--server", server.url, "--username", "ada")
    assert (ran.code, "the code is not right" in ran.err) == (3, True)


@pytest.mark.parametrize("has_to", [True, False])
def test_a_login_says_how_to_change_a_first_password(
    server: DocumentedServer, gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch, *, has_to: bool
) -> None:
    server.users[0]["must_change_password"] = has_to  # type: ignore[assignment]
    for more in ((), ("--json",)):
        typed(monkeypatch, PASSWORD)
        ran = gatepost("login", "--server", server.url, "--username", "ada", *more)
        assert (ran.code, HOW in ran.err) == (0, has_to)
    assert ran.json["must_change_password"] is has_to
