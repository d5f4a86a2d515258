"""Serves the files of a static site: ranges, validators, types; never outside its root."""

import hashlib
import mimetypes
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from gatepost_server.runtime.relay.head import Headers, Refusal, refusal

PIECE = 256 * 1024
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
TYPES = mimetypes.MimeTypes()
for _type, _ending in (
    ("text/javascript", ".js"), ("text/javascript", ".mjs"), ("application/wasm", ".wasm"),
    ("image/svg+xml", ".svg"), ("image/webp", ".webp"), ("font/woff2", ".woff2"), ("text/markdown", ".md"),
    ("application/vnd.apache.parquet", ".parquet"), ("application/vnd.apache.arrow.file", ".arrow"),
):  # fmt: skip
    TYPES.add_type(_type, _ending)


@dataclass
class StaticAnswer:
    """A head, and the part of an open file that follows it."""

    head: bytes
    fd: int | None = None
    start: int = 0
    length: int = 0
    keeps_alive: bool = True

    @property
    def status(self) -> int:
        """The status that the head begins with."""
        return int(self.head[9:12])

    def pieces(self) -> Iterator[bytes]:
        """Yield the body. Raises OSError when the file is shorter than it was."""
        at, left = self.start, self.length
        while left > 0 and self.fd is not None:
            piece = os.pread(self.fd, min(PIECE, left), at)
            if not piece:
                msg = "the file shrank"
                raise OSError(msg)
            at, left = at + len(piece), left - len(piece)
            yield piece

    def close(self) -> None:
        """Close the file."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


_READ_ONLY: Final = Refusal(
    405, "Method not allowed", "Files can only be read.", "method-not-allowed", allow=b"GET, HEAD"
)
_NO_FILE: Final = Refusal(404, "Not found", "There is no such file.", "no-such-file")


class StaticSite:
    """The files below *root*; links are never followed, folders never listed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def answer(self, method: bytes, target: bytes, headers: Headers) -> StaticAnswer:
        """Answer one request; the caller sends `head`, then `pieces`, then closes."""
        is_head = method == b"HEAD"
        if method not in (b"GET", b"HEAD"):
            return _refused(_READ_ONLY, is_head=is_head)
        parts = parts_of(target)
        if parts is None:
            return _refused(_NO_FILE, is_head=is_head)
        try:
            fd, name = self._open(parts, ends_in_slash=_path(target).endswith(b"/"))
        except _FolderWithoutSlashError:
            return _moved(parts, headers)
        except OSError:
            return _refused(_NO_FILE, is_head=is_head)
        fields = {name.lower(): value for name, value in headers}
        answer = _of_file(fd, name, fields)
        if is_head or answer.length == 0:
            answer.close()
        return answer

    def is_well(self, path: str) -> bool:
        """Tell whether there is something to show at *path*."""
        answer = self.answer(b"HEAD", path.encode(), [])
        answer.close()
        return 200 <= answer.status < 400  # noqa: PLR2004 — HTTP's own borders

    def _open(self, parts: list[bytes], *, ends_in_slash: bool) -> tuple[int, bytes]:
        """Open the file at *parts*, walking folder by folder so that no link is followed."""
        folder = os.open(self._root, FOLDER_FLAGS)
        try:
            for part in parts[:-1]:
                folder = _enter(folder, part)
            last = parts[-1] if parts else b""
            if last and not ends_in_slash:
                fd = os.open(last, FILE_FLAGS, dir_fd=folder)
                mode = os.fstat(fd).st_mode
                if stat.S_ISREG(mode):
                    return fd, last
                os.close(fd)
                if stat.S_ISDIR(mode):
                    raise _FolderWithoutSlashError
                msg = "not a file"
                raise OSError(msg)
            if last:
                folder = _enter(folder, last)
            fd = os.open(b"index.html", FILE_FLAGS, dir_fd=folder)
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                os.close(fd)
                msg = "not a file"
                raise OSError(msg)
            return fd, b"index.html"
        finally:
            os.close(folder)


class _FolderWithoutSlashError(Exception):
    """The address names a folder; relative links in its index would miss."""


def _enter(folder: int, part: bytes) -> int:
    """Open *part* of *folder* in its stead."""
    deeper = os.open(part, FOLDER_FLAGS, dir_fd=folder)
    os.close(folder)
    return deeper


def _path(target: bytes) -> bytes:
    return target.partition(b"?")[0].partition(b"#")[0]


