"""Which server and which credential: arguments, environment, stored login; and what is never sent where."""

import json
import stat
from pathlib import Path

import pytest

import gatepost
from gatepost.address import address_of
from gatepost.configuration import choose
from gatepost.credentials import KeyCredential, SessionCredential
from gatepost.errors import Invalid, Unauthenticated
from gatepost.logins import Login, Logins, config_folder
from gatepost.secret import Secret

HOME, OTHER = "https://gate.example", "http://localhost:8080"


@pytest.fixture
def logins(tmp_path: Path) -> Logins:
    return Logins(tmp_path / "person")


def session(word: str) -> SessionCredential:
    return SessionCredential({"gp_session": Secret(word)}, Secret("csrf"))


def stored(logins: Logins, server: str, word: str = "s") -> None:
    logins.keep(Login(address_of(server), "ada", session(word)))


def test_arguments_come_before_the_environment(logins: Logins) -> None:
    environ = {"GATEPOST_SERVER": OTHER, "GATEPOST_API_KEY": "gpp_env"}
    target = choose(HOME, "gpp_arg", environ, logins)
    assert (target.server.origin, target.credential) == (HOME, KeyCredential(Secret("gpp_arg")))


def test_the_environment_comes_before_the_stored_login(logins: Logins) -> None:
    stored(logins, HOME)
    target = choose(None, None, {"GATEPOST_SERVER": HOME, "GATEPOST_API_KEY": "gpp_env"}, logins)
    assert target.credential == KeyCredential(Secret("gpp_env"))


def test_the_stored_login_is_used_without_further_words(logins: Logins) -> None:
    stored(logins, HOME, "word")
    target = choose(None, None, {}, logins)
    assert (target.server.origin, target.credential, target.username) == (HOME, session("word"), "ada")


def test_the_key_of_the_environment_does_not_travel_to_another_server(logins: Logins) -> None:
    environ = {"GATEPOST_SERVER": HOME, "GATEPOST_API_KEY": "gpp_env"}
    with pytest.raises(Unauthenticated, match="Not signed in at http://localhost:8080"):
        choose(OTHER, None, environ, logins)


def test_a_session_is_used_only_where_it_was_made(logins: Logins) -> None:
    stored(logins, HOME)
    with pytest.raises(Unauthenticated):
        choose(OTHER, None, {}, logins)


def test_without_any_server_it_says_what_to_do(logins: Logins) -> None:
    with pytest.raises(Invalid, match="gatepost login --server URL"):
        choose(None, None, {}, logins)


@pytest.mark.parametrize("key", ["gpp_é", "two words", "line\nbreak", "\x00"])
def test_a_key_that_no_header_can_carry_is_refused(logins: Logins, key: str) -> None:
    with pytest.raises(Invalid) as caught:
        choose(HOME, key, {}, logins)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Gate.Example/", "https://gate.example"),
        ("gate.example", "https://gate.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://gate.example:443", "https://gate.example"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_addresses_are_compared_as_origins(text: str, origin: str) -> None:
    assert address_of(text).origin == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ftp://x",
        "https://",
        "https://a/content/3/",
        "https://u:p@a",
        "https://a?q",
        "https://a#f",
        "https://a:99999",
    ],
)
def test_what_is_no_server_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        address_of(text)


def test_loopback_is_known() -> None:
    assert [
        address_of(text).is_loopback for text in ("http://localhost:1", "http://127.0.0.1", "http://10.0.0.1")
    ] == [
        True,
        True,
        False,
    ]


def test_the_login_file_is_for_its_owner_only(logins: Logins) -> None:
    stored(logins, HOME)
    assert stat.S_IMODE(logins.path.stat().st_mode) == 0o600
    assert [path.name for path in logins.path.parent.iterdir()] == ["login.json"]


def test_a_login_file_that_others_may_read_is_not_trusted(logins: Logins) -> None:
    stored(logins, HOME)
    logins.path.chmod(0o644)
    with pytest.raises(Invalid, match="Others may read"):
        logins.at(None)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"logins": 3}', '{"current": "x", "logins": {"x": {"cookies": 1}}}']
)
def test_a_damaged_login_file_is_named(logins: Logins, text: str) -> None:
    logins.path.parent.mkdir(parents=True)
    logins.path.write_text(text)
    logins.path.chmod(0o600)
    with pytest.raises(Invalid, match="gatepost login"):
        logins.at(None)


def test_several_servers_are_kept_and_forgotten_apart(logins: Logins) -> None:
    stored(logins, HOME)
    stored(logins, OTHER)
    logins.forget(address_of(OTHER))
    assert logins.at(address_of(OTHER)) is None
    current = logins.at(None)
    assert current is not None
    assert current.server.origin == HOME


def test_nothing_that_is_printed_shows_a_secret(logins: Logins) -> None:
    stored(logins, HOME, "the-session")
    shown = (
        repr(logins.at(None))
        + repr(choose(HOME, "gpp_shown", {}, logins))
        + repr(gatepost.client(HOME, "gpp_shown"))
    )
    assert "the-session" not in shown
    assert "gpp_shown" not in shown
    assert "the-session" in json.loads(logins.path.read_text())["logins"][HOME]["cookies"]["gp_session"]


def test_the_folder_can_be_named(tmp_path: Path) -> None:
    assert config_folder({"GATEPOST_CONFIG_DIR": str(tmp_path)}) == tmp_path
