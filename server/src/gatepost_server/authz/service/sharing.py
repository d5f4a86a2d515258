"""Sharing as people see it: change a role, count who shares, what a server role holds back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from gatepost_server.authz import queries
from gatepost_server.authz.errors import Hidden
from gatepost_server.authz.model import ANYONE, SIGNED_IN, Grant
from gatepost_server.authz.policy import policy
from gatepost_server.authz.service.asking import require, visible
from gatepost_server.authz.service.granting import give_role, share_action, take_back
from gatepost_server.authz.tables import GrantRow, NodeRow
from gatepost_server.store import Tx


def change_role(tx: Tx, node_id: str, grant_id: str, role: str, until: datetime | None) -> Grant:
    """Give whoever holds a grant another role or end instead of it; no change is none.

    Raises:
        Hidden: no such grant on this thing.
        Invalid: no such role here, an end that has passed, or one who cannot have it.
        TooWide: beyond what the caller holds, before or after.
        LastOwner: nobody would be left who owns the thing for good.
    """
    require(tx, share_action(tx, node_id), node_id)
    before = queries.grant_by_id(tx.session, grant_id)
    if before is None or before.node_id != node_id:
        raise Hidden("grant:change", grant_id)
    if before.role == role and before.until_at == until:
        return before
    after = give_role(tx, node_id, before.who_id, role, until=until, reason=before.reason)
    take_back(tx, node_id, grant_id)
    return after


def count_sharers(tx: Tx, node_ids: Sequence[str]) -> dict[str, int]:
    """Return how many people and sets hold a grant on each thing now; general access left out.

    For pages of things that the caller may share; rights are not asked.
    """
    rows = tx.session.execute(
        select(GrantRow.node_id, func.count(GrantRow.who_id.distinct()))
        .where(
            GrantRow.node_id.in_(node_ids),
            ~GrantRow.who_id.startswith(ANYONE, autoescape=True),
            ~GrantRow.who_id.startswith(SIGNED_IN, autoescape=True),
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
        )
        .group_by(GrantRow.node_id)
    )
    return {row[0]: row[1] for row in rows}


def count_visible(tx: Tx, action: str, *, below: str | None = None) -> int:
    """Return on how many things the caller may do *action*; with *below*, of those that stand there."""
    found = visible(tx, action)
    if below is not None:
        found = found.where(NodeRow.parent_id == below)
    return tx.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def allowed_on(tx: Tx, action: str, node_ids: Sequence[str]) -> frozenset[str]:
    """Return on which of these things the caller may do *action*, by one query; for lists."""
    allowed = visible(tx, action).where(NodeRow.id.in_(node_ids))
    return frozenset(tx.session.scalars(allowed))


def held_back_by(tx: Tx, grant: Grant) -> str | None:
    """Return the server role that keeps a person below what a grant gives; None when none does."""
    holder = queries.principal(tx.session, grant.who_id)
    if holder is None or holder.kind != "user":
        return None
    given = policy.closure(grant.atoms)
    return policy.role_of_cap(holder.cap) if policy.capped(given, holder.cap) != given else None
