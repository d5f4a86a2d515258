"""The published examples of calls with an API key, word for word, against a deployed Plumber file."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from callers import Caller
from command_line import CommandLine
from instances import Instance

pytestmark = pytest.mark.e2e

SEED = Path(__file__).with_name("seed")
EXAMPLE = re.compile(r"^## (\S+)\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall((SEED / "examples.md").read_text()))
PRINTED = "http://rsc.company.com"

Example = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def desk(gatepost: Instance, owner: Caller, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A command line at which `owner` is signed in."""
    line = CommandLine(gatepost, tmp_path_factory.mktemp("desk"))
    line.sign_in(owner.username)
    return line


@pytest.fixture(scope="module")
def plumber(desk: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The number of the printed plumber.R, deployed unchanged from a folder of its own."""
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    folder = tmp_path_factory.mktemp("plumber")
    (folder / "plumber.R").write_text(EXAMPLES["plumber.R"])
    return int(desk.json("deploy", str(folder), "--name", "Seed Plumber")["number"])


@pytest.fixture(scope="module")
def report(desk: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The number of a static site that holds target.html."""
    folder = tmp_path_factory.mktemp("report")
    shutil.copy(SEED / "target.html", folder)
    return int(desk.json("deploy", str(folder), "--name", "Seed report")["number"])


@pytest.fixture
def run(gatepost: Instance, key: str, tmp_path: Path) -> Example:
    """Runs an example in an empty folder, with its server, key and number put in."""
    return partial(_run, gatepost.url, key, tmp_path)


def _run(
    server: str, key: str, folder: Path, name: str, number: int, *command: str, ending: str = ""
) -> subprocess.CompletedProcess[str]:
    text = EXAMPLES[name].replace(PRINTED, server).replace("/content/24/", f"/content/{number}/")
    (folder / name).write_text(text + ending)
    environment = {**os.environ, "CONNECT_API_KEY": key, "CONNECT_SERVER": f"{server}/"}
    return subprocess.run(
        [*command, name],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def _is_mean(text: str) -> bool:
    """Tell whether *text* is what Plumber answers: an array of one number."""
    found = json.loads(text)
    return isinstance(found, list) and len(found) == 1 and isinstance(found[0], int | float)


def test_curl_writes_a_static_file_under_its_remote_name(run, report, tmp_path):
    run("download.sh", report, "sh")
    assert (tmp_path / "target.html").read_bytes() == (SEED / "target.html").read_bytes()


def test_curl_writes_a_static_file_under_a_name_of_ones_choice(run, report, tmp_path):
    run("download-as.sh", report, "sh")
    assert (tmp_path / "output.html").read_bytes() == (SEED / "target.html").read_bytes()


def test_curl_calls_a_plumber_api_with_a_query(run, plumber):
    assert _is_mean(run("call.sh", plumber, "sh").stdout)


def test_r_calls_it_with_httr(run, plumber):
    assert _is_mean(
        run("call.R", plumber, "Rscript", ending="\ncat(jsonlite::toJSON(unlist(result)))\n").stdout
    )


def test_python_3_calls_it_with_urllib(run, plumber):
    assert _is_mean(run("call3.py", plumber, "python3", ending="\nprint(json.dumps(result))\n").stdout)


def _python2() -> str | None:
    """Return a Python 2.7 that starts; pyenv's shims are there even where none does."""
    found = [shutil.which("python2.7"), *Path.home().glob(".pyenv/versions/2.7.*/bin/python2.7")]
    for one in filter(None, found):
        if subprocess.run([one, "-c", "import urllib2"], capture_output=True, check=False).returncode == 0:
            return str(one)
    return None


def test_python_2_calls_it_with_urllib2(run, plumber):
    python2 = _python2()
    if python2 is None:
        pytest.skip("python2.7 is not installed")
    assert _is_mean(run("call2.py", plumber, python2, ending="\nprint(json.dumps(result))\n").stdout)


def test_the_examples_with_a_key_that_was_deleted_fail(gatepost, owner, plumber, tmp_path):
    """The refused twin: the very same lines, a moment later, with nothing but a dead key."""
    made = owner.make_key("for a moment")
    assert _is_mean(_run(gatepost.url, made["key"], tmp_path, "call.sh", plumber, "sh").stdout)

    owner.ok("DELETE", f"keys/{made['id']}")

    refused = _run(gatepost.url, made["key"], tmp_path, "call.sh", plumber, "sh").stdout
    assert (json.loads(refused)["status"], json.loads(refused)["code"]) == (401, "unauthenticated")
