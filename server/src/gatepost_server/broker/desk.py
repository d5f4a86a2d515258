"""What the broker does with a call: open the login as who asks, reach the far end, send what comes."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from gatepost_server import connections, instance, vault
from gatepost_server.broker import shapes, wire
from gatepost_server.broker.drivers.choosing import driver_of
from gatepost_server.broker.drivers.ports import Session
from gatepost_server.broker.fuse import Fuse
from gatepost_server.broker.holding import Holding
from gatepost_server.broker.idling import Idle, Key, Lease, key_of
from gatepost_server.broker.leash import Leash
from gatepost_server.broker.reaching import Means
from gatepost_server.broker.rowing import preview_facts, send_rows
from gatepost_server.broker.spool import Spool
from gatepost_server.broker.trial import StepFailed, Trial, as_failure
from gatepost_server.connections import (
    LARGEST_PREVIEW,
    Code,
    Failure,
    HeldLogin,
    Login,
    OneTimeLogin,
    StatementFailed,
    StepName,
    StoredLogin,
    Target,
    Tested,
)
from gatepost_server.egress import Dialer, Own
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.kernel.errors import Invalid
from gatepost_server.store import UnitOfWork

_SECONDS: Final = {"test": 10.0, "preview": 60.0, "stream": 3600.0, "write": 60.0}
_BROWSING_S: Final = 30.0
_BESIDE_S: Final = 5.0
_POLITELY_S: Final = 3.0
_NO_ID: Final = ""


@dataclass(frozen=True)
class Desk:
    """Answers calls; `own` is what is never dialed, whatever the administrators' list says."""

    uow: UnitOfWork
    safe: vault.Safe
    files: Path
    scratch: Path
    own: Own
    connect_s: float = 5.0
    login_s: float = 10.0
    spool: Spool = field(default_factory=Spool)
    idle: Idle = field(default_factory=Idle)
    holding: Holding = field(default_factory=Holding)

    def __call__(self, call: Mapping[str, Any], to: socket.socket, leash: Leash) -> None:
        """Do *call* and send its answer to *to*."""
        do = call.get("do")
        if do not in (*shapes.CALLS, *shapes.HOLDS):
            raise Invalid("The broker knows no such call.")
        actor, target, login = shapes.actor_in(call), shapes.target_in(call), shapes.login_in(call)
        if do in shapes.HOLDS:
            with leash.sending:
                wire.send_json(to, wire.ANSWER, self._held(actor, target, login))
            return
        self._carried_out(do, call, (actor, target, login), to, leash)

    def _carried_out(
        self,
        do: str,
        call: Mapping[str, Any],
        asked: tuple[Actor, Target, Login],
        to: socket.socket,
        leash: Leash,
    ) -> None:
        """Reach the target of a call, and send what comes of it."""
        actor, target, login = asked
        if isinstance(login, HeldLogin):
            login = self.holding.login_of(actor, target, login)
        bounds = shapes.bounds_in(call)
        opened, means = self._prepared(do, actor, target, login)
        if bounds.seconds is not None:
            means = replace(means, seconds=min(means.seconds, bounds.seconds))
        try:
            if do == "test":
                tested = self._tested(target, opened, means, leash)
                with leash.sending:
                    wire.send_json(to, wire.ANSWER, shapes.tested_facts(tested))
                return
            key = key_of(target, login, opened)
            with self._session(target, opened, means, Trial(means.fuse), leash, key) as session:
                if do == "stream":
                    most = None if bounds.rows is None else bounds.rows + 1
                    send_rows(session.rows(shapes.statement_in(call), most), to, leash.sending, bounds)
                    last: Callable[[], None] = partial(wire.send, to, wire.END)
                else:
                    last = partial(wire.send_json, to, wire.ANSWER, _ANSWERS[do](session, call))
                leash.hold(None)  # who has everything leaves, and nothing is to be cancelled then
                with leash.sending:
                    last()
        except StepFailed as failed:
            raise as_failure(failed) from None
        except wire.Garbled:  # names without end
            raise StatementFailed(Failure.TOO_MUCH) from None
        except StatementFailed:
            if means.fuse.is_late:
                raise StatementFailed(Failure.TOO_SLOW) from None
            raise

    def _held(self, actor: Actor, target: Target, login: Login) -> str | None:
        """Hold a login and return its id, or let one go that is held."""
        if isinstance(login, OneTimeLogin):
            return self.holding.hold(actor, target, login)
        if isinstance(login, HeldLogin):
            self.holding.let_go(actor, target, login)
        return None

    def _prepared(
        self, do: str, actor: Actor, target: Target, login: Login
    ) -> tuple[vault.OpenedCredential | None, Means]:
        """Open the login as *actor*, and read which places may be dialed now."""
        with self.uow.read(actor, Origin("broker", door="broker")) as tx:
            opened = None
            if isinstance(login, StoredLogin):
                connections.require_bound(tx, target, login.credential_id)
                opened = vault.open_credential(tx, self.safe, login.credential_id)
                if login.user is not None and do == "test":
                    opened = replace(opened, user=login.user)
            elif isinstance(login, OneTimeLogin):
                opened = vault.OpenedCredential(_NO_ID, login.type, login.user, login.secret)
            allowed = instance.allowlist(tx)
        dialer = Dialer(allowed, self.own, seconds=self.connect_s)
        seconds = _SECONDS.get(do, _BROWSING_S)
        folder, is_look = self.files / target.org_id, do != "stream"
        clock = self.uow.clock
        return opened, Means(dialer, folder, self.scratch, seconds, clock, Fuse(), self.spool, is_look)

    @contextmanager
    def _session(
        self,
        target: Target,
        login: vault.OpenedCredential | None,
        means: Means,
        trial: Trial,
        leash: Leash,
        key: Key | None = None,
        *,
        is_test: bool = False,
    ) -> Iterator[Session]:
        """Open a session that ends when its asker goes or its time is up; signing in has its own.

        With a *key*, one that rests is taken up, and it rests again when its call ended well.
        """
        with closing(means.fuse) as fuse:
            leash.hold(fuse.burn)
            fuse.limit(min(self.login_s, means.seconds))
            lease = self.idle.taken(key, means)
            if lease is None:
                lease = Lease(driver_of(target.type)(target, login, means, trial), self.idle.steady())
            session, is_well = lease.session, False
            if not is_test:  # which has one time for all its steps
                fuse.limit(means.seconds + _BESIDE_S)

            def cancel() -> None:
                fuse.limit(_POLITELY_S)
                session.cancel()

            try:
                leash.hold(cancel)
                yield session
                is_well = True
            finally:
                leash.hold(None)
                fuse.limit(_POLITELY_S)
                is_well = is_well and not leash.has_cancelled
                if not (is_well and self.idle.give(key, lease, means)):
                    session.close()

    def _tested(
        self, target: Target, login: vault.OpenedCredential | None, means: Means, leash: Leash
    ) -> Tested:
        trial = Trial(means.fuse)
        try:
            session = self._session(target, login, means, trial, leash, is_test=True)
            with session as opened, trial.step(StepName.QUERY):
                _check(opened)
        except StepFailed:
            pass  # the trial has it
        return Tested(tuple(trial.steps))


