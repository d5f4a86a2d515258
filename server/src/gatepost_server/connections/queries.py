"""Reads of connections and of what is associated to them."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.connections.tables import AssociationRow, ConnectionRow
from gatepost_server.kernel.paging import Page, PageRequest, page_from

Pair = tuple[ConnectionRow, AssociationRow]


def page_of_connections(session: Session, page: PageRequest, visible: Select[str]) -> Page[ConnectionRow]:
    """Return a page of the *visible* connections by name, searched by name and type."""
    query = select(ConnectionRow).where(ConnectionRow.id.in_(visible))
    for word in page.q.split()[:8]:
        is_named = ConnectionRow.name.icontains(word, autoescape=True)
        query = query.where(or_(is_named, ConnectionRow.type.icontains(word, autoescape=True)))
    position, by_name = page.position(2), func.lower(ConnectionRow.name)
    if position is not None:
        name, connection_id = position
        query = query.where(or_(by_name > name, and_(by_name == name, ConnectionRow.id > connection_id)))
    rows = session.execute(
        query.add_columns(by_name).order_by(by_name, ConnectionRow.id).limit(page.limit + 1)
    )
    found = [(row, name) for row, name in rows]
    return page_from(found, page, lambda one: (one[1], one[0].id)).map(lambda one: one[0])


def credentials_of(session: Session, connection_id: str, page: PageRequest, seen: Select[str]) -> Page[Pair]:
    """Return a page of the *seen* credentials of a connection, the first associated first."""
    query = _pairs().where(
        AssociationRow.connection_id == connection_id, AssociationRow.credential_id.in_(seen)
    )
    position = page.position(1)
    if position is not None:
        query = query.where(AssociationRow.credential_id > position[0])
    rows = session.execute(query.order_by(AssociationRow.credential_id).limit(page.limit + 1))
    return page_from([(one, two) for one, two in rows], page, lambda pair: (pair[1].credential_id,))


def connections_of(session: Session, credential_id: str, page: PageRequest, seen: Select[str]) -> Page[Pair]:
    """Return a page of the *seen* connections of a credential, the first made first."""
    query = _pairs().where(
        AssociationRow.credential_id == credential_id, AssociationRow.connection_id.in_(seen)
    )
    position = page.position(1)
    if position is not None:
        query = query.where(AssociationRow.connection_id > position[0])
    rows = session.execute(query.order_by(AssociationRow.connection_id).limit(page.limit + 1))
    return page_from([(one, two) for one, two in rows], page, lambda pair: (pair[1].connection_id,))


def associations_at(session: Session, connection_id: str) -> Sequence[AssociationRow]:
    """Return all associations of a connection."""
    query = select(AssociationRow).where(AssociationRow.connection_id == connection_id)
    return session.scalars(query.order_by(AssociationRow.credential_id)).all()


def attached_among(session: Session, row: ConnectionRow, usable: Select[str]) -> Sequence[str]:
    """Return the ids of the *usable* credentials that sign in at a connection as it is now; two at most."""
    query = select(AssociationRow.credential_id).where(
        AssociationRow.connection_id == row.id,
        AssociationRow.generation == row.generation,
        AssociationRow.credential_id.in_(usable),
    )
    return session.scalars(query.order_by(AssociationRow.credential_id).limit(2)).all()


def how_many_of(session: Session, credential_id: str) -> int:
    """Return how many connections a credential is associated to."""
    query = select(func.count()).select_from(AssociationRow)
    return session.scalar(query.where(AssociationRow.credential_id == credential_id)) or 0


def credentials_by_connection(session: Session, ids: Sequence[str], seen: Select[str]) -> dict[str, int]:
    """Return how many of the *seen* credentials each connection has."""
    query = select(AssociationRow.connection_id, func.count()).where(
        AssociationRow.connection_id.in_(ids), AssociationRow.credential_id.in_(seen)
    )
    found = session.execute(query.group_by(AssociationRow.connection_id)).all()
    return {row[0]: row[1] for row in found}


def connections_by_credential(session: Session, ids: Sequence[str], seen: Select[str]) -> dict[str, int]:
    """Return how many of the *seen* connections each credential has."""
    query = select(AssociationRow.credential_id, func.count()).where(
        AssociationRow.credential_id.in_(ids), AssociationRow.connection_id.in_(seen)
    )
    found = session.execute(query.group_by(AssociationRow.credential_id)).all()
    return {row[0]: row[1] for row in found}


def _pairs() -> Select[ConnectionRow, AssociationRow]:
    return select(ConnectionRow, AssociationRow).join(
        AssociationRow, AssociationRow.connection_id == ConnectionRow.id
    )
