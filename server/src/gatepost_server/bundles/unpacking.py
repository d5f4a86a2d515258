"""Unpacks a bundle beside its place and renames it there: whole, or not at all."""

import errno
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from gatepost_server.bundles.entries import Entry
from gatepost_server.bundles.limits import BundleLimits, Meter
from gatepost_server.bundles.paths import Tree, judge_path
from gatepost_server.bundles.refusals import BundleRefused, BundleTooLarge
from gatepost_server.bundles.tars import read_tar
from gatepost_server.bundles.zips import read_zip
from gatepost_server.kernel.errors import Unavailable

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_LEFT_BY_FINDER: Final = "__MACOSX"


@dataclass(frozen=True)
class Unpacked:
    """A bundle on disk: its read-only folder, and the measures of what was uploaded."""

    folder: Path
    sha256: str
    compressed: int
    expanded: int
    files: int


def unpack(archive: Path, into: Path, limits: BundleLimits | None = None) -> Unpacked:
    """Write the files of *archive* as the new read-only folder *into*.

    Nothing is executed, links and devices are refused, and *into* either appears whole or
    not at all; when this returns it is on the disk. A single folder at the top of the
    archive is left out of the paths.

    Raises:
        BundleRefused: the archive holds something that is never unpacked.
        BundleTooLarge: it is over one of *limits*.
        Unavailable: the disk is full.
    """
    limits = limits or BundleLimits()
    if into.exists():
        raise FileExistsError(into)
    with staged(into) as staging:
        with archive.open("rb") as file:
            digest, size = _measure(file, limits)
            meter = Meter(limits)
            _write(_entries(file, limits, meter), staging, limits=limits, tree=Tree(meter))
        settle(_top(staging), into)
    return Unpacked(into, digest, size, meter.given, meter.files)


@contextmanager
def staged(into: Path) -> Iterator[Path]:
    """Hand out an empty folder beside *into* that is gone afterwards, unless it was settled there.

    Raises:
        Unavailable: the disk is full.
    """
    staging = into.parent / f".incoming-{into.name}"
    try:
        staging.mkdir(mode=0o700)
        yield staging
    except OSError as error:
        if error.errno in _FULL:
            raise Unavailable(
                "The server's disk is full; tell its administrator.", code="disk-full"
            ) from error
        raise
    finally:
        remove_tree(staging)


def settle(top: Path, into: Path) -> None:
    """Make *top* the read-only folder *into*; when this returns it is on the disk."""
    _seal(top)
    top.chmod(0o755)  # a folder may move to a new parent only while its owner can write it
    _put_on_disk(top)
    top.rename(into)
    into.chmod(0o555)
    _sync(into)
    _sync(into.parent)


def remove_tree(folder: Path) -> None:
    """Remove a folder that `unpack` made, read-only modes and all; absent is fine."""
    if not folder.is_dir():
        return
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o700)
    shutil.rmtree(folder)


def pack_folder(folder: Path, archive: Path) -> None:
    """Write the regular files of *folder* as a .tar.gz that `unpack` accepts."""
    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            if "__pycache__" in path.parts:
                continue
            member = tarfile.TarInfo(path.relative_to(folder).as_posix())
            content = path.read_bytes()
            member.size = len(content)
            member.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            tar.addfile(member, io.BytesIO(content))


def _measure(file: io.BufferedReader, limits: BundleLimits) -> tuple[str, int]:
    size = file.seek(0, 2)
    if size > limits.compressed:
        mib = limits.compressed // (1024 * 1024)
        raise BundleTooLarge(f"The bundle is larger than {mib} MiB.", code="bundle-too-large")
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest, size


def _entries(file: BinaryIO, limits: BundleLimits, meter: Meter) -> Iterator[Entry]:
    magic = file.read(4)
    file.seek(0)
    if magic[:2] == b"\x1f\x8b":
        return read_tar(file, meter)
    if magic in (b"PK\x03\x04", b"PK\x05\x06"):
        return read_zip(file, limits, meter)
    raise BundleRefused("The upload is neither a .tar.gz nor a .zip archive.", code="bundle-not-an-archive")


def _write(entries: Iterator[Entry], top: Path, *, limits: BundleLimits, tree: Tree) -> None:
    for entry in entries:
        parts = judge_path(entry.raw_path, is_folder=entry.is_folder, longest=limits.path_bytes)
        if parts:
            tree.add(parts, is_folder=entry.is_folder)
        if entry.is_folder:
            top.joinpath(*parts).mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        place = top.joinpath(*parts)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = 0o700 if entry.is_executable else 0o600
        with os.fdopen(
            os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode), "wb"
        ) as out:
            for chunk in entry.chunks:
                out.write(chunk)


def _top(staging: Path) -> Path:
    remove_tree(staging / _LEFT_BY_FINDER)
    found = list(staging.iterdir())
    if not any(path.is_file() for path in staging.rglob("*")):
        raise BundleRefused("The archive holds no file.", code="bundle-empty")
    return found[0] if len(found) == 1 and found[0].is_dir() else staging


def _put_on_disk(folder: Path) -> None:
    """Return once every file and folder in *folder* would outlive a power cut.

    All are written first and waited for at the end, which is far quicker than one by one.
    """
    for place, _, files in os.walk(folder):
        for name in files:
            _sync(Path(place, name))
        _sync(Path(place))


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _seal(top: Path) -> None:
    """Make everything read-only for everyone; who may reach it is the data folder's matter."""
    for place, _, files in os.walk(top):
        for name in files:
            path = Path(place, name)
            path.chmod(0o555 if path.stat().st_mode & 0o100 else 0o444)
        Path(place).chmod(0o555)
