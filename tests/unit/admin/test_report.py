"""What `gatepost up` says: sentences for people, one line for programs."""

import json
from pathlib import Path

import pytest

from gatepost_server.admin.report import Administrator, DemoApp, LeftOut, Report, Started
from gatepost_server.admin.tree import News

ADMIN = Administrator("admin", Path("/data/admin-password"), "secret-1")
FASTAPI = DemoApp("Mean", "fastapi", "running", "http://localhost:1/content/a/", "http://m--a.localhost:1/")
PLUMBER = DemoApp("R Mean", "plumber", "running", "http://localhost:1/content/b/", "http://r--b.localhost:1/")
BROKEN = DemoApp("Lab", "streamlit", "failed", "http://localhost:1/content/c/", "", "it fell over")
STARTED = Started("http://localhost:1", ADMIN, (FASTAPI, BROKEN), (LeftOut("R", "plumber", "no R here"),))


def test_programs_get_one_line_and_nothing_else_on_standard_output(capsys):
    report = Report(as_json=True)
    report.say("Starting …")
    report.password(ADMIN)
    report.news(News("died", "control", "killed by SIGKILL"))
    report.ready(STARTED)

    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    told = json.loads(out)
    assert told["url"] == "http://localhost:1"
    assert told["admin"] == {"username": "admin", "password_file": "/data/admin-password"}
    assert told["apps"][0] == {
        "name": "Mean",
        "kind": "fastapi",
        "state": "running",
        "content_url": "http://localhost:1/content/a/",
        "origin_url": "http://m--a.localhost:1/",
    }
    assert told["apps"][1]["reason"] == "it fell over"
    assert told["left_out"] == [{"name": "R", "kind": "plumber", "reason": "no R here"}]
    assert "secret-1" not in out
    assert "secret-1" in err


def test_people_get_the_password_the_addresses_and_a_curl_to_paste(capsys):
    report = Report(as_json=False)
    report.password(ADMIN)
    report.ready(STARTED)

    out, err = capsys.readouterr()
    assert err == ""
    for words in (
        "secret-1",
        "http://localhost:1/ – sign in as admin",
        "it fell over",
        "no R here",
        "API Keys",
    ):
        assert words in out
    assert (
        "curl -H \"Authorization: Key $GATEPOST_API_KEY\" 'http://localhost:1/content/a/mean?samples=5'"
        in out
    )


def test_people_get_the_address_while_the_examples_are_made_ready_and_programs_get_one_line(capsys):
    Report(as_json=False).answering("http://localhost:1")
    assert "http://localhost:1/" in capsys.readouterr().out
    Report(as_json=True).answering("http://localhost:1")
    assert capsys.readouterr().out == ""


def test_the_password_is_not_told_at_a_later_start(capsys):
    Report(as_json=False).password(Administrator("admin", Path("/data/admin-password")))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("apps", "called"), [((FASTAPI, PLUMBER), PLUMBER), ((FASTAPI,), FASTAPI), ((BROKEN,), None)]
)
def test_the_curl_prefers_r_as_the_seed_does(apps, called):
    assert Started("u", ADMIN, apps).to_call() == called


def test_a_death_is_told_with_when_it_is_mended(capsys):
    report = Report(as_json=False)
    report.news(News("started", "envoy"))
    report.news(News("died", "envoy", "killed by SIGKILL", 0.1))
    report.news(News("died", "worker", "ended with status 1", 4.0))
    lines = capsys.readouterr().out.splitlines()
    assert [line[10:] for line in lines] == [
        "envoy killed by SIGKILL; it is started again at once.",
        "worker ended with status 1; it is started again in 4 s.",
    ]
