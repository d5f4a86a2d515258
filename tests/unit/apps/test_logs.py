"""Log files: their last lines, and what came since, whatever happens to the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.apps.logs import LogPart, lines_with, log_since, log_tail


@pytest.mark.parametrize(
    ("written", "wanted", "lines"),
    [
        ("", 5, ()),
        ("one\ntwo\n", 5, ("one", "two")),
        ("one\ntwo\nthr", 5, ("one", "two")),
        ("one\ntwo\nthree\n", 2, ("two", "three")),
        ("one\ntwo\n", 0, ()),
        ("\n\n", 5, ("", "")),
        ("no end", 5, ()),
        ("carriage\r\n", 5, ("carriage",)),
    ],
)
def test_the_tail_is_the_last_whole_lines(
    tmp_path: Path, written: str, wanted: int, lines: tuple[str, ...]
) -> None:
    path = tmp_path / "log"
    path.write_bytes(written.encode())
    assert log_tail(path, wanted).lines == lines


def test_a_log_that_was_not_begun_is_empty(tmp_path: Path) -> None:
    assert log_tail(tmp_path / "none", 5) == log_since(tmp_path / "none", 7) == LogPart((), 0)


def test_a_tail_longer_than_a_chunk(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {n}\n" for n in range(50_000)))
    assert log_tail(path, 10_000).lines == tuple(f"line {n}" for n in range(40_000, 50_000))


def test_bytes_that_are_no_text_are_shown_replaced(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\xff\xfe\n")
    assert log_tail(path, 1).lines == ("\ufffd\ufffd",)


def test_a_rotated_log_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("old and long\n")
    position = log_tail(path, 1).position
    path.write_text("new\n")
    assert log_since(path, position).lines == ("new",)


@given(st.lists(st.text("ab\n", max_size=6), max_size=12))
def test_following_shows_each_whole_line_once(
    tmp_path_factory: pytest.TempPathFactory, writes: list[str]
) -> None:
    path = tmp_path_factory.mktemp("logs") / "log"
    path.write_text("start\n")
    seen = log_tail(path, 100)
    lines = list(seen.lines)
    for more in writes:
        with path.open("a") as file:
            file.write(more)
        seen = log_since(path, seen.position)
        lines += seen.lines
    assert "".join(f"{line}\n" for line in lines) == path.read_text().rpartition("\n")[0] + "\n"


def test_words_are_found_in_both_parts_of_a_log_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "log"
    (tmp_path / "log.1").write_text("An Error of old\nfine\n")
    path.write_text("error (1)\r\nERROR (2)\nerror half writ")
    assert lines_with(path, "error", 9) == ("An Error of old", "error (1)", "ERROR (2)")
    assert lines_with(path, "error", 2) == ("error (1)", "ERROR (2)")
    assert lines_with(path, "(1)", 9) == ("error (1)",)
    assert lines_with(path, ".*", 9) == ()


def test_a_part_that_is_missing_or_there_twice_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "log"
    assert lines_with(path, "error", 9) == ()
    (tmp_path / "log.1").write_text("error\n")
    assert lines_with(path, "error", 9) == ("error",)
    path.hardlink_to(tmp_path / "log.1")
    assert lines_with(path, "error", 9) == ("error",)
