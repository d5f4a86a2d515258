"""Steps of a seccomp filter, as the kernel reads them; pure."""

import errno
import struct

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
NUMBER_AT, ARCH_AT = 0, 4


def step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """Return one step; *yes* and *no* are how many of the following ones are passed over."""
    return struct.pack("=HBBI", code, yes, no, value)


def load(argument: int) -> bytes:
    """Load the lower half of an argument of the call, counted from 0."""
    return step(LOAD, 16 + 8 * argument)


def refuse(error: int = errno.EPERM) -> bytes:
    """End with an error; 0 does as if the call had been done."""
    return step(RETURN, ERRNO | error)


def allow() -> bytes:
    """End by letting the call through."""
    return step(RETURN, ALLOW)


def block(number: int, *steps: bytes) -> bytes:
    """Return what is judged of calls of *number* alone; *steps* have to end."""
    return step(EQUAL, number, no=len(steps)) + b"".join(steps)
