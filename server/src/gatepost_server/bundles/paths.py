"""Judges the paths inside an archive; nothing is repaired, only accepted or refused."""

import re
import unicodedata
from typing import Final

from gatepost_server.bundles.limits import Meter
from gatepost_server.bundles.refusals import BundleRefused, shown

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def judge_path(raw: bytes, *, is_folder: bool, longest: int) -> tuple[str, ...]:
    """Return the parts of an acceptable relative path; () means the archive's own top.

    Raises:
        BundleRefused: the path is absolute, climbs, is too long, or is written in a way
            that two programs could read differently.
    """
    if len(raw) > longest:
        raise _refused("path-long", raw, f"its path is longer than {longest} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("path-encoding", raw, "its name is not UTF-8") from None
    if any(unicodedata.category(c) == "Cc" or c in _BIDI for c in text):
        raise _refused("path-control", raw, "its name holds a control character")
    if "\\" in text:
        raise _refused("path-backslash", raw, "its name holds a backslash")
    if text.startswith("/"):
        raise _refused("path-absolute", raw, "its path is absolute")
    if _DRIVE.match(text):
        raise _refused("path-drive", raw, "its path starts with a drive letter")
    return _parts(raw, text, is_folder=is_folder)


def _parts(raw: bytes, text: str, *, is_folder: bool) -> tuple[str, ...]:
    if text in (".", "./") and is_folder:
        return ()
    text = text.removeprefix("./")
    if is_folder:
        text = text.removesuffix("/")
    parts = tuple(text.split("/"))
    if ".." in parts:
        raise _refused("path-traversal", raw, "its path climbs out of the bundle")
    if any(part in ("", ".") for part in parts):
        raise _refused("path-empty", raw, "its path has an empty part")
    return parts


def _refused(code: str, raw: bytes, why: str) -> BundleRefused:
    return BundleRefused(f"The entry “{shown(raw)}” is refused: {why}.", code=f"bundle-{code}")


class Tree:
    """Knows every path of one archive, to refuse two that some file system takes for one."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._seen: dict[tuple[str, ...], tuple[tuple[str, ...], bool]] = {}

    def add(self, parts: tuple[str, ...], *, is_folder: bool) -> None:
        """Take in a path with all folders above it.

        Raises:
            BundleRefused: it was there before, is both file and folder, or differs from
                another only by case or by Unicode form.
        """
        for depth in range(1, len(parts)):
            self._put(parts[:depth], is_folder=True, is_again_fine=True)
        self._put(parts, is_folder=is_folder, is_again_fine=is_folder)

    def _put(self, parts: tuple[str, ...], *, is_folder: bool, is_again_fine: bool) -> None:
        key = tuple(_folded(part) for part in parts)
        before = self._seen.get(key)
        if before is None:
            self._seen[key] = (parts, is_folder)
            if is_folder:
                self._meter.add_folder()
            else:
                self._meter.add_file()
            return
        raw = "/".join(parts).encode()
        if before[0] != parts:
            other = shown("/".join(before[0]))
            raise _refused("path-collision", raw, f"it differs from “{other}” only by case or Unicode form")
        if before[1] != is_folder or not is_again_fine:
            raise _refused("path-twice", raw, "the archive holds it twice")


def _folded(part: str) -> str:
    """Return what a case-blind, normalising file system would look the name up by."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", part).casefold())
