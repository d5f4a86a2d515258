"""Leaving an organization: what crosses its border ends, and nothing is left without an owner."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from gatepost_server.authz import queries
from gatepost_server.authz.model import ORGANIZATION
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.service.ownership import Orphan, pass_on
from gatepost_server.authz.tables import (
    ExposureRow,
    GrantRow,
    MembershipRow,
    NodeRow,
    OrganizationRow,
    PrincipalRow,
)
from gatepost_server.store import Tx

_OWNING = 1 << Atom.OWN | 1 << Atom.ADMIN
_CROSSING = ("user", "group", "organization")


@dataclass(frozen=True)
class Ended:
    """What ended at a border: how many grants (with exposures) and memberships, what was handed over.

    `moved` are (kind, id, heir) of things that nobody else owned.
    """

    grants: int
    memberships: int
    moved: tuple[tuple[str, str, str], ...]


def move_principal(tx: Tx, principal_id: str, org_id: str, acting_id: str | None) -> Ended:
    """Let somebody belong to another organization, and end what they held in the others.

    What was given across a border that both sides have opened stays. Things that nobody
    else owns go to an administrator of the organization that they stand in.
    """
    owned = _owned_by(tx, queries.sets_of(tx, principal_id))
    before = tx.session.get_one(PrincipalRow, principal_id).org_id or ORGANIZATION
    tx.session.execute(update(PrincipalRow).where(PrincipalRow.id == principal_id).values(org_id=org_id))
    tx.session.execute(
        update(MembershipRow)
        .where(MembershipRow.set_id == before, MembershipRow.member_id == principal_id)
        .values(set_id=org_id, from_at=tx.now)
    )
    forget_subject(tx)
    return _end(tx, owned, acting_id, principal_id=principal_id)


def close_border(tx: Tx, org_id: str, acting_id: str | None) -> Ended:
    """End every grant, exposure and membership across the border of an organization that closed it."""
    outside = aliased(PrincipalRow)
    owned = list(
        tx.session.scalars(
            select(NodeRow.id)
            .join(GrantRow, GrantRow.node_id == NodeRow.id)
            .join(outside, outside.id == GrantRow.who_id)
            .where(
                GrantRow.atoms.op("&")(_OWNING) != 0,
                (NodeRow.org_id == org_id) | (outside.org_id == org_id),
            )
            .distinct()
        )
    )
    forget_subject(tx)
    return _end(tx, owned, acting_id, org_id=org_id)


def _end(
    tx: Tx, owned: Sequence[str], acting_id: str | None, *, principal_id: str | None = None,
    org_id: str | None = None,
) -> Ended:  # fmt: skip
    grants = _crossing_grants(tx, principal_id, org_id)
    memberships = _crossing_memberships(tx, principal_id, org_id)
    exposures = [] if org_id is None else _crossing_exposures(tx, org_id)
    tx.session.execute(delete(GrantRow).where(GrantRow.id.in_(grants)))
    tx.session.execute(delete(ExposureRow).where(ExposureRow.id.in_(exposures)))
    tx.session.execute(delete(MembershipRow).where(MembershipRow.id.in_(memberships)))
    return Ended(
        len(grants) + len(exposures), len(memberships), tuple(pass_on(tx, _orphans(tx, owned), acting_id))
    )


def _crossing_grants(tx: Tx, principal_id: str | None, org_id: str | None) -> list[str]:
    rows = tx.session.execute(
        select(GrantRow.id, NodeRow.org_id, PrincipalRow.id, PrincipalRow.org_id)
        .join(NodeRow, NodeRow.id == GrantRow.node_id)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(PrincipalRow.kind.in_(_CROSSING), NodeRow.org_id != PrincipalRow.org_id)
    )
    return _crossing(tx, [(a, b, c, d) for a, b, c, d in rows], principal_id, org_id)


def _crossing_exposures(tx: Tx, org_id: str) -> list[str]:
    dataset, target = aliased(NodeRow), aliased(NodeRow)
    rows = tx.session.scalars(
        select(ExposureRow.id)
        .join(dataset, dataset.id == ExposureRow.dataset_id)
        .join(target, target.id == ExposureRow.project_id)
        .where(dataset.org_id != target.org_id, (dataset.org_id == org_id) | (target.org_id == org_id))
    )
    return list(rows)


def _crossing_memberships(tx: Tx, principal_id: str | None, org_id: str | None) -> list[str]:
    group, member = aliased(PrincipalRow), aliased(PrincipalRow)
    rows = tx.session.execute(
        select(MembershipRow.id, group.org_id, member.id, member.org_id)
        .join(group, group.id == MembershipRow.set_id)
        .join(member, member.id == MembershipRow.member_id)
        .where(member.kind.in_(_CROSSING), group.org_id != member.org_id)
    )
    return _crossing(tx, [(a, b, c, d) for a, b, c, d in rows], principal_id, org_id)


def _crossing(
    tx: Tx,
    rows: Sequence[tuple[str, str | None, str, str | None]],
    principal_id: str | None,
    org_id: str | None,
) -> list[str]:
    """Return the ids of *rows* that concern whom is meant, and that not both sides allow."""
    query = select(OrganizationRow.id).where(OrganizationRow.allows_outside_sharing)
    open_ones = set(tx.session.scalars(query))
    return [
        row_id
        for row_id, here, who, there in rows
        if (principal_id in (None, who)) and (org_id is None or org_id in (here, there))
        if not {here, there} <= open_ones
    ]


def _owned_by(tx: Tx, set_ids: Sequence[str]) -> list[str]:
    return list(
        tx.session.scalars(
            select(GrantRow.node_id)
            .where(GrantRow.who_id.in_(set_ids), GrantRow.atoms.op("&")(_OWNING) != 0)
            .distinct()
        )
    )


def _orphans(tx: Tx, node_ids: Sequence[str]) -> list[Orphan]:
    nodes = tx.session.scalars(select(NodeRow).where(NodeRow.id.in_(node_ids)).order_by(NodeRow.id))
    return [Orphan(one.id, one.kind, one.name, one.org_id) for one in nodes]
