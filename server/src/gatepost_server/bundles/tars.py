"""Reads .tar.gz as a stream: regular files and folders, or a refusal."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from gatepost_server.bundles.entries import Entry
from gatepost_server.bundles.limits import Meter
from gatepost_server.bundles.refusals import BundleRefused, damaged, shown

_BLOCK: Final = 512
_CHUNK: Final = 65_536
_LONGEST_HEADER: Final = 65_536
_MOST_DIGITS: Final = 15
_GZIP: Final = b"\x1f\x8b"
_LINKS: Final = frozenset(b"12K")
_FOLDER: Final = ord("5")
_CONTENT: Final = (ord("0"), 0, _FOLDER)
_MAGICS: Final = (b"ustar\x00", b"ustar ", b"\x00" * 6)


class GzipStream:
    """Gives the expanded bytes of a gzip file, metered, checksum and end verified."""

    def __init__(self, file: BinaryIO, meter: Meter) -> None:
        self._file = file
        self._meter = meter
        self._inflater = zlib.decompressobj(31)
        self._pending = b""
        self._buffer = bytearray()
        self._is_over = False

    def read(self, size: int) -> bytes:
        """Return exactly *size* bytes, fewer only at the end."""
        while len(self._buffer) < size and not self._is_over:
            self._fill()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def exactly(self, size: int) -> bytes:
        """Return exactly *size* bytes or refuse the archive as cut short."""
        data = self.read(size)
        if len(data) != size:
            raise damaged("it ends in the middle of an entry")
        return data

    def _fill(self) -> None:
        if not self._pending:
            self._pending = self._file.read(_CHUNK)
            self._meter.took(len(self._pending))
        if self._inflater.eof and not self._begin_next_member():
            return
        if not self._pending:
            raise damaged("its compressed data ends too early")
        try:
            out = self._inflater.decompress(self._pending, _CHUNK)
        except zlib.error:
            raise damaged("its compressed data cannot be read") from None
        self._pending = self._inflater.unused_data or self._inflater.unconsumed_tail
        self._meter.gave(len(out))
        self._buffer += out

    def _begin_next_member(self) -> bool:
        if not self._pending:
            self._is_over = True
            return False
        if len(self._pending) < len(_GZIP):
            more = self._file.read(_CHUNK)
            self._meter.took(len(more))
            self._pending += more
        if not self._pending.startswith(_GZIP):
            raise damaged("something follows its compressed data")
        self._inflater = zlib.decompressobj(31)
        return True


@dataclass
class _Ahead:
    """What extension headers said about the entry that follows them."""

    path: bytes | None = None
    size: int | None = None


def read_tar(file: BinaryIO, meter: Meter) -> Iterator[Entry]:
    """Yield the entries of a .tar.gz in order.

    Raises:
        BundleRefused: a link, a device, a sparse file, an unknown type, or damage.
    """
    stream = GzipStream(file, meter)
    ahead = _Ahead()
    while True:
        block = stream.exactly(_BLOCK)
        if not any(block):
            _demand_zeros(stream)
            return
        kind, size = _judge_header(block)
        if kind in b"xgL":
            _read_ahead(kind, stream.exactly(_padded(_extension_size(size)))[:size], ahead)
            continue
        size = size if ahead.size is None else ahead.size
        path = _path_of(block) if ahead.path is None else ahead.path
        ahead = _Ahead()
        yield from _entry(stream, path, kind=kind, size=size, mode=_number(block[100:108]))


def _entry(stream: GzipStream, path: bytes, *, kind: int, size: int, mode: int) -> Iterator[Entry]:
    if kind in _LINKS:
        raise BundleRefused(f"“{shown(path)}” is a link; links are never unpacked.", code="bundle-link")
    if kind not in _CONTENT:
        msg = f"“{shown(path)}” is neither a file nor a folder."
        raise BundleRefused(msg, code="bundle-special")
    if kind == _FOLDER:
        if size:
            raise damaged("a folder claims to have content")
        yield Entry(path, is_folder=True, is_executable=False, chunks=iter(()))
        return
    chunks = _content(stream, size)
    yield Entry(path, is_folder=False, is_executable=bool(mode & 0o100), chunks=chunks)


def _content(stream: GzipStream, size: int) -> Iterator[bytes]:
    left = size
    while left:
        chunk = stream.exactly(min(left, _CHUNK))
        left -= len(chunk)
        yield chunk
    stream.exactly(_padded(size) - size)


def _judge_header(block: bytes) -> tuple[int, int]:
    total = sum(block[:148]) + 8 * ord(" ") + sum(block[156:])
    if _number(block[148:156]) != total:
        raise damaged("a header has the wrong checksum")
    if block[257:263] not in _MAGICS:
        raise damaged("a header is of an unknown form")
    return block[156], _number(block[124:136])


def _number(field: bytes) -> int:
    text = field.rstrip(b" \x00").lstrip(b" ")
    if not text:
        return 0
    if any(byte not in b"01234567" for byte in text):
        raise damaged("a header holds a bad number")
    return int(text, 8)


def _path_of(block: bytes) -> bytes:
    name = _text(block[:100])
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\x00" else b""
    return prefix + b"/" + name if prefix else name


def _text(field: bytes) -> bytes:
    """Return a NUL-padded field; bytes after its first NUL are kept, to be refused."""
    return field.rstrip(b"\x00")


def _extension_size(size: int) -> int:
    if size > _LONGEST_HEADER:
        raise damaged("an extension header is too long")
    return size


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _read_ahead(kind: int, body: bytes, ahead: _Ahead) -> None:
    if kind == ord("L"):
        if ahead.path is not None:
            raise damaged("an entry has two names")
        ahead.path = body.rstrip(b"\x00")
        return
    for key, value in _records(body):
        if key == b"linkpath":
            raise BundleRefused("The archive holds a link; links are never unpacked.", code="bundle-link")
        if key.startswith(b"GNU.sparse"):
            raise BundleRefused("The archive holds a sparse file.", code="bundle-special")
        if key not in (b"path", b"size"):
            continue
        if kind == ord("g"):
            raise damaged("a global header names a path or a size")
        _note(ahead, key, value)


def _note(ahead: _Ahead, key: bytes, value: bytes) -> None:
    if key == b"path":
        if ahead.path is not None:
            raise damaged("an entry has two names")
        ahead.path = value
        return
    if not value.isdigit() or len(value) > _MOST_DIGITS or ahead.size is not None:
        raise damaged("an extension header holds a bad size")
    ahead.size = int(value)


def _records(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the `length key=value` records of a pax header."""
    while body:
        digits, space, _ = body[:8].partition(b" ")
        if not space or not digits.isdigit():
            raise damaged("an extension header cannot be read")
        length = int(digits)
        record = body[len(digits) + 1 : length]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n") or length > len(body):
            raise damaged("an extension header cannot be read")
        yield key, value[:-1]
        body = body[length:]


def _demand_zeros(stream: GzipStream) -> None:
    while chunk := stream.read(_CHUNK):
        if any(chunk):
            raise damaged("something follows its end mark")
