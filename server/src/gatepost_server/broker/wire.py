"""How the broker is spoken to: frames on a unix socket, one call per connection.

A frame is a letter, a length and as many bytes. The asker sends one `CALL`; back come `ANSWER`
or `REFUSAL`, or `SCHEMA`, batches and `END`, and `BEAT` in between. Closing the socket cancels the call.
"""

import json
import os
import socket
import struct
from typing import Any, Final

CALL: Final = b"C"
ANSWER: Final = b"A"
REFUSAL: Final = b"R"
SCHEMA: Final = b"S"
BATCH: Final = b"B"
END: Final = b"E"
BEAT: Final = b"H"
"""Nothing came yet, and the call is under way; sent when there was silence for a while."""

LONGEST_TEXT: Final = 8 << 20
"""Of what is JSON; a preview with wide cells is the longest."""
_LONGEST_BATCH: Final = 1 << 31
_HEAD: Final = struct.Struct(">cI")
_PEER: Final = struct.Struct("3i")


class Garbled(Exception):  # between our own processes; never told to a caller
    """What came is no frame, or breaks off in the middle."""


def send(to: socket.socket, kind: bytes, payload: bytes | memoryview = b"") -> None:
    """Send one frame.

    Raises:
        OSError: the other end is gone.
    """
    view = memoryview(payload)
    to.sendall(_HEAD.pack(kind, view.nbytes))
    if view.nbytes:
        to.sendall(view)


def frame(kind: bytes) -> bytes:
    """Return a frame without anything in it."""
    return _HEAD.pack(kind, 0)


def send_json(to: socket.socket, kind: bytes, payload: Any) -> None:
    """Send one frame of JSON.

    Raises:
        Garbled: it is longer than anybody would take it; nothing was sent.
        OSError: the other end is gone.
    """
    text = json.dumps(payload, separators=(",", ":")).encode()
    if len(text) > LONGEST_TEXT:
        raise Garbled("too long to be sent")
    send(to, kind, text)


def receive(source: socket.socket) -> tuple[bytes, bytearray]:
    """Wait for one frame and return its kind and bytes.

    Raises:
        Garbled: the other end closed, or sent what is no frame.
        OSError: the connection broke, or nothing came in time.
    """
    kind, length = _HEAD.unpack(_exactly(source, _HEAD.size))
    if length > (_LONGEST_BATCH if kind == BATCH else LONGEST_TEXT):
        raise Garbled("a frame is too long")
    return kind, _exactly(source, length)


def called(source: socket.socket) -> dict[str, Any]:
    """Wait for a call.

    Raises:
        Garbled, OSError: as `receive`; or it is no call.
    """
    kind, payload = receive(source)
    call = decoded(payload)
    if kind != CALL or not isinstance(call, dict):
        raise Garbled("no call")
    return call


def decoded(payload: bytearray) -> Any:
    """Return the JSON of a frame.

    Raises:
        Garbled: it is none.
    """
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise Garbled("no JSON") from None


def is_ours(peer: socket.socket) -> bool:
    """Tell whether the process at the other end runs as our own user."""
    facts = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return int(_PEER.unpack(facts)[1]) == os.geteuid()


def _exactly(source: socket.socket, length: int) -> bytearray:
    read = bytearray(length)
    view, at = memoryview(read), 0
    while at < length:
        more = source.recv_into(view[at:])
        if more == 0:
            raise Garbled("closed in the middle")
        at += more
    return read
