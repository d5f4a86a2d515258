"""The start of a PostgreSQL session between an app and a server behind TLS of ours."""

import asyncio
import struct

import pytest

from gatepost_server.broker.greeting import greet

STARTUP = struct.pack("!ii", 19, 196608) + b"user\0ann\0\0\0"
LOGIN_OK = b"R" + struct.pack("!ii", 8, 0)
ASKS = {name: struct.pack("!ii", 8, code) for name, code in (("tls", 80877103), ("gss", 80877104))}


class Written:
    """What one side is told."""

    def __init__(self) -> None:
        self.told = b""

    def write(self, data: bytes) -> None:
        self.told += data

    async def drain(self) -> None:
        pass


def offer(*names: bytes) -> bytes:
    listed = b"".join(name + b"\0" for name in names) + b"\0"
    return b"R" + struct.pack("!ii", len(listed) + 8, 10) + listed


def greeted(from_app: bytes, from_server: bytes) -> tuple[bytes, bytes]:
    """Return what app and server are told."""

    async def meet() -> tuple[bytes, bytes]:
        ends = []
        for said in (from_app, from_server):
            reader = asyncio.StreamReader()
            reader.feed_data(said)
            reader.feed_eof()
            ends.append((reader, Written()))
        await greet(*ends)  # type: ignore[arg-type]
        return ends[0][1].told, ends[1][1].told

    return asyncio.run(meet())


def test_a_login_that_is_bound_to_tls_is_not_offered_on() -> None:
    both = offer(b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256")
    assert greeted(STARTUP, both + b"more") == (offer(b"SCRAM-SHA-256"), STARTUP)


@pytest.mark.parametrize("asked", [ASKS["tls"], ASKS["gss"], ASKS["gss"] + ASKS["tls"]])
def test_a_driver_that_asks_for_encryption_hears_that_there_is_none_here(asked: bytes) -> None:
    to_app, to_server = greeted(asked + STARTUP, LOGIN_OK)
    assert (to_app, to_server) == (b"N" * (len(asked) // 8) + LOGIN_OK, STARTUP)


def test_what_stands_before_the_login_is_carried_and_a_refusal_ends_it() -> None:
    older = b"v" + struct.pack("!iii", 12, 196608, 0)
    refused = b"E" + struct.pack("!i", 8) + b"no\0\0"
    assert greeted(STARTUP, older + LOGIN_OK)[0] == older + LOGIN_OK
    assert greeted(STARTUP, refused)[0] == refused


def test_asking_to_cancel_has_no_answer() -> None:
    cancel = struct.pack("!iiii", 16, 80877102, 7, 9)
    assert greeted(cancel, b"") == (b"", cancel)


@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\n\r\n", struct.pack("!ii", 7, 1), struct.pack("!ii", 1 << 20, 1)]
)
def test_what_is_no_postgresql_goes_nowhere(said: bytes) -> None:
    with pytest.raises(ValueError, match="PostgreSQL"):
        greeted(said, LOGIN_OK)


def test_an_end_that_closes_in_the_middle_ends_it() -> None:
    with pytest.raises(EOFError):
        greeted(STARTUP, b"R\0\0")
