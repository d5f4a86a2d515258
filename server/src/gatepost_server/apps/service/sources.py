"""Sources: create, read, rename, delete."""

from dataclasses import replace
from functools import partial
from typing import Final

from sqlalchemy import delete

from gatepost_server.apps.errors import SourceInUse
from gatepost_server.apps.naming import checked_name
from gatepost_server.apps.queries import apps as app_queries
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.service.uploads import Bundle, require_confinement
from gatepost_server.apps.service.versions import write_version
from gatepost_server.apps.tables import BuildRow, SourceRow, SourceVersionRow
from gatepost_server.apps.views import Source
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

_NAMED: Final = 10
"""As many applications are named that keep a source from being deleted."""


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


def list_sources(tx: Tx, page: PageRequest) -> Page[Source]:
    """Return a page of the sources the caller may see, the last changed first."""
    found = queries.page_of_sources(tx.session, page, visible(tx, "source:list"))
    owners = owners_of(tx, [one.id for one in found.items])
    return found.map(lambda one: _with_owner(one, owners))


def get_source(tx: Tx, source_id: str) -> Source:
    """Return a source."""
    require(tx, "source:list", source_id)
    return _found(tx, source_id)


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
        SourceInUse: applications run a version of it, or can go back to one.
    """
    node = require(tx, "source:delete", source_id)
    apps = app_queries.apps_of_source(tx.session, source_id)
    if apps:
        seen = app_queries.names_among(tx.session, apps, visible(tx, "app:list"), _NAMED)
        raise SourceInUse(node.name, len(apps), seen)

    gone = queries.folders_of(tx.session, source_id)
    tx.session.execute(delete(BuildRow).where(BuildRow.version_id.in_(list(gone))))
    tx.session.execute(delete(SourceVersionRow).where(SourceVersionRow.source_id == source_id))
    tx.session.execute(delete(SourceRow).where(SourceRow.id == source_id))
    remove_node(tx, source_id)
    tx.audit("source:delete", "source", source_id, node.name, before={"versions": len(gone)})
    for name in gone.values():
        tx.after_commit(partial(remove_tree, folders.sources / name))


def plant_source(tx: Tx, name: str, parent_id: str, *, copied_from: str | None = None) -> str:
    """Write a source without versions, owned by the caller, and return its id."""
    source_id = new_id("src", tx.now)
    node = register_node(tx, source_id, NodeKind.SOURCE, name, parent_id=parent_id)
    tx.session.add(SourceRow(id=source_id, name=name, latest=0, created_at=tx.now, updated_at=tx.now))
    tx.session.flush()
    own_new_node(tx, node)
    after = {"name": name} | ({"copied_from": copied_from} if copied_from is not None else {})
    tx.audit("source:create", "source", source_id, name, after=after)
    return source_id


def _found(tx: Tx, source_id: str) -> Source:
    tx.session.flush()
    source = queries.source_by_id(tx.session, source_id)
    assert source is not None, "its node is there, so it is"
    return _with_owner(source, owners_of(tx, [source_id]))


def _with_owner(source: Source, owners: dict[str, tuple[str, str]]) -> Source:
    owner_id, owner_name = owners.get(source.id, (None, None))
    return replace(source, owner_id=owner_id, owner_name=owner_name)
