"""DataRules: which rows of a dataset come out, for whom; pure (permission-model §4.5, ADR 18)."""

from collections.abc import Collection, Sequence
from enum import Enum

from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.projects.model import Rule

_KEYS_OF_THEIR_OWN = (ActorKind.PROJECT_KEY, ActorKind.GLOBAL_KEY)


class Behalf(Enum):
    """On whose behalf a call uses a dataset."""

    NOBODY_ASKED = "the dataset does not ask"
    ITSELF = "who calls"
    ASSOCIATED = "the key's associated user"
    MISSING = "a key without an associated user"


def behalf_of(actor: Actor, *, impersonate: bool) -> Behalf:
    """Tell on whose behalf *actor* uses a dataset that does or does not *impersonate*.

    What was lent (a run, an application, a visit) counts as the key or the person that it
    starts from: a key does not step out of its associated user by acting through something else.
    """
    starter = actor.starter
    if not impersonate or starter.kind is ActorKind.SYSTEM:
        return Behalf.NOBODY_ASKED
    if starter.kind not in _KEYS_OF_THEIR_OWN:
        return Behalf.ITSELF
    return Behalf.MISSING if starter.run_as_id is None else Behalf.ASSOCIATED


def rules_for(rules: Sequence[Rule], ids: Collection[str], *, may_share: bool) -> Sequence[Rule] | None:
    """Return the rules that let rows through for somebody known by *ids*; None: all rows.

    Without any rule every row comes out, and always for who may share the dataset: they
    could change the rules. Else rows come out that a rule lets through which names one of
    *ids*; where none does, no row.
    """
    if not rules or may_share:
        return None
    return [one for one in rules if one.who_id in ids]