def parts_of(target: bytes) -> list[bytes] | None:
    """Split the path of *target* into names, or None when no file can have them.

    Hidden files (a leading dot) are nobody's business, except `.well-known`.
    """
    parts = [unquote_to_bytes(part) for part in _path(target).split(b"/") if part]
    for part in parts:
        if part in (b".", b"..") or b"/" in part or b"\0" in part or b"\\" in part:
            return None
        if part.startswith(b".") and part != b".well-known":
            return None
    return parts


def range_of(value: bytes, size: int) -> tuple[int, int] | None:
    """Read a single byte range: (start, length), or None when it is to be ignored.

    Raises:
        ValueError: the range lies outside the file.
    """
    unit, _, spec = value.strip().partition(b"=")
    first, dash, last = spec.strip().partition(b"-")
    if unit.strip().lower() != b"bytes" or not dash or b"," in spec:
        return None
    if not (first or last) or not (first + last).isdigit():
        return None
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise ValueError
        return size - length, length
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise ValueError
    return start, end - start + 1


def _of_file(fd: int, name: bytes, fields: dict[bytes, bytes]) -> StaticAnswer:
    facts = os.fstat(fd)
    size = facts.st_size
    tag = hashlib.sha256(f"{facts.st_mtime_ns}-{size}-{facts.st_ino}".encode()).hexdigest()[:24]
    etag = f'"{tag}"'.encode()
    common = [
        (b"etag", etag),
        (b"last-modified", formatdate(facts.st_mtime, usegmt=True).encode()),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", b"private, no-cache"),
    ]
    if _is_unchanged(fields, etag, common[1][1]):
        os.close(fd)
        return StaticAnswer(_head(304, b"Not Modified", common))
    common += [(b"content-type", type_of(name)), (b"x-content-type-options", b"nosniff")]
    part: tuple[int, int] | None = None
    if b"range" in fields and fields.get(b"if-range", etag) in (etag, common[1][1]):
        try:
            part = range_of(fields[b"range"], size)
        except ValueError:
            os.close(fd)
            unmet = [(b"content-range", b"bytes */%d" % size), (b"content-length", b"0")]
            return StaticAnswer(_head(416, b"Range Not Satisfiable", unmet))
    if part is None:
        return StaticAnswer(_head(200, b"OK", [*common, (b"content-length", b"%d" % size)]), fd, 0, size)
    start, length = part
    common += [
        (b"content-length", b"%d" % length),
        (b"content-range", b"bytes %d-%d/%d" % (start, start + length - 1, size)),
    ]
    return StaticAnswer(_head(206, b"Partial Content", common), fd, start, length)


def _is_unchanged(fields: dict[bytes, bytes], etag: bytes, modified: bytes) -> bool:
    """Tell whether the caller's copy is the present one."""
    tags = fields.get(b"if-none-match")
    if tags is not None:
        named = {tag.strip().removeprefix(b"W/") for tag in tags.split(b",")}
        return b"*" in named or etag in named
    return fields.get(b"if-modified-since") == modified


def type_of(name: bytes) -> bytes:
    """Return the content type of a file by its name."""
    kind, coding = TYPES.guess_type(name.decode("utf-8", "replace"))
    if kind is None or coding is not None:
        return b"application/octet-stream"
    if kind.startswith("text/") or kind == "application/json":
        return f"{kind}; charset=utf-8".encode()
    return kind.encode()


def _head(status: int, words: bytes, headers: Headers) -> bytes:
    lines = [b"HTTP/1.1 %d %b" % (status, words)]
    lines += [b"%b: %b" % header for header in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _moved(parts: list[bytes], headers: Headers) -> StaticAnswer:
    """Point to the folder's own address, under whatever prefix the gate named."""
    prefix = next((value for name, value in headers if name.lower() == b"x-forwarded-prefix"), b"")
    location = prefix.rstrip(b"/") + b"/" + b"/".join(_quoted(part) for part in parts) + b"/"
    return StaticAnswer(
        _head(308, b"Permanent Redirect", [(b"location", location), (b"content-length", b"0")])
    )


def _quoted(part: bytes) -> bytes:
    keep = b"-._~" + bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
    return b"".join(bytes((c,)) if c in keep else b"%%%02X" % c for c in part)


def _refused(why: Refusal, *, is_head: bool) -> StaticAnswer:
    return StaticAnswer(refusal(why, is_head=is_head), keeps_alive=False)
