"""What is printed where: sizes, progress, the end of a log, and JSON alone with `--json`."""

import io
import json
import sys
from pathlib import Path

import click
import pytest
from documented_server import PASSWORD, DocumentedServer
from inside_run import Gatepost

from gatepost.cli.main import OWN, cli
from gatepost.cli.terminal import cell, progress, size


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024**2, "1.0 MiB"),
        (5 * 1024**3 // 2, "2.5 GiB"),
        (3 * 1024**4, "3072.0 GiB"),
    ],
)
def test_sizes_are_for_people(count: int, shown: str) -> None:
    assert size(count) == shown


def test_lists_in_a_table_are_json_and_end_no_line() -> None:
    assert cell(["ä", None, "a\nb\x1b[31m"]) == '["ä", null, "a\\nb\\u001b[31m"]'
    assert cell({"a": [1]}) == '{"a": [1]}'


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        (range(0, 101, 5), [25, 50, 75, 100]),
        ([10, 60, 60, 100], [50, 100]),
        ([100], [100]),
        ([30, 5, 30, 100], [25, 100]),
        ([24], []),
    ],
)
def test_redirected_progress_is_lines(
    capsys: pytest.CaptureFixture[str], steps: range | list[int], lines: list[int]
) -> None:
    with progress("Uploading", 100) as tell:
        for done in steps:
            tell(done)
    assert capsys.readouterr().err.splitlines() == [f"Uploading: {line} %" for line in lines]


@pytest.mark.usefixtures("signed_in")
def test_a_deployment_in_a_file_tells_size_and_progress(gatepost: Gatepost, site: Path) -> None:
    lines = gatepost("deploy", str(site)).err.splitlines()
    assert lines[0].startswith("Packed 1 file, ")
    assert lines[0].endswith(" B.")
    assert lines[1] == "Uploading: 100 %"


