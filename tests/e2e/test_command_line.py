"""The command `gatepost` for real: sign in, deploy, follow, share, take back, and its exit codes."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from callers import PASSWORD, Caller, People, path_of, with_key
from command_line import CommandLine
from instances import GATEPOST, Instance
from playwright.sync_api import sync_playwright
from waiting import until

pytestmark = pytest.mark.e2e

PROBE = Path(__file__).with_name("apps") / "probe"
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def person(people: People) -> Caller:
    """A publisher with a terminal."""
    return people.someone()


@pytest.fixture(scope="module")
def desk(gatepost: Instance, person: Caller, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Their terminal, signed in by password."""
    line = CommandLine(gatepost, tmp_path_factory.mktemp("terminal"))
    line.sign_in(person.username)
    return line


@pytest.fixture
def bare(gatepost: Instance, tmp_path: Path) -> CommandLine:
    """A terminal at which nobody is signed in."""
    return CommandLine(gatepost, tmp_path / "bare")


@pytest.fixture(scope="module")
def app(desk: CommandLine) -> dict:
    """The probe, deployed by the command."""
    return dict(desk.json("deploy", str(PROBE), "--name", "By command"))


def test_a_login_by_password_keeps_a_session_for_its_owner_only(desk: CommandLine, person: Caller):
    kept = next((desk.home / "config").rglob("*.json"))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in kept.read_text()
    assert desk.json("whoami")["principal"]["name"] == person.username


def test_a_wrong_password_is_exit_code_3(bare: CommandLine, person: Caller):
    words = ("login", "--server", bare.instance.url, "--password", "--username", person.username)
    done = bare.run(*words, stdin="wrong\n")
    assert (done.returncode, done.stdout) == (3, "")
    assert bare.run("whoami", "--server", bare.instance.url).returncode == 3


