"""Reads .zip by its central directory: regular files and folders, or a refusal."""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from gatepost_server.bundles.entries import Entry
from gatepost_server.bundles.limits import BundleLimits, Meter
from gatepost_server.bundles.refusals import BundleRefused, damaged, shown, too_many_files

_CHUNK: Final = 65_536
_END: Final = struct.Struct("<4s4H2LH")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_DESCRIPTOR: Final = 0x0008
_STORED, _DEFLATED = 0, 8
_IS_ZIP64: Final = (0xFFFF, 0xFFFFFFFF)


@dataclass(frozen=True)
class _Member:
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith(b"/")


def read_zip(file: BinaryIO, limits: BundleLimits, meter: Meter) -> Iterator[Entry]:
    """Yield the entries of a .zip in the order of their bytes.

    The bytes must be those of the listed entries and nothing else: no overlap, no gap, no
    second reading by local headers.

    Raises:
        BundleRefused: a link, a device, encryption, an unknown method, or damage.
    """
    members, start = _directory(file, limits)
    place = 0
    for index, member in enumerate(members):
        if member.offset != place:
            raise damaged("its entries overlap or leave a gap")
        end = members[index + 1].offset if index + 1 < len(members) else start
        data_at = _judge_local(file, member)
        if end - data_at - member.packed not in ((12, 16) if member.flags & _DESCRIPTOR else (0,)):
            raise damaged("its entries overlap or leave a gap")
        place = end
        _judge_member(member)
        file.seek(data_at)
        chunks = iter(()) if member.is_folder else _content(file, member, meter)
        is_executable = bool(member.mode & 0o100)
        yield Entry(member.name, is_folder=member.is_folder, is_executable=is_executable, chunks=chunks)
    if place != start:
        raise damaged("its entries overlap or leave a gap")


def _directory(file: BinaryIO, limits: BundleLimits) -> tuple[list[_Member], int]:
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise damaged("its end record is missing")
    _, disk, first, here, count, length, start, comment = _END.unpack_from(tail, at)
    if _IS_ZIP64[0] in (here, count) or _IS_ZIP64[1] in (length, start):
        raise BundleRefused(
            "The archive is of the ZIP64 form; use .tar.gz or a plain .zip.", code="bundle-method"
        )
    if disk or first or here != count or at + _END.size + comment != len(tail):
        raise damaged("its end record cannot be right")
    if start + length != size - len(tail) + at:
        raise damaged("something stands before or between its parts")
    if count > 2 * limits.files:
        raise too_many_files(limits.files)
    if length > count * 1024:
        raise damaged("its directory is longer than its entries need")
    file.seek(start)
    return sorted(_members(file.read(length), count), key=lambda member: member.offset), start


def _members(body: bytes, count: int) -> Iterator[_Member]:
    at = 0
    for _ in range(count):
        if len(body) - at < _CENTRAL.size:
            raise damaged("its directory is cut short")
        (
            magic,
            _,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            size,
            name,
            extra,
            comment,
            disk,
            _,
            attributes,
            offset,
        ) = _CENTRAL.unpack_from(body, at)
        at += _CENTRAL.size
        if magic != b"PK\x01\x02" or disk or at + name + extra + comment > len(body):
            raise damaged("its directory cannot be read")
        yield _Member(body[at : at + name], flags, method, crc, packed, size, attributes >> 16, offset)
        at += name + extra + comment
    if at != len(body):
        raise damaged("its directory holds more than its entries")


def _judge_local(file: BinaryIO, member: _Member) -> int:
    """Return where the data starts; the local header must tell the same story."""
    file.seek(member.offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise damaged("an entry has no header")
    fields: tuple[int, ...] = _LOCAL.unpack(head)[2:]
    flags, method, _, _, crc, packed, size, name, extra = fields
    if file.read(name) != member.name or (flags, method) != (member.flags, member.method):
        raise damaged("an entry and the directory disagree")
    told = (crc, packed, size)
    if told != (member.crc, member.packed, member.size) and not (flags & _DESCRIPTOR and told == (0, 0, 0)):
        raise damaged("an entry and the directory disagree")
    return member.offset + _LOCAL.size + name + extra


def _judge_member(member: _Member) -> None:
    name = shown(member.name)
    form = stat.S_IFMT(member.mode)
    if form == stat.S_IFLNK:
        raise BundleRefused(f"“{name}” is a link; links are never unpacked.", code="bundle-link")
    if form not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BundleRefused(f"“{name}” is neither a file nor a folder.", code="bundle-special")
    if member.flags & _ENCRYPTED:
        raise BundleRefused(f"“{name}” is encrypted; upload it without a password.", code="bundle-encrypted")
    if member.method not in (_STORED, _DEFLATED):
        msg = f"“{name}” is packed by a method other than deflate; use a plain .zip or .tar.gz."
        raise BundleRefused(msg, code="bundle-method")
    if form and member.is_folder != (form == stat.S_IFDIR):
        raise damaged("an entry is both a file and a folder")
    if member.is_folder and member.size:
        raise damaged("a folder claims to have content")


def _content(file: BinaryIO, member: _Member, meter: Meter) -> Iterator[bytes]:
    crc, given = 0, 0
    for chunk in _expanded(file, member, meter):
        crc, given = zlib.crc32(chunk, crc), given + len(chunk)
        if given > member.size:
            raise damaged("an entry is longer than it says")
        meter.gave(len(chunk))
        yield chunk
    if given != member.size or crc != member.crc:
        raise damaged("an entry has the wrong length or checksum")


def _expanded(file: BinaryIO, member: _Member, meter: Meter) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15) if member.method == _DEFLATED else None
    left, pending = member.packed, b""
    while left or pending:
        if not pending:
            pending = file.read(min(left, _CHUNK))
            if not pending:
                raise damaged("it ends in the middle of an entry")
            left -= len(pending)
            meter.took(len(pending))
        if inflater is None:
            chunk, pending = pending, b""
            yield chunk
            continue
        try:
            yield inflater.decompress(pending, _CHUNK)
        except zlib.error:
            raise damaged("its compressed data cannot be read") from None
        pending = inflater.unconsumed_tail
        if inflater.eof and (left or inflater.unused_data):
            raise damaged("something follows an entry's data")
    if inflater is not None:
        yield from _rest(inflater)


def _rest(inflater: "zlib._Decompress") -> Iterator[bytes]:
    while chunk := inflater.decompress(b"", _CHUNK):
        yield chunk
    if not inflater.eof:
        raise damaged("its compressed data ends too early")
