"""Whom sets lead to: the people in them now, by however many steps."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, Select, and_, select, true
from sqlalchemy.sql.elements import ColumnElement

from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.tables import MembershipRow, PrincipalRow
from gatepost_server.store import Tx


def reached(tx: Tx, start: Select[Any], name: str, followed: ColumnElement[bool] | None = None) -> CTE:
    """Return everybody in the sets of *start* now, where only memberships that are *followed* lead on.

    None follows all of them.
    """
    is_followed = true() if followed is None else followed
    reach = start.cte(name, recursive=True)
    return reach.union(
        select(MembershipRow.member_id)
        .join(reach, MembershipRow.set_id == reach.c.id)
        .where(MembershipRow.from_at <= tx.now, MembershipRow.until_at > tx.now, is_followed)
    )


def is_person_among(among: CTE, uses: int) -> ColumnElement[bool]:
    """Return whether somebody is an active person among *among* whose server role lets them use it."""
    return and_(
        PrincipalRow.kind == "user",
        PrincipalRow.is_active,
        PrincipalRow.cap >= policy.rung_of(uses),
        PrincipalRow.id.in_(select(among.c.id)),
    )


def named(who_ids: Sequence[str]) -> Select[Any]:
    """Return these people and sets, to start from."""
    return select(PrincipalRow.id.label("id")).where(PrincipalRow.id.in_(who_ids))


def people_among(tx: Tx, who_ids: Sequence[str], most: int) -> list[str]:
    """Return the ids of all active people whom *who_ids* mean, at most *most*; no right is asked for.

    People in several of the sets are named once.
    """
    meant = reached(tx, named(who_ids), "meant")
    rows = tx.session.scalars(
        select(PrincipalRow.id).where(is_person_among(meant, Atom.LIST)).order_by(PrincipalRow.id).limit(most)
    )
    return list(rows)
