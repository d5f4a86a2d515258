"""Reads of principals for other domains and the doors."""

from sqlalchemy import select

from gatepost_server.authz import queries
from gatepost_server.authz.model import Principal
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


def administrators(tx: Tx) -> list[Principal]:
    """Return every active administrator."""
    return list(queries.administrators(tx.session))
