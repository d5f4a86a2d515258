"""Why: what decides a call of somebody, what would let it through, and who can give that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gatepost_server.authz.declare import Action, Need
from gatepost_server.authz.explaining import BEARERS, PLAIN, Explanation, Step, explain
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import INSTANCE, Node, Subject, effective
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.rules import WORDS, Rule
from gatepost_server.authz.service.asking import RECENT, may_on_instance, reader_of, subject_of
from gatepost_server.authz.service.helping import (
    CanHelp,
    SmallestGrant,
    administrators_known,
    smallest_grant,
    who_can_give,
)
from gatepost_server.authz.service.organizations import own_organization
from gatepost_server.authz.service.telling import labelled, told_of
from gatepost_server.authz.subjects import subject_for
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx, micros


@dataclass(frozen=True)
class Why:
    """What holds now for a caller, an action and a thing, step by step.

    `node` is None where the thing is not to be known of; then everything else is the same
    as for an id that was never given. `helps` says in a sentence what helps.
    """

    allowed: bool
    rule: str | None
    missing: str | None
    steps: Sequence[Step]
    helps: str
    node: Node | None = None
    smallest: SmallestGrant | None = None
    who_can: Sequence[CanHelp] = ()


def why(tx: Tx, about: Actor, action: str, node_id: str | None) -> Why:
    """Explain whether *about* may do *action* on a thing, as far as the caller may know.

    Asking about others than oneself is the door's to allow. Without an id the thing is
    the whole server, or the organization of *about*, where the action is asked of those.

    Raises:
        Invalid: no such action, or it is asked of a thing and none is named.
    """
    declared = policy.actions.get(action)
    if declared is None:
        raise Invalid("Unknown action.", faults=[FieldFault("action", "see docs/reference/permissions.md")])
    if declared.on is None:
        return _of_oneself(about, declared, tx)
    node = _known_node(tx, declared, _place(tx, about, declared, node_id))
    if node is None:
        return hidden()
    reader = reader_of(tx)
    subject = subject_for(reader, about)
    facts = load_facts(reader, subject, node.id, node.kind, micros(tx.now))
    named = labelled(tx, subject)
    told = told_of(tx, subject, node, facts, Atom(declared.atom or 0))
    bearer = BEARERS.get(about.kind, PLAIN)
    found = explain(named, action, node, facts, told, bearer)
    steps = [*found.steps, *_ceremony(about, declared, tx)]
    first = next((step.rule for step in steps if not step.passed), None)
    shown = _discreet(tx, subject, steps)
    if first is None:
        return Why(True, None, None, shown, "", node)
    refused = _refused(tx, subject, replace(found, allowed=False, rule=first, steps=steps), node)
    is_of_key = refused.helps == WORDS[Rule.KEY_CAP].helps
    return replace(refused, steps=shown, helps=bearer.helps if is_of_key else refused.helps)


def hidden() -> Why:
    """Return the one answer about everything that is missing or not to be known of."""
    says = "There is nothing here that you may see: it does not exist, or nothing lets you know of it."
    step = Step(Rule.NOT_FOUND, False, says)
    helper = CanHelp("administrator", None, "an administrator", "administrator")
    return Why(False, Rule.NOT_FOUND, None, [step], WORDS[Rule.NOT_FOUND].helps, who_can=[helper])


def _refused(tx: Tx, subject: Subject, found: Explanation, node: Node) -> Why:
    assert found.rule is not None, "something failed"
    smallest = smallest_grant(tx, subject, found, node)
    helps = WORDS[Rule(found.rule)].helps
    who_can: Sequence[CanHelp] = ()
    if smallest is not None:
        who_can = who_can_give(tx, node, smallest)
    elif found.failed & {Rule.ROLE_CAP, Rule.ACCOUNT_INACTIVE}:
        helps = WORDS[Rule.ROLE_CAP if Rule.ROLE_CAP in found.failed else Rule.ACCOUNT_INACTIVE].helps
        who_can = administrators_known(tx)
    elif found.failed == {Rule.NOT_GRANTED}:
        helps = "It comes with a server role or a key's kind, not by a grant."
        who_can = administrators_known(tx)
    elif found.rule == Rule.NOT_GRANTED:
        # A grant alone would not do; what else stands in the way has to be seen to first.
        others = [step.rule for step in found.steps if not step.passed and step.rule in found.failed]
        helps = WORDS[Rule(others[-1])].helps
    elif found.rule == Rule.SPONSOR_INACTIVE:
        who_can = who_can_give(tx, node, None)
    return Why(False, found.rule, found.missing, found.steps, helps, node, smallest, who_can)


def _place(tx: Tx, about: Actor, declared: Action, node_id: str | None) -> str:
    if declared.on is NodeKind.INSTANCE:
        return node_id or INSTANCE
    if declared.on is NodeKind.ORGANIZATION and node_id is None:
        return subject_for(reader_of(tx), about).org_id or own_organization(tx)
    if node_id is None:
        fault = FieldFault("resource", f"{declared.name} is asked of a thing ({declared.on}); say which")
        raise Invalid("It is not said which thing is meant.", faults=[fault])
    return node_id


def _known_node(tx: Tx, declared: Action, node_id: str) -> Node | None:
    """Return the thing if the caller may know of it; a missing one costs the same work."""
    assert declared.on is not None, "asked of things"
    reader, asker = reader_of(tx), subject_of(tx)
    found = load_node(reader, node_id)
    is_there = found is not None and found.kind is declared.on
    node = found if found is not None and is_there else Node(node_id, NodeKind(declared.on), "", None, None)
    # What is not there has no path to read grants on; that of the whole server costs the same.
    looked_at = node_id if found is not None else INSTANCE
    held = effective(asker, node, load_facts(reader, asker, looked_at, node.kind, micros(tx.now)))
    is_public = node.kind is NodeKind.INSTANCE or node.id == own_organization(tx)
    return node if is_there and (held >> Atom.LIST & 1 or held >> Atom.CREATE & 1 or is_public) else None


def _discreet(tx: Tx, subject: Subject, steps: Sequence[Step]) -> list[Step]:
    """Leave out how a sponsor holds what they hold, but for themselves and administrators."""
    sponsor = subject.within
    if sponsor is None or sponsor.principal_id == subject_of(tx).principal_id:
        return list(steps)
    if may_on_instance(tx, "decision:explain-any"):
        return list(steps)
    return [replace(step, within=()) for step in steps]


def _ceremony(about: Actor, declared: Action, tx: Tx) -> list[Step]:
    """Return the steps about how the action is asked for, whatever rights there are."""
    steps = []
    if declared.is_session_only:
        says = "A person does this in a session; no key may."
        steps.append(Step(Rule.SESSION_REQUIRED, about.is_interactive, says))
    if declared.is_recent and about.kind is ActorKind.SESSION:
        is_recent = about.confirmed_at is not None and tx.now - about.confirmed_at <= RECENT
        says = "This needs a password that was given within the last ten minutes."
        steps.append(Step(Rule.CONFIRM_REQUIRED, is_recent, says))
    return steps


def _of_oneself(about: Actor, declared: Action, tx: Tx) -> Why:
    if declared.need is Need.KNOWN:
        says = "Everybody who is known may do this."
        steps = [Step(Rule.UNAUTHENTICATED, not about.is_anonymous, says)]
    elif declared.need is Need.PERSON:
        says = "People do this, in a session or by a personal key; no other key may."
        steps = [Step(Rule.SESSION_REQUIRED, about.is_person, says)]
    else:
        says = "This concerns oneself: a person does it in a session; no key may."
        steps = [Step(Rule.SESSION_REQUIRED, about.is_interactive, says), *_ceremony(about, declared, tx)]
    first = next((step.rule for step in steps if not step.passed), None)
    helps = "" if first is None else WORDS[Rule(first)].helps
    return Why(first is None, first, None, steps, helps)
