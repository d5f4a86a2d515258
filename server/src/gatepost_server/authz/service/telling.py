"""The stories of grants: as which role, on what, through which group, until when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select

from gatepost_server.authz import queries
from gatepost_server.authz.explaining import Story, Told, day_of
from gatepost_server.authz.model import INSTANCE, Facts, GrantFact, Node, Subject, given_by, is_open_set
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.tables import ExposureRow, GrantRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx, micros


class _Recorded(NamedTuple):
    """A grant as it stands in the store, with where and to whom."""

    at: NodeRow
    grant: GrantRow
    who: PrincipalRow


def labelled(tx: Tx, subject: Subject) -> Subject:
    """Return *subject* under the name that people read, and so whom it stays within."""
    known = queries.principal(tx.session, subject.principal_id) if subject.principal_id else None
    within = labelled(tx, subject.within) if subject.within is not None else None
    return replace(subject, name=known.label if known is not None else subject.name, within=within)


def told_of(tx: Tx, subject: Subject, node: Node, facts: Facts, atom: Atom) -> list[Told]:
    """Return the stories of *facts*, for each of the chain, and what has ended or not begun of *atom*."""
    return [_told(tx, one, node, grants, atom) for one, grants in zip(subject.chain, facts, strict=True)]


def _told(tx: Tx, one: Subject, node: Node, grants: Sequence[GrantFact], atom: Atom) -> Told:
    if one.lent:
        return Told()
    by_form: dict[tuple[NodeKind, bool, int], list[Story]] = defaultdict(list)
    rows = _recorded(tx, one, node)
    ended = ""
    for row in rows:
        given = row.grant
        if given.from_at <= tx.now and (given.until_at is None or given.until_at > tx.now):
            by_form[NodeKind(row.at.kind), row.at.id == node.id, given.atoms].append(_story(row, one, node))
        elif _would_give(one, node, row, atom):
            ended = _ended(tx, row, one, node)
    found = []
    for grant in grants:
        stories = by_form[grant.at_kind, grant.is_here, grant.atoms]
        # Grants of one form are told in any order: they say the same about rights.
        found.append(stories.pop() if len(stories) > 1 else next(iter(stories), Story(None, node.name)))
    return Told(found, ended)


def _recorded(tx: Tx, one: Subject, node: Node) -> Sequence[_Recorded]:
    """Return the grants on the path of *node*, and over exposures of it, that are or were for *one*."""
    exposed = select(ExposureRow.project_id).where(
        ExposureRow.dataset_id == node.id,
        ExposureRow.from_at <= tx.now,
        ExposureRow.until_at > tx.now,
    )
    projects = tx.session.scalars(exposed).all()
    places = {*node.path, INSTANCE, *(projects if one.has_role else ())}
    rows = tx.session.execute(
        select(NodeRow, GrantRow, PrincipalRow)
        .join(GrantRow, GrantRow.node_id == NodeRow.id)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(NodeRow.id.in_(places), GrantRow.who_id.in_(queries.ids_of(tx, one)))
        .order_by(GrantRow.until_at)
    )
    return [_Recorded(at, grant, who) for at, grant, who in rows]


def _story(row: _Recorded, one: Subject, node: Node) -> Story:
    at, grant, who = row
    through = ""
    if who.id != one.principal_id:
        through = "general access" if is_open_set(who.id) else who.label
    name = {INSTANCE: "the whole server"}.get(at.id, at.name)
    if at.kind == NodeKind.PROJECT and node.kind is NodeKind.DATASET and at.id != node.parent_id:
        through = f"{through + ' and ' if through else ''}an exposure to that project"
    return Story(grant.role, name, through)


def _would_give(one: Subject, node: Node, row: _Recorded, atom: Atom) -> bool:
    at, grant, _ = row
    fact = GrantFact(NodeKind(at.kind), at.id == node.id, grant.atoms, 0)
    return bool(given_by(one, node.kind, fact) >> atom & 1)


def _ended(tx: Tx, row: _Recorded, one: Subject, node: Node) -> str:
    _, grant, _ = row
    story = _story(row, one, node)
    what = f"The role {story.role}" if story.role else f"A grant of {', '.join(policy.names(grant.atoms))}"
    through = f", through {story.through}," if story.through else ""
    if micros(grant.from_at) > micros(tx.now):
        return f"{what} on {story.at_name}{through} begins on {day_of(grant.from_at)}."
    assert grant.until_at is not None, "it has ended"
    return f"{what} on {story.at_name}{through} ended on {day_of(grant.until_at)}."
