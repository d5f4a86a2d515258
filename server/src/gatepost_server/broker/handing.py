"""What apps are given of connections by name: at their start the password, and a way to the database."""

import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gatepost_server import apps, connections, instance, vault
from gatepost_server.apps import Environment, Given, Injection, Withheld
from gatepost_server.broker import tls
from gatepost_server.broker.drivers.ports import basic
from gatepost_server.broker.drivers.postgresql_login import asked_for_tls, where
from gatepost_server.broker.fuse import Fuse
from gatepost_server.broker.reaching import Means, reach
from gatepost_server.broker.spool import Spool
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import Code, Target
from gatepost_server.egress import Dialer, Own
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx, UnitOfWork

_ORIGIN: Final = Origin("broker", door="broker")


class NotGiven(Exception):  # said in an app's log, or to its driver
    """An app has no such connection in its environment, or not any more."""


@dataclass(frozen=True)
class Handing:
    """Hands out what was given to apps, judged anew each time; `own` is what is never dialed."""

    uow: UnitOfWork
    safe: vault.Safe
    own: Own
    scratch: Path
    connect_s: float = 5.0
    agree_s: float = 10.0

    def environment(self, deployment_id: str) -> Environment:
        """Return what a deployment finds in its environment; that it does stands in the trail before."""
        given, withheld = [], []
        for one in self._wanted(deployment_id):
            try:
                given.append(self._given(one))
            except GatepostError as error:
                withheld.append(Withheld(one.name, error.detail))
            except NotGiven as error:
                withheld.append(Withheld(one.name, str(error)))
            except StepFailed:
                withheld.append(Withheld(one.name, "Its credential is no user with a password."))
        return Environment(given, withheld)

    def place(self, deployment_id: str, name: str) -> Target:
        """Return where a deployment's connection leads, if it may be opened now.

        Raises:
            NotGiven, GatepostError: it may not.
        """
        for one in self._wanted(deployment_id):
            if one.name == name:
                _require_willing(one)
                with self.uow.read(one.actor, _ORIGIN) as tx:
                    return apps.judge_injection(tx, one)[0]
        raise NotGiven("The application has no connection of this name in its environment.")

    def dialed(self, target: Target) -> socket.socket:
        """Return a connection to a database that has agreed to TLS, if it is demanded; nothing else was sent.

        Raises:
            StepFailed: its address is refused, or it does not answer as it should.
        """
        dialer = self._dialer()
        with closing(Fuse()) as fuse:
            means = Means(dialer, self.scratch, self.scratch, self.agree_s, self.uow.clock, fuse, Spool())
            fuse.limit(self.agree_s)
            opened = reach(*where(target), means, Trial(fuse))
            if tls.demanded(target) != tls.DISABLE:
                asked_for_tls(opened)
            if not fuse.spare():
                raise StepFailed(Code.TOO_SLOW)
            return opened

    def leads(self, deployment_id: str, name: str, target: Target, address: str) -> bool:
        """Tell whether a deployment's connection still leads to *target*, dialed at *address*."""
        try:
            if self.place(deployment_id, name) != target:
                return False
        except (GatepostError, NotGiven):
            return False
        host, port = where(target)
        return self._dialer().may_dial(host, address, port)

    def _dialer(self) -> Dialer:
        with self.uow.read(system_actor("broker"), _ORIGIN) as tx:
            return Dialer(instance.allowlist(tx), self.own, seconds=self.connect_s)

    def _wanted(self, deployment_id: str) -> list[Injection]:
        with self.uow.read(system_actor("broker"), _ORIGIN) as tx:
            return list(apps.injections(tx, deployment_id))

    def _given(self, one: Injection) -> Given:
        _require_willing(one)
        with self.uow.begin(one.actor, _ORIGIN) as tx:
            target, login = apps.judge_injection(tx, one)
            connections.announce(tx, target, login, "app environment")
            return self._opened(tx, one.name, target, login.credential_id)

    def _opened(self, tx: Tx, name: str, target: Target, credential_id: str) -> Given:
        user, password = basic(vault.open_credential(tx, self.safe, credential_id))
        return Given(name, user, Secret(password), str(target.params.get("database", user)))


def _require_willing(one: Injection) -> None:
    if one.refusal is not None:
        raise NotGiven(f"{one.refusal}.")


def environment_facts(found: Environment) -> Mapping[str, Any]:
    """Return *found* as it is sent."""
    return {
        "given": [[one.name, one.user, one.password.reveal(), one.database] for one in found.given],
        "withheld": [[one.name, one.why] for one in found.withheld],
    }
