"""The file of what an application used: two rings, added to and read at any time."""

import pytest

from gatepost_server.apps.usage import HOUR, KEPT, MINUTE, Used, add_used, used_since

NOON = 1_700_000_000 // HOUR * HOUR


@pytest.fixture
def path(tmp_path):
    return tmp_path / "app_1"


def test_what_is_added_within_a_slot_is_one(path):
    add_used(path, NOON + 5, Used(10, 1.5, 1000, 70, 3, 1, 0))
    add_used(path, NOON + 15.5, Used(10, 0.5, 500, 50, 2, 0, 2))
    add_used(path, NOON + 60, Used(1, 0.25, 10, 90, 1))
    assert used_since(path, MINUTE, NOON, NOON + 60) == {
        NOON: Used(20, 2.0, 1500, 70, 5, 1, 2),
        NOON + 60: Used(1, 0.25, 10, 90, 1),
    }
    assert used_since(path, HOUR, NOON, NOON + 60) == {NOON: Used(21, 2.25, 1510, 90, 6, 1, 2)}


@pytest.mark.parametrize("span", [MINUTE, HOUR])
def test_an_old_slot_makes_room_for_a_new_one_and_the_file_stays_as_long(path, span):
    round_trip = span * KEPT[span]
    add_used(path, NOON, Used(requests=7))
    add_used(path, NOON + round_trip - span, Used(requests=1))
    size = path.stat().st_size
    add_used(path, NOON + round_trip, Used(requests=2))
    found = used_since(path, span, 0, NOON + round_trip)
    assert [used.requests for used in found.values()] == [1, 2]
    assert path.stat().st_size == size or span == MINUTE
    assert path.stat().st_size < 130_000


def test_only_what_was_asked_for_is_read(path):
    for minute in range(5):
        add_used(path, NOON + minute * MINUTE, Used(requests=minute))
    found = used_since(path, MINUTE, NOON + MINUTE, NOON + 3 * MINUTE)
    assert list(found) == [NOON + MINUTE, NOON + 2 * MINUTE, NOON + 3 * MINUTE]


def test_no_file_and_one_of_another_shape_hold_nothing(path):
    assert used_since(path, MINUTE, 0, NOON) == {}
    path.write_bytes(b"something else" * 100)
    assert used_since(path, MINUTE, 0, NOON) == {}
    add_used(path, NOON, Used(requests=1))
    assert used_since(path, HOUR, 0, NOON) == {NOON: Used(requests=1)}
