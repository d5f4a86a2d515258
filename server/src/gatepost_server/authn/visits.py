"""What a visit is, and the key that belongs to it; pure."""

import hmac
from datetime import timedelta
from typing import Final, NamedTuple

from gatepost_server.apps import WayFacts
from gatepost_server.crypto import KeyLetter, Peppers, derive_key
from gatepost_server.kernel.secret import Secret

LONGEST: Final = timedelta(hours=12)
"""How long a visit counts, so that its key outlives a tab that stays open."""

UNASKED: Final = 1
"""The highest rung to which a visitor lends an app what they may, while nobody has asked them."""

_PURPOSE: Final = "visitor-key"


class Consent(NamedTuple):
    """What somebody agreed to lend an app: up to which rung, deployed by whom, on what (None: on all)."""

    rung: int
    deployer_id: str
    reach: tuple[str, ...] | None = None

    def covers(self, asked: WayFacts) -> bool:
        """Tell whether it still counts: the app asks for no more, and nobody else deployed it since."""
        return (
            asked.cap <= self.rung
            and asked.deployer_id == self.deployer_id
            and _is_within(asked.visitor_reach, self.reach)
        )


def _is_within(asked: tuple[str, ...] | None, agreed: tuple[str, ...] | None) -> bool:
    """Tell whether all that is asked for was agreed to; a project is agreed to with its datasets."""
    if asked is None or agreed is None:
        return agreed is None
    return all(one in agreed or one.partition("/")[0] in agreed for one in asked)


def lent_rung(asked: WayFacts, consent: Consent | None, policy: str) -> int:
    """Return the highest rung that a visitor's key reaches in an app that asks for so much.

    Before the visitor agreed it is viewer, or nothing where *policy* (`Policies.visitor_consent`)
    is `always`; nothing is ever blocked by that but what the app does in their name.
    """
    if policy == "never" or (consent is not None and consent.covers(asked)):
        return asked.cap
    return 0 if policy == "always" else min(asked.cap, UNASKED)


class Visit(NamedTuple):
    """A visit as recorded; `ends` is in microseconds, `ip` where its opener called from first."""

    id: str
    public_id: str
    opener_id: str
    app_id: str
    deployment_id: str
    ip: str | None
    ends: int


def visitor_key(peppers: Peppers, visit: Visit) -> Secret:
    """Return the text of a visit's key: the same each time, and nowhere stored."""
    digest = peppers.mac(_PURPOSE, visit.id).digest
    return derive_key(KeyLetter.VISITOR, visit.public_id, digest).text


def is_key_of(peppers: Peppers, visit: Visit, secret: Secret) -> bool:
    """Tell in constant time whether *secret* is that of the visit's key, under any pepper."""
    found = False
    for digest in peppers.candidates(_PURPOSE, visit.id):
        derived = derive_key(KeyLetter.VISITOR, visit.public_id, digest).secret
        found |= hmac.compare_digest(derived.reveal(), secret.reveal())
    return found
