"""The command line against a real local server: what it sends, prints, asks and exits with."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from documented_server import KEY, DocumentedServer, Refused
from inside_run import Gatepost

pytestmark = pytest.mark.usefixtures("signed_in")


def test_a_folder_is_deployed_and_its_address_printed(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    (site / "link").symlink_to("/etc/passwd")
    ran = gatepost("deploy", str(site), "--kind", "static")
    assert ran.code == 0
    assert ran.out == f"{server.url}/content/app_{1:024x}/\n"
    for said in ("Left out link", "Packed 1 file", "● building", "  installing", "● running"):
        assert said in ran.err
    assert "another application" not in ran.err
    form = next(
        request.form
        for request in server.requests
        if request.method == "POST" and request.path.endswith("apps")
    )
    assert (form["name"], form["kind"]) == (b"my-site", b"static")


def test_deploy_with_json_prints_the_app_and_nothing_else(gatepost: Gatepost, site: Path) -> None:
    ran = gatepost("deploy", str(site), "--name", "Other", "--json")
    assert (ran.json["name"], ran.json["state"], ran.err) == ("Other", "running", "")


def test_deploy_can_leave_the_waiting_out(server: DocumentedServer, gatepost: Gatepost, site: Path) -> None:
    assert gatepost("deploy", str(site), "--no-wait", "--json").json["state"] == "building"


def test_a_new_version_keeps_the_app(server: DocumentedServer, gatepost: Gatepost, site: Path) -> None:
    gatepost("deploy", str(site))
    ran = gatepost("deploy", str(site), "--app", "my-site", "--json")
    assert (ran.json["version"], ran.json["id"]) == (2, f"app_{1:024x}")
    assert len(server.apps) == 1


def test_a_failed_build_exits_1_and_says_why(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    server.states = ["building", "failed"]
    ran = gatepost("deploy", str(site))
    assert ran.code == 1
    assert "a package that does not exist" in ran.err
    assert "gatepost apps logs app_" in ran.err


def test_a_name_in_the_manifest_is_left_to_the_server(
    server: DocumentedServer, gatepost: Gatepost, site: Path
) -> None:
    (site / "gatepost.toml").write_text('[app]\nname = "From the file"\n')
    gatepost("deploy", str(site), "--no-wait")
    assert "name" not in server.requests[-1].form
    (site / "gatepost.toml").write_text("not toml")
    assert gatepost("deploy", str(site)).code == 7


def test_a_new_name_for_an_old_app_is_a_usage_error(gatepost: Gatepost, site: Path) -> None:
    assert gatepost("deploy", str(site), "--app", "x", "--name", "y").code == 2


def test_apps_are_found_by_id_number_and_name(gatepost: Gatepost, deployed: str) -> None:
    for called in (deployed, "1", "my-site", "an-app"):
        assert gatepost("apps", "show", called, "--json").json["id"] == deployed
    assert gatepost("apps", "show", "nobody").code == 5


def test_a_name_that_two_apps_have_is_not_guessed(gatepost: Gatepost, deployed: str, site: Path) -> None:
    gatepost("deploy", str(site), "--json")
    ran = gatepost("apps", "show", "my-site")
    assert ran.code == 6
    assert deployed in ran.err
    assert "number 1" in ran.err


def test_a_second_app_of_one_name_is_told_with_the_way_to_a_new_version(
    gatepost: Gatepost, site: Path
) -> None:
    gatepost("deploy", str(site))
    ran = gatepost("deploy", str(site))
    assert ran.code == 0
    assert "There is another application of this name, number 1; this one is 2." in ran.err
    assert "--app NUMBER" in ran.err


def test_the_list_is_a_table_or_json(gatepost: Gatepost, deployed: str) -> None:
    ran = gatepost("apps", "list")
    assert ran.out.splitlines()[0].split() == [
        "NUMBER",
        "NAME",
        "KIND",
        "VERSION",
        "STATE",
        "OWNER",
        "UPDATED",
        "ID",
    ]
    assert "my-site" in ran.out.splitlines()[1]
    found = gatepost("apps", "list", "--json").json
    assert found["has_more"] is False
    assert isinstance(found["items"], list)


def test_a_cut_list_says_that_there_is_more(gatepost: Gatepost) -> None:
    for name in ("one", "two", "three"):
        gatepost("keys", "create", name)
    ran = gatepost("keys", "list", "--limit", "2")
    assert (len(ran.out.splitlines()), "more than 2" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("verb", "state"), [(("start",), "starting"), (("stop", "--yes"), "stopped"), (("restart",), "running")]
)
def test_apps_are_steered(gatepost: Gatepost, deployed: str, verb: Sequence[str], state: str) -> None:
    assert gatepost("apps", *verb, deployed, "--json").json["state"] == state


def test_apps_are_renamed_opened_and_rolled_back(
    server: DocumentedServer, gatepost: Gatepost, deployed: str
) -> None:
    assert gatepost("apps", "rename", deployed, "Better").out == "It is called Better now.\n"
    assert gatepost("apps", "access", deployed, "anyone", "--yes", "--json").json["access"] == "anyone"
    assert gatepost("apps", "open", deployed, "--json").json["content_url"] == server.apps[0]["content_url"]
    assert gatepost("apps", "rollback", deployed, "1", "--json").json["version"] == 1
    assert "deployed" in gatepost("apps", "versions", deployed).out


def test_logs_are_shown_without_what_steers_a_terminal(
    server: DocumentedServer, gatepost: Gatepost, deployed: str
) -> None:
    server.run_log = ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07bell\x08", "tab\there"]
    assert gatepost("apps", "logs", deployed).out == "red\nbell?\ntab\there\n"
    assert gatepost("apps", "logs", deployed, "--kind", "build", "--json").json["lines"] == [
        "resolving",
        "installing",
    ]


def test_logs_are_searched_but_not_while_they_are_followed(
    server: DocumentedServer, gatepost: Gatepost, deployed: str
) -> None:
    server.run_log = ["GET /a 200", "GET /b 500"]
    assert gatepost("apps", "logs", deployed, "--search", "/b").out == "GET /b 500\n"
    assert gatepost("apps", "logs", deployed, "--search", "none").out == ""
    assert gatepost("apps", "logs", deployed, "--search", "x", "-f").code == 2


def test_what_an_application_used_is_shown_with_its_limits(gatepost: Gatepost, deployed: str) -> None:
    said = gatepost("apps", "metrics", deployed, "--range", "hour").out
    assert [one for one in said.split() if one in ("0.250", "12", "2", "1")][:4] == ["0.250", "12", "2", "1"]
    assert "Limit of memory: 512 MiB for each of 2 processes, held exactly." in said
    assert "Limit of cpu: 1 core for each of 2 processes, not held on this machine." in said
    assert gatepost("apps", "metrics", deployed, "--range", "month", "--json").json["range"] == "month"
    assert gatepost("apps", "metrics", deployed, "--range", "year").code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("apps", "delete", "1"),
        ("apps", "stop", "1"),
        ("apps", "access", "1", "anyone"),
        ("keys", "delete", "k"),
        ("users", "deactivate", "ada"),
        ("users", "reset", "ada"),
        ("sessions", "end", "ses_1"),
    ],
)
def test_what_cannot_be_undone_asks_first(
    server: DocumentedServer, gatepost: Gatepost, deployed: str, command: Sequence[str]
) -> None:
    gatepost("keys", "create", "k")
    before = len(server.requests)
    ran = gatepost(*command)
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert {request.method for request in server.requests[before:]} <= {"GET"}
    assert gatepost(*command, "--yes").code == 0


def test_a_key_is_shown_once_and_deleted_by_name(server: DocumentedServer, gatepost: Gatepost) -> None:
    ran = gatepost("keys", "create", "ci", "--expires", "never", "--role", "viewer")
    assert ran.out == f"{KEY}\n"
    assert "cannot be shown again" in ran.err
    sent = {"name": "ci", "description": "", "expires_at": None, "role": "viewer"}
    assert server.requests[-1].json == sent
    assert KEY not in gatepost("keys", "list").out
    gone = gatepost("keys", "delete", "ci", "--yes")
    assert gone.out == "The key 'ci' is deleted, confirmed by 1 gate, 2 open connections closed.\n"
    assert gatepost("keys", "delete", "ci", "--yes").code == 5


def test_a_new_key_in_json_holds_the_key(gatepost: Gatepost) -> None:
    assert gatepost("keys", "create", "ci", "--json").json["key"] == KEY


@pytest.mark.parametrize("days", ["0", "-3", "soon", "99999999"])
def test_an_odd_expiry_is_a_usage_error(gatepost: Gatepost, days: str) -> None:
    assert gatepost("keys", "create", "ci", f"--expires={days}").code == 2


def test_a_key_may_not_make_keys(
    server: DocumentedServer, gatepost: Gatepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEPOST_API_KEY", KEY)
    ran = gatepost("keys", "create", "ci")
    assert ran.code == 4
    assert "Keys may not create keys" in ran.err
    assert "dec_1" in ran.err


def test_a_password_that_has_to_be_fresh_needs_a_terminal(
    server: DocumentedServer, gatepost: Gatepost
) -> None:
    server.needs_confirmation = True
    ran = gatepost("keys", "create", "ci")
    assert (ran.code, "Run it at a terminal" in ran.err) == (4, True)


def test_people_are_added_and_changed(server: DocumentedServer, gatepost: Gatepost) -> None:
    ran = gatepost("users", "create", "bob", "--email", "bob@example.com", "--role", "publisher")
    assert "One-time password: one-time-word" in ran.out
    assert gatepost("users", "role", "bob", "viewer").out.startswith("bob is viewer now")
    assert server.users[1]["role"] == "viewer"
    assert gatepost("users", "activate", "bob").code == 0
    assert gatepost("users", "list", "-q", "bob", "--json").json["items"][0]["username"] == "bob"  # type: ignore[index]


def test_an_app_is_shared_with_several(server: DocumentedServer, gatepost: Gatepost, deployed: str) -> None:
    ran = gatepost(
        "share", deployed, "--with", "bob", "--with", "group:analysts", "--role", "editor", "--until", "7d"
    )
    assert ran.code == 0
    assert [(grant["to"]["type"], grant["to"]["name"]) for grant in server.grants] == [
        ("user", "bob"),
        ("group", "analysts"),
    ]
    assert ran.out.startswith("bob (Bob) is editor of my-site until ")
    shown = gatepost("apps", "grants", deployed).out.splitlines()
    assert [line.split()[:3] for line in shown] == [
        ["WHO", "NAME", "TYPE"],
        ["bob", "Bob", "user"],
        ["analysts", "Analysts", "group"],
    ]
    assert gatepost("apps", "grants", deployed, "--remove", server.grants[0]["id"], "--yes").code == 0
    assert len(server.grants) == 1


def test_a_share_that_is_told_says_when_no_mail_goes_out(gatepost: Gatepost, deployed: str) -> None:
    ran = gatepost("share", deployed, "--with", "bob", "--notify", "--note", "Have a look")
    assert (ran.code, ran.err.strip()) == (0, "No mail goes out.")
    assert not gatepost("share", deployed, "--with", "carol").err


def test_a_share_is_rehearsed_without_giving_anything(
    server: DocumentedServer, gatepost: Gatepost, deployed: str
) -> None:
    ran = gatepost("share", deployed, "--with", "bob", "--with", "group:desk", "--rehearse")
    assert ran.out.strip() == "2 people gain entry (Ann, Bob), 1 had it already. Also whoever is in Desk."
    assert server.grants == []
    assert gatepost("share", deployed, "--with", "bob", "--rehearse", "--json").json["gain_entry"] == 2  # type: ignore[index]


@pytest.mark.parametrize("whom", ["robot:x", "group:"])
def test_sharing_with_something_odd_is_a_usage_error(gatepost: Gatepost, deployed: str, whom: str) -> None:
    assert gatepost("share", deployed, "--with", whom).code == 2


def test_the_trail_is_filtered_by_the_server(server: DocumentedServer, gatepost: Gatepost) -> None:
    said = {
        "actor": "ada",
        "action": "app:restart",
        "kind": "app",
        "resource": "app_1",
        "decision": "denied",
        "request_id": "req_1",
        "since": "2027-01-01T00:00:00Z",
        "until": "2027-02-01T18:00:00Z",
    }
    options = [f"--{name.replace('_', '-')}={value}" for name, value in said.items()]
    ran = gatepost("audit", *options, "--key", "key_1", "-q", "ada")
    assert "app:restart" in ran.out
    assert server.requests[-1].query == {**said, "via_key_id": "key_1", "q": "ada", "limit": "51"}
    assert gatepost("audit", "--decision", "refused").code == 2


def test_settings_are_shown_and_set_by_name(server: DocumentedServer, gatepost: Gatepost) -> None:
    assert "mail.port" in gatepost("settings", "show").out
    ran = gatepost(
        "settings", "set", "mail.port=587", "mail.host=smtp.example", "features.stored_credentials=true"
    )
    assert ran.code == 0
    assert server.settings == {
        "features": {"stored_credentials": True},
        "mail": {"port": 587, "host": "smtp.example"},
    }
    refused = gatepost("settings", "set", "nonsense=1")
    assert (refused.code, "nonsense: There is no such setting." in refused.err) == (7, True)


@pytest.mark.parametrize("odd", ["mail", "=1", "mail.=1", ".x=1"])
def test_what_is_no_assignment_is_a_usage_error(gatepost: Gatepost, odd: str) -> None:
    assert gatepost("settings", "set", odd).code == 2


def test_sources_and_sessions_are_listed(gatepost: Gatepost, deployed: str) -> None:
    assert "my-site" in gatepost("sources", "list").out
    assert gatepost("sources", "show", "my-site", "--json").json["latest_version"] == 1
    assert "this one" in gatepost("sessions", "list").out


@pytest.mark.parametrize(
    ("status", "code"), [(400, 7), (401, 3), (403, 4), (404, 5), (409, 6), (429, 8), (503, 9), (500, 1)]
)
def test_each_family_has_its_exit_code(
    server: DocumentedServer, gatepost: Gatepost, status: int, code: int
) -> None:
    server.refuse_with = Refused(status, "some-code", "What to do.")
    ran = gatepost("whoami")
    assert (ran.code, ran.out, "What to do." in ran.err) == (code, "", True)


def test_refusals_in_json_are_one_object_on_stderr(server: DocumentedServer, gatepost: Gatepost) -> None:
    server.refuse_with = Refused(403, "denied", "No.", decision_id="dec_7")
    said = json.loads(gatepost("--json", "whoami").err)
    assert said == {"code": "denied", "detail": "No.", "status": 403, "decision_id": "dec_7"}
    assert json.loads(gatepost("apps", "shw", "--json").err)["code"] == "usage"


@pytest.mark.parametrize(
    "place", [("--json", "apps", "list"), ("apps", "--json", "list"), ("apps", "list", "--json")]
)
def test_json_may_stand_anywhere(gatepost: Gatepost, place: Sequence[str]) -> None:
    assert gatepost(*place).json == {"items": [], "has_more": False}


def test_server_may_stand_anywhere(server: DocumentedServer, gatepost: Gatepost) -> None:
    away = "http://127.0.0.1:9"
    for arguments in (("--server", away, "whoami"), ("whoami", "--server", away)):
        assert gatepost(*arguments).code == 3
