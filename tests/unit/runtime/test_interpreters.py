"""Which Python a bundle gets."""

from pathlib import Path

import pytest

from gatepost_server.runtime.environments.interpreters import Interpreter, choose, find_interpreters

OLD, NEW = (
    Interpreter(Path("/usr/bin/python3"), "3.11.2"),
    Interpreter(Path("/x/python3"), "3.12.9", (Path("/x"),)),
)


@pytest.mark.parametrize(
    ("wish", "version"),
    [
        (None, "3.11.2"),
        ("", "3.11.2"),
        ("3.12", "3.12.9"),
        (">=3.12", "3.12.9"),
        ("3.11.2", "3.11.2"),
        ("==3.11.*", "3.11.2"),
    ],
)
def test_the_first_that_fits_is_taken(wish, version):
    assert choose([OLD, NEW], wish).version == version


@pytest.mark.parametrize(
    ("wish", "words"), [("3.9", "is not on this machine"), ("nonsense", "not a Python version")]
)
def test_a_wish_that_cannot_be_met_says_why(wish, words):
    with pytest.raises(LookupError, match=words):
        choose([OLD, NEW], wish)


def test_no_python_at_all_is_said():
    with pytest.raises(LookupError, match=r"3\.11"):
        choose([], None)


def test_this_machine_has_one():
    assert find_interpreters()
