"""What an explanation says: then and now."""

from dataclasses import dataclass
from datetime import datetime

from gatepost_server.authz import Why


@dataclass(frozen=True)
class Then:
    """What was decided when the call was made.

    `resource` is empty where the reader may not know of the thing; `reason` is the code of
    the refusal, for administrators also what was wrong with a credential.
    """

    id: str
    at: datetime
    reason: str
    door: str
    ip: str | None
    resource: str = ""


@dataclass(frozen=True)
class Explained:
    """Why: who asks for what, what holds now, and what was decided then, if it was."""

    caller: str
    caller_kind: str
    action: str
    now: Why
    then: Then | None = None
    is_you: bool = True
