"""Reads of principals for other domains and the doors."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select

from gatepost_server.authz import queries
from gatepost_server.authz.facts import load_principal
from gatepost_server.authz.model import Principal
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.service.asking import may_on_instance, reader_of
from gatepost_server.authz.service.organizations import known_organizations, own_organization
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.store import Tx


def principal(tx: Tx, principal_id: str) -> Principal | None:
    """Return a principal or set, or None."""
    return load_principal(reader_of(tx), principal_id)


def principals(tx: Tx, principal_ids: Iterable[str]) -> dict[str, Principal]:
    """Return several principals or sets by id; those that are gone are left out."""
    rows = tx.session.scalars(select(PrincipalRow).where(PrincipalRow.id.in_(set(principal_ids))))
    return {
        row.id: Principal(row.id, row.kind, row.name, row.label, row.is_active, row.cap, row.org_id)
        for row in rows
    }


def find_principal(tx: Tx, kind: str, name: str) -> Principal | None:
    """Return the principal of *kind* that the caller means by a name or an id, or None.

    Only of organizations that the caller may know of; the own one is looked at first, and
    of several elsewhere none is meant. Users are found through `identity`.
    """
    own, known = own_organization(tx), known_organizations(tx)
    rows = tx.session.execute(
        select(PrincipalRow.id, PrincipalRow.org_id).where(
            PrincipalRow.kind == kind,
            (PrincipalRow.name == name) | (PrincipalRow.id == name),
            PrincipalRow.org_id.in_(known),
        )
    ).all()
    meant = [row.id for row in rows if row.org_id == own] or [row.id for row in rows]
    return queries.principal(tx.session, meant[0]) if len(meant) == 1 else None


def principals_with(
    *, role: str | None = None, is_active: bool | None = None, organizations: Sequence[str] | None = None
) -> Select[str]:
    """Return a sub-select of the ids of all principals of a server role, activity and organizations.

    An unknown role is nobody's.
    """
    query = select(PrincipalRow.id)
    if role is not None:
        known = policy.roles.get(role)
        query = query.where(PrincipalRow.cap == (known.cap if known is not None else -1))
    if organizations is not None:
        query = query.where(PrincipalRow.org_id.in_(organizations))
    return query if is_active is None else query.where(PrincipalRow.is_active == is_active)


def administers(role: str) -> bool:
    """Tell whether a server role administers the whole server; an unknown one does not."""
    known = policy.roles.get(role)
    return known is not None and bool(known.at_instance >> Atom.GLOBAL_ADMIN & 1)


def stands_above(tx: Tx, user_id: str) -> bool:
    """Tell whether the caller administers the server and a person's server role is no higher than theirs."""
    target, own = principal(tx, user_id), principal(tx, tx.actor.principal_id or "")
    is_above = target is not None and own is not None and target.cap <= own.cap
    return is_above and may_on_instance(tx, "user:role")


def administrators(tx: Tx) -> list[Principal]:
    """Return every active administrator."""
    return list(queries.administrators(tx.session))
