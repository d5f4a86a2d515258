"""The faults that the tests of rights have to notice: a hand-picked list, each a small change of the source.

Each says which sentence of the permission model it breaks. A change that no call could
notice does not belong here; one whose text is gone is mended or taken out.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Mutation:
    """A fault: in a file of authz, one *text* instead of which stands another, and what that breaks."""

    file: str
    text: str
    instead: str
    breaks: str


MUTATIONS: Final = (
    # The formula.
    Mutation(
        "model.py", "if not subject.is_active or not subject.reaches(node):",
        "if not subject.reaches(node):", "the deactivated hold nothing (I20)",
    ),
    Mutation(
        "model.py", "held &= effective(subject.within, node, facts[1:])",
        "held |= effective(subject.within, node, facts[1:])", "a key stays within its sponsor (I4)",
    ),
    Mutation(
        "model.py", "held &= ~policy.holders_of(Atom.USE)",
        "held &= ~(1 << Atom.USE)", "OWN goes with USE on a restricted connection",
    ),
    Mutation(
        "model.py", "return policy.capped(held, subject.cap)", "return held",
        "a credential has a cap (I6, I8)",
    ),
    Mutation(
        "model.py", "return policy.capped(given_to(subject, node, grants), subject.role_cap)",
        "return given_to(subject, node, grants)", "the server role is a cap",
    ),
    Mutation(
        "model.py", "cap = subject.role_cap if subject.lends_instance else min(subject.role_cap, publishing)",
        "cap = subject.role_cap", "a visitor's key leaves out what the role of an administrator gives",
    ),
    Mutation(
        "model.py", "atoms &= ~_GLOBAL_ADMIN", "atoms &= ~0",
        "a visitor's key leaves out what a grant of GLOBAL_ADMIN gives",
    ),
    Mutation(
        "model.py", "policy.flowing(atoms, at, kind)) & mask", "policy.flowing(atoms, at, kind))",
        "an exposure lets through what its mask says",
    ),
    Mutation(
        "model.py", "elif kind is NodeKind.ORGANIZATION and is_home:",
        "elif kind is NodeKind.ORGANIZATION:", "publishers create in their own organization only",
    ),
    # The declarations.
    Mutation(
        "policy.py", 'policy.rung(Rung.DELETE, "DELETE MODERATE_DASHBOARDS")',
        'policy.rung(Rung.WRITE, "DELETE MODERATE_DASHBOARDS")', "a key of level User deletes nothing",
    ),
    Mutation(
        "policy.py", 'policy.implies("WRITE_SCHEMA WRITE_DATA", "READ_SCHEMA")',
        'policy.implies("WRITE_SCHEMA WRITE_DATA", "READ_DATA")', "who writes rows does not read them",
    ),
    Mutation(
        "policy.py", 'policy.flows("READ_CONF", "READ_METADATA READ_SCHEMA",',
        'policy.flows("READ_CONF", "READ_DATA READ_METADATA READ_SCHEMA",',
        "the configuration of a project is not its rows",
    ),
    Mutation(
        "policy.py", 'policy.flows("GLOBAL_ADMIN", "LIST DELETE", at=_I, below=(NodeKind.CREDENTIAL,))',
        'policy.flows("GLOBAL_ADMIN", "OWN", at=_I, below=(NodeKind.CREDENTIAL,))',
        "administrators do not use credentials (I21)",
    ),
    Mutation(
        "policy.py", "policy.credential(ActorKind.CREATOR_KEY, Base.USER, cap=Rung.DELETE)",
        "policy.credential(ActorKind.CREATOR_KEY, Base.USER, cap=Rung.GRANT)",
        "a lent key never shares (I8)",
    ),
    # Whose rights count.
    Mutation(
        "subjects.py", "is_active=own.is_active and sponsor.is_active, within=sponsor)",
        "is_active=own.is_active and sponsor.is_active)", "a key stays within its sponsor (I4)",
    ),
    Mutation(
        "subjects.py", "if actor.kind is ActorKind.GLOBAL_KEY and found.role_cap != HIGHEST:",
        "if actor.kind is ActorKind.GLOBAL_KEY and not found.role_cap:",
        "a global key lives while its sponsor is an administrator",
    ),
    Mutation(
        "subjects.py", "cap=min(started.cap, cap),", "cap=cap,",
        "what a key opens carries no more than the key (I1)",
    ),
    Mutation(
        "subjects.py", "reach=(*started.reach, *reach),", "reach=reach,",
        "what a key opens reaches no further than the key (I1)",
    ),
    Mutation(
        "subjects.py", "(formula.admin_opens_restricted and cap == HIGHEST)",
        "formula.admin_opens_restricted", "of global keys only an administrator's opens what is restricted",
    ),
    # What is read from the store.
    Mutation(
        "facts.py", "        if begin <= now < until\n", "        if begin <= now <= until\n",
        "a window ends before its end, also where its rows were read earlier (I11)",
    ),
    Mutation(
        "facts.py", "        if begin <= now < until\n", "        if begin < now < until\n",
        "a window holds its begin (I11)",
    ),
    Mutation(
        "facts.py", "        if begin <= now < until:\n", "        if begin <= now:\n",
        "a membership that has ended since it was read counts no more",
    ),
    Mutation(
        "facts.py", "GrantFact(kinds[at], at == node.id, atoms, min(until, held[who]))",
        "GrantFact(kinds[at], at == node.id, atoms, until)", "a right through a set ends with the membership",
    ),
    Mutation(
        "facts.py", "earlier = case((until < reach.c.until, until), else_=reach.c.until)",
        "earlier = case((until > reach.c.until, until), else_=reach.c.until)",
        "a right through nested sets ends with the first membership",
    ),
    Mutation(
        "facts.py", "last = min(until, ends, held[who])", "last = min(until, held[who])",
        "a right over an exposure ends with it",
    ),
    Mutation(
        "facts.py", "if node.kind is NodeKind.DATASET and subject.is_person:",
        "if node.kind is NodeKind.DATASET:", "keys of a project are not let over exposures (I3)",
    ),
    # Lists.
    Mutation(
        "queries.py", "policy.rung_of(atom) > min(one.role_cap, one.cap)",
        "policy.rung_of(atom) > one.cap", "lists know the cap of the server role",
    ),
    Mutation(
        "queries.py", 'ExposureRow.mask.op("&")(policy.holders_of(atom)) != 0,', "ExposureRow.mask != 0,",
        "lists know the mask of an exposure",
    ),
    Mutation(
        "queries.py", "GrantRow.until_at > tx.now,", "GrantRow.until_at >= tx.now,",
        "lists forget a grant at its end (I11)",
    ),
    # Giving (I10).
    Mutation(
        "service/granting.py", "require_within_own(tx, node, atoms, until)",
        "require_within_own(tx, node, 0, until)", "nobody gives what they do not hold (I10)",
    ),
    Mutation(
        "service/granting.py", "require_within_own(tx, node, atoms, until)",
        "require_within_own(tx, node, atoms, tx.now + datetime.resolution)",
        "nobody gives for longer than they hold (I10)",
    ),
    Mutation(
        "service/granting.py", "        require_owner_left(tx, node)", "        pass",
        "the last owner stays (I13)",
    ),
    Mutation(
        "service/membership.py", '_require_all_it_holds(tx, group, window, "group:add", is_giving=True)',
        '_require_all_it_holds(tx, group, Window(window.begins, window.begins), "group:add", is_giving=True)',
        "adding a member gives what the group holds (I10)",
    ),
    Mutation(
        "service/membership.py", '_require_all_it_holds(tx, group, window, "group:add", is_giving=True)',
        '_require_all_it_holds(tx, group, Window(window.begins, window.begins + 1), "group:add")',
        "nobody adds a member for longer than they hold what the group does (I10)",
    ),
    Mutation(
        "service/membership.py", "select(MembershipRow).where(MembershipRow.member_id == here[0])",
        'select(MembershipRow).where(MembershipRow.member_id == "")',
        "adding a member gives what the groups above hold, too (I10)",
    ),
    Mutation(
        "service/membership.py", "return one.from_at <= now and one.until_at is None", "return False",
        "the last owner through a group stays (I13)",
    ),
    Mutation(
        "service/limits.py", "for handed in _handed_on(tx, gift):", "for handed in ():",
        "no key hands on what is exposed and it does not hold (I3, I10)",
    ),
    Mutation(
        "service/exposing.py", "require_within_own(tx, dataset, mask, until, sharing=0, of",
        "require_within_own(tx, dataset, 0, until, sharing=0, of",
        "nobody exposes what they cannot read (I10)",
    ),
    Mutation(
        "service/exposing.py", "require_within_own(tx, dataset, mask, until, sharing=0, of",
        "require_within_own(tx, dataset, mask, tx.now + datetime.resolution, sharing=0, of",
        "nobody exposes for longer than they can read (I10)",
    ),
    Mutation(
        "service/ownership.py", "GrantRow.until_at > forever,", "GrantRow.until_at > tx.now,",
        "an owner for a time is not the owner who stays (I13)",
    ),
    Mutation(
        "service/ownership.py", "PrincipalRow.cap >= policy.rung_of(Atom.OWN),", "",
        "a server viewer is not the owner who stays (I13)",
    ),
)  # fmt: skip
