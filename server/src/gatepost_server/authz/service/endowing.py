"""Keys as holders: known to rights under names of their own, with grants of their own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from gatepost_server.authz.errors import Hidden, TooWide
from gatepost_server.authz.facts import load_child, load_facts, load_node, load_subject
from gatepost_server.authz.model import HIGHEST, Node, Subject, effective
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.service.asking import reader_of, subject_of
from gatepost_server.authz.service.limits import held_through
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.authz.windows import Window
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx, insert_rows, micros, moment_of


class Holding(NamedTuple):
    """What a holder has on one thing, as it was granted."""

    node_id: str
    kind: NodeKind
    name: str
    atoms: int


def register_holder(tx: Tx, holder_id: str, kind: str, name: str, org_id: str | None) -> None:
    """Make somebody who is no person known to rights: in no set, without a server role."""
    insert_rows(
        tx,
        PrincipalRow(
            id=holder_id, kind=kind, name=name, label=name, org_id=org_id, is_active=True, cap=HIGHEST
        ),
    )


def rename_holder(tx: Tx, holder_id: str, name: str) -> None:
    """Give a holder another name."""
    tx.session.execute(update(PrincipalRow).where(PrincipalRow.id == holder_id).values(name=name, label=name))


def retire_holders(tx: Tx, holder_ids: Sequence[str]) -> None:
    """Let holders hold nothing any more; their names stay, for the trail."""
    tx.session.execute(delete(GrantRow).where(GrantRow.who_id.in_(holder_ids)))
    tx.session.execute(update(PrincipalRow).where(PrincipalRow.id.in_(holder_ids)).values(is_active=False))


def require_held(
    tx: Tx,
    wanted: Mapping[str, int],
    of: tuple[str, Node],
    *,
    sponsor_id: str | None = None,
    until: datetime | None = None,
) -> None:
    """Let the call go on only if the caller holds *wanted* (atoms by node) at this moment.

    That is what giving it to a key takes (§4.6, key creation): what the key may do is cut
    at its sponsor's rights whenever it is used. If somebody else than the caller answers for
    the key, *sponsor_id*, the caller has to hold it until the key ends, *until* (None: for
    good). *of* is the action that is tried and on what, for the audit.

    Raises:
        Hidden: a node that is not there.
        TooWide: atoms that the caller does not hold there, or not for as long; it names them.
    """
    for node_id, atoms in wanted.items():
        node = _require_held(tx, node_id, atoms, of)
        if sponsor_id not in (None, tx.actor.principal_id):
            _require_lasting(tx, node, atoms, until, of)


def endow(tx: Tx, holder_id: str, wanted: Mapping[str, int], *, is_new: bool = False) -> None:
    """Make *wanted* (atoms by node) all that a holder was given; `require_held` has been asked.

    What it holds by a role stays: it owns what it created.
    """
    if not is_new:
        given = (GrantRow.who_id == holder_id, GrantRow.role.is_(None))
        tx.session.execute(delete(GrantRow).where(*given))
    grants = (
        GrantRow(
            id=new_id("grt", tx.now),
            who_id=holder_id,
            node_id=node_id,
            atoms=atoms,
            role=None,
            from_at=tx.now,
            until_at=None,
            by_id=tx.actor.principal_id or "",
            reason="",
        )
        for node_id, atoms in wanted.items()
        if atoms
    )
    insert_rows(tx, *grants)


def holdings(tx: Tx, holder_ids: Sequence[str]) -> dict[str, list[Holding]]:
    """Return what each holder was given (`endow`), by name of the thing; those with nothing are left out.

    What a holder owns because it created it is not among that.
    """
    rows = tx.session.execute(
        select(GrantRow.who_id, NodeRow.id, NodeRow.kind, NodeRow.name, GrantRow.atoms)
        .join(NodeRow, NodeRow.id == GrantRow.node_id)
        .where(GrantRow.who_id.in_(holder_ids), GrantRow.role.is_(None))
        .order_by(NodeRow.name, NodeRow.id)
    )
    found: dict[str, list[Holding]] = {}
    for who_id, node_id, kind, name, atoms in rows:
        found.setdefault(who_id, []).append(Holding(node_id, NodeKind(kind), name, atoms))
    return found


def count_holdings(tx: Tx, holder_ids: Sequence[str]) -> dict[str, dict[NodeKind, int]]:
    """Return on how many things of each kind what each holder was given counts now."""
    rows = tx.session.execute(
        select(GrantRow.who_id, NodeRow.kind, func.count(NodeRow.id.distinct()))
        .join(NodeRow, NodeRow.id == GrantRow.node_id)
        .where(
            GrantRow.who_id.in_(holder_ids),
            GrantRow.role.is_(None),
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
        )
        .group_by(GrantRow.who_id, NodeRow.kind)
    )
    found: dict[str, dict[NodeKind, int]] = {}
    for who_id, kind, count in rows:
        found.setdefault(who_id, {})[NodeKind(kind)] = count
    return found


def named_below(tx: Tx, parent_id: str, kind: NodeKind, names: Iterable[str]) -> dict[str, str]:
    """Return the ids of children of *kind* by name, as far as there are such; rights are not asked."""
    found = {name: load_child(reader_of(tx), parent_id, kind, name) for name in names}
    return {name: node_id for name, node_id in found.items() if node_id is not None}


def is_held_by(tx: Tx, principal_id: str, atoms: int, node_id: str) -> bool:
    """Tell whether a person or a set holds *atoms* on a node now."""
    node = load_node(reader_of(tx), node_id)
    subject = load_subject(reader_of(tx), principal_id, HIGHEST)
    return node is not None and not policy.closure(atoms) & ~_held(tx, _as_itself(subject), node)


def _as_itself(subject: Subject) -> Subject:
    """Return a set as a holder of grants; it has no server role that would cut them."""
    if subject.role_cap:
        return subject
    return Subject(
        subject.principal_id,
        subject.is_active,
        HIGHEST,
        HIGHEST,
        subject.org_id,
        subject.name,
        has_role=False,
    )


def _require_held(tx: Tx, node_id: str, atoms: int, of: tuple[str, Node]) -> Node:
    node, (action, tried_on) = load_node(reader_of(tx), node_id), of
    if node is None:
        raise Hidden(action, node_id)
    if tx.actor.kind is ActorKind.SYSTEM:
        return node
    missing = policy.closure(atoms) & ~_held(tx, subject_of(tx), node)
    if missing:
        names = policy.names(atoms & missing or missing)
        raise TooWide(
            f"You do not hold {', '.join(names)} on {node.name} yourself, so you cannot give it to a key.",
            params={"missing": " ".join(names), "on": node.name, "action": action},
        ).about(action, tried_on.kind, tried_on.id)
    return node


def _require_lasting(tx: Tx, node: Node, atoms: int, until: datetime | None, of: tuple[str, Node]) -> None:
    """Ask at every moment before *until* at which what the caller holds now may end."""
    if tx.actor.kind is ActorKind.SYSTEM:
        return
    wanted, (action, tried_on) = policy.closure(atoms), of
    for moment, held in held_through(tx, subject_of(tx), node, Window.of(tx.now, until)):
        missing = wanted & ~held
        if missing:
            names, last = policy.names(atoms & missing or missing), moment_of(moment)
            raise TooWide(
                f"You hold {', '.join(names)} on {node.name} until {last:%Y-%m-%d %H:%M} UTC only, and the "
                "key would keep it, since you are not who answers for it. Let the key end by then, answer "
                "for it yourself, or ask somebody who holds this for good.",
                params={"missing": " ".join(names), "on": node.name, "action": action},
            ).about(action, tried_on.kind, tried_on.id)


def _held(tx: Tx, subject: Subject, node: Node) -> int:
    facts = load_facts(reader_of(tx), subject, node, micros(tx.now))
    return effective(subject, node, facts)
