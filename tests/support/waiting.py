"""Waiting for something to come true, by looking again until a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], within: float = 30.0, *, what: str = "it") -> T:
    """Look again every 50 ms until the answer is true, and return it; fail after *within* seconds."""
    end = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < end, f"{what} did not come true in {within:g} seconds"
        time.sleep(0.05)
    return found
