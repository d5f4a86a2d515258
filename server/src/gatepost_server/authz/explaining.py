"""Explaining: the formula of rights, one step at a time, in words. Pure.

Every step asks whether it alone lets the right through, so that all reasons are seen, not
only the first; together they are `judge`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gatepost_server.authz.model import HIGHEST, Facts, GrantFact, Node, Subject, given_by, given_to
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.rules import WORDS, Rule
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.store import FOREVER, moment_of

LEVELS: Final = {
    0: "do nothing",
    1: "look and use",
    2: "change things",
    3: "change and delete",
    4: "change, delete and share",
    5: "do everything",
}
"""How far each rung goes, for people."""


@dataclass(frozen=True)
class Step:
    """One step of the formula: its rule, whether it let the right through, and in words.

    `within` are the steps of the sponsor, in the one that is about it.
    """

    rule: str
    passed: bool
    says: str
    within: "Sequence[Step]" = ()


@dataclass(frozen=True)
class Explanation:
    """The answer of `judge`, with each step; `rule` is the first that failed."""

    allowed: bool
    rule: str | None
    missing: str | None
    steps: Sequence[Step]

    @property
    def failed(self) -> frozenset[str]:
        """Every rule that failed by itself, but for their sum."""
        return frozenset(step.rule for step in self.steps if not step.passed) - {Rule.ASKED}


@dataclass(frozen=True)
class Story:
    """What a grant is to people: as which role, on what, and how it comes to the caller."""

    role: str | None
    at_name: str
    through: str = ""


@dataclass(frozen=True)
class Told:
    """The stories of a subject's grants, in the order of its facts, and of one that has ended."""

    stories: Sequence[Story] = ()
    ended: str = ""


UNTOLD: Final = Told()


@dataclass(frozen=True)
class Bearer:
    """How a credential is spoken of: what whoever is behind it is to it, and what lifts its limit."""

    name: str = "This credential"
    role: str = ""
    helps: str = WORDS[Rule.KEY_CAP].helps


PLAIN: Final = Bearer()
BEARERS: Final = {
    ActorKind.CREATOR_KEY: Bearer(
        "The application's own key",
        ", for whom the application acts,",
        "No grant helps. Deploy a version with a higher required key scope level, or do it in a session.",
    ),
    ActorKind.VISITOR_KEY: Bearer(
        "A visitor's key inside an application",
        ", who visits the application,",
        "No grant helps: an application does not do this for its visitors. Do it yourself, in a session.",
    ),
    ActorKind.RUN_TOKEN: Bearer(
        "A run",
        ", for whom the run acts,",
        "No grant helps: runs do not share and do not administer. Do it yourself, in a session.",
    ),
}
"""The credentials of code that calls for somebody."""


def explain(
    subject: Subject,
    action: str,
    node: Node,
    facts: Facts,
    told: Sequence[Told] = (),
    bearer: Bearer = PLAIN,
    *,
    also: Sequence[Step] = (),
) -> Explanation:
    """Say step by step whether *subject* may do *action* on *node*, as `judge` decides it.

    *facts* are those of `judge`; *told* has the stories of each subject's grants; *bearer*
    only words it; *also* are conditions beside the formula, each with its answer.
    """
    declared = policy.actions[action]
    if declared.atom is None:
        raise ValueError(f"{action} is not asked of a node")
    atom = Atom(declared.atom)
    steps = [*_steps(subject, action, node, facts, told, bearer), *also]
    allowed = all(step.passed for step in steps)
    right = f"{atom.name} on {node.name or 'it'}"
    sum_up = f"So {right} is held." if allowed else f"So {right} is not held."
    steps.append(Step(Rule.ASKED, allowed, sum_up))
    first = next((step.rule for step in steps if not step.passed), None)
    return Explanation(allowed, first, None if allowed else atom.name, steps)


