"""What the gate and the doors note: uses and refusals, gathered, written at most a second later."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from gatepost_server.apps import note_opened
from gatepost_server.audit import Refusal, record_refusals
from gatepost_server.identity import note_seen
from gatepost_server.kernel.actor import Actor, Origin, system_actor
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.keys import AGENT_LENGTH, KeyUse, OldUse, Uses, note_old_uses, note_uses
from gatepost_server.sharing import note_guests_seen
from gatepost_server.store import UnitOfWork

log = logging.getLogger(__name__)

_EVERY_S: Final = 0.8
_MINUTE, _NONE = timedelta(minutes=1), timedelta(0)
_MOST: Final = 5_000
"""Refusals kept for one batch; what comes beyond it is counted in the log. Callers of old
secrets likewise: whoever comes beyond is counted as somebody unknown."""


@dataclass
class _Batch:
    uses: dict[str, KeyUse] = field(default_factory=dict)
    old_uses: dict[OldUse, Uses] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    opened: dict[str, datetime] = field(default_factory=dict)
    refused: list[tuple[Actor, Origin, Refusal]] = field(default_factory=list)
    dropped: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.uses or self.old_uses or self.seen or self.opened or self.refused or self.dropped)

    def add_old(self, use: OldUse, uses: Uses) -> None:
        """Count uses of an old secret."""
        if use not in self.old_uses and len(self.old_uses) >= _MOST:
            use = OldUse(use.verifier_id, None, None, None)
        noted = self.old_uses.get(use)
        if noted is None:
            self.old_uses[use] = uses
        else:
            noted.add(uses)

    def one_by_one(self) -> Iterator["_Batch"]:
        """Return each entry as a batch of its own."""
        for credential_id, use in self.uses.items():
            yield _Batch(uses={credential_id: use})
        for old, uses in self.old_uses.items():
            yield _Batch(old_uses={old: uses})
        for session_id, at in self.seen.items():
            yield _Batch(seen={session_id: at})
        for app_id, at in self.opened.items():
            yield _Batch(opened={app_id: at})
        for entry in self.refused:
            yield _Batch(refused=[entry])


class Notes:
    """Gathers in memory, writes in one transaction; bookkeeping, never a decision."""

    def __init__(self, uow: UnitOfWork, part: str = "authorizer") -> None:
        self._uow = uow
        self._part = part
        self._batch = _Batch()
        self._opened: dict[str, datetime] = {}
        self._turn = Lock()

    def used(self, credential_id: str, at: datetime, ip: str | None, agent: str | None) -> None:
        """Note that a key, session or guest was just used, unless this very use was noted a moment ago."""
        noted = self._batch.uses.get(credential_id)
        if noted is not None and noted.ip == ip and noted.agent == agent:
            return
        with self._turn:
            if credential_id.startswith("ver_"):
                self._batch.uses[credential_id] = KeyUse(at, ip, agent)
            else:
                self._batch.seen[credential_id] = at

    def used_old(
        self, verifier_id: str, at: datetime, ip: str | None, agent: str | None, app_id: str | None = None
    ) -> None:
        """Count a use of a secret that was replaced: of an app, or of the API itself."""
        use = OldUse(verifier_id, ip, agent and agent[:AGENT_LENGTH], app_id)
        with self._turn:
            self._batch.add_old(use, Uses(at, at))

    def opened(self, app_id: str, at: datetime) -> None:
        """Note that somebody was let in to an app, once a minute at most."""
        noted = self._opened.get(app_id)
        if noted is not None and _MINUTE > at - noted >= _NONE:
            return
        with self._turn:
            self._opened[app_id] = self._batch.opened[app_id] = at

    def refused(self, actor: Actor, origin: Origin, refusal: Refusal) -> None:
        """Note a refusal."""
        with self._turn:
            if len(self._batch.refused) < _MOST:
                self._batch.refused.append((actor, origin, refusal))
            else:
                self._batch.dropped += 1

    async def keep_writing(self) -> None:
        """Write what was gathered, again and again, until cancelled; then once more."""
        try:
            while True:
                await asyncio.sleep(_EVERY_S)
                if not self._batch.is_empty:
                    await asyncio.to_thread(self.write)
        finally:
            self.write()

    def write(self) -> None:
        """Write one batch; it is kept for the next time while the store does not answer.

        When one entry cannot be written, it alone is lost, and the log says so. Never raises.
        """
        with self._turn:
            batch, self._batch = self._batch, _Batch()
        if batch.is_empty:
            return
        if batch.dropped:
            log.warning("%d refusals were not written one by one: too many at once", batch.dropped)
        if self._has_dealt_with(batch):
            return
        for single in batch.one_by_one():
            if not self._has_dealt_with(single):
                log.error("a note that cannot be written is dropped: %s", single)

    def _has_dealt_with(self, batch: _Batch) -> bool:
        """Write *batch*, or keep it; False when something in it can never be written."""
        try:
            self._written(batch)
        except Unavailable as error:
            log.warning("notes wait for the store: %s", error.detail)
            self._keep(batch)
        except Exception:
            log.exception("notes were refused by the store")
            return False
        return True

    def _written(self, batch: _Batch) -> None:
        with self._uow.begin(system_actor(self._part), Origin("notes", door="gate")) as tx:
            note_uses(tx, batch.uses)
            note_old_uses(tx, batch.old_uses)
            note_seen(tx, batch.seen)
            note_guests_seen(tx, batch.seen)
            note_opened(tx, batch.opened)
            record_refusals(tx, batch.refused)
            tx.audited += len(batch.refused)

    def _keep(self, batch: _Batch) -> None:
        with self._turn:
            now = self._batch
            now.uses = {**batch.uses, **now.uses}
            for old, uses in batch.old_uses.items():
                now.add_old(old, uses)
            now.seen = {**batch.seen, **now.seen}
            now.opened = {**batch.opened, **now.opened}
            now.refused = [*batch.refused, *now.refused][:_MOST]
