"""Ids: their form, their order, their derivations."""

from datetime import UTC, datetime, timedelta

import pytest

from gatepost_server.kernel.ids import hex_of, is_id, new_id

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def test_an_id_is_its_kind_and_24_hex_digits() -> None:
    made = new_id("app", NOW)
    assert is_id(made, "app")
    assert made == f"app_{hex_of(made)}"
    assert len(hex_of(made)) == 24


def test_ids_of_one_moment_sort_in_the_order_they_were_made() -> None:
    made = [new_id("app", NOW) for _ in range(200)]
    assert sorted(made) == made


def test_ids_of_later_moments_sort_later() -> None:
    assert new_id("app", NOW) < new_id("app", NOW + timedelta(milliseconds=1))


def test_ids_are_unique() -> None:
    assert len({new_id("app", NOW) for _ in range(2000)}) == 2000


@pytest.mark.parametrize(
    "text",
    ["", "app", "app_", "app_" + "0" * 23, "app_" + "0" * 25, "app_" + "G" * 24, "APP_" + "0" * 24,
     "app-" + "0" * 24, "app_" + "0" * 24 + "\n", "a_" + "0" * 24],
)  # fmt: skip
def test_other_texts_are_no_ids(text: str) -> None:
    assert not is_id(text)


def test_an_id_of_another_kind_is_told_apart() -> None:
    assert not is_id(new_id("src", NOW), "app")
