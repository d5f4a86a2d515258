"""Sources and their versions: create, add, read, rename, delete."""

from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy import delete

from gatepost_server.apps.errors import SourceInUse, UnknownVersion
from gatepost_server.apps.model import Resources, VersionState
from gatepost_server.apps.naming import checked_name
from gatepost_server.apps.queries import apps as app_queries
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.service.reading import build_log
from gatepost_server.apps.service.uploads import Bundle, require_confinement
from gatepost_server.apps.tables import BuildRow, SourceRow, SourceVersionRow
from gatepost_server.apps.views import Source, SourceVersion
from gatepost_server.authz import (
    NodeKind,
    own_new_node,
    owners_of,
    register_node,
    remove_node,
    rename_node,
    require,
    require_organization,
    visible,
)
from gatepost_server.bundles import remove_tree
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.settings import Folders
from gatepost_server.store import Tx


def create_source(tx: Tx, name: str, bundle: Bundle | None = None) -> Source:
    """Make a source, with version 1 when a bundle comes along; the caller owns it.

    Raises:
        Invalid: the name cannot be used.
        UploadsRefused: this machine cannot confine what was uploaded.
    """
    parent = require_organization(tx, "source:create")
    if bundle is not None:
        require_confinement(tx)

    source_id = plant_source(tx, checked_name(name), parent.id)
    if bundle is not None:
        write_version(tx, source_id, bundle)
    return _found(tx, source_id)


def add_version(tx: Tx, source_id: str, bundle: Bundle) -> SourceVersion:
    """Add the next version of a source and queue its build; no app changes by this.

    Raises:
        UploadsRefused: this machine cannot confine what was uploaded.
    """
    node = require(tx, "source:edit", source_id)
    require_confinement(tx)

    version = write_version(tx, source_id, bundle)
    after = {"version": version.number, "kind": version.detected.kind, "sha256": version.sha256}
    tx.audit("source:add-version", "source", source_id, node.name, after=after)
    return version


def list_sources(tx: Tx, page: PageRequest) -> Page[Source]:
    """Return a page of the sources the caller may see, the last changed first."""
    found = queries.page_of_sources(tx.session, page, visible(tx, "source:list"))
    owners = owners_of(tx, [one.id for one in found.items])
    return found.map(lambda one: _with_owner(one, owners))


def get_source(tx: Tx, source_id: str) -> Source:
    """Return a source."""
    require(tx, "source:list", source_id)
    return _found(tx, source_id)


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


def rename_source(tx: Tx, source_id: str, name: str) -> Source:
    """Give a source another name."""
    node = require(tx, "source:edit", source_id)
    row = tx.session.get_one(SourceRow, source_id)

    row.name, row.updated_at = checked_name(name), tx.now
    rename_node(tx, source_id, row.name)
    tx.audit(
        "source:edit", "source", source_id, row.name, before={"name": node.name}, after={"name": row.name}
    )
    return _found(tx, source_id)


def delete_source(tx: Tx, source_id: str, folders: Folders) -> None:
    """Delete a source with all its versions and their files.

    Raises:
        SourceInUse: applications are made from it.
    """
    node = require(tx, "source:delete", source_id)
    apps = app_queries.apps_of_source(tx.session, source_id)
    if apps:
        raise SourceInUse(node.name, len(apps))

    gone = queries.version_ids_of(tx.session, source_id)
    tx.session.execute(delete(BuildRow).where(BuildRow.version_id.in_(gone)))
    tx.session.execute(delete(SourceVersionRow).where(SourceVersionRow.source_id == source_id))
    tx.session.execute(delete(SourceRow).where(SourceRow.id == source_id))
    remove_node(tx, source_id)
    tx.audit("source:delete", "source", source_id, node.name, before={"versions": len(gone)})
    for version_id in gone:
        tx.after_commit(lambda folder=folders.sources / version_id: remove_tree(folder))  # type: ignore[misc]


def plant_source(tx: Tx, name: str, parent_id: str) -> str:
    """Write a source without versions, owned by the caller, and return its id."""
    source_id = new_id("src", tx.now)
    node = register_node(tx, source_id, NodeKind.SOURCE, name, parent_id=parent_id)
    tx.session.add(SourceRow(id=source_id, name=name, latest=0, created_at=tx.now, updated_at=tx.now))
    tx.session.flush()
    own_new_node(tx, node)
    tx.audit("source:create", "source", source_id, name, after={"name": name})
    return source_id


def write_version(tx: Tx, source_id: str, bundle: Bundle, *, is_bundled: bool = False) -> SourceVersion:
    """Write the next version of a source and queue its build; *is_bundled*: its code is our own."""
    source = tx.session.get_one(SourceRow, source_id, with_for_update=True)
    source.latest, source.updated_at = source.latest + 1, tx.now
    detected, unpacked = bundle.detected, bundle.unpacked
    tx.session.add(
        SourceVersionRow(
            id=bundle.version_id,
            source_id=source_id,
            number=source.latest,
            kind=detected.kind,
            entrypoint=detected.entrypoint,
            because=detected.because,
            requirements=detected.requirements,
            python=detected.python,
            author_id=tx.actor.on_behalf_of_id or tx.actor.principal_id or "",
            author_name=tx.actor.name,
            created_at=tx.now,
            sha256=unpacked.sha256,
            size=unpacked.compressed,
            files=unpacked.files,
            resources=asdict(Resources()),
            is_bundled=is_bundled,
        )
    )
    tx.session.flush()
    tx.session.add(BuildRow(version_id=bundle.version_id, state=VersionState.QUEUED))
    tx.session.flush()
    version = queries.version_by_id(tx.session, bundle.version_id)
    assert version is not None, "it was written a line ago"
    return version


def _found(tx: Tx, source_id: str) -> Source:
    tx.session.flush()
    source = queries.source_by_id(tx.session, source_id)
    assert source is not None, "its node is there, so it is"
    return _with_owner(source, owners_of(tx, [source_id]))


def _with_owner(source: Source, owners: dict[str, tuple[str, str]]) -> Source:
    owner_id, owner_name = owners.get(source.id, (None, None))
    return replace(source, owner_id=owner_id, owner_name=owner_name)
