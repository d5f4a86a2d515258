"""What became of a call, for its log: gathered in memory, written at most a second later."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from gatepost_server.dataapis import ApiCall, FoundApi, Operation, note_calls
from gatepost_server.http.gw.callers import GateCall
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.store import UnitOfWork

log = logging.getLogger(__name__)

_EVERY_S: Final = 0.8
_MOST: Final = 50_000
GONE: Final = 499
"""The status of a call whose caller went before the end."""


class CallNotes:
    """Keeps calls until they are written; what comes beyond 50,000 unwritten ones is said in the log."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._calls: deque[ApiCall] = deque()
        self._dropped = 0

    def add(self, call: ApiCall) -> None:
        """Keep a call."""
        if len(self._calls) < _MOST:
            self._calls.append(call)
        else:
            self._dropped += 1

    async def keep_writing(self) -> None:
        """Write again and again, and once more when cancelled."""
        try:
            while True:
                await asyncio.sleep(_EVERY_S)
                await asyncio.to_thread(self.write)
        finally:
            self.write()

    def write(self) -> None:
        """Write what there is; it is tried again when the store is away. Never raises."""
        some = [self._calls.popleft() for _ in range(len(self._calls))]
        if not some:
            return
        if self._dropped:
            log.warning("%s calls of data APIs are missing in their log", self._dropped)
            self._dropped = 0
        try:
            with self._uow.begin(system_actor("calls"), Origin("calls", door="gate")) as tx:
                note_calls(tx, some)
        except Unavailable as error:
            log.warning("calls of data APIs could not be written yet: %s", error)
            self._calls.extendleft(reversed(some))
        except Exception:
            # Later calls are written all the same; these would be refused again.
            log.exception(
                "%d calls of data APIs were refused by the store and are missing in their log", len(some)
            )


@dataclass
class Course:
    """One call under way; a call of what is no data API leaves no line."""

    gate: GateCall
    notes: CallNotes
    began: float = field(default_factory=monotonic)
    api: FoundApi | None = None
    operation: Operation | None = None
    rows: int | None = None
    is_ended: bool = False

    @property
    def milliseconds(self) -> int:
        """For how long it has been under way."""
        return int((monotonic() - self.began) * 1000)

    def ended(self, status: int, code: str | None = None) -> None:
        """Note how it ended, once."""
        if self.api is None or self.is_ended:
            return
        self.is_ended = True
        call, api = self.gate.call, self.api
        self.notes.add(
            ApiCall(
                api.node.id, call.house.uow.clock.now(), api.version, api.stage,
                "" if self.operation is None else self.operation.value, call.actor.principal_kind,
                call.actor.principal_id, call.actor.name[:200], call.origin.ip, status, code, self.rows,
                self.milliseconds, call.origin.request_id,
            )
        )  # fmt: skip
