"""A gate with its real parts: store, authorizer, keeper, Envoy; content from a recording upstream."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from gate_rig import Recorded, Upstreams, free_port, wait_for_port

from gatepost_server import bootstrap, keys
from gatepost_server.admin.plan import environment_of
from gatepost_server.apps import App, Desk, RuntimeStatus, publish_bundle, set_app_access, taken_in
from gatepost_server.apps.model import BuildResult, ReplicaReport, ReplicaState
from gatepost_server.authz import give_role, plant_roots
from gatepost_server.bootstrap import Foundation
from gatepost_server.gateway.authorizer import GateServer, build_authorizer
from gatepost_server.gateway.envoy.desired import gate_of
from gatepost_server.gateway.keeper import Keeper
from gatepost_server.gateway.launch import launch_envoy
from gatepost_server.identity import SignIn, create_first_administrator, create_user, sign_in
from gatepost_server.kernel.actor import Actor, ActorKind, Origin, system_actor
from gatepost_server.kernel.ids import hex_of
from gatepost_server.kernel.secret import Secret
from gatepost_server.keys import ExpiryChoice, KeyRules
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import migrate

ORIGIN = Origin("test", ip="127.0.0.1", door="test")
PASSWORD = Secret("correct horse battery")


@dataclass
class Person:
    """Somebody with an account, signed in on the control plane."""

    id: str
    username: str
    actor: Actor
    cookie: str
    csrf: str


@dataclass
class House:
    """A running gate, and ways to arrange the world around it."""

    base: Foundation
    upstreams: Upstreams
    keeper: Keeper
    desk: Desk
    envoy: subprocess.Popen[bytes] | None = None
    authorizers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    admin: Person | None = None
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return self.base.settings.port

    def sign_in(self, username: str, password: Secret = PASSWORD) -> Person:
        means = SignIn(self.base.peppers, timedelta(days=7))
        made = sign_in(self.base.uow, means, username=username, password=password, origin=ORIGIN)
        actor = Actor(
            ActorKind.SESSION, made.user.id, made.user.display_name, cap=5,
            session_id=made.session.id, confirmed_at=datetime.now(UTC),
        )  # fmt: skip
        person = Person(made.user.id, username, actor, f"gp_session={made.token.reveal()}", made.csrf)
        self.people[username] = person
        return person

    def person(self, username: str, role: str = "publisher") -> Person:
        if username not in self.people:
            assert self.admin is not None
            with self.base.uow.begin(self.admin.actor, ORIGIN) as tx:
                create_user(
                    tx, username=username, email=f"{username}@example.com", display_name=username.title(),
                    role=role, password=PASSWORD,
                )  # fmt: skip
            self.sign_in(username)
        return self.people[username]

    def key(self, person: Person, **extra: str) -> str:
        with self.base.uow.begin(person.actor, ORIGIN) as tx:
            made = keys.issue_personal_key(
                tx, self.base.peppers, KeyRules(timedelta(days=90), True),
                name=f"key {time.monotonic_ns()}", expiry=ExpiryChoice(), **extra,
            )  # fmt: skip
        return made.text.reveal()

    def publish(self, owner: Person, name: str, *, socket: Path | None = None) -> App:
        """Publish an app, routed and live; served by a recording upstream, or by *socket*."""
        archive = self.base.folders.data / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            entry = tarfile.TarInfo("index.html")
            entry.size = 2
            tar.addfile(entry, BytesIO(b"hi"))
        now = self.base.clock.now()
        sources = self.base.folders.sources
        with taken_in(archive, sources, now) as bundle, self.base.uow.begin(owner.actor, ORIGIN) as tx:
            app = publish_bundle(tx, name, bundle)
        order = self.desk.claim_build()
        assert order is not None
        self.desk.finish_build(order.version_id, BuildResult(ok=True))
        self.report(app, ReplicaState.READY, socket=socket)
        self.route()
        return app

    def report(self, app: App, state: ReplicaState, *, socket: Path | None = None) -> None:
        name = hex_of(app.deployment_id)
        if socket is None:
            socket = self.base.folders.relays / f"{name}.sock"
            if name not in self.upstreams.seen:
                self.upstreams.folder = self.base.folders.relays
                self.upstreams.serve(name)
        self.desk.report(
            ReplicaReport(app.id, app.deployment_id, 1, state, datetime.now(UTC), socket_path=str(socket))
        )

    def route(self) -> None:
        for _ in range(100):
            asyncio.run(self.keeper.step())
            if not self.desk.awaiting_promotion():
                return
            time.sleep(0.02)
        raise AssertionError("Envoy never listed the cluster")

    def share(self, owner: Person, app: App, who: Person, role: str = "consumer") -> str:
        with self.base.uow.begin(owner.actor, ORIGIN) as tx:
            return give_role(tx, app.id, who.id, role).id

    def open_to(self, owner: Person, app: App, access: str) -> None:
        with self.base.uow.begin(owner.actor, ORIGIN) as tx:
            set_app_access(tx, app.id, access)

    def seen(self, app: App) -> list[Recorded]:
        return self.upstreams.seen[hex_of(app.deployment_id)]

    def host(self, app: App) -> str:
        return f"{app.slug}--{hex_of(app.id)}.localhost:{self.port}"


@contextlib.contextmanager
def gate_house(folder: Path, *, apart: bool = False, **settings: object) -> Iterator[House]:
    """Start everything but the control plane and the runtime; content is answered with "ok".

    The authorizer runs in a thread, or several as the processes they are in an instance
    (*apart*).
    """
    if not apart:
        settings["gate_workers"] = 1
    chosen = Settings(data_dir=folder, port=free_port(), **settings)  # type: ignore[arg-type]
    Folders(folder.resolve()).prepare()
    base = Foundation.lay(chosen)
    migrate.upgrade(base.uow.engine, bootstrap.metadata())
    upstreams = Upstreams(base.folders.run)
    upstreams.start()
    upstreams.serve("control")
    desk = Desk(base.uow, base.folders, "test")
    desk.report_runtime(RuntimeStatus("strict"))
    house = House(base, upstreams, Keeper(desk, gate_of(chosen, base.folders)), desk)
    with base.uow.begin(system_actor("test"), ORIGIN) as tx:
        plant_roots(tx, "Test")
        made = create_first_administrator(tx, "admin", "admin@example.com")
    assert made is not None
    assert made.one_time_password is not None
    house.admin = house.sign_in("admin", made.one_time_password)
    launch = launch_envoy(chosen, base.folders)
    log_path = base.folders.logs / "envoy.log"
    with _authorizer(base, house, apart=apart):
        house.envoy = subprocess.Popen([*launch.argv, "--log-path", str(log_path)])
        try:
            wait_for_port(chosen.port)
            yield house
        finally:
            house.envoy.terminate()
            house.envoy.wait(10)
            upstreams.stop()
    base.uow.engine.dispose()
    shutil.rmtree(base.folders.run, ignore_errors=True)


@contextlib.contextmanager
def _authorizer(base: Foundation, house: House, *, apart: bool) -> Iterator[None]:
    if apart:
        numbers = range(1, base.settings.authorizers() + 1)
        house.authorizers = [start_authorizer(base, number) for number in numbers]
        try:
            for number in numbers:
                await_authorizer(base, number)
            yield
        finally:
            for process in house.authorizers:
                process.terminate()
            for process in house.authorizers:
                process.wait(10)
        return
    sign_in_means = SignIn(base.peppers, timedelta(days=7))
    authorizer = build_authorizer(base.settings, base.folders, base.uow, base.means, sign_in_means)
    server = GateServer(authorizer, base.folders.authorizer_socket())
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(10)


def start_authorizer(base: Foundation, number: int) -> subprocess.Popen[bytes]:
    """Start one authorizer as the process that it is in an instance."""
    argv = [sys.executable, "-m", "gatepost_server.admin.process", f"authorizer-{number}"]
    told = {**os.environ, **environment_of(base.settings)}
    if base.settings.store is not None:  # an instance hands it over apart from the environment
        told["GATEPOST_STORE"] = base.settings.store
    return subprocess.Popen(argv, env=told)


def await_authorizer(base: Foundation, number: int) -> None:
    """Return once the authorizer listens."""
    end = time.monotonic() + 60
    while not base.folders.authorizer_socket(number).exists():
        assert time.monotonic() < end
        time.sleep(0.05)
