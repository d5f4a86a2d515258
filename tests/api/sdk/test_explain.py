"""`gatepost explain` and the client's explanations against the real control plane."""

import json

import pytest
from control_plane import ControlPlane

import gatepost
from gatepost import errors
from gatepost.cli.main import run
from gatepost.connected import Client


@pytest.fixture
def refused(server: ControlPlane, admin: Client) -> str:
    """The decision id of a key that tried to make a key."""
    key = admin.keys.create("tries", role="viewer").key.reveal()
    with gatepost.client(server.url, key) as program, pytest.raises(errors.Denied) as caught:
        program.keys.create("another")
    assert caught.value.decision_id is not None
    return caught.value.decision_id


def test_a_refusal_is_explained_by_its_decision_id(admin: Client, refused: str) -> None:
    found = admin.explain.decision(refused)
    assert (found.allowed, found.rule, found.smallest_grant) == (False, "session-required", None)
    assert found.steps[0].passed is False
    assert found.decision is not None
    assert (found.decision.id, found.decision.reason) == (refused, "keys-cannot-make-keys")


def test_a_call_is_explained_before_it_is_made(admin: Client) -> None:
    found = admin.explain.call("user:list")
    assert (found.allowed, found.rule) == (True, None)
    with pytest.raises(errors.NotFound) as caught:
        admin.explain.call("user:list", who="nobody.such")
    assert caught.value.error_code == "unknown-caller"


def test_the_command_explains(
    server: ControlPlane, admin: Client, refused: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", refused]) == 0
    said = capsys.readouterr().out
    assert "Now:  refused by the rule session-required." in said
    assert "  NO   session-required: " in said
    assert run(["explain", "--action", "user:list", "--as", "admin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["allowed"] is True


@pytest.mark.parametrize(
    "words", [[], ["req_1", "--action", "app:open"], ["req_1", "--as", "ada"], ["--resource", "24"]]
)
def test_half_a_question_is_not_sent(words: list[str], admin: Client) -> None:
    assert run(["explain", *words]) == 2


def test_an_unknown_decision_says_so(admin: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "req_" + "0" * 24]) == 5
    assert "No refused call of yours has this id" in capsys.readouterr().err
