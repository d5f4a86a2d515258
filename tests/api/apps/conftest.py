"""A real control plane on a unix socket and a store of its own; people call it with keys."""

import io
import shutil
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Client, HTTPTransport, Response
from sqlalchemy import text

from gatepost_server import bootstrap
from gatepost_server.apps import Desk, RuntimeStatus
from gatepost_server.apps.model import BuildResult, ReplicaReport, ReplicaState
from gatepost_server.authz import plant_roots, policy
from gatepost_server.bootstrap import control
from gatepost_server.identity import create_first_administrator, create_user
from gatepost_server.kernel.actor import Actor, ActorKind, Origin, system_actor
from gatepost_server.keys import ExpiryChoice, issue_personal_key
from gatepost_server.settings import Folders, Settings
from gatepost_server.store.migrate import upgrade
from gatepost_server.web import Edge

ORIGIN = Origin("test")
PEOPLE = {"owner": "publisher", "other": "publisher", "guest": "viewer"}
HTML = {"index.html": "<h1>hello</h1>"}


def packed(files: dict[str, str]) -> bytes:
    """Return a .tar.gz of *files*."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return raw.getvalue()


@dataclass
class Server:
    """The control plane and the parts behind it, as far as these tests need them."""

    base: bootstrap.Foundation
    client: Client
    keys: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    packed = staticmethod(packed)

    @property
    def desk(self) -> Desk:
        return Desk(self.base.uow, self.base.folders, "test")

    def call(self, who: str | None, method: str, path: str, **more: Any) -> Response:
        headers = {"Authorization": f"Key {self.keys[who]}"} if who else {}
        return self.client.request(method, f"/api/v1/{path}", headers=headers, **more)

    def upload(
        self, who: str | None, path: str, content: bytes, fields: dict[str, str] | None = None
    ) -> Response:
        files = {"bundle": ("bundle.tar.gz", content, "application/gzip")}
        return self.call(who, "POST", path, files=files, data=fields or {})

    def published(
        self, who: str = "owner", name: str = "Report", files: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = self.upload(who, "apps", packed(files or HTML), {"name": name})
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def build(self, *, ok: bool = True, reason: str | None = None) -> str:
        """Act as the runtime: build what waits."""
        order = self.desk.claim_build()
        assert order is not None
        self.desk.finish_build(order.version_id, BuildResult(ok, "/envs/x" if ok else None, reason))
        return order.version_id

    def see(self, app: dict[str, Any], state: ReplicaState, **more: Any) -> None:
        """Act as the runtime: report the app's wanted deployment, at revision 1 or the one given."""
        socket = "/run/x.sock" if state is ReplicaState.READY else None
        facts = {"revision": 1, "at": self.base.clock.now(), "socket_path": socket, **more}
        self.desk.report(ReplicaReport(app["id"], app["deployment_id"], state=state, **facts))

    def run(self, app: dict[str, Any]) -> dict[str, Any]:
        """Act as the runtime and the gate's keeper: build, start, promote."""
        self.build()
        return self.run_again(app)

    def run_again(self, app: dict[str, Any]) -> dict[str, Any]:
        """Start and promote what is built."""
        self.see(app, ReplicaState.READY, isolation="strict")
        assert self.desk.promote(app["deployment_id"])
        found: dict[str, Any] = self.call("owner", "GET", f"apps/{app['id']}").json()
        return found

    def forget_runtime(self) -> None:
        """Go back to before the runtime's first report."""
        with self.base.uow.begin(system_actor("test"), ORIGIN) as tx:
            tx.session.execute(text("DELETE FROM runtime_status"))

    @property
    def on_disk(self) -> list[str]:
        """Return what lies in the sources folder once no upload is being put away any more."""
        end = time.monotonic() + 10
        while True:
            found = sorted(path.name for path in self.base.folders.sources.iterdir())
            if not any(name.startswith(".upload-") for name in found) or time.monotonic() > end:
                return found
            time.sleep(0.02)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, Actor]]:
    """A data folder with people and their keys, made once."""
    data = tmp_path_factory.mktemp("template")
    Folders(data).prepare()
    base = bootstrap.Foundation.lay(_settings(data), pool_size=1)
    upgrade(base.uow.engine, bootstrap.metadata())
    with base.uow.begin(system_actor("test"), ORIGIN) as tx:
        plant_roots(tx, "Main")
        made = create_first_administrator(tx, "admin", "admin@localhost")
    assert made is not None
    actors = {"admin": _session(base, made.user.id, "administrator")}
    for name, role in PEOPLE.items():
        with base.uow.begin(actors["admin"], ORIGIN) as tx:
            user = create_user(
                tx, username=name, email=f"{name}@localhost", display_name=name.title(), role=role
            ).user
        actors[name] = _session(base, user.id, role)
    rules, keys = control.build_house(base).key_rules, {}
    for name, actor in actors.items():
        with base.uow.begin(actor, ORIGIN) as tx:
            issued = issue_personal_key(
                tx, base.peppers, rules, name="test", expiry=ExpiryChoice(False, None)
            )
            keys[name] = issued.text.reveal()
    base.uow.engine.dispose()
    return data, keys, actors


@pytest.fixture
def server(
    tmp_path: Path, template: tuple[Path, dict[str, str], dict[str, Actor]], control_app: FastAPI
) -> Iterator[Server]:
    data, keys, actors = template
    shutil.copytree(data, tmp_path / "data")
    Folders(tmp_path / "data").prepare()
    base = bootstrap.Foundation.lay(_settings(tmp_path / "data"), pool_size=4)
    house = control.build_house(base)
    control_app.state.house = house
    edge = Edge(control_app, clock=base.clock, upload_limit_mb=1)
    with (
        _served(edge) as socket,
        Client(transport=HTTPTransport(uds=socket), base_url="http://localhost", timeout=30) as client,
    ):
        made = Server(base, client, keys, actors)
        made.desk.report_runtime(RuntimeStatus("strict"))
        yield made
    base.uow.engine.dispose()
    shutil.rmtree(base.folders.run, ignore_errors=True)


@contextmanager
def _served(app: Any) -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="gp-")
    socket = f"{folder}/control.sock"
    config = uvicorn.Config(app, uds=socket, log_config=None, access_log=False, lifespan="off")
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    while not serving.started:
        time.sleep(0.005)
    try:
        yield socket
    finally:
        serving.should_exit = True
        thread.join(10)
        shutil.rmtree(folder)


@pytest.fixture
def problem() -> Callable[[Response], tuple[int, str]]:
    def read(answer: Response) -> tuple[int, str]:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["code"]

    return read


def _settings(data: Path) -> Settings:
    return Settings(data_dir=data, upload_limit_mb=1)


def _session(base: bootstrap.Foundation, user_id: str, role: str) -> Actor:
    cap = policy.roles[role].cap
    return Actor(ActorKind.SESSION, user_id, role, cap=cap, confirmed_at=base.clock.now())
