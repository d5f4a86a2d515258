"""The command line, run inside the process of a test: its exit code and what it printed."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from gatepost.cli.main import run


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """What was printed on stdout; nothing but one JSON object may be there."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Gatepost = Callable[..., Ran]


def runner(capsys: pytest.CaptureFixture[str]) -> Gatepost:
    """Return what runs a command line and catches its output."""

    def ran(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        return Ran(code, *capsys.readouterr())

    return ran
