"""How many calls of a data API a caller may make in a minute, through the gate or from the console."""

from typing import Final

from gatepost_server.dataapis.facts import ApiFacts
from gatepost_server.kernel.errors import TooMany
from gatepost_server.store import Bucket, Tx, take

_PERIOD_S: Final = 60


def take_call(tx: Tx, api: ApiFacts) -> int | None:
    """Count a call of the caller, wherever it is made; return for how many seconds they have to wait, if so.

    The transaction has to be kept before anybody is refused, so `require_room` comes after it.
    """
    most = api.definition.limits.calls_per_minute
    if not most:
        return None
    return take(tx, f"api:call:{api.node.id}:{tx.actor.principal_id}", Bucket(most, _PERIOD_S))


def require_room(api: ApiFacts, wait: int | None) -> None:
    """Let a call go on that was counted.

    Raises:
        TooMany: the caller called the API too often within a minute.
    """
    if wait is not None:
        most = api.definition.limits.calls_per_minute
        said = f"This data API takes {most} calls a minute of each caller. Try again in {wait} s."
        raise TooMany(said, retry_after_s=wait, code="api-throttled")
