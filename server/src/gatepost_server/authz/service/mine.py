"""What somebody holds by grants of their own, whatever their server role adds; who owns and uses things."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Select, func, select

from gatepost_server.authz import queries
from gatepost_server.authz.model import Grant, Principal
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.service.asking import subject_of
from gatepost_server.authz.tables import GrantRow, PrincipalRow
from gatepost_server.store import Tx

_OWN: Final = 1 << Atom.OWN


class Held(NamedTuple):
    """The longest lasting grant that somebody holds on a thing, and whether by it they own the thing."""

    grant: Grant
    is_owner: bool


def held_by_grant(tx: Tx, action: str) -> Select[str]:
    """Return a sub-select of the things on which a grant to the caller, or a set of theirs, gives *action*.

    What an administrator may because of their server role is left out: it makes nothing theirs.
    """
    atom = policy.actions[action].atom
    if atom is None:
        raise ValueError(f"{action} is not asked of things")
    return select(GrantRow.node_id).where(
        GrantRow.who_id.in_(queries.ids_of(tx, subject_of(tx))),
        GrantRow.from_at <= tx.now,
        GrantRow.until_at > tx.now,
        GrantRow.atoms.op("&")(policy.holders_of(atom)) != 0,
    )


def own_holdings(tx: Tx, node_ids: Sequence[str], action: str) -> dict[str, Held]:
    """Return for each thing the caller's best grant that gives *action*: an owner's, else the longest."""
    theirs = held_by_grant(tx, action).where(GrantRow.node_id.in_(node_ids))
    found: dict[str, Held] = {}
    for grant in queries.grants_by_id(tx.session, theirs.with_only_columns(GrantRow.id)):
        one = Held(grant, bool(grant.atoms & _OWN))
        known = found.get(grant.node_id)
        if known is None or _rank(one) > _rank(known):
            found[grant.node_id] = one
    return found


def people_on(tx: Tx, node_ids: Sequence[str], *, owners: bool) -> dict[str, list[Principal]]:
    """Return the people with a grant of their own on each thing now: those who own it, or all others.

    For pages of things that may be known of; rights are not asked.
    """
    owning = GrantRow.atoms.op("&")(_OWN)
    rows = tx.session.execute(
        select(GrantRow.node_id, PrincipalRow)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(
            GrantRow.node_id.in_(node_ids),
            PrincipalRow.kind == "user",
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
            owning != 0 if owners else owning == 0,
        )
        .order_by(GrantRow.id)
    )
    found: dict[str, list[Principal]] = {}
    for node_id, row in rows:
        one = Principal(row.id, row.kind, row.name, row.label, row.is_active, row.cap, row.org_id)
        if one not in found.setdefault(node_id, []):
            found[node_id].append(one)
    return found


def count_people_on(tx: Tx, node_ids: Sequence[str]) -> dict[str, int]:
    """Return how many people without ownership have a grant of their own on each thing now.

    For pages of things that may be known of; rights are not asked.
    """
    rows = tx.session.execute(
        select(GrantRow.node_id, func.count(GrantRow.who_id.distinct()))
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(
            GrantRow.node_id.in_(node_ids),
            PrincipalRow.kind == "user",
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
            GrantRow.atoms.op("&")(_OWN) == 0,
        )
        .group_by(GrantRow.node_id)
    )
    return {row[0]: row[1] for row in rows}


def grant_called(tx: Tx, grant_id: str) -> Grant | None:
    """Return a grant by its id, past or present; rights are not asked."""
    return queries.grant_by_id(tx.session, grant_id)


def _rank(one: Held) -> tuple[bool, bool, float]:
    until = one.grant.until_at
    return one.is_owner, until is None, 0.0 if until is None else until.timestamp()


def recorded_grants() -> Select[str]:
    """Return a sub-select of every grant there is, to find what hangs on one that is gone."""
    return select(GrantRow.id)


def living_grants(tx: Tx, grant_ids: Sequence[str]) -> frozenset[str]:
    """Return which of these grants count now, their holder being active."""
    rows = tx.session.scalars(
        select(GrantRow.id)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(
            GrantRow.id.in_(grant_ids),
            PrincipalRow.is_active,
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
        )
    )
    return frozenset(rows)


def who_may_own(tx: Tx, user_ids: Sequence[str]) -> frozenset[str]:
    """Return which of these people are active and, by their server role, may own things."""
    rows = tx.session.scalars(
        select(PrincipalRow.id).where(
            PrincipalRow.id.in_(user_ids),
            PrincipalRow.is_active,
            PrincipalRow.cap >= policy.rung_of(Atom.OWN),
        )
    )
    return frozenset(rows)