def _steps(
    subject: Subject, action: str, node: Node, facts: Facts, told: Sequence[Told], bearer: Bearer
) -> Iterator[Step]:
    atom = Atom(policy.actions[action].atom or 0)
    sponsor, who = subject.within, subject.name or "The caller"
    rung = policy.rung_of(atom)
    # Without an active sponsor a key is not active either; that is said where it belongs.
    is_own_active = subject.is_active or (sponsor is not None and not sponsor.is_active)
    is_it = "is" if is_own_active else "is not"
    yield Step(Rule.ACCOUNT_INACTIVE, is_own_active, f"{who}{bearer.role} {is_it} active.")
    if subject.reach:
        reaches = subject.reaches(node)
        yield Step(Rule.OUT_OF_REACH, reaches, _reaching(node, reaches=reaches))
    yield _granted(subject, atom, node, facts[0], told[0] if told else UNTOLD)
    if subject.has_role or subject.role_cap < HIGHEST:
        yield Step(Rule.ROLE_CAP, rung <= subject.role_cap, _role_words(subject, rung))
    if sponsor is not None:
        yield _sponsored(sponsor, explain(sponsor, action, node, facts[1:], told[1:]), atom)
    if node.is_restricted:
        opens = subject.opens_restricted or not policy.holders_of(Atom.USE) >> atom & 1
        yield Step(Rule.RESTRICTED_CONNECTION, opens, _restricted_words(opens=opens))
    if subject.cap < HIGHEST:
        reaches_up = rung <= subject.cap
        far = f"{bearer.name} may at most {LEVELS[subject.cap]}"
        needs = "enough for this." if reaches_up else f"this needs to {LEVELS[rung]}."
        yield Step(Rule.KEY_CAP, reaches_up, f"{far}: {needs}")


def _reaching(node: Node, *, reaches: bool) -> str:
    where = node.name or "this thing"
    return f"The key counts on {where}." if reaches else f"The key does not count on {where}."


def _granted(subject: Subject, atom: Atom, node: Node, grants: Sequence[GrantFact], told: Told) -> Step:
    held = bool(given_to(subject, node, grants) >> atom & 1)
    where, who = node.name or "it", subject.name or "the caller"
    if not held:
        more = f" {told.ended}" if told.ended else ""
        as_themselves = replace(subject, lends_instance=True)
        if given_to(as_themselves, node, grants) >> atom & 1:
            more += f" What {who} holds as an administrator is not lent to an application."
        return Step(Rule.NOT_GRANTED, False, f"No grant gives {who} {atom.name} on {where}.{more}")
    ways = [
        _grant_words(grant, told.stories[at] if at < len(told.stories) else Story(None, where))
        for at, grant in enumerate(grants)
        if given_by(subject, node.kind, grant) >> atom & 1
    ]
    if given_to(subject, node, ()) >> atom & 1:
        ways.append("the server role" if subject.has_role else "what a guest is lent")
    # Several grants can hold it together only where one implies it, which that one shows.
    return Step(Rule.NOT_GRANTED, True, f"{atom.name} comes by {'; and by '.join(ways) or 'its grants'}.")


def _grant_words(grant: GrantFact, story: Story) -> str:
    rights = ", ".join(policy.names(grant.atoms))
    what = f"the role {story.role}" if story.role else f"a grant of {rights}"
    through = f", through {story.through}" if story.through else ""
    until = "" if grant.until >= FOREVER else f", until {day_of(moment_of(grant.until))}"
    return f"{what} on {story.at_name}{through}{until}"


def _role_words(subject: Subject, rung: int) -> str:
    if subject.principal_id is None:
        far = "Who is not signed in"
    elif subject.has_role:
        far = f"The server role {policy.role_of_cap(subject.role_cap)}"
    else:
        far = "A group as sponsor"
    needs = "enough for this." if rung <= subject.role_cap else f"this needs to {LEVELS[rung]}."
    return f"{far} may at most {LEVELS[subject.role_cap]}: {needs}"


def _sponsored(sponsor: Subject, found: Explanation, atom: Atom) -> Step:
    who = sponsor.name or "nobody"
    if not sponsor.is_active:
        says = f"The sponsor, {who}, cannot answer for the key any more: deactivated, or no administrator."
        return Step(Rule.SPONSOR_INACTIVE, False, says, found.steps)
    holds = "holds" if found.allowed else "does not hold"
    says = f"The key stays within what its sponsor may: {who} {holds} {atom.name}."
    return Step(Rule.SPONSOR_LACKS, found.allowed, says, found.steps)


def _restricted_words(*, opens: bool) -> str:
    if opens:
        return "This connection is restricted, which does not stand in the way here."
    return (
        "This connection is restricted: sessions, personal and global administrator keys use it, no others."
    )


def day_of(moment: datetime) -> str:
    """Return the day of a moment, for people."""
    return f"{moment.day} {moment:%b %Y}"
