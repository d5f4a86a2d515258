"""Pack a folder into a bundle: same files in, same bytes out, no link followed."""

import gzip
import os
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatepost.errors import Invalid
from gatepost.ignore import IGNORE_FILE, Ignore

MAX_FILES: Final = 10_000
MAX_PATH_BYTES: Final = 240
_MAX_RATIO: Final = 95
_FREE_OF_RATIO: Final = 1024 * 1024
ARCHIVES: Final = (".tar.gz", ".tgz", ".zip")
_EPOCH: Final = 315_532_800  # 1980-01-01, the earliest moment that every archive format can write


@dataclass(frozen=True)
class LeftOut:
    """A file that was not packed, and why; ignored files are not listed."""

    path: str
    because: str


@dataclass(frozen=True)
class Bundle:
    """A packed folder, on disk as long as `packed` is open."""

    path: Path
    files: int
    left_out: tuple[LeftOut, ...] = ()

    @property
    def size(self) -> int:
        """Return how many bytes will travel."""
        return self.path.stat().st_size


@contextmanager
def packed(folder: Path) -> Iterator[Bundle]:
    """Pack *folder* as .tar.gz into a temporary file; an archive is taken as it is.

    Links and special files are left out and named in the result. Names, contents and the
    executable bit are kept; owners and times are not, so that equal folders give equal
    bundles.

    Raises:
        Invalid: nothing to pack, a file that cannot be read, or more than a server takes.
    """
    if folder.is_file() and folder.name.endswith(ARCHIVES):
        yield Bundle(folder, 0)
        return
    if not folder.is_dir():
        raise Invalid(f"{folder} is not a folder, nor a .tar.gz or .zip file.", code="no-folder")
    left_out: list[LeftOut] = []
    with tempfile.TemporaryDirectory(prefix="gatepost-") as shelf:
        path = Path(shelf) / "bundle.tar.gz"
        count = _pack(folder, path, left_out, level=6)
        if _looks_like_a_bomb(path):
            left_out.clear()
            count = _pack(folder, path, left_out, level=0)
        yield Bundle(path, count, tuple(left_out))


def _looks_like_a_bomb(path: Path) -> bool:
    """Tell whether a server would refuse how far *path* expands, honest as it is."""
    with path.open("rb") as file:
        file.seek(-4, os.SEEK_END)
        expanded = int.from_bytes(file.read(4), "little")
    return expanded > _FREE_OF_RATIO and expanded > _MAX_RATIO * path.stat().st_size


def _pack(folder: Path, path: Path, left_out: list[LeftOut], *, level: int) -> int:
    count = 0
    with (
        gzip.GzipFile(path, mode="wb", mtime=0, compresslevel=level) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name in _names(folder, _rules_of(folder), left_out):
            count += 1
            if count > MAX_FILES:
                detail = (
                    f"{folder} holds more than {MAX_FILES} files; name what is not needed in {IGNORE_FILE}."
                )
                raise Invalid(detail, code="too-many-files")
            _add(archive, folder, name)
    if count == 0:
        raise Invalid(f"{folder} holds no file to deploy.", code="empty-folder")
    return count


def _rules_of(folder: Path) -> Ignore:
    path = folder / IGNORE_FILE
    return Ignore(path.read_text(encoding="utf-8").splitlines() if path.is_file() else ())


def _names(folder: Path, rules: Ignore, left_out: list[LeftOut], below: str = "") -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: os.fsencode(entry.name))
    except OSError as fault:
        raise Invalid(
            f"{folder / below} cannot be read: {fault.strerror}.", code="unreadable-file"
        ) from fault
    for entry in entries:
        name = below + entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if rules.leaves_out(name, is_folder=is_folder) or (is_folder and _is_environment(folder / name)):
            continue
        _check_name(name)
        if entry.is_symlink():
            left_out.append(LeftOut(name, "it is a link; copy what it points to into the folder"))
        elif is_folder:
            yield from _names(folder, rules, left_out, name + "/")
        elif entry.is_file(follow_symlinks=False):
            yield name
        else:
            left_out.append(LeftOut(name, "it is not a regular file"))


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file()


def _check_name(name: str) -> None:
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise Invalid(
            f"The name {name!r} is not valid Unicode; rename the file.", code="bad-file-name"
        ) from None
    if length > MAX_PATH_BYTES:
        raise Invalid(
            f"The path {name} is longer than {MAX_PATH_BYTES} bytes; shorten it.", code="long-file-name"
        )


def _add(archive: tarfile.TarFile, folder: Path, name: str) -> None:
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as content:
            found = os.fstat(content.fileno())
            member = tarfile.TarInfo(name)
            member.size = found.st_size
            member.mode = 0o755 if found.st_mode & stat.S_IXUSR else 0o644
            member.mtime = _EPOCH
            archive.addfile(member, content)
    except OSError as fault:
        reason = fault.strerror or "it changed while it was read"
        raise Invalid(f"{folder / name} cannot be read: {reason}.", code="unreadable-file") from fault
