"""Reads of principals for other domains and the doors."""

from sqlalchemy import Select, select

from gatepost_server.authz import queries
from gatepost_server.authz.model import Principal
from gatepost_server.authz.policy import policy
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.store import Tx


def principal(tx: Tx, principal_id: str) -> Principal | None:
    """Return a principal or set, or None."""
    return queries.principal(tx.session, principal_id)


def find_principal(tx: Tx, kind: str, name: str) -> Principal | None:
    """Return the principal of *kind* that is listed under *name*, or None.

    Users are found by username through `identity`, which knows them.
    """
    row = tx.session.scalar(
        select(PrincipalRow.id).where(PrincipalRow.kind == kind, PrincipalRow.name == name)
    )
    return None if row is None else queries.principal(tx.session, row)


def principals_with(*, role: str | None = None, is_active: bool | None = None) -> Select[str]:
    """Return a sub-select of the ids of all principals of a server role and activity.

    An unknown role is nobody's.
    """
    query = select(PrincipalRow.id)
    if role is not None:
        known = policy.roles.get(role)
        query = query.where(PrincipalRow.cap == (known.cap if known is not None else -1))
    return query if is_active is None else query.where(PrincipalRow.is_active == is_active)


def administrators(tx: Tx) -> list[Principal]:
    """Return every active administrator."""
    return list(queries.administrators(tx.session))
