"""Every call of the client and the command line against the real control plane."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from control_plane import ControlPlane

import gatepost
from gatepost import errors
from gatepost.address import address_of
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost.logins import Logins
from gatepost.secret import Secret
from gatepost.signing_in import log_in


def test_a_login_knows_who_it_is(admin: Client) -> None:
    me = admin.me.get()
    assert (me.principal.kind, me.principal.name, me.role, me.via_key) == (
        "user",
        "admin",
        "administrator",
        None,
    )


def test_a_key_works_until_it_is_deleted(server: ControlPlane, admin: Client) -> None:
    made = admin.keys.create("ci", expires_at=datetime.now(UTC) + timedelta(days=3), role="viewer")
    with gatepost.client(server.url, made.key.reveal()) as program:
        assert program.me.get().via_key is not None
        with pytest.raises(errors.Denied) as caught:
            program.keys.create("another")
        assert caught.value.decision_id is not None
        assert [key.prefix for key in admin.keys.list(q="ci", status="active")] == [made.prefix]
        assert admin.keys.delete(made.id).revoked
        with pytest.raises(errors.Unauthenticated):
            program.me.get()


def test_a_key_may_be_made_without_an_end_and_with_addresses(admin: Client) -> None:
    made = admin.keys.create("forever", expires_at=None, ip_allowlist=["10.0.0.1", "10.1.0.0/16"])
    assert made.expires_at is None
    admin.keys.delete(made.id)


def test_people_are_added_changed_and_reset(admin: Client) -> None:
    made = admin.users.create("bob", email="bob@example.com", display_name="Bob", role="viewer")
    assert made.one_time_password is not None
    assert admin.users.set_role(made.id, "publisher").user.role == "publisher"
    assert [user.username for user in admin.users.list(q="bob")] == ["bob"]
    assert admin.users.deactivate(made.id).user.is_active is False
    assert admin.users.activate(made.id).user.is_active is True
    assert admin.users.reset(made.id).reset_code is not None
    assert admin.users.end_sessions(made.id).revoked
    with pytest.raises(errors.Conflict):
        admin.users.create("bob", email="other@example.com", display_name="Bob", role="viewer")


def test_a_lost_password_is_set_anew_and_changed(
    server: ControlPlane,
    admin: Client,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    made = admin.users.create("dora", email="dora@example.com", display_name="Dora", role="viewer")
    first, code = made.one_time_password, admin.users.reset(made.id).reset_code
    assert first is not None
    assert code is not None
    monkeypatch.setenv("GATEPOST_CONFIG_DIR", str(tmp_path / "dora"))
    monkeypatch.setenv("GATEPOST_SERVER", server.url)

    def ran(words: str, *lines: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return run(words.split())

    reset = "password reset --username dora"
    assert ran(reset, "guess", "quite another one") == 3
    assert ran(reset, code.reveal(), "short") == 7
    assert "password: 8 to 256 characters" in capsys.readouterr().err
    assert ran(reset, code.reveal(), "quite another one") == 0
    assert ran(reset, code.reveal(), "quite another one") == 3
    assert ran("login --username dora", first.reveal()) == 3
    assert ran("login --username dora", "quite another one") == 0
    assert ran("password change", "wrong", "a third password") == 7
    assert ran("password change --json", "quite another one", "a third password") == 0
    assert ran("whoami") == 0
    assert ran("login --username dora", "a third password") == 0


def test_a_first_password_is_to_be_changed(server: ControlPlane, admin: Client) -> None:
    made = admin.users.create("emil", email="emil@example.com", display_name="Emil", role="viewer")
    assert made.one_time_password is not None
    assert log_in(address_of(server.url), "emil", made.one_time_password).must_change_password


def test_a_session_can_be_seen_and_ended(server: ControlPlane, admin: Client) -> None:
    login = log_in(address_of(server.url), server.username, Secret(server.password))
    assert login.username == "admin"
    found = list(admin.sessions.list())
    other = next(session for session in found if not session.is_this_one)
    assert sum(session.is_this_one for session in found) == 1
    assert admin.sessions.end(other.id).revoked


def test_the_trail_and_the_settings_are_read(admin: Client) -> None:
    entries = list(admin.audit.list(action="session:start", since=datetime.now(UTC) - timedelta(hours=1)))
    assert {entry.decision for entry in entries} == {"allowed"}
    assert "policies" in admin.settings.get()
    with pytest.raises(errors.Invalid):
        admin.settings.change({"nonsense": 1})


def test_a_password_is_confirmed(server: ControlPlane, admin: Client) -> None:
    admin.transport.confirm(Secret(server.password))
    with pytest.raises(errors.GatepostError):
        admin.transport.confirm(Secret("wrong"))


def test_nobody_is_refused_with_the_exit_code_of_its_family(
    server: ControlPlane, admin: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["whoami", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["principal"]["name"] == "admin"
    assert run(["keys", "delete", "no-such-key", "--yes"]) == 5
    monkeypatch.setenv("GATEPOST_API_KEY", "gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X")
    assert run(["whoami", "--server", server.url]) == 3


@pytest.mark.parametrize(
    "command",
    [
        ("keys", "list"),
        ("users", "list"),
        ("sessions", "list"),
        ("audit", "--limit", "3"),
        ("settings", "show"),
    ],
)
def test_lists_are_printed(
    admin: Client, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert run(command) == 0
    assert run([*command, "--json"]) == 0
    assert capsys.readouterr().err.count("unexpected") == 0


def test_logging_out_ends_the_session_everywhere(admin: Client, tmp_path: Path) -> None:
    login = Logins(tmp_path / "config").at(None)
    assert login is not None
    assert run(["logout"]) == 0
    with pytest.raises(errors.Unauthenticated):
        admin.me.get()
