"""Parameters of a query or a form: taken apart once, so that nobody sees them otherwise later."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from gatepost_server.signing.model import Unreadable

_TARGET: Final = re.compile(rb"[!\"$-~]*")
_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_AMBIGUOUS: Final = re.compile(r"[&=?%\r\n]")


class Pair(NamedTuple):
    """A parameter as it was sent, and what it means."""

    sent: bytes
    name: str
    value: str


def pairs_of(text: bytes) -> list[Pair]:
    """Take a query or form apart, in the order it was sent in.

    Raises:
        Unreadable: characters that do not belong there, escapes that are none or not UTF-8,
            a parameter without a name, or two of one name.
    """
    if not _TARGET.fullmatch(text) or _BAD_ESCAPE.search(text):
        raise Unreadable("The parameters are not percent-encoded.")
    pairs = [_pair(part) for part in text.split(b"&") if part]
    if any(not pair.name for pair in pairs):
        raise Unreadable("A parameter has no name.")
    if len({pair.name for pair in pairs}) != len(pairs):
        raise Unreadable("A parameter was sent twice.")
    return pairs


def checked_path(path: bytes) -> bytes:
    """Return *path*, which is signed as it was sent.

    Raises:
        Unreadable: it is not a path, or holds characters that do not belong there.
    """
    if not path.startswith(b"/") or b"?" in path or b"#" in path or not _TARGET.fullmatch(path):
        raise Unreadable("The path cannot be read.")
    return path


def check_unambiguous(pairs: Sequence[Pair]) -> None:
    """Refuse what reads like several parameters once it is decoded and joined.

    Raises:
        Unreadable: a name or value holds one of `& = ? %` or a line break.
    """
    if any(_AMBIGUOUS.search(pair.name) or _AMBIGUOUS.search(pair.value) for pair in pairs):
        detail = "A parameter holds & = ? % or a line break; only the strict form can sign that."
        raise Unreadable(detail)


def encoded_query(pairs: Sequence[Pair]) -> bytes:
    """Write parameters by RFC 3986, in the order of their encoded names; an empty value is left out."""
    return b"&".join(sorted(_encoded(pair) for pair in pairs))


def decoded_query(parameters: Mapping[str, str]) -> bytes:
    """Write parameters as they are, in the order of their names; an empty value is left out."""
    parts = (f"{name}={parameters[name]}" if parameters[name] else name for name in sorted(parameters))
    return "&".join(parts).encode()


def _pair(sent: bytes) -> Pair:
    name, _, value = sent.partition(b"=")
    try:
        return Pair(sent, _decoded(name), _decoded(value))
    except UnicodeDecodeError:
        raise Unreadable("A parameter is not UTF-8.") from None


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode()


def _encoded(pair: Pair) -> bytes:
    name = quote(pair.name, safe="")
    return f"{name}={quote(pair.value, safe='')}".encode() if pair.value else name.encode()
