"""How rules, actions and grants are said on pages."""

import re
from collections.abc import Mapping
from typing import Final

from gatepost_server.authz import Rule, SmallestGrant, Why, policy
from gatepost_server.authz.policy import Atom
from gatepost_server.ui.pages.action_words import asked, is_whole, kind_words, thing_of

_OPEN: Final = "open /"
_OWN: Final = (("their own", "one's own"), ("their", "one's"), ("they are", "one is"), ("they", "one"))
"""What is said of others, as it is said of whoever asks."""
TITLES: Final[Mapping[str, str]] = {
    Rule.ACCOUNT_INACTIVE: "Active account",
    Rule.OUT_OF_REACH: "Reach of the key",
    Rule.NOT_GRANTED: "Grants and server role",
    Rule.ROLE_CAP: "Limit of the server role",
    Rule.SPONSOR_INACTIVE: "Sponsor of the key",
    Rule.SPONSOR_LACKS: "Sponsor of the key",
    Rule.RESTRICTED_CONNECTION: "Restricted connection",
    Rule.KEY_CAP: "Limit of the key",
    Rule.ASKED: "The right asked for",
    Rule.SESSION_REQUIRED: "Asked in a session",
    Rule.CONFIRM_REQUIRED: "Fresh password",
    Rule.NOT_FOUND: "Something you may see",
    Rule.UNAUTHENTICATED: "A good key or session",
}
_FAILED: Final[Mapping[str, str]] = {
    Rule.ACCOUNT_INACTIVE: "The account is not active.",
    Rule.OUT_OF_REACH: "The key does not reach this.",
    Rule.NOT_GRANTED: "No grant gives this right.",
    Rule.ROLE_CAP: "The server role does not go that far.",
    Rule.SPONSOR_INACTIVE: "The sponsor of the key is not active.",
    Rule.SPONSOR_LACKS: "The sponsor of the key does not hold this right.",
    Rule.RESTRICTED_CONNECTION: "The connection is restricted.",
    Rule.KEY_CAP: "The key does not go that far.",
    Rule.SESSION_REQUIRED: "A person has to do this, in a session.",
    Rule.CONFIRM_REQUIRED: "The password has to be confirmed first.",
    Rule.NOT_FOUND: "There is nothing here that you may see.",
    Rule.UNAUTHENTICATED: "The call carried no good key or session.",
}


def tried_words(action: str, now: Why | None) -> str:
    """Say what was tried, after "tried to", as far as its thing may be named."""
    if action not in policy.actions:
        return action if action.startswith(_OPEN) else f"call {action}"
    if is_whole(action):
        return asked(action)
    if now is not None and now.node is not None and now.node.name:
        return f"{asked(action)} the {kind_words(now.node.kind)} {now.node.name}"
    return f"{asked(action)} {thing_of(action)}"


def asked_words(action: str) -> str:
    """Say an action by itself, as what one asks about before one tries."""
    words = tried_words(action, None)
    for other, own in _OWN:
        words = re.sub(rf"\b{other}\b", own, words)
    return words[:1].upper() + words[1:]


def failed_words(now: Why) -> tuple[str, str]:
    """Return the failing rule as a headline, and what it says about this call."""
    if now.allowed:
        return "Nothing: it is allowed now.", ""
    if now.rule == Rule.NOT_FOUND:
        return _FAILED[Rule.NOT_FOUND], "It does not exist, or nothing lets you know of it."
    says = next((step.says for step in now.steps if not step.passed), "")
    return _FAILED.get(now.rule or "", "The call was refused as it was sent."), says


def smallest_words(smallest: SmallestGrant) -> tuple[str, str]:
    """Return the smallest grant as a headline, and what it has and has not."""
    thing = smallest.node.name or kind_words(smallest.node.kind)
    mask = 1 << Atom[smallest.atom]
    if smallest.role is not None:
        mask = policy.presets[smallest.node.kind][smallest.role]
    rights = ", ".join(policy.names(policy.closure(mask)))
    head = smallest.role.capitalize() if smallest.role else f"The right {smallest.atom}"
    whom = smallest.to.label
    if smallest.also_to is not None:
        whom = f"{whom}, and to its sponsor {smallest.also_to.label}"
    return f"{head} on {thing}", f"Given to {whom}, it is enough. It has: {rights}."
