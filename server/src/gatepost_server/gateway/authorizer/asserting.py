"""What an app is told of its caller in a form that it can check: signed, for this app, for a minute."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from gatepost_server.crypto import Assertions
from gatepost_server.kernel.actor import Actor

_GOOD_FOR: Final = timedelta(seconds=30)
"""How long one is sent again, so that it is good for half a minute at least when it arrives."""
_MOST: Final = 10_000


class Asserted:
    """Makes statements, and says the same one again for half a minute: signing takes its time.

    It tells who calls and nothing of what they may: that is asked anew for every request.
    """

    def __init__(self, assertions: Assertions, issuer: str) -> None:
        self._assertions = assertions
        self._issuer = issuer
        self._made: OrderedDict[tuple[str | None, ...], tuple[datetime, str]] = OrderedDict()

    def of(self, actor: Actor, email: str, app_id: str, now: datetime) -> str:
        """Return the statement about who may pass to an app; empty for nobody in particular."""
        if actor.principal_id is None:
            return ""
        about = (app_id, actor.principal_id, actor.name, email, actor.via_key_id)
        made = self._made.get(about)
        if made is not None and timedelta(0) <= now - made[0] < _GOOD_FOR:
            return made[1]
        claims = {
            "iss": self._issuer,
            "aud": app_id,
            "sub": actor.principal_id,
            "kind": actor.principal_kind,
            "name": actor.name,
            **({"email": email} if email else {}),
            **({"via_key": actor.via_key_id} if actor.via_key_id is not None else {}),
        }
        written = self._assertions.made(claims, now)
        self._made[about] = now, written
        self._made.move_to_end(about)
        if len(self._made) > _MOST:
            self._made.popitem(last=False)
        return written
