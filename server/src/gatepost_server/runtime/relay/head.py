"""Heads of requests and refusals as bytes; pure."""

import json
from dataclasses import dataclass, replace

GROUND = b"x-gp-ground"
OURS = b"x-gp-"
UNSENT = b"x-gp-unsent"
SAFE_TO_REPEAT = frozenset({b"GET", b"HEAD", b"OPTIONS"})

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Refusal:
    """Why the relay answers by itself. `allow` are the methods that would be answered."""

    status: int
    title: str
    detail: str
    code: str
    is_unsent: bool = False
    allow: bytes = b""


class GoneFromPeers(ConnectionRefusedError):
    """Nobody listens here, and others serve the same."""


TOO_LONG = Refusal(413, "Too large", "The body is larger than this server passes on.", "too-large")
UNREADABLE = Refusal(400, "Bad request", "The relay could not read the request.", "bad-request")
NOT_THERE = Refusal(503, "The app is not there", "The app does not take connections right now.", "app-away")
NO_ANSWER = Refusal(502, "No answer", "The app closed the connection without an answer.", "no-answer")


def not_there(error: OSError) -> Refusal:
    """Return how to refuse what could not be sent; the gate asks another process where there is one."""
    return replace(NOT_THERE, is_unsent=isinstance(error, GoneFromPeers))


def ground_of(headers: Headers) -> str | None:
    """Return the ground that the authorizer wrote on a request, if any."""
    for name, value in headers:
        if name.lower() == GROUND:
            return value.decode("latin-1")
    return None


def request_head(method: bytes, target: bytes, headers: Headers) -> bytes:
    """Write a request head for the app: what came, without any header of our own use."""
    lines = [b"%b %b HTTP/1.1" % (method, target)]
    lines += [b"%b: %b" % header for header in headers if not header[0].lower().startswith(OURS)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def has_body(headers: Headers) -> bool:
    """Tell whether a request with *headers* carries a body."""
    return any(
        (name.lower() == b"content-length" and value.strip() != b"0") or name.lower() == b"transfer-encoding"
        for name, value in headers
    )


def is_chunked(headers: Headers) -> bool:
    """Tell whether a request's body comes in chunks."""
    return any(name.lower() == b"transfer-encoding" for name, _ in headers)


def refusal(why: Refusal, *, is_head: bool = False) -> bytes:
    """Write a whole problem+json answer that ends the connection."""
    problem = {"type": f"/docs/problems#{why.code}", "title": why.title, "status": why.status}
    body = json.dumps(problem | {"detail": why.detail, "code": why.code}).encode()
    more = UNSENT + b": 1\r\n" if why.is_unsent else b""
    more += b"allow: %b\r\n" % why.allow if why.allow else b""
    head = (
        b"HTTP/1.1 %d %b\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n"
        b"%bconnection: close\r\n\r\n" % (why.status, why.title.encode(), len(body), more)
    )
    return head if is_head else head + body


def close_frame(reason: str) -> bytes:
    """Write a WebSocket close frame (1008, policy) as a server sends it."""
    payload = (1008).to_bytes(2, "big") + reason.encode()[:120]
    return bytes((0x88, len(payload))) + payload
