"""What a data folder remembers of its making: the test clock, and the examples it was given."""

from datetime import UTC, datetime

import pytest

from gatepost_server.admin.marker import Marker
from gatepost_server.admin.refusals import TestClockRefused

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def marker(path, *, test_clock=False, has_store=False):
    return Marker.of(path, test_clock=test_clock, has_store=has_store, now=NOW)


def test_a_new_folder_is_marked(tmp_path):
    made = marker(tmp_path / "instance.json")
    assert made == marker(tmp_path / "instance.json")
    assert made.created_at == "2026-01-02T00:00:00+00:00"


def test_a_folder_made_with_a_test_clock_may_use_it_again(tmp_path):
    marker(tmp_path / "instance.json", test_clock=True)
    assert marker(tmp_path / "instance.json", test_clock=True).test_clock


def test_a_folder_made_without_a_test_clock_refuses_it(tmp_path):
    marker(tmp_path / "instance.json")
    with pytest.raises(TestClockRefused, match="not created with a test clock"):
        marker(tmp_path / "instance.json", test_clock=True)


def test_a_store_without_a_marker_counts_as_made_without_a_test_clock(tmp_path):
    with pytest.raises(TestClockRefused):
        marker(tmp_path / "instance.json", test_clock=True, has_store=True)
    assert not (tmp_path / "instance.json").exists()


def test_published_examples_are_remembered(tmp_path):
    path = tmp_path / "instance.json"
    marker(path).with_example("streamlit", "app_1").write(path)
    assert marker(path).examples == {"streamlit": "app_1"}
