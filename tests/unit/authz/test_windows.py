"""Half-open windows: what lies in both, and whether any moment does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.authz.windows import Window

_windows = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: Window(*ends))


def _moments(window: Window) -> set[int]:
    return set(range(window.begins, window.ends))


@given(_windows, _windows)
def test_what_lies_in_both_is_what_lies_in_each(one: Window, other: Window) -> None:
    assert _moments(one.within(other)) == _moments(one) & _moments(other)
    assert one.meets(other) == bool(_moments(one) & _moments(other))
    assert one.is_empty == (not _moments(one))


def test_a_window_gives_back_the_moments_it_was_made_of() -> None:
    begin = datetime(2027, 1, 4, tzinfo=UTC)
    for end in (begin + timedelta(microseconds=1), None):
        window = Window.of(begin, end)
        assert (window.from_at, window.until_at) == (begin, end)
