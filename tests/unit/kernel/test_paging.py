"""Paging: cursors go there and back, and foreign ones are refused."""

import base64
import json

import pytest

from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, Page, PageRequest, cursor_of, page_from


def _cursor(raw: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(raw).encode()).decode().rstrip("=")


def test_a_cursor_says_the_position_it_was_made_of() -> None:
    assert PageRequest(cursor=cursor_of("ünï")).position() == ("ünï",)


def test_no_cursor_is_the_start() -> None:
    assert PageRequest().position() is None


def test_a_full_page_says_where_the_next_one_starts() -> None:
    page = page_from(["a", "b", "c"], PageRequest(limit=2), lambda row: (row,))
    assert page == Page(["a", "b"], cursor_of("b"))


def test_the_last_page_has_no_next() -> None:
    assert page_from(["a", "b"], PageRequest(limit=2), lambda row: (row,)) == Page(["a", "b"], None)


def test_a_page_may_be_presented_otherwise() -> None:
    assert Page([1, 2], "x").map(str) == Page(["1", "2"], "x")


@pytest.mark.parametrize("limit", [1, MAX_LIMIT])
def test_limits_within_bounds_are_taken(limit: int) -> None:
    assert PageRequest(limit=limit).limit == limit


@pytest.mark.parametrize("limit", [-1, 0, MAX_LIMIT + 1])
def test_limits_out_of_bounds_are_refused(limit: int) -> None:
    with pytest.raises(Invalid) as refused:
        PageRequest(limit=limit)
    assert refused.value.error_code == "bad-limit"


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "====",
        _cursor([]),
        _cursor({"a": 1}),
        _cursor([1]),
        _cursor([None]),
        _cursor("text"),
        _cursor(["a", "b"]),
        _cursor(["a\0"]),
        _cursor(["\ud800"]),
        base64.urlsafe_b64encode(b"[" * 1400).decode().rstrip("="),
        base64.urlsafe_b64encode(b"\xff\xfe").decode().rstrip("="),
    ],
)
def test_cursors_of_others_are_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        PageRequest(cursor=cursor).position()
    assert refused.value.error_code == "bad-cursor"
