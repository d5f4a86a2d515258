"""Keys that make keys: which may, by the instance's policy, and why the others may not. Pure."""

from typing import Final

from gatepost_server.authz.declare import Action, KeyMaking
from gatepost_server.kernel.actor import Actor

MAKING: Final = ("key:create", "key:make-global", "key:widen-global", "project:make-key")
"""The actions that make a key, or make one worth more."""

_OFF: Final = "No key makes keys here: the policy keys_may_create_keys is off."
_OTHERS: Final = (
    "The policy keys_may_create_keys is own: a personal key makes keys of its own person, an administrator's "
    "personal key or a global administrator key makes global ones, and no other key makes any."
)
_NEVER: Final = "No key does this, whatever the policy keys_may_create_keys says."


def may_by_key(declared: Action, actor: Actor, making: KeyMaking) -> bool:
    """Tell whether the policy lets *actor* do by a key what is otherwise done in a session."""
    return making is KeyMaking.OWN and actor.kind in declared.by_keys


def told(declared: Action, making: KeyMaking, *, passed: bool) -> str:
    """Say what the policy says of an action that makes keys."""
    if passed:
        return "But the policy keys_may_create_keys is own: such a key makes keys, within what it may itself."
    if not declared.by_keys:
        return _NEVER
    return _OFF if making is KeyMaking.OFF else _OTHERS