def _check(session: Session) -> None:
    try:
        session.check()
    except StatementFailed as failed:
        codes = {
            Failure.TOO_SLOW: Code.TOO_SLOW,
            Failure.DROPPED: Code.DROPPED,
            Failure.LOGIN_REFUSED: Code.LOGIN_REFUSED,
        }
        raise StepFailed(codes.get(failed.failure, Code.QUERY_FAILED)) from None


def _schemas(session: Session, _call: Mapping[str, Any]) -> Any:
    return list(session.schemas())


def _tables(session: Session, call: Mapping[str, Any]) -> Any:
    return [[one.schema, one.name, one.kind] for one in session.tables(call["schema"])]


def _columns(session: Session, call: Mapping[str, Any]) -> Any:
    return [[one.name, one.type, one.native_type] for one in session.columns(call["schema"], call["table"])]


def _preview(session: Session, call: Mapping[str, Any]) -> Any:
    limit = max(1, min(int(call["limit"]), LARGEST_PREVIEW))
    return preview_facts(session, call["schema"], call["table"], limit)


def _write(session: Session, call: Mapping[str, Any]) -> Any:
    return session.write(shapes.write_in(call))


_ANSWERS: Final[Mapping[str, Callable[[Session, Mapping[str, Any]], Any]]] = {
    "schemas": _schemas,
    "tables": _tables,
    "columns": _columns,
    "preview": _preview,
    "write": _write,
}
