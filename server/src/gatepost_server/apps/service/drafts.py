"""The draft of a source: begun from a version, given other resources, built or discarded."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Protocol

from sqlalchemy import delete

from gatepost_server.apps.detection import NAMED, detect
from gatepost_server.apps.errors import (
    AlreadySo,
    ChangedMeanwhile,
    DraftExists,
    UnknownVersion,
    VersionFinal,
)
from gatepost_server.apps.model import Kind, Resources, VersionState
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.resources import checked_resources, kept_resources
from gatepost_server.apps.service.uploads import require_confinement
from gatepost_server.apps.service.versions import (
    author_of,
    get_version,
    next_version,
    say_how_served,
    with_author,
    written_version,
)
from gatepost_server.apps.tables import BuildRow, SourceRow, SourceVersionRow
from gatepost_server.apps.views import SourceVersion
from gatepost_server.authz import Node, require
from gatepost_server.bundles import copy_tree, digest_tree, files_of, remove_tree
from gatepost_server.kernel.ids import new_id
from gatepost_server.settings import Folders
from gatepost_server.store import Tx


class Door(Protocol):
    """What opens transactions for a caller; files are copied between two of them."""

    def read(self) -> AbstractContextManager[Tx]:
        """Open one that only reads."""
        ...

    def begin(self) -> AbstractContextManager[Tx]:
        """Open one that may write."""
        ...


def start_draft(door: Door, folders: Folders, source_id: str, base: int | None) -> SourceVersion:
    """Begin a draft with the files and resources of version *base*, or with none.

    Raises:
        UnknownVersion: there is no such version.
        DraftExists: there is a draft already.
    """
    return _begun(door, folders, source_id, base, None)


def set_resources(
    door: Door, folders: Folders, source_id: str, number: int, wanted: Resources
) -> SourceVersion:
    """Give a draft other resources, or begin a draft with them from a version that never changes.

    Returns the draft; its number tells which of the two it was.

    Raises:
        Invalid: resources that no version may have.
        AlreadySo: the version has them.
        DraftExists: it is no draft, and there is another one that is.
    """
    checked_resources(wanted)
    with door.begin() as tx:
        node = require(tx, "source:edit", source_id)
        before = get_version(tx, source_id, number)
        if before.resources == wanted:
            raise AlreadySo(f"Version {number} has these resources already.")
        if before.is_draft:
            row = edited_draft(tx, source_id, number)
            row.resources = kept_resources(wanted)
            _audit_resources(tx, node, number, before.resources, wanted)
            return written_version(tx, row.id)
        _require_no_draft(tx, source_id)
    return _begun(door, folders, source_id, number, wanted)


def build_draft(
    door: Door, folders: Folders, source_id: str, number: int, *, kind: Kind | None = None
) -> SourceVersion:
    """Make a draft final and queue its build; from now on it never changes.

    *kind* is how it is served; without it, what its base was uploaded as, or what its files say.

    Raises:
        VersionFinal: it is no draft.
        KindUnclear, ManifestInvalid: it is not clear how to serve it.
        ChangedMeanwhile: somebody changed it at the same moment.
        UploadsRefused: this machine cannot confine what is in it.
    """
    with door.read() as tx:
        require(tx, "source:edit", source_id)
        require_confinement(tx)
        version = draft_numbered(tx, source_id, number)
        named = tx.session.get_one(SourceVersionRow, version.id).kind
    folder = folders.sources / version.folder
    detected = detect(folder, kind=kind or (Kind(named) if named else None))
    files, digest = files_of(folder), digest_tree(folder)
    with door.begin() as tx:
        node = require(tx, "source:edit", source_id)
        row = edited_draft(tx, source_id, number, is_touched=False)
        if row.folder != version.folder:
            raise ChangedMeanwhile(number)
        say_how_served(row, detected)
        row.sha256, row.size, row.files = digest, sum(one.size for one in files), len(files)
        tx.session.get_one(BuildRow, row.id).state = VersionState.QUEUED
        after = {"version": number, "kind": detected.kind, "sha256": digest}
        tx.audit("source:build", "source", source_id, node.name, after=after)
        return written_version(tx, row.id)


def discard_draft(tx: Tx, source_id: str, number: int, folders: Folders) -> None:
    """Remove a draft with its files; its number goes to the next version.

    Raises:
        VersionFinal: it is no draft.
    """
    node = require(tx, "source:edit", source_id)
    row = edited_draft(tx, source_id, number)
    source = tx.session.get_one(SourceRow, source_id, with_for_update=True)

    tx.session.execute(delete(BuildRow).where(BuildRow.version_id == row.id))
    tx.session.execute(delete(SourceVersionRow).where(SourceVersionRow.id == row.id))
    source.latest = queries.newest_number(tx.session, source_id, with_draft=True)
    tx.audit("source:discard", "source", source_id, node.name, before={"version": number})
    tx.after_commit(partial(remove_tree, folders.sources / row.folder))


def draft_numbered(tx: Tx, source_id: str, number: int) -> SourceVersion:
    """Return the draft of that number; the right to it is the caller's matter.

    Raises:
        UnknownVersion: there is no such version.
        VersionFinal: it is no draft.
    """
    version = queries.version_by_number(tx.session, source_id, number)
    if version is None:
        raise UnknownVersion(number)
    if not version.is_draft:
        raise VersionFinal(number)
    return version


def edited_draft(tx: Tx, source_id: str, number: int, *, is_touched: bool = True) -> SourceVersionRow:
    """Return the locked row of a draft that the caller changes, and so becomes its author.

    Raises:
        UnknownVersion, VersionFinal: as `draft_numbered`.
    """
    source = tx.session.get_one(SourceRow, source_id, with_for_update=True)
    version = draft_numbered(tx, source_id, number)
    row = tx.session.get_one(SourceVersionRow, version.id, with_for_update=True)
    if is_touched:
        source.updated_at = tx.now
        row.author_id, row.author_name = author_of(tx)
        row.authors = with_author(row.authors, author_of(tx))
    return row


def _begun(
    door: Door, folders: Folders, source_id: str, base: int | None, resources: Resources | None
) -> SourceVersion:
    with door.read() as tx:
        require(tx, "source:edit", source_id)
        _require_no_draft(tx, source_id)
        version = get_version(tx, source_id, base) if base is not None else None
        version_id = new_id("ver", tx.now)
    with (
        copied(folders, version.folder if version else None, version_id) as folder,
        door.begin() as tx,
    ):
        node = require(tx, "source:edit", source_id)
        row = next_version(tx, source_id, version_id, folder)
        # Behind the lock of the source: of two that begin one at once, the second is told.
        _require_no_draft(tx, source_id)
        if version is not None:
            _inherit(row, version)
        if resources is not None:
            row.resources = kept_resources(resources)
        tx.session.flush()
        tx.session.add(BuildRow(version_id=row.id, state=VersionState.DRAFT))
        after = {"version": row.number, "based_on": base}
        tx.audit("source:draft", "source", source_id, node.name, after=after)
        if version is not None and resources is not None:
            _audit_resources(tx, node, row.number, version.resources, resources)
        return written_version(tx, row.id)


def _inherit(row: SourceVersionRow, base: SourceVersion) -> None:
    """Let a draft go on from *base*: its resources, its authors, and the kind that was named."""
    row.based_on = base.number
    row.resources = kept_resources(base.resources)
    row.authors = with_author(base.authors, (row.author_id, row.author_name))
    row.size, row.files = base.size, base.files
    detected = base.detected
    if detected is not None and detected.because.startswith(NAMED):
        row.kind = detected.kind


@contextmanager
def copied(folders: Folders, base: str | None, name: str) -> Iterator[str]:
    """Copy the files of the folder *base* to one of that name; gone again when the block raises."""
    into = folders.sources / name
    try:
        copy_tree(folders.sources / base if base is not None else None, into)
        yield name
    except BaseException:
        remove_tree(into)
        raise


def _require_no_draft(tx: Tx, source_id: str) -> None:
    tx.session.flush()
    draft = queries.draft_of(tx.session, source_id)
    if draft is not None:
        raise DraftExists(draft.number)


def _audit_resources(tx: Tx, node: Node, number: int, before: Resources, after: Resources) -> None:
    tx.audit(
        "source:resources",
        "source",
        node.id,
        node.name,
        before={"version": number, **kept_resources(before)},
        after={"version": number, **kept_resources(after)},
    )
