"""The start of a PostgreSQL session between an app, which speaks plainly, and a server behind TLS of ours.

Drivers ask for encryption first, and are told that this side has none: it is their own loopback. A
server behind TLS offers a login bound to it, which a plain driver takes for an attack: that offer is
left out, and the driver takes the same login without (RFC 5802, PostgreSQL's "SASL Authentication").
"""

import struct
from asyncio import StreamReader
from typing import Final

from gatepost_server.kernel.piping import End

_CANCEL, _SSL, _GSS = 80877102, 80877103, 80877104
_PLAIN: Final = b"N"
_LOGIN, _REFUSED = b"R", b"E"
_SASL: Final = 10
_BOUND: Final = b"-PLUS"
_HEAD: Final = 4
_LONGEST: Final = 16_384


async def greet(near: End, far: End) -> None:
    """Carry what app and server say until the server has said how it wants to be signed in to.

    Raises:
        ValueError: what comes is not PostgreSQL's protocol.
        EOFError, OSError: an end closed.
    """
    opening = await _packet(near[0])
    while _code(opening) in (_SSL, _GSS):
        near[1].write(_PLAIN)
        opening = await _packet(near[0])
    far[1].write(opening)
    await far[1].drain()
    if _code(opening) == _CANCEL:
        return
    kind = b""
    while kind not in (_LOGIN, _REFUSED):
        kind = await far[0].readexactly(1)
        said = await _packet(far[0])
        near[1].write(kind + (_unbound(said) if kind == _LOGIN and _code(said) == _SASL else said))
    await near[1].drain()


async def _packet(source: StreamReader) -> bytes:
    """Return the next length and what it counts."""
    head = await source.readexactly(_HEAD)
    (length,) = struct.unpack("!i", head)
    if not _HEAD * 2 <= length <= _LONGEST:
        raise ValueError("no packet of PostgreSQL")
    return head + await source.readexactly(length - _HEAD)


def _code(packet: bytes) -> int:
    return int(struct.unpack_from("!i", packet, _HEAD)[0])


def _unbound(offer: bytes) -> bytes:
    """Return an offer of logins without those that are bound to the server's TLS."""
    names = [name for name in offer[_HEAD * 2 :].split(b"\0") if name and not name.endswith(_BOUND)]
    listed = b"".join(name + b"\0" for name in names) + b"\0"
    return struct.pack("!ii", len(listed) + _HEAD * 2, _SASL) + listed
