"""What identifying works with and comes to."""

from dataclasses import dataclass
from datetime import timedelta

from gatepost_server.authz import NOBODY, Subject
from gatepost_server.crypto import Peppers
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import NO_GOOD_CREDENTIAL, Unauthenticated


@dataclass(frozen=True)
class Means:
    """What identifying needs from the house."""

    peppers: Peppers
    session_idle: timedelta


@dataclass(frozen=True)
class Identified:
    """An actor, and what of the credential others must know.

    `credential_id` is the row of the session or guest, or of the key's secret that was used
    (`ver_…`); `must_change_password` asks a browser for the page that does it.
    """

    actor: Actor
    credential_id: str | None = None
    must_change_password: bool = False
    subject: Subject = NOBODY


class BadCredential(Unauthenticated):
    """Malformed, unknown, revoked, expired, or from the wrong address: one answer."""

    code = "unauthenticated"

    def __init__(self, because: str) -> None:
        super().__init__(NO_GOOD_CREDENTIAL)
        self.because = because
