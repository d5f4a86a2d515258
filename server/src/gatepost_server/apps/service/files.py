"""The files of a version: listed, read, packed; of a draft also written and removed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Final

from gatepost_server.apps.errors import ChangedMeanwhile, FileChanged, FileExists, UnknownFile
from gatepost_server.apps.model import VersionState
from gatepost_server.apps.service.drafts import Door, draft_numbered, edited_draft
from gatepost_server.apps.service.versions import get_version, written_version
from gatepost_server.apps.views import SourceVersion
from gatepost_server.authz import require
from gatepost_server.bundles import (
    BundleLimits,
    TreeFile,
    change_tree,
    digest_of,
    file_in,
    files_of,
    pack_folder,
    path_of,
    remove_tree,
)
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.settings import Folders
from gatepost_server.store import Tx

ANY: Final = "*"
"""In place of a digest: whatever the file holds now."""

_TRIES: Final = 5


def list_files(tx: Tx, source_id: str, number: int, folders: Folders, page: PageRequest) -> Page[TreeFile]:
    """Return a page of a version's files, in the order of their paths, searched by path.

    Raises:
        UnknownVersion: there is no such version.
    """
    version = get_version(tx, source_id, number)
    position = page.position()
    words = page.q.casefold().split()
    with _still_there(version):
        found = [
            one
            for one in files_of(folders.sources / version.folder)
            if (position is None or one.path > position[0])
            and all(word in one.path.casefold() for word in words)
        ]
    return page_from(found[: page.limit + 1], page, lambda one: (one.path,))


def open_file(tx: Tx, source_id: str, number: int, path: str, folders: Folders) -> BufferedReader:
    """Return a file of a version, opened for reading; the caller closes it.

    Raises:
        UnknownVersion, UnknownFile: there is no such version or file.
    """
    version = get_version(tx, source_id, number)
    with _still_there(version):
        found = file_in(folders.sources / version.folder, path)
        if found is None:
            raise UnknownFile(path)
        return found.open("rb")


def pack_version(tx: Tx, source_id: str, number: int, folders: Folders, archive: Path) -> None:
    """Write all files of a version to *archive*, a .tar.gz that may be uploaded again.

    Raises:
        UnknownVersion: there is no such version.
    """
    version = get_version(tx, source_id, number)
    with _still_there(version):
        pack_folder(folders.sources / version.folder, archive)


def write_file(
    door: Door,
    folders: Folders,
    source_id: str,
    number: int,
    path: str,
    content: Path,
    *,
    expected: str | None,
    limits: BundleLimits | None = None,
) -> SourceVersion:
    """Write a file of a draft; *expected* is the SHA-256 of what it replaces, None for a new one.

    Raises:
        VersionFinal: the version is no draft.
        FileExists, FileChanged, UnknownFile: the file is not as *expected*.
        BundleRefused, BundleTooLarge: a path that no file may have, or too many or large files.
    """
    named = path_of(path)
    return _changed(door, folders, source_id, number, named, content, expected=expected, limits=limits)


def remove_file(
    door: Door, folders: Folders, source_id: str, number: int, path: str, *, expected: str = ANY
) -> SourceVersion:
    """Remove a file of a draft, when it is as *expected*.

    Raises:
        VersionFinal: the version is no draft.
        FileChanged, UnknownFile: the file is not as *expected*.
    """
    return _changed(door, folders, source_id, number, path_of(path), None, expected=expected, limits=None)


def _changed(
    door: Door,
    folders: Folders,
    source_id: str,
    number: int,
    path: str,
    content: Path | None,
    *,
    expected: str | None,
    limits: BundleLimits | None,
) -> SourceVersion:
    """Try again when somebody changed another file at the same moment."""
    for _ in range(_TRIES):
        with door.read() as tx:
            require(tx, "source:edit", source_id)
            before = draft_numbered(tx, source_id, number)
            folder = folders.sources / new_id("tree", tx.now)
        try:
            with _still_there(before):
                _require_expected(folders.sources / before.folder, path, expected)
                change_tree(
                    folders.sources / before.folder,
                    folder,
                    puts={path: content} if content is not None else {},
                    removes=() if content is not None else (path,),
                    limits=limits,
                )
            with door.begin() as tx:
                return _put_in_place(tx, folders, before, folder, path, is_gone=content is None)
        except ChangedMeanwhile:
            remove_tree(folder)
        except BaseException:
            remove_tree(folder)
            raise
    raise ChangedMeanwhile(number)


def _put_in_place(
    tx: Tx, folders: Folders, before: SourceVersion, folder: Path, path: str, *, is_gone: bool
) -> SourceVersion:
    node = require(tx, "source:edit", before.source_id)
    row = edited_draft(tx, before.source_id, before.number)
    if row.folder != before.folder:
        raise ChangedMeanwhile(before.number)
    files = files_of(folder)
    row.folder, row.files, row.size = folder.name, len(files), sum(one.size for one in files)
    after = {"version": before.number, "path": path}
    tx.audit(f"source:{'remove' if is_gone else 'write'}-file", "source", node.id, node.name, after=after)
    tx.after_commit(partial(remove_tree, folders.sources / before.folder))
    return written_version(tx, row.id)


def _require_expected(folder: Path, path: str, expected: str | None) -> None:
    found = file_in(folder, path)
    if found is None:
        if expected is not None:
            raise UnknownFile(path)
        return
    if expected is None:
        raise FileExists(path)
    if expected not in (ANY, digest_of(found)):
        raise FileChanged(path)


@contextmanager
def _still_there(version: SourceVersion) -> Iterator[None]:
    """Tell who reads a draft just when it is replaced to try again."""
    try:
        yield
    except FileNotFoundError:
        if version.state is VersionState.DRAFT:
            raise ChangedMeanwhile(version.number) from None
        raise
