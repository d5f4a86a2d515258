"""Linking things to use cases: EDIT on both ends, and nobody's rights change."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from gatepost_server.authz import allowed_on, may, node_names, require
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.usecases import queries
from gatepost_server.usecases.errors import AlreadyLinked, NotLinked
from gatepost_server.usecases.model import LINKED, Link, Usecase
from gatepost_server.usecases.service.keeping import list_usecases, seen_links
from gatepost_server.usecases.tables import LinkRow, UsecaseRow


def list_links(tx: Tx, usecase_id: str) -> Sequence[Link]:
    """Return what is linked to a use case, as far as the caller may see it; the last linked first."""
    require(tx, "usecase:open", usecase_id)
    return _links(tx, usecase_id, seen_links(tx))


def link(tx: Tx, usecase_id: str, kind: str, node_id: str) -> Link:
    """Link a thing to a use case.

    Raises:
        Invalid: things of that kind are not linked.
        AlreadyLinked: it is.
    """
    node = require(tx, "usecase:link", usecase_id)
    if kind not in LINKED:
        fault = FieldFault("type", f"one of {', '.join(LINKED)}")
        raise Invalid("This cannot be linked.", faults=[fault], code="link-invalid")
    thing = require(tx, f"{kind}:link", node_id)
    row = tx.session.get_one(UsecaseRow, usecase_id, with_for_update=True)
    if tx.session.get(LinkRow, (usecase_id, thing.id)) is not None:
        raise AlreadyLinked(thing.name)

    by = tx.actor.answerable_id or ""
    made = LinkRow(
        usecase_id=usecase_id, node_id=thing.id, kind=kind, at=tx.now, by_id=by, by_name=tx.actor.name
    )
    tx.session.add(made)
    row.updated_at = tx.now
    tx.session.flush()
    after = {"kind": kind, "id": thing.id, "name": thing.name}
    tx.audit("usecase:link", "usecase", usecase_id, node.name, after=after)
    return Link(kind, thing.id, thing.name, made.at, made.by_id, made.by_name)


def unlink(tx: Tx, usecase_id: str, node_id: str) -> None:
    """Take a thing out of a use case.

    Raises:
        NotLinked: it is not in it.
    """
    node = require(tx, "usecase:link", usecase_id)
    row = tx.session.get(LinkRow, (usecase_id, node_id))
    if row is None or not may(tx, f"{row.kind}:list", node_id):
        raise NotLinked
    thing = require(tx, f"{row.kind}:link", node_id)

    tx.session.delete(row)
    tx.session.get_one(UsecaseRow, usecase_id).updated_at = tx.now
    before = {"kind": row.kind, "id": thing.id, "name": thing.name}
    tx.audit("usecase:unlink", "usecase", usecase_id, node.name, before=before)


def linked(tx: Tx, usecase_id: str, node_id: str) -> Link:
    """Return one link of a use case, for who may take it out.

    Raises:
        NotLinked: there is none that the caller may see.
    """
    require(tx, "usecase:link", usecase_id)
    found = next((one for one in _links(tx, usecase_id, seen_links(tx)) if one.id == node_id), None)
    if found is None:
        raise NotLinked
    require(tx, f"{found.kind}:link", node_id)
    return found


def usecases_of(tx: Tx, kind: str, node_id: str) -> Sequence[Usecase]:
    """Return the use cases that a thing is linked to, as far as the caller may see them."""
    require(tx, f"{kind}:list", node_id)
    return list_usecases(tx, PageRequest(limit=MAX_LIMIT), node_id).items


def count_usecases_of(tx: Tx, node_id: str) -> int:
    """Return how many use cases that the caller may see a thing is linked to."""
    return len(list_usecases(tx, PageRequest(limit=MAX_LIMIT), node_id).items)


def linkable_usecases(tx: Tx) -> Sequence[Usecase]:
    """Return the use cases, last changed first, that the caller may link something to."""
    found = list_usecases(tx, PageRequest(limit=MAX_LIMIT)).items
    open_ones = allowed_on(tx, "usecase:link", [one.id for one in found])
    return [one for one in found if one.id in open_ones]


def _links(tx: Tx, usecase_id: str, seen: ColumnElement[bool]) -> list[Link]:
    rows = queries.links_of(tx.session, usecase_id, seen)
    names = node_names(tx, [row.node_id for row in rows])
    return [
        Link(row.kind, row.node_id, names.get(row.node_id, ""), row.at, row.by_id, row.by_name)
        for row in rows
    ]
