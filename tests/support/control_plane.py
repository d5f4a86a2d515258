"""The real control plane on a free port, over a fresh store: uvicorn in a thread, no gate."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from gatepost_server import bootstrap
from gatepost_server.admin.founding import Founding
from gatepost_server.apps import Desk, RuntimeStatus
from gatepost_server.bootstrap import control
from gatepost_server.bootstrap.broker import own_of
from gatepost_server.broker.desk import Desk as BrokerDesk
from gatepost_server.broker.serving import Server
from gatepost_server.settings import Folders, Settings
from gatepost_server.web import Edge


@dataclass
class ControlPlane:
    """Where it answers, its first administrator, and the desk that runtime and gate use."""

    url: str
    settings: Settings
    username: str
    password: str
    desk: Desk
    _served: ExitStack = field(default_factory=ExitStack)

    def stop(self) -> None:
        """Stop serving; connections that are open are cut."""
        self._served.close()

    def start(self) -> None:
        """Serve at the same address, as a new process would."""
        self._served.enter_context(_serving(self.settings))


@contextmanager
def control_plane(data: Path) -> Iterator[ControlPlane]:
    """Found an instance in *data* and serve it until left."""
    folders = Folders(data.resolve())
    folders.prepare()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(data_dir=data, port=port, url=f"http://127.0.0.1:{port}")
    founding = Founding.of(settings, folders)
    base = bootstrap.Foundation.lay(settings)
    admin = founding.admin
    assert admin.password is not None
    desk = Desk(base.uow, base.folders, "test", safe=base.safe())
    desk.report_runtime(RuntimeStatus("strict"))
    running = ControlPlane(settings.public_url(), settings, admin.username, admin.password, desk)
    running.start()
    try:
        yield running
    finally:
        running.stop()
        base.uow.engine.dispose()
        founding.uow.engine.dispose()


@contextmanager
def _serving(settings: Settings) -> Iterator[None]:
    base = bootstrap.Foundation.lay(settings)
    app = Edge(
        control.build_control(control.build_house(base)),
        clock=base.clock,
        upload_limit_mb=settings.upload_limit_mb,
    )
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    with socket.create_server(("127.0.0.1", settings.port)) as listening:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(10)
            base.uow.engine.dispose()


@contextmanager
def broker_of(house: ControlPlane) -> Iterator[None]:
    """Run the broker of a control plane, at the socket where it is asked."""
    base = bootstrap.Foundation.lay(house.settings)
    broker = BrokerDesk(base.uow, base.vault, base.folders.files, base.folders.run, own_of(house.settings))
    server = Server(base.folders.broker_socket, broker)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join(5)
        base.uow.engine.dispose()