def test_a_deploy_shows_the_upload_the_build_and_the_address(desk: CommandLine, gatepost, key):
    """At a terminal, where the bar is drawn."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [GATEPOST, "deploy", str(PROBE), "--name", "At a terminal"],
        env=desk.environment(TERM="xterm", COLUMNS="100"),
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=follower,
        text=True,
    ) as deploy:
        os.close(follower)
        shown = b""
        while select.select([leader], [], [], 120)[0]:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # the other end is closed
                break
        address = deploy.stdout.read().strip()
    os.close(leader)
    assert deploy.returncode == 0, shown.decode()
    assert re.search(rb"Uploading.*100%", shown, re.DOTALL)
    assert b"Building version 1 as asgi" in shown
    assert address.startswith(f"{gatepost.url}/content/app_")


def test_a_deployed_app_is_listed_shown_and_answers(desk: CommandLine, gatepost, person, app):
    listed = desk.json("apps", "list")["items"]
    assert app["id"] in [one["id"] for one in listed]
    assert desk.json("apps", "show", app["name"])["state"] in ("running", "idle")
    made = desk.json("keys", "create", "by command")
    with with_key(gatepost, made["key"]) as program:
        assert program.get(path_of(app["content_url"])).status_code == 200


def test_logs_are_followed_while_they_grow(desk: CommandLine, gatepost, person, app):
    following = desk.start("apps", "logs", app["id"], "--follow", "--json")
    try:
        until(lambda: person.get(f"{path_of(app['content_url'])}crash").status_code in (502, 503))
        lines = iter(following.stdout.readline, "")
        assert any("told to crash" in json.loads(line)["line"] for line in lines)
    finally:
        following.terminate()
        following.communicate(timeout=20)
    person.settled(app["id"], "running")


def test_a_new_version_and_the_way_back(desk: CommandLine, person, app, tmp_path):
    for file in PROBE.glob("*.*"):
        shutil.copy(file, tmp_path)
    (tmp_path / "VERSION").write_text("two")
    who = f"{path_of(app['content_url'])}who"
    assert desk.json("deploy", str(tmp_path), "--app", app["id"])["version"] == 2
    assert person.get(who).json()["version"] == "two"
    assert [one["version"] for one in desk.json("apps", "versions", app["id"])["items"]] == [2, 1]

    assert desk.json("apps", "rollback", app["id"], "1")["version"] == 1

    until(lambda: person.get(who).json()["version"] == "1", what="version 1")


def test_a_build_that_fails_is_exit_code_1_and_says_why(desk: CommandLine, tmp_path):
    shutil.copy(PROBE / "app.py", tmp_path)
    (tmp_path / "requirements.txt").write_text("no-such-package-of-gatepost-e2e\n")
    done = desk.run("deploy", str(tmp_path), "--name", "Fails", "--kind", "asgi")
    assert done.returncode == 1
    assert "no-such-package-of-gatepost-e2e" in done.stderr
    assert "--kind build" in done.stderr


def test_sharing_opens_and_taking_back_closes(desk: CommandLine, gatepost, people: People, app):
    guest = people.someone("viewer")
    path = path_of(app["content_url"])
    assert guest.get(path).status_code == 404
    grant = desk.json("share", app["id"], "--with", guest.username, "--until", "2d")["items"][0]
    assert guest.get(path).status_code == 200
    shown = desk.run("apps", "grants", app["id"]).stdout
    assert guest.username in shown
    assert desk.run("apps", "grants", app["id"], "--remove", grant["id"]).returncode == 2
    done = desk.run("apps", "grants", app["id"], "--remove", grant["id"], "--yes")
    assert (done.returncode, "confirmed by" in done.stdout) == (0, True)
    assert guest.get(path).status_code == 404


def test_keys_are_made_listed_and_deleted(desk: CommandLine, gatepost):
    made = desk.run("keys", "create", "nightly", "--expires", "7", "--role", "viewer")
    key = made.stdout.strip()
    assert re.fullmatch(r"gpp_[0-9A-Za-z]{48}", key)
    assert key not in desk.run("keys", "list").stdout
    done = desk.run("keys", "delete", "nightly", "--yes")
    assert (done.returncode, "is deleted, confirmed by" in done.stdout) == (0, True)
    with with_key(gatepost, key) as program:
        assert program.api("GET", "me").status_code == 401


def test_a_key_in_the_environment_is_enough_for_programs_and_makes_no_keys(bare: CommandLine, person):
    key = person.make_key("of a program")["key"]
    program = {"GATEPOST_SERVER": bare.instance.url, "GATEPOST_API_KEY": key}
    assert bare.json("whoami", **program)["via_key"]["name"] == "of a program"
    refused = bare.run("keys", "create", "child", "--json", **program)
    assert refused.returncode == 4
    assert json.loads(refused.stderr)["code"]


def test_the_trail_shows_ones_own_deeds(desk: CommandLine, person, app):
    entries = desk.json("audit", "--resource", app["id"])["items"]
    assert "app:create" in [one["action"] for one in entries]
    assert {one["actor"]["name"] for one in desk.json("audit")["items"]} <= {person.username, "anonymous"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("apps", "show", "no-such-app"), 5),
        (("apps", "show"), 2),
        (("no-such-verb",), 2),
        (("users", "create", "x1", "--email", "x@example.com"), 4),
        (("settings", "show"), 4),
        (("keys", "create", "x", "--expires", "soon"), 2),
        (("apps", "rollback", "{app}", "77"), 5),
        (("apps", "start", "{app}"), 6),
        (("whoami", "--server", "http://127.0.0.1:1"), 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_refusals_have_exit_codes_by_family(desk: CommandLine, app, words, code):
    done = desk.run(*(word.format(app=app["id"]) for word in words), "--json")
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert json.loads(done.stderr)["code"]


def test_a_server_that_is_away_is_exit_code_9(bare: CommandLine, person):
    key = person.make_key("to nowhere")["key"]
    done = bare.run("whoami", "--json", GATEPOST_SERVER="http://127.0.0.1:1", GATEPOST_API_KEY=key)
    assert done.returncode == 9


def test_a_logout_ends_the_session_at_the_server_too(bare: CommandLine, person):
    bare.sign_in(person.username)
    kept = next((bare.home / "config").rglob("*.json"))
    copy = kept.read_text()
    assert bare.run("logout").returncode == 0
    kept.write_text(copy)
    assert bare.run("whoami").returncode == 3


@pytest.fixture
def browser() -> Iterator:
    """A page of a fresh Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as drivers:
        chromium = drivers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium.new_page()
        chromium.close()


def test_a_browser_signs_the_command_line_in(bare: CommandLine, person, browser):
    """The command waits on a loopback port; the person signs in and agrees in Chromium."""
    waiting = bare.start("login", "--server", bare.instance.url, "--no-browser", "--timeout", "120")
    try:
        address = next(line for line in iter(waiting.stderr.readline, "") if "/cli/login?" in line).strip()
        browser.goto(address)
        browser.get_by_label("User name").fill(person.username)
        browser.get_by_label("Password", exact=True).fill(PASSWORD)
        browser.keyboard.press("Enter")
        browser.locator("button[name=answer][value=yes]").click()
        said, _ = waiting.communicate(timeout=60)
    finally:
        if waiting.poll() is None:
            waiting.kill()
            waiting.communicate()
    assert waiting.returncode == 0
    assert f"as {person.username}" in said
    assert bare.json("whoami")["principal"]["name"] == person.username
