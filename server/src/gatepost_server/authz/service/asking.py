"""Asking: may the caller do this? Every door and use-case asks here."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select

from gatepost_server.authz import queries
from gatepost_server.authz.declare import Action, KeyMaking, Need
from gatepost_server.authz.errors import (
    ActionDenied,
    ConfirmRequired,
    Hidden,
    KeysCannotMakeKeys,
    SessionRequired,
)
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.making import MAKING, may_by_key, told
from gatepost_server.authz.model import INSTANCE, ORGANIZATION, Decision, Node, Subject, judge
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.subjects import subject_for
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import NO_GOOD_CREDENTIAL, Unauthenticated
from gatepost_server.store import RawReader, Tx, micros

RECENT: Final = timedelta(minutes=10)
"""How long a proof of identity counts as recent (security.md, "MFA, sessions")."""


def decide(
    reader: RawReader, subject: Subject, action: str, node_id: str, kind: NodeKind, now: datetime
) -> Decision:
    """Answer whether *subject* may do *action* on a node of *kind*, with the reason.

    What the gate asks with facts it has at hand; remembers nothing. That there is such a
    node is the caller's word.
    """
    node = load_node(reader, node_id) or Node(node_id, kind, "", None, None, is_there=False)
    return decide_on(reader, subject, action, node, now)


def decide_on(reader: RawReader, subject: Subject, action: str, node: Node, now: datetime) -> Decision:
    """Answer whether *subject* may do *action* on a node at hand, with the reason."""
    return judge(subject, action, node, load_facts(reader, subject, node, micros(now)))


def require(tx: Tx, action: str, node_id: str, making: KeyMaking = KeyMaking.OFF) -> Node:
    """Let the call go on only if the caller may do *action* on *node_id*.

    *making* is the instance's policy about keys that make keys, for actions that make one.

    Raises:
        Unauthenticated: nobody is calling.
        Hidden: the thing is missing, or may not be known of.
        ActionDenied: it may be known of, but this needs more.
        SessionRequired: a key tried what only a person may do.
        ConfirmRequired: the action needs a recent proof of identity.
    """
    declared = policy.actions[action]
    reader = reader_of(tx)
    node = load_node(reader, node_id)
    if tx.actor.kind is ActorKind.SYSTEM and node is not None:
        return node
    if tx.actor.is_anonymous:
        raise Unauthenticated(NO_GOOD_CREDENTIAL)
    if declared.on is None:
        raise ValueError(f"{action} is not asked of a thing")
    is_there = node is not None and node.kind is declared.on
    if node is None or not is_there:
        # What is not there is judged like what is: both take the same reads, and so the same time.
        node = Node(node_id, NodeKind(declared.on), "", None, None, is_there=False)
    decision = decide_on(reader, subject_of(tx), action, node, tx.now)
    if not is_there:
        raise Hidden(action, node_id)
    if not decision.allowed:
        if not decision.is_listed and node.kind not in (NodeKind.INSTANCE, NodeKind.ORGANIZATION):
            raise Hidden(action, node_id)
        raise ActionDenied(
            action, node.kind, node.id, node.name, decision.missing, capped_by=decision.capped_by
        )
    if declared.is_session_only:
        _require_person(declared, tx.actor, making, node.id)
    _require_recent(declared, tx.actor, tx.now, node.id)
    return node


def require_instance(tx: Tx, action: str, making: KeyMaking = KeyMaking.OFF) -> Node:
    """Ask for an action on the whole server."""
    return require(tx, action, INSTANCE, making)


def require_organization(tx: Tx, action: str) -> Node:
    """Ask for an action on the caller's organization; return its node."""
    return require(tx, action, subject_of(tx).org_id or ORGANIZATION)


def require_self(tx: Tx, action: str, making: KeyMaking = KeyMaking.OFF) -> str:
    """Let the call go on only for a person's own session; return the person's id.

    *making* is the instance's policy about keys that make keys, for actions that make one.

    Raises:
        Unauthenticated: nobody is calling.
        SessionRequired: a key is calling.
        ConfirmRequired: the action needs a recent proof of identity.
    """
    declared = policy.actions[action]
    if tx.actor.principal_id is None:
        raise Unauthenticated(NO_GOOD_CREDENTIAL)
    if declared.need is Need.KNOWN or (declared.need is Need.PERSON and tx.actor.is_person):
        return tx.actor.principal_id
    _require_person(declared, tx.actor, making)
    _require_recent(declared, tx.actor, tx.now)
    return tx.actor.principal_id


def may(tx: Tx, action: str, node_id: str) -> bool:
    """Tell whether the caller may do *action*, to show or leave out a button."""
    node = load_node(reader_of(tx), node_id)
    if node is None or node.kind is not policy.actions[action].on:
        return False
    return decide_on(reader_of(tx), subject_of(tx), action, node, tx.now).allowed


def may_on_instance(tx: Tx, action: str) -> bool:
    """Tell whether the caller may do *action* on the whole server."""
    return may(tx, action, INSTANCE)


def may_create(tx: Tx, action: str) -> bool:
    """Tell whether the caller may create things in its organization."""
    return may(tx, action, subject_of(tx).org_id or ORGANIZATION)


def visible(tx: Tx, action: str) -> Select[str]:
    """Return a sub-select of all things on which the caller may do *action*."""
    declared = policy.actions[action]
    if declared.atom is None or declared.on is None:
        raise ValueError(f"{action} is not asked of things")
    return queries.visible_nodes(tx, subject_of(tx), declared.atom, NodeKind(declared.on))


def subject_of(tx: Tx) -> Subject:
    """Return whose rights count in this call."""
    known = tx.memo.get("subject")
    if isinstance(known, Subject):
        return known
    subject = subject_for(reader_of(tx), tx.actor)
    tx.memo["subject"] = subject
    return subject


def forget_subject(tx: Tx) -> None:
    """Read the caller's rights anew, after this call changed them."""
    tx.memo.pop("subject", None)


def _require_person(declared: Action, actor: Actor, making: KeyMaking, node_id: str = "") -> None:
    if actor.is_interactive or may_by_key(declared, actor, making):
        return
    if declared.name in MAKING:
        raise KeysCannotMakeKeys(declared.name, node_id, told(declared, making, passed=False))
    raise SessionRequired(declared.name, node_id)


def is_confirmed(tx: Tx) -> bool:
    """Tell whether a person is calling in a session, and proved lately to be that person."""
    return tx.actor.is_interactive and _is_recent(tx.actor, tx.now)


def _require_recent(declared: Action, actor: Actor, now: datetime, node_id: str = "") -> None:
    if declared.is_recent and actor.kind is ActorKind.SESSION and not _is_recent(actor, now):
        raise ConfirmRequired(declared.name, node_id)


def _is_recent(actor: Actor, now: datetime) -> bool:
    return actor.confirmed_at is not None and now - actor.confirmed_at <= RECENT


def reader_of(tx: Tx) -> RawReader:
    """Read on the transaction's own connection, seeing what it has written so far."""
    return RawReader(*tx.driver())
