"""The steps on the way to a far end: how each went, and in which of the fixed words."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from gatepost_server.broker.fuse import Fuse
from gatepost_server.connections import Code, Failure, StatementFailed, Step, StepName


class StepFailed(Exception):  # ends a trial; told as a step, or as a statement that failed
    """A step did not succeed, for the reason of *code*."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code
        self.is_told = False


class Trial:
    """Notes the steps as they are taken; a step may be taken within another one."""

    def __init__(self, fuse: Fuse) -> None:
        self.steps: list[Step] = []
        self._fuse = fuse
        self._since = time.monotonic()

    @contextmanager
    def step(self, name: StepName, *, only_failures: bool = False) -> Iterator[None]:
        """Note how the block goes, unless it succeeds and is a part of a step only.

        Raises:
            StepFailed: as the block raised it; it is noted already.
        """
        try:
            yield
        except StepFailed as failed:
            if not failed.is_told:
                failed.code = Code.TOO_SLOW if self._fuse.is_late else failed.code
                self._note(name, failed.code)
                failed.is_told = True
            raise
        if not only_failures:
            self._note(name, Code.OK)

    def _note(self, name: StepName, code: Code) -> None:
        now = time.monotonic()
        self.steps.append(Step(name, code, round((now - self._since) * 1000)))
        self._since = now


_LOGIN = (
    Code.LOGIN_REFUSED, Code.LOGIN_NEEDED, Code.LOGIN_TYPE, Code.LOGIN_UNSAFE, Code.LOGIN_UNSENDABLE,
)  # fmt: skip
_SAME = {
    Code.TOO_SLOW: Failure.TOO_SLOW,
    Code.DROPPED: Failure.DROPPED,
    Code.DATABASE_UNKNOWN: Failure.TABLE_UNKNOWN,
    **dict.fromkeys(_LOGIN, Failure.LOGIN_REFUSED),
}


def as_failure(failed: StepFailed) -> StatementFailed:
    """Return what a caller is told who wanted more than a test."""
    return StatementFailed(_SAME.get(failed.code, Failure.CANNOT_CONNECT))
