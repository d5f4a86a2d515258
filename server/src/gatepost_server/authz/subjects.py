"""From a caller to whose rights count: the formulas of permission-model §4.5, filled in."""

from dataclasses import replace

from gatepost_server.authz.declare import Base
from gatepost_server.authz.facts import load_subject
from gatepost_server.authz.model import HIGHEST, NOBODY, ORGANIZATION, Subject
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.store import RawReader

_USE = policy.closure(1 << Atom.USE)


def subject_for(reader: RawReader, actor: Actor) -> Subject:
    """Return whose rights count in a call of *actor*, as they are recorded now.

    Whether the credential itself is live (not revoked, not expired, from the right
    address) was judged when the actor was identified; whether its person, its sponsor
    and what it starts from are active is judged here.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Subject(None, role_cap=HIGHEST, cap=HIGHEST, org_id=ORGANIZATION)
    if actor.principal_id is None:
        return NOBODY
    formula = policy.credentials[actor.kind]
    cap = actor.cap if formula.cap is None else min(actor.cap, formula.cap)
    started = _base(reader, actor, formula.base, cap)
    reach = () if actor.reach is None else (frozenset(actor.reach),)
    opens = formula.opens_restricted or (formula.admin_opens_restricted and cap == HIGHEST)
    return replace(
        started,
        cap=min(started.cap, cap),
        reach=(*started.reach, *reach),
        opens_restricted=started.opens_restricted and opens,
    )


def _base(reader: RawReader, actor: Actor, base: Base, cap: int) -> Subject:
    """Return the Base column of the table: whose rights the credential starts from."""
    if base is Base.USE_ONLY:
        return Subject(actor.principal_id, role_cap=HIGHEST, cap=cap, has_role=False, lent=_USE)
    if base is Base.OWN:
        return _itself(reader, actor, cap)
    if base is Base.OWN_WITHIN_SPONSOR:
        sponsor = _sponsor(reader, actor)
        own = _itself(reader, actor, cap)
        return replace(own, is_active=own.is_active and sponsor.is_active, within=sponsor)
    if actor.behind is not None:
        started = subject_for(reader, actor.behind)
    else:
        started = load_subject(reader, actor.on_behalf_of_id or actor.principal_id, HIGHEST)
    return replace(started, lends_instance=base is Base.USER and started.lends_instance)


def _itself(reader: RawReader, actor: Actor, cap: int) -> Subject:
    """Return a key or an application as the holder of its own grants; it has no server role."""
    found = load_subject(reader, actor.principal_id, cap)
    return replace(found, role_cap=HIGHEST, has_role=False)


def _sponsor(reader: RawReader, actor: Actor) -> Subject:
    """Return the sponsor: a person, or a group, which has no server role.

    A global key lives while its sponsor is an administrator.
    """
    found = load_subject(reader, actor.sponsor_id or "", HIGHEST)
    if (actor.sponsor_id or "").startswith("grp_"):
        found = replace(found, role_cap=policy.rung_of(Atom.OWN), has_role=False)
    elif not (actor.sponsor_id or "").startswith("usr_"):
        return replace(found, is_active=False)  # nobody answers for it who could weaken or leave
    if actor.kind is ActorKind.GLOBAL_KEY and found.role_cap != HIGHEST:
        return replace(found, is_active=False)
    return found
