"""What the headers of a request say about its signature, each said once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.signing.model import Profile, Received, Unreadable, Why

METHOD: Final = "HmacSHA256"
BODY_HASH: Final = b"x-ca-content-sha256"

_SIGNATURE, _NAMES = b"x-ca-signature", b"x-ca-signature-headers"
_KEY, _TIMESTAMP, _NONCE = b"x-ca-key", b"x-ca-timestamp", b"x-ca-nonce"
_METHOD, _STAGE = b"x-ca-signature-method", b"x-ca-stage"
_LINES: Final = frozenset({b"accept", b"content-md5", b"content-type", b"date"})
"""Headers with a line of their own in the signed text."""
_NEVER: Final = _LINES | {_SIGNATURE, _NAMES}
_ALWAYS: Final = {
    Profile.COMPATIBLE: (_KEY, _TIMESTAMP, _NONCE),
    Profile.STRICT: (b"host", _KEY, _TIMESTAMP, _NONCE, _METHOD),
}
_STAGES: Final = frozenset({b"RELEASE", b"PRE", b"TEST"})
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DIGITS: Final = re.compile(rb"[0-9]{1,14}")
_NONCE_TEXT: Final = re.compile(rb"[!-~]{16,64}")


@dataclass(frozen=True)
class Claim:
    """What a request says of itself; nothing of it is proven yet."""

    app_key: str
    signature: bytes
    names: Sequence[bytes]
    timestamp_ms: int
    nonce: str
    stage: str
    headers: Mapping[bytes, bytes]

    def header(self, name: bytes) -> bytes:
        """Return a header by its name in lower case; empty when it was not sent."""
        return self.headers.get(name, b"")


def claim_of(request: Received, profile: Profile) -> Claim:
    """Read what *request* says about its signature.

    Raises:
        Unreadable: nothing is signed, something is said twice or not as *profile* wants it,
            or the signature leaves out what it has to cover.
    """
    headers = _said_once(request.headers)
    if not headers.get(_KEY) or not headers.get(_SIGNATURE):
        raise Unreadable("The request carries no signature.", Why.UNSIGNED)
    names = _names(headers.get(_NAMES, b""))
    _check_covered(headers, {name.lower() for name in names}, profile)
    if headers.get(_METHOD, METHOD.encode()) != METHOD.encode():
        raise Unreadable(f"Only {METHOD} is accepted.")
    if profile is Profile.STRICT and request.body and not headers.get(BODY_HASH):
        raise Unreadable("The body is not signed: send its SHA-256 as X-Ca-Content-SHA256.")
    return Claim(
        _latin(headers[_KEY]),
        headers[_SIGNATURE],
        names,
        int(_shaped(headers, _TIMESTAMP, _DIGITS, "milliseconds since 1970")),
        _latin(_shaped(headers, _NONCE, _NONCE_TEXT, "16 to 64 characters")),
        _stage(headers),
        headers,
    )


def unsigned_claim_of(request: Received) -> Claim | None:
    """Read what an unsigned request says of itself; None for one that says it is signed, or names nobody.

    Raises:
        Unreadable: something is said twice, or the stage cannot be read.
    """
    headers = _said_once(request.headers)
    if not headers.get(_KEY) or _SIGNATURE in headers:
        return None
    return Claim(_latin(headers[_KEY]), b"", [], 0, "", _stage(headers), headers)


def _said_once(lines: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the headers by lower-case name; one that a signature can cover may come once only."""
    listed = b",".join(value for name, value in lines if name.lower() == _NAMES)
    covered = {name.strip().lower() for name in listed.split(b",")} | _LINES | {b"host"}
    headers: dict[bytes, bytes] = {}
    for name, value in lines:
        key = name.lower()
        if key in headers and (key in covered or key.startswith(b"x-ca-")):
            raise Unreadable(f"The header {_latin(name)} was sent twice.")
        if b"\n" in value or b"\r" in value or b"\0" in value:
            raise Unreadable(f"The header {_latin(key)} holds a line break.")
        headers[key] = value.strip(b" \t")
    return headers


def _names(listed: bytes) -> list[bytes]:
    names = [name.strip() for name in listed.split(b",")] if listed else []
    lower = [name.lower() for name in names]
    if any(not _NAME.fullmatch(name) for name in names) or len(set(lower)) != len(lower):
        raise Unreadable("X-Ca-Signature-Headers is not a list of header names, each once.")
    if _NEVER.intersection(lower):
        raise Unreadable("X-Ca-Signature-Headers names a header that has no place in it.")
    return names


def _check_covered(headers: Mapping[bytes, bytes], covered: set[bytes], profile: Profile) -> None:
    """Whatever the signature does not cover, somebody on the way could have changed or added."""
    for name in _ALWAYS[profile]:
        if not headers.get(name):
            raise Unreadable(f"The header {_latin(name)} is missing.")
    sent = {name for name in headers if name.startswith(b"x-ca-")} - _NEVER
    if open_ones := sorted((sent | set(_ALWAYS[profile])) - covered):
        raise Unreadable(f"X-Ca-Signature-Headers does not name {_latin(open_ones[0])}.")


def _shaped(headers: Mapping[bytes, bytes], name: bytes, shape: re.Pattern[bytes], words: str) -> bytes:
    value = headers[name]
    if shape.fullmatch(value):
        return value
    raise Unreadable(f"The header {_latin(name)} has to be {words}.")


def _stage(headers: Mapping[bytes, bytes]) -> str:
    stage = headers.get(_STAGE, b"RELEASE")
    if stage not in _STAGES:
        raise Unreadable("X-Ca-Stage has to be RELEASE, PRE or TEST.")
    return stage.decode()


def _latin(text: bytes) -> str:
    return text.decode("latin-1")
