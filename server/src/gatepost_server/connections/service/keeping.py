"""Keeping connections: made, listed, changed, deleted; where each stands, and never a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import delete

from gatepost_server.authz import (
    NodeKind,
    allowed_on,
    own_new_node,
    owners_of,
    register_node,
    remove_node,
    rename_node,
    require,
    require_organization,
    restrict_node,
    visible,
)
from gatepost_server.connections import queries
from gatepost_server.connections.drivers import (
    address_of,
    checked_params,
    connection_type_of,
    endpoint_of,
    tls_of,
)
from gatepost_server.connections.errors import EndpointChanged, KeyIsNobody
from gatepost_server.connections.model import Connection, ConnectionType, Target, checked_name
from gatepost_server.connections.service.detaching import detach
from gatepost_server.connections.tables import AssociationRow, ConnectionRow
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

_PERSONS: Final = (ActorKind.SESSION, ActorKind.PERSONAL_KEY, ActorKind.RUN_TOKEN)
"""Who works as themselves: a person, and what runs in the name of one."""


@dataclass(frozen=True)
class Changes:
    """What is to be changed of a connection; what is None stays.

    `params` are laid over those there are, a field that is None goes; of another type, none stay.
    """

    name: str | None = None
    type: str | None = None
    params: Mapping[str, Any] | None = None
    restricted: bool | None = None
    impersonate: bool | None = None


def create_connection(
    tx: Tx,
    name: str,
    type_name: str,
    params: Mapping[str, Any],
    *,
    restricted: bool = False,
    impersonate: bool = False,
) -> Connection:
    """Make a connection; the caller owns it. Nothing is connected yet.

    Raises:
        Invalid: the name cannot be used, or a field is missing, unknown or cannot be used.
    """
    parent = require_organization(tx, "connection:create")
    name, type_ = checked_name(name), connection_type_of(type_name)
    kept = checked_params(type_, params)

    connection_id = new_id("con", tx.now)
    node = register_node(tx, connection_id, NodeKind.CONNECTION, name, parent_id=parent.id)
    restrict_node(tx, connection_id, is_restricted=restricted)
    row = ConnectionRow(
        id=connection_id, org_id=parent.id, name=name, type=type_, params=kept, restricted=restricted,
        impersonate=impersonate, generation=1, created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    own_new_node(tx, node)
    tx.audit("connection:create", "connection", connection_id, name, after=_told(row))
    return present(tx, [row])[0]


def list_connections(tx: Tx, page: PageRequest) -> Page[Connection]:
    """Return a page of the connections the caller may see, by name."""
    found = queries.page_of_connections(tx.session, page, visible(tx, "connection:list"))
    return found.map(dict(zip(found.items, present(tx, found.items), strict=True)).__getitem__)


def get_connection(tx: Tx, connection_id: str) -> Connection:
    """Return a connection; its parameters to who may read them."""
    require(tx, "connection:list", connection_id)
    return present(tx, [tx.session.get_one(ConnectionRow, connection_id)])[0]


def usable_target(tx: Tx, connection_id: str) -> Target:
    """Return where calls over a connection go, for who may use it.

    Raises:
        KeyIsNobody: over it everybody works as themselves, and a key that is no person's asks.
    """
    require(tx, "connection:use", connection_id)
    row = tx.session.get_one(ConnectionRow, connection_id)
    if row.impersonate and tx.actor.starter.kind not in _PERSONS:
        raise KeyIsNobody(row.name)
    return target_of(row)


def require_same_place(tx: Tx, connection_id: str, generation: int | None) -> None:
    """Let the call go on only if a connection leads where it did when the caller looked; None asks nothing.

    Raises:
        EndpointChanged: it leads elsewhere since.
    """
    if generation is not None and tx.session.get_one(ConnectionRow, connection_id).generation != generation:
        raise EndpointChanged


def is_impersonating(tx: Tx, connection_id: str) -> bool:
    """Tell whether everybody works as themselves over a connection; asks for no right."""
    row = tx.session.get(ConnectionRow, connection_id)
    return row is not None and row.impersonate


def edit_connection(tx: Tx, connection_id: str, changes: Changes, *, home: str = "") -> Connection:
    """Change a connection.

    Another endpoint (host, port, type, TLS) detaches the credentials of everybody else in the
    same transaction, and tells them; those of a person who changes it in a session stay if the
    password was confirmed lately. *home* is the address of this server, for the mail.

    Raises:
        Invalid: what is given cannot be used.
    """
    require(tx, "connection:edit", connection_id)
    row = tx.session.get_one(ConnectionRow, connection_id, with_for_update=True)
    before, stood = _told(row), endpoint_of(ConnectionType(row.type), row.params)

    row.name = row.name if changes.name is None else checked_name(changes.name)
    row.type, row.params = moved(row, changes)
    row.restricted = row.restricted if changes.restricted is None else changes.restricted
    row.impersonate = row.impersonate if changes.impersonate is None else changes.impersonate
    row.updated_at = tx.now
    rename_node(tx, connection_id, row.name)
    restrict_node(tx, connection_id, is_restricted=row.restricted)
    tx.audit("connection:edit", "connection", connection_id, row.name, before=before, after=_told(row))
    if endpoint_of(ConnectionType(row.type), row.params) != stood:
        detach(tx, row, home)
    tx.session.flush()
    return present(tx, [row])[0]


def delete_connection(tx: Tx, connection_id: str) -> None:
    """Delete a connection with its associations and roles; the credentials stay."""
    node = require(tx, "connection:delete", connection_id)
    row = tx.session.get_one(ConnectionRow, connection_id, with_for_update=True)
    before = _told(row) | {"credentials": len(queries.associations_at(tx.session, connection_id))}
    tx.session.execute(delete(AssociationRow).where(AssociationRow.connection_id == connection_id))
    tx.session.execute(delete(ConnectionRow).where(ConnectionRow.id == connection_id))
    remove_node(tx, connection_id)
    tx.audit("connection:delete", "connection", connection_id, node.name, before=before)


def target_of(row: ConnectionRow) -> Target:
    """Return where calls over a connection go; asks for no right."""
    return Target(row.org_id, row.id, ConnectionType(row.type), row.params)


def present(tx: Tx, rows: Sequence[ConnectionRow]) -> list[Connection]:
    """Return connections as the caller may see them; that they may is decided."""
    ids = [row.id for row in rows]
    owners, readable = owners_of(tx, ids), allowed_on(tx, "connection:read", ids)
    addressed = readable | allowed_on(tx, "connection:use", ids)
    found = []
    for row in rows:
        type_, (owner_id, owner_name) = ConnectionType(row.type), owners.get(row.id, (None, None))
        found.append(
            Connection(
                id=row.id, org_id=row.org_id, name=row.name, type=type_,
                params=row.params if row.id in readable else None,
                address=address_of(type_, row.params) if row.id in addressed else None,
                restricted=row.restricted, impersonate=row.impersonate,
                created_at=row.created_at, updated_at=row.updated_at,
                owner_id=owner_id, owner_name=owner_name,
                tls=tls_of(type_, row.params) if row.id in addressed else None, generation=row.generation,
            )
        )  # fmt: skip
    return found


def moved(row: ConnectionRow, changes: Changes) -> tuple[ConnectionType, dict[str, Any]]:
    """Return type and parameters as they are to be."""
    type_ = connection_type_of(changes.type or row.type)
    kept = row.params if type_ == row.type else {}
    if changes.params is None and type_ == row.type:
        return type_, row.params
    return type_, checked_params(type_, {**kept, **(changes.params or {})})


def _told(row: ConnectionRow) -> dict[str, Any]:
    """Return what the trail keeps of a connection; a certificate only as being there."""
    params = {name: value if name != "ca" else "given" for name, value in row.params.items()}
    return {
        "name": row.name, "type": str(row.type), **params,
        "restricted": row.restricted, "impersonate": row.impersonate,
    }  # fmt: skip


def is_nothing(changes: Changes) -> bool:
    """Tell whether nothing is to be changed."""
    return all(getattr(changes, one.name) is None for one in fields(changes))
