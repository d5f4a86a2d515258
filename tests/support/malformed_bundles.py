"""Malformed bundles as data: doubtful paths, paths that could be one, damaged and special archives."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from string import ascii_lowercase

BAD_PATHS = [
    ("absolute", "/etc/passwd", "bundle-path-absolute"),
    ("climbs at once", "../evil.py", "bundle-path-traversal"),
    ("climbs in the middle", "a/../../evil.py", "bundle-path-traversal"),
    ("climbs at the end", "a/..", "bundle-path-traversal"),
    ("climbs after a dot", "./../evil.py", "bundle-path-traversal"),
    ("backslash", "a\\b.py", "bundle-path-backslash"),
    ("backslash climb", "..\\..\\evil.py", "bundle-path-backslash"),
    ("drive", "C:evil.py", "bundle-path-drive"),
    ("drive and slash", "c:/evil.py", "bundle-path-drive"),
    ("newline", "a\nb.py", "bundle-path-control"),
    ("escape", "a\x1b[2Jb.py", "bundle-path-control"),
    ("right-to-left", "app\u202eyp.exe", "bundle-path-control"),
    ("empty part", "a//b.py", "bundle-path-empty"),
    ("dot part", "a/./b.py", "bundle-path-empty"),
    ("too long", "/".join(["d" * 60] * 5), "bundle-path-long"),
    ("too long in bytes", "é" * 121, "bundle-path-long"),
]
BAD_PAIRS = [
    ("same twice", ["a.py", "a.py"], "bundle-path-twice"),
    ("same behind a dot", ["a.py", "./a.py"], "bundle-path-twice"),
    ("case", ["app.py", "App.py"], "bundle-path-collision"),
    ("case of a folder", ["x/a.py", "X/b.py"], "bundle-path-collision"),
    ("composed and decomposed", ["caf\u00e9.py", "cafe\u0301.py"], "bundle-path-collision"),
    ("sharp s", ["stra\u00dfe.py", "strasse.py"], "bundle-path-collision"),
    ("wide letters", ["\uff41.py", "a.py"], "bundle-path-collision"),
    ("file, then folder of that name", ["a", "a/b.py"], "bundle-path-twice"),
    ("folder, then file of that name", ["a/b.py", "a"], "bundle-path-twice"),
]


def entry(name: str, kind: bytes = tarfile.REGTYPE, **more: object) -> tarfile.TarInfo:
    """Return a member of a tar archive."""
    member = tarfile.TarInfo(name)
    member.type = kind
    for field, value in more.items():
        setattr(member, field, value)
    return member


def tarred(*members: tarfile.TarInfo | str, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive of `ok.txt` and *members*."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as tar:
        tar.addfile(entry("ok.txt"))
        for member in members:
            tar.addfile(entry(member) if isinstance(member, str) else member)
    return raw.getvalue()


def zipped(*names: str, mode: int = 0o100644, system: int = 3) -> bytes:
    """Return a zip archive of `ok.txt` and *names*."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("ok.txt", b"fine")
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr, info.create_system = mode << 16, system
            archive.writestr(info, b"content")
    return raw.getvalue()


def _again(block: bytes) -> bytes:
    """Write the checksum of a changed tar header anew."""
    total = sum(block[:148]) + 256 + sum(block[156:512])
    return block[:148] + b"%06o\x00 " % total + block[156:512]


