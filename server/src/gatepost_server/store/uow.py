"""Unit of work: one transaction per call, and no change without its audit entry."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Dialect, Engine, Table, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.kernel.clock import Clock
from gatepost_server.store.engine import WRITE, reading
from gatepost_server.store.translation import translated

log = logging.getLogger(__name__)

Facts = Mapping[str, object]


class UnauditedWrite(RuntimeError):
    """A use-case changed rows and recorded nothing: a defect of ours, never committed."""


class Recorder(Protocol):
    """Writes audit entries into the transaction they belong to."""

    def record(
        self,
        tx: "Tx",
        *,
        action: str,
        kind: str,
        resource_id: str,
        name: str,
        before: Facts | None,
        after: Facts | None,
        reason: str | None,
    ) -> None:
        """Add one entry; it is kept exactly when the change is."""
        ...


@dataclass
class Tx:
    """What a use-case works with: session, time, caller, and the audit.

    `now` is read once, so that all of one call happens at one moment.
    """

    session: Session
    now: datetime
    actor: Actor
    origin: Origin
    recorder: Recorder
    audited: int = 0
    touched: set[str] = field(default_factory=set)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)
    _driver: tuple[Any, Dialect] | None = None
    memo: dict[Any, Any] = field(default_factory=dict)

    def audit(
        self,
        action: str,
        kind: str,
        resource_id: str,
        name: str,
        *,
        before: Facts | None = None,
        after: Facts | None = None,
        reason: str | None = None,
    ) -> None:
        """Record what this call did, in its own transaction."""
        self.recorder.record(
            self,
            action=action,
            kind=kind,
            resource_id=resource_id,
            name=name,
            before=before,
            after=after,
            reason=reason,
        )
        self.audited += 1

    def note(self, table: object) -> None:
        """Note that *table* is written, which takes an audit entry unless it is bookkeeping."""
        if isinstance(table, Table) and not table.info.get("bookkeeping", False):
            self.touched.add(table.name)

    def driver(self) -> tuple[Any, Dialect]:
        """Return the driver's own connection, which sees all that was written so far."""
        if self.session.new or self.session.dirty or self.session.deleted:
            self.session.flush()
        if self._driver is None:
            # The same until the transaction ends; asking the session each time costs as much as a read.
            connection = self.session.connection()
            assert connection.connection.driver_connection is not None, "a connection in use has its driver"
            self._driver = connection.connection.driver_connection, connection.dialect
        return self._driver

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run *effect* once the change is kept; for pokes that may be lost, never more."""
        self._afterwards.append(effect)

    def run_afterwards(self) -> None:
        """Run the effects; one that fails is logged, since the change stands."""
        for effect in self._afterwards:
            try:
                effect()
            except Exception:
                log.exception("an effect after commit failed; what it announced will be found by polling")


class _Writing(Session):
    """A session whose writes are noted in the `Tx` that its `info` names."""


class UnitOfWork:
    """Opens transactions; the doors use it, use-cases only get the `Tx`."""

    def __init__(self, engine: Engine, clock: Clock, recorder: Recorder) -> None:
        self.engine = engine
        self.clock = clock
        self._recorder = recorder
        self._writer = engine.execution_options(**{WRITE: True})
        self._reader = reading(engine)

    @contextmanager
    def begin(self, actor: Actor, origin: Origin) -> Iterator[Tx]:
        """Open a transaction that may write; leaving commits, an exception rolls back.

        Raises:
            UnauditedWrite: rows of a governed table changed and nothing was recorded.
            Conflict: a uniqueness rule of the store was broken by a concurrent call.
            Invalid: a text or number that the store cannot hold.
            Unavailable: the store does not answer.
        """
        with translated(self.engine), _Writing(self._writer, expire_on_commit=False) as session:
            tx = session.info[Tx] = self._tx(session, actor, origin)
            # Taking the connection first makes SQLite take its write lock before any read.
            session.connection()
            yield tx
            session.flush()
            if tx.touched and not tx.audited:
                session.rollback()
                raise UnauditedWrite(f"changed {', '.join(sorted(tx.touched))} without an audit entry")
            session.commit()
        tx.run_afterwards()

    @contextmanager
    def read(self, actor: Actor, origin: Origin) -> Iterator[Tx]:
        """Open a transaction that only reads, on one consistent view of the store."""
        session = Session(self._reader, expire_on_commit=False, autoflush=False)
        with translated(self.engine), session:
            yield self._tx(session, actor, origin)

    def _tx(self, session: Session, actor: Actor, origin: Origin) -> Tx:
        return Tx(session, self.clock.now(), actor, origin, self._recorder)


@event.listens_for(_Writing, "after_flush")
def _flushed(session: Session, _context: UOWTransaction) -> None:
    changed = [one for one in session.dirty if session.is_modified(one)]
    for one in (*session.new, *changed, *session.deleted):
        session.info[Tx].note(one.__table__)


@event.listens_for(_Writing, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[Tx].note(getattr(state.statement, "table", None))
