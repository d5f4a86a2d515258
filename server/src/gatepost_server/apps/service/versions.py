"""Versions of a source: added by upload, read; how a row of one is written."""

from collections.abc import Sequence
from pathlib import Path

from gatepost_server.apps.errors import UnknownVersion
from gatepost_server.apps.model import Detected, Resources, VersionState
from gatepost_server.apps.parameters import kept_parameters
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.resources import kept_resources
from gatepost_server.apps.service.reading import build_log
from gatepost_server.apps.service.uploads import Bundle, require_confinement
from gatepost_server.apps.tables import BuildRow, SourceRow, SourceVersionRow
from gatepost_server.apps.views import SourceVersion
from gatepost_server.authz import require
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.settings import Folders
from gatepost_server.store import Tx


def add_version(tx: Tx, source_id: str, bundle: Bundle) -> SourceVersion:
    """Add the next version of a source and queue its build; no app changes by this.

    Raises:
        UploadsRefused: this machine cannot confine what was uploaded.
    """
    node = require(tx, "source:edit", source_id)
    require_confinement(tx)

    version = write_version(tx, source_id, bundle)
    after = {"version": version.number, "kind": bundle.detected.kind, "sha256": version.sha256}
    tx.audit("source:add-version", "source", source_id, node.name, after=after)
    return version


def newest_final(tx: Tx, source_id: str) -> int | None:
    """Return the number of the newest version that is no draft; None without one."""
    require(tx, "source:read", source_id)
    return queries.newest_number(tx.session, source_id, with_draft=False) or None


def list_versions(tx: Tx, source_id: str, page: PageRequest) -> Page[SourceVersion]:
    """Return a page of a source's versions, newest first."""
    require(tx, "source:read", source_id)
    return queries.page_of_versions(tx.session, page, source_id)


def get_version(tx: Tx, source_id: str, number: int) -> SourceVersion:
    """Return one version of a source.

    Raises:
        UnknownVersion: there is none of that number.
    """
    require(tx, "source:read", source_id)
    version = queries.version_by_number(tx.session, source_id, number)
    if version is None:
        raise UnknownVersion(number)
    return version


def version_log(tx: Tx, source_id: str, number: int, folders: Folders) -> Path:
    """Return where the build of one version of a source writes what it does.

    Raises:
        UnknownVersion: there is none of that number.
    """
    return build_log(folders, get_version(tx, source_id, number).id)


def write_version(tx: Tx, source_id: str, bundle: Bundle, *, is_bundled: bool = False) -> SourceVersion:
    """Write the next version of a source and queue its build; *is_bundled*: its code is our own."""
    row = next_version(tx, source_id, bundle.version_id, bundle.version_id)
    say_how_served(row, bundle.detected)
    row.sha256, row.size, row.files = (
        bundle.unpacked.sha256, bundle.unpacked.compressed, bundle.unpacked.files,
    )  # fmt: skip
    row.is_bundled = is_bundled
    tx.session.flush()
    tx.session.add(BuildRow(version_id=row.id, state=VersionState.QUEUED))
    return written_version(tx, row.id)


def next_version(tx: Tx, source_id: str, version_id: str, folder: str) -> SourceVersionRow:
    """Write the row of a source's next version, its files in *folder*; its build is the caller's."""
    source = tx.session.get_one(SourceRow, source_id, with_for_update=True)
    source.latest, source.updated_at = source.latest + 1, tx.now
    author_id, author_name = author_of(tx)
    row = SourceVersionRow(
        id=version_id,
        source_id=source_id,
        number=source.latest,
        folder=folder,
        kind="",
        entrypoint="",
        because="",
        author_id=author_id,
        author_name=author_name,
        authors=[[author_id, author_name]],
        created_at=tx.now,
        sha256="",
        size=0,
        files=0,
        resources=kept_resources(Resources()),
        is_bundled=False,
    )
    tx.session.add(row)
    return row


def say_how_served(row: SourceVersionRow, detected: Detected) -> None:
    """Write down how a version is served."""
    row.kind, row.entrypoint, row.because = detected.kind, detected.entrypoint, detected.because
    row.requirements, row.python = detected.requirements, detected.python
    row.parameters = kept_parameters(detected.parameters)


def author_of(tx: Tx) -> tuple[str, str]:
    """Return who answers for what the caller makes: the user behind a key, if there is one."""
    return tx.actor.answerable_id or "", tx.actor.name


def with_author(authors: Sequence[Sequence[str]], author: tuple[str, str]) -> list[list[str]]:
    """Return *authors* and *author*, who comes last, each once."""
    return [*([one, name] for one, name in authors if one != author[0]), list(author)]


def written_version(tx: Tx, version_id: str) -> SourceVersion:
    """Return a version that was written in this transaction."""
    tx.session.flush()
    version = queries.version_by_id(tx.session, version_id)
    assert version is not None, "it was written a line ago"
    return version
