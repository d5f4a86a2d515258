"""Exit codes: what a script may rely on, by family of refusal."""

from enum import IntEnum
from typing import Final

from gatepost import errors


class Exit(IntEnum):
    """How a run of `gatepost` ended."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNAUTHENTICATED = 3
    DENIED = 4
    NOT_FOUND = 5
    CONFLICT = 6
    INVALID = 7
    TOO_MANY = 8
    UNAVAILABLE = 9
    INTERRUPTED = 130


MEANING: Final = {
    Exit.OK: "Done.",
    Exit.FAILED: "A build, a start or the test of a connection failed, connections may not lead to "
    "a place, you answered no, or something unexpected happened.",
    Exit.USAGE: "The command was not written as it has to be; nothing was sent.",
    Exit.UNAUTHENTICATED: "Not signed in, or the key or login is no longer good.",
    Exit.DENIED: "Signed in, but without the right to do this.",
    Exit.NOT_FOUND: "There is no such thing, or you may not see it.",
    Exit.CONFLICT: "The present state does not allow it.",
    Exit.INVALID: "The server (or the packing of a folder) refuses what was given.",
    Exit.TOO_MANY: "Too many calls; wait and try again.",
    Exit.UNAVAILABLE: "The server does not answer, or a part that is needed is not there.",
    Exit.INTERRUPTED: "Stopped by Ctrl-C.",
}

_FAMILIES: Final[dict[type[errors.GatepostError], Exit]] = {
    errors.Unauthenticated: Exit.UNAUTHENTICATED,
    errors.Denied: Exit.DENIED,
    errors.NotFound: Exit.NOT_FOUND,
    errors.Conflict: Exit.CONFLICT,
    errors.Invalid: Exit.INVALID,
    errors.TooMany: Exit.TOO_MANY,
    errors.Unavailable: Exit.UNAVAILABLE,
}


def exit_code_of(error: errors.GatepostError) -> Exit:
    """Return the exit code that *error*'s family stands for."""
    return next((code for family, code in _FAMILIES.items() if isinstance(error, family)), Exit.FAILED)
