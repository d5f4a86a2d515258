"""The key with which an app may act for whoever opens it: found or made at first contact."""

import asyncio
import logging
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

from gatepost_server.apps import Kind, WayFacts, way_facts
from gatepost_server.authn import Identified, Visit, begin_visit, visit_of, visitor_key
from gatepost_server.crypto import Peppers
from gatepost_server.kernel.actor import ActorKind, Origin
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import UnitOfWork, micros, moment_of, raw_reader

log = logging.getLogger(__name__)

_MOST: Final = 20_000
_NONE: Final = ""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_BY_NOBODY: Final = (ActorKind.ANONYMOUS, ActorKind.GUEST)

_Meeting = tuple[str, str]
"""The row of a session or secret, and a deployment."""


class Visits:
    """Remembers the texts of visitors' keys, never whether they count: that is judged when they are used.

    A deployment's level never changes, so one that gives no key is asked about once. Forgets
    what was remembered first, so that it does not grow.
    """

    def __init__(self, uow: UnitOfWork, peppers: Peppers) -> None:
        self._uow = uow
        self._peppers = peppers
        self._texts: OrderedDict[_Meeting, tuple[str, datetime]] = OrderedDict()
        self._finding: dict[_Meeting, asyncio.Task[str]] = {}

    def known(self, who: Identified, deployment_id: str, now: datetime) -> str | None:
        """Return the key at hand, empty where none is given; None when it is still to be found."""
        if who.credential_id is None or who.actor.kind in _BY_NOBODY:
            return _NONE
        remembered = self._texts.get((who.credential_id, deployment_id))
        if remembered is None or remembered[1] <= now:
            return None
        return remembered[0]

    async def found(self, who: Identified, origin: Origin, deployment_id: str) -> str:
        """Return the key of a visit, which begins now if it has not; empty where none is given.

        Requests that come together wait for one answer. While the store takes nothing the app
        is opened all the same, and gets no key for this request.
        """
        at_hand = self.known(who, deployment_id, self._uow.clock.now())
        if at_hand is not None or who.credential_id is None:
            return at_hand or _NONE
        meeting = (who.credential_id, deployment_id)
        finding = self._finding.get(meeting)
        if finding is None:
            looking = asyncio.to_thread(self._looked_up, who, origin, meeting)
            finding = self._finding[meeting] = asyncio.create_task(looking)
            finding.add_done_callback(lambda _: self._finding.pop(meeting, None))
        try:
            return await asyncio.shield(finding)
        except GatepostError as error:
            log.warning("a visit could not be recorded, so the app got no key for it: %s", error.detail)
            return _NONE

    def _looked_up(self, who: Identified, origin: Origin, meeting: _Meeting) -> str:
        opener_id, deployment_id = meeting
        now = micros(self._uow.clock.now())
        with raw_reader(self._uow.engine) as reader:
            way = way_facts(reader, deployment_id)
            visit = visit_of(reader, opener_id, deployment_id, now) if way is not None else None
        if way is None:
            return _NONE  # it has ended meanwhile
        if not way.cap or way.kind is Kind.STATIC:
            return self._remember(meeting, _NONE, _NEVER)
        begun = visit or self._begun(who, origin, opener_id, way)
        return self._remember(meeting, visitor_key(self._peppers, begun).reveal(), moment_of(begun.ends))

    def _begun(self, who: Identified, origin: Origin, opener_id: str, way: WayFacts) -> Visit:
        with self._uow.begin(who.actor, origin) as tx:
            return begin_visit(tx, opener_id, way)

    def _remember(self, meeting: _Meeting, text: str, ends: datetime) -> str:
        self._texts[meeting] = (text, ends)
        while len(self._texts) > _MOST:
            self._texts.popitem(last=False)
        return text