def _changed(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def _first_header(at: int, new: bytes) -> bytes:
    raw = tarred()
    return gzip.compress(_again(_changed(raw[:512], at, new)) + raw[512:])


def _bytes_path(name: bytes) -> bytes:
    raw = zipped("PLACEHOLDER"[: len(name)].ljust(len(name), "_"))
    return raw.replace("PLACEHOLDER"[: len(name)].ljust(len(name), "_").encode(), name)


def _odd(kind: bytes, *, form: int = tarfile.PAX_FORMAT, **more: object) -> bytes:
    return gzip.compress(tarred(entry("odd", kind, **more), form=form))


def _lone_header(kind: bytes, size: bytes = b"00000000000") -> bytes:
    """Write an archive of one header of our making and an end mark."""
    head = _changed(_changed(tarred()[:512], 124, size + b"\x00"), 156, kind)
    return gzip.compress(_again(head) + b"\x00" * 1024)


def _wrong_crc() -> bytes:
    raw = gzip.compress(tarred())
    return _changed(raw, len(raw) - 8, b"\x00\x01\x02\x03")


def _pax(key: str, value: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    return gzip.compress(tarred(entry("p.txt", kind, pax_headers={key: value})))


def _pax_raw(body: bytes, kind: bytes = b"x") -> bytes:
    head = tarred()[:512]
    size = b"%011o\x00" % len(body)
    extension = _again(_changed(_changed(head, 124, size), 156, kind))
    return gzip.compress(extension + body.ljust(-(-len(body) // 512) * 512, b"\x00") + tarred())


def _many(count: int) -> bytes:
    return gzip.compress(tarred(*[f"f{n}.txt" for n in range(count)]))


def _long_file(size: int) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        tar.addfile(entry("zeros", size=size), io.BytesIO(b"\x00" * size))
    return raw.getvalue()


def _zip_of(size: int) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * size)
    return raw.getvalue()


def _packed_by(method: int) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        archive.writestr("a.txt", b"content" * 50)
    return raw.getvalue()


def _flagged(flag: int) -> bytes:
    raw = bytearray(zipped())
    struct.pack_into("<H", raw, 6, flag)
    struct.pack_into("<H", raw, raw.find(b"PK\x01\x02") + 8, flag)
    return bytes(raw)


def _lying_local_name() -> bytes:
    raw = zipped("b.txt")
    return _changed(raw, raw.find(b"b.txt"), b"c.txt")


def _overlapping() -> bytes:
    """Let two directory entries point at the same bytes, as zip bombs do."""
    raw = bytearray(zipped("ok2.txt"))
    second = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<L", raw, second + 42, 0)
    return bytes(raw)


def _zip_field(at: int, value: int, width: str = "<L") -> bytes:
    raw = bytearray(zipped())
    struct.pack_into(width, raw, raw.find(b"PK\x01\x02") + at, value)
    return bytes(raw)


TAR_END = tarred()
SPECIAL: list[tuple[str, Callable[[], bytes], str]] = [
    ("tar: symlink", lambda: _odd(tarfile.SYMTYPE, linkname="ok.txt"), "bundle-link"),
    ("tar: symlink out", lambda: _odd(b"2", linkname="/etc/shadow"), "bundle-link"),
    ("tar: hard link", lambda: _odd(tarfile.LNKTYPE, linkname="ok.txt"), "bundle-link"),
    ("tar: long link name", lambda: _odd(b"2", linkname="x" * 200, form=tarfile.GNU_FORMAT), "bundle-link"),
    ("tar: pax link path", lambda: _pax("linkpath", "/etc"), "bundle-link"),
    ("tar: fifo", lambda: _odd(tarfile.FIFOTYPE), "bundle-special"),
    ("tar: character device", lambda: _odd(tarfile.CHRTYPE), "bundle-special"),
    ("tar: block device", lambda: _odd(tarfile.BLKTYPE), "bundle-special"),
    ("tar: contiguous file", lambda: _odd(tarfile.CONTTYPE), "bundle-special"),
    ("tar: old sparse file", lambda: _odd(tarfile.GNUTYPE_SPARSE), "bundle-special"),
    ("tar: pax sparse file", lambda: _pax("GNU.sparse.major", "1"), "bundle-special"),
    ("tar: unknown type", lambda: _first_header(156, b"Z"), "bundle-special"),
    ("tar: NUL in the name", lambda: _first_header(0, b"ok\x00/../evil"), "bundle-path-control"),
    ("tar: NUL in a pax name", lambda: _pax_raw(b"16 path=a\x00b.txt\n"), "bundle-path-control"),
    ("tar: not UTF-8", lambda: _first_header(0, b"\xff\xfe.txt"), "bundle-path-encoding"),
    ("tar: pax path climbs", lambda: _pax("path", "../../evil"), "bundle-path-traversal"),
    ("tar: global pax path", lambda: _pax_raw(b"11 path=ab\n", b"g"), "bundle-damaged"),
    ("tar: two pax paths", lambda: _pax_raw(b"10 path=a\n10 path=b\n"), "bundle-damaged"),
    ("tar: pax length lies", lambda: _pax_raw(b"99 path=a\n"), "bundle-damaged"),
    ("tar: pax without length", lambda: _pax_raw(b"path=a\n"), "bundle-damaged"),
    ("tar: pax negative size", lambda: _pax_raw(b"11 size=-1\n"), "bundle-damaged"),
    ("tar: pax size beyond the end", lambda: _pax_raw(b"13 size=9999\n"), "bundle-damaged"),
    ("tar: huge extension header", lambda: _lone_header(b"x", b"00004000000"), "bundle-damaged"),
    ("tar: empty name", lambda: _first_header(0, b"\x00" * 100), "bundle-path-empty"),
    ("tar: file named like a folder", lambda: _first_header(0, b"ok/\x00\x00\x00"), "bundle-path-empty"),
    ("tar: folder with content", lambda: _lone_header(b"5", b"00000001000"), "bundle-damaged"),
    ("tar: bad checksum", lambda: gzip.compress(_changed(tarred(), 148, b"000000")), "bundle-damaged"),
    ("tar: bad number", lambda: _first_header(124, b"99999999999\x00"), "bundle-damaged"),
    ("tar: base-256 size", lambda: _first_header(124, b"\x80" + b"\x00" * 10 + b"\x01"), "bundle-damaged"),
    ("tar: bad magic", lambda: _first_header(257, b"nostar"), "bundle-damaged"),
    ("tar: no end mark", lambda: gzip.compress(tarred()[:512]), "bundle-damaged"),
    ("tar: cut in a header", lambda: gzip.compress(tarred()[:700]), "bundle-damaged"),
    ("tar: a second archive behind the end", lambda: gzip.compress(tarred() + tarred()), "bundle-damaged"),
    ("gzip: cut short", lambda: gzip.compress(tarred("a.txt"))[:-20], "bundle-damaged"),
    ("gzip: no trailer", lambda: gzip.compress(tarred("a.txt"))[:-8], "bundle-damaged"),
    ("gzip: wrong checksum", _wrong_crc, "bundle-damaged"),
    ("gzip: bytes behind", lambda: gzip.compress(tarred()) + b"evil", "bundle-damaged"),
    ("gzip: nonsense inside", lambda: b"\x1f\x8b" + b"\x00" * 40, "bundle-damaged"),
    ("gzip: of text", lambda: gzip.compress(b"hello" * 300), "bundle-damaged"),
    ("tar: no file", lambda: gzip.compress(b"\x00" * 1024), "bundle-empty"),
    ("tar: folders only", lambda: _lone_header(b"5"), "bundle-empty"),
    ("plain tar", lambda: TAR_END, "bundle-not-an-archive"),
    ("text", lambda: b"print('hello')", "bundle-not-an-archive"),
    ("nothing", lambda: b"", "bundle-not-an-archive"),
    ("bzip2", lambda: b"BZh91AY&SY", "bundle-not-an-archive"),
    ("zip: symlink", lambda: zipped("l", mode=0o120777), "bundle-link"),
    ("zip: symlink said to be DOS", lambda: zipped("l", mode=0o120777, system=0), "bundle-link"),
    ("zip: fifo", lambda: zipped("p", mode=0o010644), "bundle-special"),
    ("zip: device", lambda: zipped("c", mode=0o020644), "bundle-special"),
    ("zip: NUL in the name", lambda: _bytes_path(b"a\x00b"), "bundle-path-control"),
    ("zip: not UTF-8", lambda: _bytes_path(b"\xff\xfe"), "bundle-path-encoding"),
    ("zip: folder by mode only", lambda: zipped("d", mode=0o040755), "bundle-damaged"),
    ("zip: encrypted", lambda: _flagged(1), "bundle-encrypted"),
    ("zip: bzip2 inside", lambda: _packed_by(zipfile.ZIP_BZIP2), "bundle-method"),
    ("zip: lzma inside", lambda: _packed_by(zipfile.ZIP_LZMA), "bundle-method"),
    ("zip: the local header lies", _lying_local_name, "bundle-damaged"),
    ("zip: overlapping entries", _overlapping, "bundle-damaged"),
    ("zip: bytes before", lambda: b"PK\x03\x04" + zipped(), "bundle-damaged"),
    ("zip: bytes behind", lambda: zipped() + b"evil", "bundle-damaged"),
    ("zip: cut short", lambda: zipped("a.txt")[:-10], "bundle-damaged"),
    ("zip: wrong checksum", lambda: zipped().replace(b"fine", b"evil", 1), "bundle-damaged"),
    ("zip: size lies", lambda: _zip_field(24, 3), "bundle-damaged"),
    ("zip: offset lies", lambda: _zip_field(42, 9), "bundle-damaged"),
    ("zip: name length lies", lambda: _zip_field(28, 60_000, "<H"), "bundle-damaged"),
    ("zip: empty", lambda: b"PK\x05\x06" + b"\x00" * 18, "bundle-empty"),
    ("zip: zip64", lambda: _changed(zipped(), len(zipped()) - 14, b"\xff\xff\xff\xff"), "bundle-method"),
]  # fmt: skip
LARGE: list[tuple[str, Callable[[], bytes], str]] = [
    ("tar: a bomb", lambda: _long_file(300_000), "bundle-ratio"),
    ("zip: a bomb", lambda: _zip_of(300_000), "bundle-ratio"),
    ("gzip: a bomb of zeros", lambda: gzip.compress(b"\x00" * 300_000), "bundle-ratio"),
    ("too many files", lambda: _many(30), "bundle-too-many-files"),
    ("too many files in a zip", lambda: zipped(*[f"f{n}" for n in range(45)]), "bundle-too-many-files"),
    ("too many folders", lambda: gzip.compress(tarred("/".join(ascii_lowercase))), "bundle-too-many-files"),
    ("too many bytes", lambda: b"\x1f\x8b" + b"x" * 200_000, "bundle-too-large"),
]  # fmt: skip
