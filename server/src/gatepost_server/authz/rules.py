"""The rules by which a call is refused: permanent codes, each in words. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Rule(StrEnum):
    """What decided; a code never changes its meaning and is never used again."""

    ACCOUNT_INACTIVE = "account-inactive"
    OUT_OF_REACH = "out-of-reach"
    NOT_GRANTED = "not-granted"
    ROLE_CAP = "role-cap"
    SPONSOR_INACTIVE = "sponsor-inactive"
    SPONSOR_LACKS = "sponsor-lacks"
    RESTRICTED_CONNECTION = "restricted-connection"
    KEY_CAP = "key-cap"
    RUN_AS_NEEDED = "run-as-needed"
    RUN_AS_DENIED = "run-as-denied"
    ASKED = "asked"
    SESSION_REQUIRED = "session-required"
    CONFIRM_REQUIRED = "confirm-required"
    NOT_FOUND = "not-found"
    UNAUTHENTICATED = "unauthenticated"


@dataclass(frozen=True)
class RuleWords:
    """A rule for whoever met it: what it asks, and what helps when it was not met."""

    asks: str
    helps: str


WORDS: Final[dict[Rule, RuleWords]] = {
    Rule.ACCOUNT_INACTIVE: RuleWords(
        "The account of the caller is active.", "An administrator can activate the account again."
    ),
    Rule.OUT_OF_REACH: RuleWords(
        "The key counts on this thing: some keys work in one project, or on a list of things.",
        "Use a key that reaches it, or do it in a session.",
    ),
    Rule.NOT_GRANTED: RuleWords(
        "A grant (to the caller, a group or organization they are in, or everybody) or their server role "
        "gives the right.",
        "Whoever shares the thing can give the smallest grant.",
    ),
    Rule.ROLE_CAP: RuleWords(
        "The server role allows it: a viewer only looks and uses, a publisher also changes and shares, an "
        "administrator also administers the server.",
        "No grant helps. An administrator can give another server role.",
    ),
    Rule.SPONSOR_INACTIVE: RuleWords(
        "The sponsor of the key (who answers for it) is active; that of a global key is an administrator.",
        "Another administrator of its project can adopt a project key. Nobody adopts a global key: an "
        "administrator makes a new one.",
    ),
    Rule.SPONSOR_LACKS: RuleWords(
        "The sponsor of the key holds the right too: a key never does more than its sponsor could.",
        "Grant it to the sponsor. A project key can also be adopted by somebody who holds it.",
    ),
    Rule.RESTRICTED_CONNECTION: RuleWords(
        "A restricted connection is used by people in a session or with a personal key, and by global "
        "administrator keys; never by project keys, applications or runs.",
        "No grant helps. Use it in a session, or with a personal key.",
    ),
    Rule.KEY_CAP: RuleWords(
        "The key may go that far: keys have a highest level, by their kind or by choice.",
        "No grant helps. Use a key with a higher level, or a session.",
    ),
    Rule.RUN_AS_NEEDED: RuleWords(
        "A dataset that is used on behalf of persons is used by keys with an associated user, also when a "
        "key acts through a scenario or an application.",
        "No grant helps. Give the key an associated user, or do it as yourself.",
    ),
    Rule.RUN_AS_DENIED: RuleWords(
        "On such a dataset the key's associated user holds the right too: a key never does more there than "
        "they could.",
        "Grant it to the associated user, or associate the key with somebody who holds it.",
    ),
    Rule.ASKED: RuleWords("All of this together: the right is held.", "See the first rule that failed."),
    Rule.SESSION_REQUIRED: RuleWords(
        "A person does this in a session; no key may.", "Sign in and do it as yourself."
    ),
    Rule.CONFIRM_REQUIRED: RuleWords(
        "The password was given within the last ten minutes.", "Confirm your password, then try again."
    ),
    Rule.NOT_FOUND: RuleWords(
        "There is such a thing, and the caller may know of it. Which of the two failed is told to nobody "
        "who may not see the thing.",
        "Check the address. If it is right, ask whoever sent it to share the thing with you.",
    ),
    Rule.UNAUTHENTICATED: RuleWords(
        "The call carries a key or a session that is good.",
        "Sign in, or send a good key. Administrators see in the audit what was wrong with it.",
    ),
}
