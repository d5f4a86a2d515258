"""A process follows the stored levels: sets them, takes them back, and lives without the store."""

import logging
from collections.abc import Iterator

import pytest

from gatepost_server.bootstrap.log_levels import LevelFollower
from gatepost_server.instance import LogLevels
from gatepost_server.kernel.errors import Unavailable

_ONE = "gatepost_server.nothing"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    names = ("gatepost", "gatepost_server", _ONE)
    before = {name: logging.getLogger(name).level for name in names}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_levels_are_followed_and_taken_back() -> None:
    stored = [LogLevels(), LogLevels("ERROR", {_ONE: "DEBUG"}), LogLevels("WARNING")]
    follower = LevelFollower(lambda: stored[0])
    follower.look()
    found = []
    for levels in stored[1:]:
        stored[0] = levels
        follower.look()
        found.append([logging.getLogger(name).level for name in ("gatepost_server", "gatepost", _ONE)])
    assert found == [
        [logging.ERROR, logging.ERROR, logging.DEBUG],
        [logging.WARNING, logging.WARNING, logging.NOTSET],
    ]


def test_a_store_that_does_not_answer_changes_nothing() -> None:
    def read() -> LogLevels:
        raise Unavailable("The store does not answer.")

    before = logging.getLogger("gatepost_server").level
    LevelFollower(read).look()
    assert logging.getLogger("gatepost_server").level == before
