"""Archives as files: written in one way, opened by the strict reader and held to their manifest."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from gatepost_server.bundles import BundleLimits, remove_tree, unpack
from gatepost_server.projects.archives.manifest import LARGEST, MANIFEST, Manifest, read_manifest
from gatepost_server.projects.errors import ArchiveRefused

_CHUNK: Final = 1024 * 1024
Told = Callable[[int], None]


@dataclass(frozen=True)
class OpenedArchive:
    """An archive that holds exactly what its manifest says, unpacked."""

    manifest: Manifest
    folder: Path


def digest_of(path: Path, told: Told = lambda _count: None) -> str:
    """Return the SHA-256 of a file in hex; *told* hears how many bytes were read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            told(len(chunk))
    return digest.hexdigest()


def pack(manifest: Manifest, files: Sequence[tuple[str, Path]], archive: Path, told: Told) -> None:
    """Write an archive; *told* hears how many bytes of *files* have gone in, and may raise."""
    said = json.dumps(manifest.written(), ensure_ascii=False, indent=1).encode()
    # Parquet is compressed already: only the manifest gains by more effort.
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        _add(tar, MANIFEST, io.BytesIO(said), len(said))
        for name, path in files:
            with path.open("rb") as file:
                _add(tar, name, _Watched(file, told), path.stat().st_size)


@contextmanager
def opened_archive(archive: Path, place: Path, limits: BundleLimits) -> Iterator[OpenedArchive]:
    """Unpack *archive* at *place* for as long as the block lasts.

    Raises:
        BundleRefused, BundleTooLarge: as `bundles.unpack`: links, climbing paths, bombs, …
        ArchiveRefused: the manifest is missing, cannot be used, or names other files than there are.
    """
    try:
        unpack(archive, place, limits)
        found = place / MANIFEST
        if not found.is_file() or found.stat().st_size > LARGEST:
            raise ArchiveRefused(
                f"The archive holds no {MANIFEST}, or too large a one.", code="archive-unknown"
            )
        manifest = read_manifest(found.read_bytes())
        _require_same_files(manifest, place)
        yield OpenedArchive(manifest, place)
    finally:
        remove_tree(place)


def _require_same_files(manifest: Manifest, place: Path) -> None:
    named = {part.file: part for one in manifest.datasets for part in one.parts}
    there = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(set(named) ^ there):
        why = "names" if name in named else "does not name"
        raise ArchiveRefused(f"The manifest {why} the file {name[:100]}, against what the archive holds.")
    for name, part in named.items():
        path = place / name
        if path.stat().st_size != part.size or digest_of(path) != part.sha256:
            raise ArchiveRefused(f"The file {name[:100]} is not the one that the manifest tells of.")


def _add(tar: tarfile.TarFile, name: str, file: "BinaryIO | _Watched", size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    tar.addfile(member, file)


class _Watched:
    """A file that tells how much was read of it."""

    def __init__(self, file: BinaryIO, told: Told) -> None:
        self._file, self._told = file, told

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        chunk = self._file.read(size)
        self._told(len(chunk))
        return chunk
