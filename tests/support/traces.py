"""Looks for secrets in everything that was written, however they were spelled there."""

import base64
import gzip
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil


def spellings(secret: str) -> dict[str, bytes]:
    """Return what *secret* looks like in each of the ways in which programs write text.

    In base64 a text has three shapes, by how many bytes stand before it: those of a user's
    name in basic authentication, for one. Letters that depend on neighbours are cut off.
    """
    raw = secret.encode()
    shapes = {
        "raw": raw,
        "url": urllib.parse.quote(secret, safe="").encode(),
        "url-lower": urllib.parse.quote(secret, safe="").lower().encode(),
        "form": urllib.parse.quote_plus(secret).encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "utf-16-le": secret.encode("utf-16-le"),
        "utf-16-be": secret.encode("utf-16-be"),
    }
    for before in range(3):
        inner = base64.b64encode(b"\0" * before + raw)[(0, 2, 3)[before] :].rstrip(b"=")
        shapes[f"base64-{before}"] = inner if (before + len(raw)) % 3 == 0 else inner[:-1]
        shapes[f"base64url-{before}"] = shapes[f"base64-{before}"].translate(bytes.maketrans(b"+/", b"-_"))
    return shapes


def traces_in(text: bytes, secrets: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return which of *secrets*, by name, stand in *text*, and how each is spelled."""
    return {
        (name, spelling)
        for name, secret in secrets.items()
        for spelling, shape in spellings(secret).items()
        if shape in text
    }


def files_below(*roots: Path) -> Iterator[Path]:
    """Yield every regular file below *roots*."""
    for root in roots:
        yield from (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def traces_on_disk(roots: list[Path], secrets: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """Return each trace of *secrets* in a file below *roots*: the file, the secret's name, the spelling."""
    return {
        (str(path), *found)
        for path in files_below(*roots)
        for text in _texts_of(path)
        for found in traces_in(text, secrets)
    }


def _texts_of(path: Path) -> Iterator[bytes]:
    """Yield what *path* holds, and what that is once it is unpacked."""
    raw = path.read_bytes()
    yield raw
    if raw.startswith(b"\x1f\x8b"):
        yield gzip.decompress(raw)


def seen_in_proc(process: psutil.Process) -> bytes:
    """Return what /proc shows of how *process* was started: its arguments and its environment."""
    folder = Path("/proc", str(process.pid))
    return (folder / "cmdline").read_bytes() + b"\0" + (folder / "environ").read_bytes()
