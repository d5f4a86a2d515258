"""A broker on a socket, asked through its client, and databases for it to connect to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from source_servers import PASSWORD, Source, find_mariadb, mariadb_source, postgres_source
from world import Person, World

from gatepost_server import instance
from gatepost_server.broker import Client
from gatepost_server.broker.desk import Desk
from gatepost_server.broker.serving import Server
from gatepost_server.connections import ConnectionType, OneTimeLogin, Target, Tested
from gatepost_server.egress import Own
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import CredentialType
from gatepost_server.web import House


def login(user: str = "reader", password: str = PASSWORD) -> OneTimeLogin:
    """Return a login of one call."""
    return OneTimeLogin(CredentialType.BASIC, user, {"password": Secret(password)})


@dataclass
class Rig:
    """A broker that serves, and who asks it."""

    client: Client
    world: World
    root: Person
    desk: Desk

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.root.actor

    def allow(self, *ports: int) -> None:
        """Let loopback be dialed at *ports*, as an administrator does."""
        entries = [entry for port in ports for entry in (f"127.0.0.1:{port}", f"[::1]:{port}")]
        with self.world.begin(self.root) as tx:
            instance.change_egress(tx, entries)

    def test(self, target: Target, using: Any = None) -> Tested:
        """Try *target*."""
        return self.client.test(self.actor, target, using or login())

    def codes(self, target: Target, using: Any = None) -> list[str]:
        """Return the steps of a test, each with what came of it."""
        return [f"{step.name}: {step.code}" for step in self.test(target, using).steps]


def target_of(source: Source, **params: Any) -> Target:
    """Return *source* as a target, some of its params changed; None leaves one out."""
    told = {name: value for name, value in {**source.params, **params}.items() if value is not None}
    return Target("org_1", "con_1", ConnectionType(source.type), told)


@pytest.fixture
def rig(house: House, world: World, tmp_path: Path) -> Iterator[Rig]:
    """A broker of the house; it waits half a second for who does not answer."""
    desk = Desk(house.uow, house.vault, house.folders.files, tmp_path, Own(), connect_s=0.5)
    path = tmp_path / "broker.sock"
    with serving(path, desk):
        yield Rig(Client(path), world, world.person("root", "administrator"), desk)


@contextmanager
def serving(path: Path, desk: Desk) -> Iterator[None]:
    """Serve *desk* on *path*."""
    server = Server(path, desk)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield
    server.close()
    thread.join(5)


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """One kind of store is enough here."""
    from stores import sqlite_copy

    with sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path) as own:
        yield own


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Source]:
    """A PostgreSQL of this process."""
    with postgres_source() as source:
        yield source


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Source]:
    """A MariaDB of this process."""
    if find_mariadb() is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    with mariadb_source() as source:
        yield source


@pytest.fixture(params=["postgresql", "mariadb"])
def source(request: pytest.FixtureRequest, rig: Rig) -> Source:
    """Each database in turn, and it may be dialed."""
    found: Source = request.getfixturevalue(request.param)
    rig.allow(found.port)
    return replace(found)
