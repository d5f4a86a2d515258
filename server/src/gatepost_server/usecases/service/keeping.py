"""Keeping use cases: made, listed, described, deleted."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, delete, or_

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
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx
from gatepost_server.usecases import queries
from gatepost_server.usecases.model import LINKED, Usecase, checked
from gatepost_server.usecases.tables import LinkRow, UsecaseRow


def create_usecase(tx: Tx, name: str, description: str = "") -> Usecase:
    """Make a use case without links; the caller owns it.

    Raises:
        Invalid: the name or the description cannot be used.
    """
    parent = require_organization(tx, "usecase:create")
    name, description = checked(name, description)

    usecase_id = new_id("use", tx.now)
    node = register_node(tx, usecase_id, NodeKind.USECASE, name, parent_id=parent.id)
    tx.session.add(
        UsecaseRow(id=usecase_id, name=name, description=description, created_at=tx.now, updated_at=tx.now)
    )
    tx.session.flush()
    own_new_node(tx, node)
    tx.audit("usecase:create", "usecase", usecase_id, name, after={"name": name})
    return present(tx, usecase_id)


def list_usecases(tx: Tx, page: PageRequest, linked_to: str | None = None) -> Page[Usecase]:
    """Return a page of the use cases the caller may see, the last changed first.

    With *linked_to* only those of a thing; whoever calls has decided that it may be seen.
    """
    found = queries.page_of_usecases(tx.session, page, visible(tx, "usecase:list"), linked_to)
    return found.map(dict(zip(found.items, _complete(tx, found.items), strict=True)).__getitem__)


def get_usecase(tx: Tx, usecase_id: str) -> Usecase:
    """Return a use case."""
    require(tx, "usecase:list", usecase_id)
    return present(tx, usecase_id)


def change_usecase(
    tx: Tx, usecase_id: str, *, name: str | None = None, description: str | None = None
) -> Usecase:
    """Give a use case another name or description; what is None stays.

    Raises:
        Invalid: the name or the description cannot be used.
    """
    node = require(tx, "usecase:edit", usecase_id)
    row = tx.session.get_one(UsecaseRow, usecase_id, with_for_update=True)
    before = {"name": node.name, "description": row.description}

    wanted = (row.name if name is None else name, row.description if description is None else description)
    row.name, row.description = checked(*wanted)
    row.updated_at = tx.now
    rename_node(tx, usecase_id, row.name)
    after = {"name": row.name, "description": row.description}
    tx.audit("usecase:edit", "usecase", usecase_id, row.name, before=before, after=after)
    return present(tx, usecase_id)


def delete_usecase(tx: Tx, usecase_id: str) -> None:
    """Delete a use case with its links and roles; what was linked stays."""
    node = require(tx, "usecase:delete", usecase_id)
    gone = queries.how_many_links(tx.session, usecase_id)
    tx.session.execute(delete(LinkRow).where(LinkRow.usecase_id == usecase_id))
    tx.session.execute(delete(UsecaseRow).where(UsecaseRow.id == usecase_id))
    remove_node(tx, usecase_id)
    tx.audit("usecase:delete", "usecase", usecase_id, node.name, before={"links": gone})


def seen_links(tx: Tx) -> ColumnElement[bool]:
    """Return which links the caller may see: those of what they may see anyway."""
    return or_(
        *(and_(LinkRow.kind == kind, LinkRow.node_id.in_(visible(tx, f"{kind}:list"))) for kind in LINKED)
    )


def present(tx: Tx, usecase_id: str) -> Usecase:
    """Return a use case as the caller sees it, without asking for rights."""
    tx.session.flush()
    found = queries.usecase_by_id(tx.session, usecase_id)
    assert found is not None, "its node is there, so it is"
    return _complete(tx, [found])[0]


def _complete(tx: Tx, found: Sequence[Usecase]) -> list[Usecase]:
    ids = [one.id for one in found]
    owners, counts = owners_of(tx, ids), queries.count_links(tx.session, ids, seen_links(tx))
    complete = []
    for one in found:
        owner_id, owner_name = owners.get(one.id, (None, None))
        complete.append(replace(one, owner_id=owner_id, owner_name=owner_name, links=counts.get(one.id, 0)))
    return complete
