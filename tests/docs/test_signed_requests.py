"""Every block of the page on signed requests, run against the verifier while no data API is there."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from gateway_of_tests import serving
from guide_blocks import Block, blocks_of
from guide_desk import SEEN, Desk, Instance, has_program
from signed import KEY, SECRET, Book, Memory, signatory

from gatepost_server.kernel.clock import SystemClock
from gatepost_server.signing import Verifier

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "signed-requests.md"
PROGRAMS = {"python": sys.executable, "javascript": "node"}
BLOCKS = list(blocks_of(PAGE))


@pytest.fixture(scope="module")
def memory() -> Memory:
    """The nonces that were spent while the page was read."""
    return Memory()


@pytest.fixture(scope="module")
def desk(memory: Memory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk of a reader whose server verifies signatures and tells what it found."""
    folder = tmp_path_factory.mktemp("signed-requests")
    work = folder / "work"
    work.mkdir()
    with serving(Verifier(Book({KEY: signatory(SECRET)}), memory, SystemClock())) as url:
        env = {"PATH": SEEN, "HOME": str(folder), "LANG": "C.UTF-8", "PWD": str(work)}
        # Coverage of the library is taken from programs too.
        env |= {name: value for name, value in os.environ.items() if name.startswith("COV")}
        yield Desk(work, Instance(url, 0, folder), env, {"localhost:8080": url.removeprefix("http://")})


@pytest.mark.parametrize(("at", "block"), list(enumerate(BLOCKS)), ids=[block.name for block in BLOCKS])
def test_a_block_signs_so_that_the_verifier_accepts_it(
    at: int, block: Block, desk: Desk, memory: Memory
) -> None:
    if not has_program(PROGRAMS.get(block.language, "bash")):
        pytest.skip(f"{block.language} cannot be run here")
    if at > 0 and "APP_KEY" not in desk.env:
        desk.do(replace(BLOCKS[0], step=""))
    spent = len(memory.spent)
    program = PROGRAMS.get(block.language)
    desk.do(replace(block, step=f"run {program}" if program else ""))
    accepted = {"JavaScript": 2, "curl and openssl": 1, "Signed requests": 0}
    expected = accepted.get(block.heading, block.text.count("/gw/orders"))
    assert len(memory.spent) - spent == expected
