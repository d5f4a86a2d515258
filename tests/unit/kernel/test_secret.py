"""Secret: it never shows itself."""

import copy
import json
import logging
import pickle

import pytest

from gatepost_server.kernel.secret import Secret

HIDDEN = Secret("open sesame")


@pytest.mark.parametrize("shown", [repr(HIDDEN), str(HIDDEN), f"{HIDDEN}", f"{HIDDEN:>20}", "%s" % HIDDEN])  # noqa: UP031
def test_writing_it_shows_stars(shown: str) -> None:
    assert "sesame" not in shown
    assert "***" in shown


def test_a_log_line_shows_stars(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").warning("got %s and %r", HIDDEN, {"secret": HIDDEN})
    assert "sesame" not in caplog.text


def test_it_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(HIDDEN)


def test_it_cannot_be_copied_to_json() -> None:
    with pytest.raises(TypeError):
        json.dumps(HIDDEN)


def test_it_cannot_be_copied() -> None:
    with pytest.raises(TypeError):
        copy.copy(HIDDEN)


def test_the_text_is_there_for_who_asks() -> None:
    assert HIDDEN.reveal() == "open sesame"


def test_equal_secrets_are_equal() -> None:
    assert Secret("open sesame") == HIDDEN
    assert hash(Secret("open sesame")) == hash(HIDDEN)
    assert HIDDEN.matches("open sesame")


def test_other_secrets_and_other_things_are_not() -> None:
    assert Secret("open barley") != HIDDEN
    assert HIDDEN != "open sesame"
    assert not HIDDEN.matches("open barley")
