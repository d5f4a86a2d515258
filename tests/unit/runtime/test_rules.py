"""Small rules of the runtime: uids, refusals, pauses, words, logs, the filter's shape."""

import asyncio
import math
import struct

import pytest

from gatepost_server.crypto import KeyLetter, mint_key
from gatepost_server.runtime.isolation.model import Isolation, Rung, uid_for
from gatepost_server.runtime.isolation.probe import has_wide_uids
from gatepost_server.runtime.isolation.seccomp import filter_for
from gatepost_server.runtime.last_words import how_it_ended
from gatepost_server.runtime.logs import LineLog
from gatepost_server.runtime.relay import head
from gatepost_server.runtime.replica import Habits, idle_after, pause_after


def test_every_app_has_an_uid_of_its_own_and_every_instance_its_range():
    assert uid_for(1, instance=0, is_wide=True) != uid_for(2, instance=0, is_wide=True)
    assert uid_for(1, instance=0, is_wide=True) != uid_for(1, instance=1, is_wide=True)
    assert uid_for(99_999, instance=19_999, is_wide=True) < 2**32 - 2
    assert 40_000 <= uid_for(5, instance=9, is_wide=False) < 60_000


def test_a_narrow_user_namespace_is_noticed(tmp_path):
    uid_map = tmp_path / "uid_map"
    uid_map.write_text("         0     100000      65536\n")
    assert not has_wide_uids(uid_map)
    uid_map.write_text("         0          0 4294967295\n")
    assert has_wide_uids(uid_map)
    assert not has_wide_uids(tmp_path / "missing")


@pytest.mark.parametrize(
    ("rung", "accepted", "trusted", "runs"),
    [
        (Rung.STRICT, False, False, True),
        (Rung.HARDENED, False, False, True),
        (Rung.NONE, False, True, True),
        (Rung.NONE, True, False, True),
        (Rung.NONE, False, False, False),
    ],
)
def test_without_walls_only_what_we_brought_runs_unless_accepted(rung, accepted, trusted, runs):
    refusal = Isolation(rung, "because", accepted).refusal_for(trusted=trusted)
    assert (refusal is None) is runs


def test_pauses_double_to_a_minute():
    assert [pause_after(n, Habits()) for n in (1, 2, 3, 6, 7, 40)] == [1, 2, 4, 32, 60, 60]


def test_only_a_process_with_peers_tells_the_gate_to_ask_another():
    assert b"x-gp-unsent: 1" in head.refusal(head.not_there(head.GoneFromPeers()))
    assert b"x-gp-unsent" not in head.refusal(head.not_there(ConnectionRefusedError()))


def test_two_that_write_one_log_rotate_it_together(tmp_path):
    path = tmp_path / "x.log"
    with LineLog(path, rotate_at=40, lead="[1] ") as one, LineLog(path, rotate_at=40, lead="[2] ") as two:
        for _ in range(3):
            one.write("a line")
            two.write("a line")
        assert two.tail(1) == ["a line"]
    assert (tmp_path / "x.log.1").read_text() == "[1] a line\n[2] a line\n[1] a line\n"
    assert path.read_text() == "[2] a line\n[1] a line\n[2] a line\n"


def test_a_version_says_when_it_pauses_else_the_server_does():
    assert [idle_after(n, Habits(idle_after=900)) for n in (None, 5, 0)] == [900, 300, math.inf]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, ""),
        (3, " (exit code 3)"),
        (-9, " (killed: most often, out of memory)"),
        (137, " (killed: most often, out of memory)"),
        (-11, " (signal SIGSEGV)"),
    ],
)
def test_ends_are_told_in_words(code, words):
    assert how_it_ended(code) == words


def test_logs_rotate_keep_one_and_show_control_characters(tmp_path):
    path = tmp_path / "x.log"
    with LineLog(path, rotate_at=100) as log:
        for number in range(30):
            log.write(f"line {number} \x1b[31m")
        assert log.tail(1) == ["line 29 \\x1b[31m"]
    assert path.stat().st_size <= 100
    assert (tmp_path / "x.log.1").stat().st_size <= 100
    assert len(list(tmp_path.iterdir())) == 2


def test_a_log_keeps_no_whole_key(tmp_path):
    path, key = tmp_path / "app.log", mint_key(KeyLetter.CREATOR)
    text = key.text.reveal()
    with LineLog(path) as log:
        log.write(f"GATEPOST_API_KEY={text} and again {text}")
        log.note(f"it ended: {text}")
        assert log.tail() == [f"GATEPOST_API_KEY={key.prefix}… and again {key.prefix}…"]
    assert text not in path.read_text()
    assert path.read_text().count(key.prefix) == 3


def test_a_stream_is_logged_line_by_line_and_over_long_ones_in_pieces(tmp_path):
    async def play():
        reader = asyncio.StreamReader()
        reader.feed_data(b"one\ntw")
        reader.feed_data(b"o\r\n" + b"x" * 40_000 + b"\nlast")
        reader.feed_eof()
        with LineLog(tmp_path / "x.log") as log:
            await log.follow(reader)

    asyncio.run(play())
    lines = (tmp_path / "x.log").read_text().splitlines()
    assert lines[0] == "one"
    assert lines[-1] == "last"
    assert max(map(len, lines)) <= 16 * 1024
    assert sum(line.count("x") for line in lines) == 40_000


def test_the_call_filter_is_whole_steps_and_unknown_machines_have_none():
    program = filter_for("x86_64")
    assert len(program) % 8 == 0
    steps = [struct.unpack("=HBBI", program[at : at + 8]) for at in range(0, len(program), 8)]
    assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)
    assert all(at + 1 + max(yes, no) < len(steps) for at, (_, yes, no, _) in enumerate(steps[:-1]))
    assert filter_for("aarch64") != program
    assert filter_for("pdp11") is None
