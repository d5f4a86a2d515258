"""Why: what decides a call of somebody, what would let it through, and who can give that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gatepost_server.authz.declare import Action, KeyMaking, Need
from gatepost_server.authz.explaining import BEARERS, PLAIN, Explanation, Step, explain
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.making import MAKING, may_by_key, told
from gatepost_server.authz.model import INSTANCE, Node, Subject, effective
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.rules import WORDS, Rule
from gatepost_server.authz.service.asking import RECENT, may_on_instance, reader_of, subject_of
from gatepost_server.authz.service.helping import (
    CanHelp,
    SmallestGrant,
    administrators_known,
    smallest_grant,
    smallest_grant_to,
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


@dataclass(frozen=True)
class Narrowed:
    """A condition on a call that an upper room knows; `by_id` is who would have to hold the right."""

    step: Step
    by_id: str | None = None


Narrows = Callable[[Tx, Actor, str, Node], Narrowed | None]
"""Says what narrows somebody's rights on a thing beside the formula, None when nothing does."""


def why(
    tx: Tx,
    about: Actor,
    action: str,
    node_id: str | None,
    narrows: Narrows | None = None,
    *,
    making: KeyMaking = KeyMaking.OFF,
) -> Why:
    """Explain whether *about* may do *action* on a thing, as far as the caller may know.

    Asking about others than oneself is the door's to allow. Without an id the thing is
    the whole server, or the organization of *about*, where the action is asked of those.
    *narrows* adds what is asked beside rights; *making* is the policy about keys that make keys.

    Raises:
        Invalid: no such action, or it is asked of a thing and none is named.
    """
    declared = policy.actions.get(action)
    if declared is None:
        raise Invalid("Unknown action.", faults=[FieldFault("action", "see docs/reference/permissions.md")])
    if declared.on is None:
        return _of_oneself(about, declared, tx, making)
    node = _known_node(tx, declared, _place(tx, about, declared, node_id))
    if node is None:
        return hidden()
    reader = reader_of(tx)
    subject = subject_for(reader, about)
    facts = load_facts(reader, subject, node, micros(tx.now))
    named = labelled(tx, subject)
    told = told_of(tx, subject, node, facts, Atom(declared.atom or 0))
    bearer = BEARERS.get(about.kind, PLAIN)
    narrowed = None if narrows is None else narrows(tx, about, action, node)
    also = () if narrowed is None else (narrowed.step,)
    found = explain(named, action, node, facts, told, bearer, also=also)
    steps = [*found.steps, *_ceremony(about, declared, tx, making)]
    first = next((step.rule for step in steps if not step.passed), None)
    shown = _discreet(tx, subject, steps)
    if first is None:
        return Why(True, None, None, shown, "", node)
    found = replace(found, allowed=False, rule=first, steps=steps)
    refused = _refused(tx, subject, found, node, None if narrowed is None else narrowed.by_id)
    is_of_key = refused.helps == WORDS[Rule.KEY_CAP].helps
    return replace(refused, steps=shown, helps=bearer.helps if is_of_key else refused.helps)


def hidden() -> Why:
    """Return the one answer about everything that is missing or not to be known of."""
    says = "There is nothing here that you may see: it does not exist, or nothing lets you know of it."
    step = Step(Rule.NOT_FOUND, False, says)
    helper = CanHelp("administrator", None, "an administrator", "administrator")
    return Why(False, Rule.NOT_FOUND, None, [step], WORDS[Rule.NOT_FOUND].helps, who_can=[helper])


def _refused(tx: Tx, subject: Subject, found: Explanation, node: Node, by_id: str | None) -> Why:
    assert found.rule is not None, "something failed"
    smallest = smallest_grant(tx, subject, found, node)
    if by_id is not None and found.failed == {Rule.RUN_AS_DENIED}:
        smallest = smallest_grant_to(tx, by_id, found, node)
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
    if found is None or not is_there:
        found = Node(node_id, NodeKind(declared.on), "", None, None, is_there=False)
    held = effective(asker, found, load_facts(reader, asker, found, micros(tx.now)))
    is_public = found.kind is NodeKind.INSTANCE or found.id == own_organization(tx)
    return found if is_there and (held >> Atom.LIST & 1 or held >> Atom.CREATE & 1 or is_public) else None


def _discreet(tx: Tx, subject: Subject, steps: Sequence[Step]) -> list[Step]:
    """Leave out how a sponsor holds what they hold, but for themselves and administrators."""
    sponsor = subject.within
    if sponsor is None or sponsor.principal_id == subject_of(tx).principal_id:
        return list(steps)
    if may_on_instance(tx, "decision:explain-any"):
        return list(steps)
    return [replace(step, within=()) for step in steps]


def _ceremony(about: Actor, declared: Action, tx: Tx, making: KeyMaking) -> list[Step]:
    """Return the steps about how the action is asked for, whatever rights there are."""
    steps = []
    if declared.is_session_only:
        steps.append(_in_session(about, declared, making, "A person does this in a session; no key may."))
    if declared.is_recent and about.kind is ActorKind.SESSION:
        is_recent = about.confirmed_at is not None and tx.now - about.confirmed_at <= RECENT
        says = "This needs a password that was given within the last ten minutes."
        steps.append(Step(Rule.CONFIRM_REQUIRED, is_recent, says))
    return steps


def _in_session(about: Actor, declared: Action, making: KeyMaking, says: str) -> Step:
    """Return the step about who calls: a person in a session, or a key that may make keys."""
    is_open = may_by_key(declared, about, making)
    if declared.name in MAKING and not about.is_interactive:
        says = f"{says} {told(declared, making, passed=is_open)}"
    return Step(Rule.SESSION_REQUIRED, about.is_interactive or is_open, says)


def _of_oneself(about: Actor, declared: Action, tx: Tx, making: KeyMaking) -> Why:
    if declared.need is Need.KNOWN:
        says = "Everybody who is known may do this."
        steps = [Step(Rule.UNAUTHENTICATED, not about.is_anonymous, says)]
    elif declared.need is Need.PERSON:
        says = "People do this, in a session or by a personal key; no other key may."
        steps = [Step(Rule.SESSION_REQUIRED, about.is_person, says)]
    else:
        says = "This concerns oneself: a person does it in a session; no key may."
        first_step = _in_session(about, declared, making, says)
        steps = [first_step, *_ceremony(about, declared, tx, making)]
    first = next((step.rule for step in steps if not step.passed), None)
    helps = "" if first is None else WORDS[Rule(first)].helps
    return Why(first is None, first, None, steps, helps)
