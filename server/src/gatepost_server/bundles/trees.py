"""Folders of unpacked files: listed, copied, changed into new ones, and measured.

A folder is never changed in place: each change makes another one, whole or not at all, so
that whoever reads the old one is not disturbed.
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from gatepost_server.bundles.limits import BundleLimits, Meter
from gatepost_server.bundles.paths import Tree, judge_path
from gatepost_server.bundles.refusals import BundleTooLarge
from gatepost_server.bundles.unpacking import settle, staged

_MIB = 1024 * 1024


@dataclass(frozen=True)
class TreeFile:
    """One file of a folder, by its path within it."""

    path: str
    size: int
    is_executable: bool


def files_of(folder: Path) -> list[TreeFile]:
    """Return every file of an unpacked folder, in the order of their paths."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            said = path.stat()
            inside = path.relative_to(folder).as_posix()
            found.append(TreeFile(inside, said.st_size, bool(said.st_mode & 0o100)))
    return sorted(found, key=lambda one: one.path)


def path_of(text: str) -> str:
    """Return *text* as the path of a file within a folder.

    Raises:
        BundleRefused: no file could have such a path.
    """
    raw = text.encode("utf-8", "surrogatepass")
    return "/".join(judge_path(raw, is_folder=False, longest=BundleLimits().path_bytes))


def file_in(folder: Path, path: str) -> Path | None:
    """Return where the file *path* of an unpacked folder lies; None when there is none.

    Raises:
        BundleRefused: no file could have such a path.
    """
    place = folder / path_of(path)
    return place if place.is_file() and not place.is_symlink() else None


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    with file.open("rb") as opened:
        return digest_of_open(opened)


def digest_of_open(file: BufferedReader) -> str:
    """Return the SHA-256 of an opened file, in hex; it stands at its start afterwards."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def digest_tree(folder: Path) -> str:
    """Return a SHA-256 of all files: their paths, whether each may be run, and their contents."""
    whole = hashlib.sha256()
    for one in files_of(folder):
        said = f"{digest_of(folder / one.path)} {'x' if one.is_executable else '-'} {one.path}\n"
        whole.update(said.encode())
    return whole.hexdigest()


def copy_tree(folder: Path | None, into: Path) -> None:
    """Write the files of *folder* (none for None) as the new read-only folder *into*.

    The two share nothing afterwards.

    Raises:
        Unavailable: the disk is full.
    """
    with staged(into) as staging:
        if folder is not None:
            for one in files_of(folder):
                shutil.copy(folder / one.path, _placed(staging / one.path))
        settle(staging, into)


def change_tree(
    folder: Path,
    into: Path,
    *,
    puts: Mapping[str, Path],
    removes: Collection[str] = (),
    limits: BundleLimits | None = None,
) -> None:
    """Write *folder* with changes as the new read-only folder *into*.

    *puts* are files with their new contents, by path. What is not touched is shared by both
    folders; so they have to be of one draft.

    Raises:
        BundleRefused: a path that no file may have, or that collides with another.
        BundleTooLarge: over one of *limits*.
        Unavailable: the disk is full.
    """
    limits = limits or BundleLimits()
    tree, size = Tree(Meter(limits)), 0
    with staged(into) as staging:
        for one in files_of(folder):
            if one.path in removes or one.path in puts:
                continue
            size += one.size
            tree.add(tuple(one.path.split("/")), is_folder=False)
            _placed(staging / one.path).hardlink_to(folder / one.path)
        for path, content in puts.items():
            parts = judge_path(path.encode(), is_folder=False, longest=limits.path_bytes)
            tree.add(parts, is_folder=False)
            size += content.stat().st_size
            if size > limits.expanded:
                raise BundleTooLarge(
                    f"The files are larger than {limits.expanded // _MIB} MiB together.",
                    code="bundle-expands",
                )
            place, before = _placed(staging.joinpath(*parts)), folder.joinpath(*parts)
            shutil.copyfile(content, place)
            place.chmod(0o700 if before.is_file() and before.stat().st_mode & 0o100 else 0o600)
        settle(staging, into)


def _placed(file: Path) -> Path:
    """Return *file*, once the folders above it are there."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return file
