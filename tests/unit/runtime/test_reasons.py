"""The reason of a failed build, from what the tool wrote."""

import asyncio

import pytest

from gatepost_server.runtime.environments.reasons import LONGEST, cause_of
from gatepost_server.runtime.logs import LineLog

UNSOLVABLE = """Using Python 3.11.7 environment at: v
error: Nothing fits
  cause: Because docopt==0.6.2 has no wheels

hint: Wheels are needed for `docopt`.""".splitlines()
UNREACHABLE = """warning: something else
error: Request failed
  cause: Failed to fetch: http://127.0.0.1:9/idna/
  cause: client error (Connect)
  cause: Connection refused""".splitlines()


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (
            UNSOLVABLE,
            "Nothing fits: Because docopt==0.6.2 has no wheels. Wheels are needed for `docopt`.",
        ),
        (UNREACHABLE, "Request failed: Failed to fetch: http://127.0.0.1:9/idna/: Connection refused."),
        (["error: first", "error: second"], "second."),
        (["going on", "it broke", ""], "it broke"),
        ([], ""),
    ],
)
def test_the_cause_is_told_and_the_rest_is_left_to_the_log(said, cause):
    assert cause_of(said) == cause


def test_a_cause_has_an_end():
    assert len(cause_of(["x" * (2 * LONGEST)])) == LONGEST + 1


def test_the_tail_of_a_log_is_what_was_said_since_it_began_and_not_our_own_notes(tmp_path):
    async def play(log):
        stream = asyncio.StreamReader()
        stream.feed_data(b"the tool's\n")
        stream.feed_eof()
        await log.follow(stream)
        log.note("ours")

    with LineLog(tmp_path / "log") as log:
        log.write("of the step before")
        log.begin()
        asyncio.run(play(log))
        assert log.tail() == ["the tool's"]
    assert (tmp_path / "log").read_text() == "of the step before\nthe tool's\n[gatepost] ours\n"