@pytest.mark.usefixtures("signed_in")
def test_a_failed_build_shows_the_end_of_its_log_once(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    server.states = ["building", "failed"]
    server.build_log = [f"step {number}" for number in range(30)]
    ran = gatepost("deploy", str(site))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("step 29") == 1
    assert ran.err.index("step 29") < ran.err.index("a package that does not exist")


@pytest.mark.usefixtures("signed_in")
def test_a_failed_start_shows_the_end_of_the_run_log(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    server.states = ["building", "starting", "failed"]
    server.built = "built"
    ran = gatepost("deploy", str(site))
    assert ran.code == 1
    assert "The run log ends with:\n  started\n  GET / 200\n" in ran.err
    assert "--kind run" in ran.err


@pytest.mark.usefixtures("signed_in")
def test_the_last_words_of_an_app_are_told_once_and_line_by_line(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    server.states, server.built = ["building", "starting", "failed"], "built"
    server.run_log = ["Traceback:", "  import pandas", "No module \x1b[31mpandas"]
    server.reason = "It ended.\n" + "\n".join(server.run_log[1:])
    ran = gatepost("deploy", str(site))
    assert ran.err.count("import pandas") == 1
    assert "It ended.\nSee more with" in ran.err

    shown = gatepost("apps", "show", "1").out

    assert "reason" + " " * 8 + "It ended.\n" + " " * 14 + "  import pandas\n" in shown
    assert " " * 14 + "No module pandas\n" in shown
    assert "?" not in shown


@pytest.mark.usefixtures("signed_in")
def test_a_failed_version_is_told_from_the_one_that_serves(
    server: DocumentedServer, gatepost: Gatepost, site: Path, deployed: str
) -> None:
    server.apps[0]["live_version"] = 1
    server.states, server.built = ["building", "starting", "failed"], "built"
    assert gatepost("deploy", str(site), "--app", deployed).code == 1

    rows = [line.split() for line in gatepost("apps", "versions", deployed).out.splitlines()]

    assert [(row[0], row[2]) for row in rows[1:]] == [("2", "failed"), ("1", "live")]
    assert "2 (failed; people still reach 1)" in gatepost("apps", "show", deployed).out


@pytest.mark.usefixtures("signed_in")
def test_a_failure_in_json_holds_the_end_of_the_log(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    server.states = ["building", "failed"]
    ran = gatepost("deploy", str(site), "--json")
    said = json.loads(ran.err)
    assert (ran.code, ran.out, said["code"]) == (1, "", "failed")
    assert (said["log_kind"], said["log_lines"]) == ("build", ["resolving", "installing"])


@pytest.mark.usefixtures("signed_in")
def test_the_content_url_is_opened_in_the_browser(
    server: DocumentedServer, gatepost: Gatepost, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def launch(address: str) -> int:
        opened.append(address)
        return 0

    monkeypatch.setattr(click, "launch", launch)
    ran = gatepost("apps", "open", deployed)
    assert opened == [server.apps[0]["content_url"]]
    assert (ran.code, ran.out, ran.err) == (0, f"{opened[0]}\n", "")


@pytest.mark.usefixtures("signed_in")
def test_keys_are_listed_with_their_use_and_end(server: DocumentedServer, gatepost: Gatepost) -> None:
    for name in ("good", "old", "gone"):
        gatepost("keys", "create", name)
    server.keys[0] |= {"last_used_at": "2027-01-05T10:20:30Z", "last_used_ip": "192.0.2.7"}
    server.keys[1]["status"], server.keys[2]["status"] = "expired", "revoked"
    heads, only = gatepost("keys", "list").out.splitlines()
    assert heads.split("  ")[0] == "NAME"
    for said in ("good", "active", "2027-01-05 10:20Z", "192.0.2.7", "2027-04-02 03:04Z"):
        assert said in only
    shown = gatepost("keys", "list", "--all").out
    assert [word in shown for word in ("good", "expired", "deleted")] == [True] * 3


@pytest.mark.usefixtures("signed_in")
def test_an_app_is_shared_no_more(server: DocumentedServer, gatepost: Gatepost, deployed: str) -> None:
    gatepost("share", deployed, "--with", "bob", "--with", "group:bob")
    assert gatepost("unshare", deployed, "--with", "bob", "--with", "carol", "--yes").code == 5
    assert gatepost("unshare", deployed, "--with", "bob").code == 2
    assert len(server.grants) == 2
    ran = gatepost("unshare", deployed, "--with", "bob", "--yes")
    assert ran.out.startswith("bob (Bob) is no longer consumer of my-site, confirmed by 1 gate")
    assert [grant["to"]["type"] for grant in server.grants] == ["group"]


@pytest.mark.usefixtures("signed_in")
def test_all_that_somebody_gave_is_taken_back(
    server: DocumentedServer, gatepost: Gatepost, deployed: str
) -> None:
    gatepost("share", deployed, "--with", "bob", "--with", "group:bob")
    heads, row = gatepost("grants", deployed, "--limit", "1").out.splitlines()[:2]
    assert ("BY" in heads.split(), "Ada" in row.split()) == (True, True)
    assert gatepost("grants", deployed, "--remove-given-by", "Ada").code == 2
    assert gatepost("grants", deployed, "--remove-given-by", "Ada", "--remove", "gra_1").code == 2
    assert gatepost("grants", deployed, "--remove-given-by", "carol", "--yes").code == 5
    assert len(server.grants) == 2
    ran = gatepost("grants", deployed, "--remove-given-by", "Ada", "--yes")
    assert ran.out.startswith("All that Ada gave on my-site is taken away, confirmed by 1 gate")
    assert server.grants == []


VERBS = {
    "login": ("--username", "ada", "--server", "URL"),
    "whoami": (),
    "password change": (),
    "password reset": ("--username", "ada", "--server", "URL"),
    "deploy": ("SITE",),
    "apps list": (),
    "apps show": ("1",),
    "apps open": ("1",),
    "apps start": ("1",),
    "apps stop": ("1", "--yes"),
    "apps restart": ("1",),
    "apps logs": ("1",),
    "apps metrics": ("1",),
    "apps versions": ("1",),
    "apps rollback": ("1", "1"),
    "apps rename": ("1", "Better"),
    "apps access": ("1", "anyone", "--yes"),
    "apps grants": ("1",),
    "share": ("1", "--with", "bob"),
    "grants": ("1",),
    "unshare": ("1", "--with", "bob", "--yes"),
    "sources list": (),
    "sources show": ("my-site",),
    "keys create": ("ci",),
    "keys list": ("--all",),
    "keys delete": ("ci", "--yes"),
    "users list": (),
    "users create": ("bob", "--email", "bob@example.com"),
    "users role": ("bob", "publisher"),
    "users email": ("bob", "robert@example.com"),
    "users deactivate": ("bob", "--yes"),
    "users activate": ("bob",),
    "users reset": ("bob", "--yes"),
    "sessions list": (),
    "sessions end": ("ses_1", "--yes"),
    "settings show": (),
    "settings set": ("mail.port=587",),
    "settings test-mail": ("ann@example.com",),
    "audit": (),
    "explain": ("req_1",),
    "apps delete": ("1", "--yes"),
    "logout": (),
}
TYPED = {
    "login": (PASSWORD,),
    "password change": (PASSWORD, "quite another one"),
    "password reset": ("once-only", "quite another one"),
}


TRIED_ON_THE_REAL_API = {
    "apis", "client-groups", "clients", "connections",
    "credentials", "dashboards", "datasets", "egress", "exposure", "external", "groups", "jobs", "logs",
    "organizations", "projects", "requests", "scenarios", "usecases", "variables",
}  # fmt: skip
"""Commands whose every verb `tests/api/sdk` runs against the control plane itself."""
VERBS_TRIED_THERE = {
    "apps create", "apps deployments", "apps replace-source", "keys change",
    "keys consent", "keys everybody", "keys origins",
    "keys permissions", "keys run-as", "keys show", "profile", "settings health", "settings mails",
    "sources create", "sources delete", "sources duplicate", "sources rename",
    "users keys", "users show", "users sign-out",
    "apps lend", "apps lent",
    "apps parameters",
    "apps connections",
    "apps env", "apps keys", "keys adopt", "keys copy", "keys disable", "keys enable", "keys end-old",
    "keys rotate", "sources build", "sources compare", "sources discard", "sources download",
    "sources draft", "sources files", "sources get", "sources put", "sources remove", "sources resources",
    "sources versions", "users move",
}  # fmt: skip


def test_every_verb_is_tried_in_json() -> None:
    context = click.Context(cli)
    verbs = set()
    for name in OWN:
        command = cli.get_command(context, name)
        assert command is not None
        inner = command.list_commands(context) if isinstance(command, click.Group) else []
        if name not in TRIED_ON_THE_REAL_API:
            verbs |= {f"{name} {verb}" for verb in inner} or {name}
    assert verbs == set(VERBS) | VERBS_TRIED_THERE


def test_json_is_alone_on_stdout(
    server: DocumentedServer, gatepost: Gatepost, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = {"URL": server.url, "SITE": str(site)}
    for verb, words in VERBS.items():
        lines = "".join(f"{line}\n" for line in TYPED.get(verb, ()))
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        ran = gatepost(*verb.split(), *(standing.get(word, word) for word in words), "--json")
        assert (ran.code, ran.err) == (0, ""), verb
        assert ran.json is not None, verb


@pytest.mark.usefixtures("signed_in")
def test_a_followed_log_is_a_json_object_a_line(gatepost: Gatepost, deployed: str) -> None:
    ran = gatepost("apps", "logs", deployed, "-f", "--json")
    assert [json.loads(line)["line"] for line in ran.out.splitlines()[:2]] == ["started", "GET / 200"]
