"""The real control plane on a free port, over a fresh store: uvicorn in a thread, no gate."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from gatepost_server import bootstrap
from gatepost_server.admin.founding import Founding
from gatepost_server.apps import Desk
from gatepost_server.bootstrap import control
from gatepost_server.settings import Folders, Settings
from gatepost_server.web import Edge


@dataclass(frozen=True)
class ControlPlane:
    """Where it answers, its first administrator, and the desk that runtime and gate use."""

    url: str
    settings: Settings
    username: str
    password: str
    desk: Desk


@contextmanager
def control_plane(data: Path) -> Iterator[ControlPlane]:
    """Found an instance in *data* and serve it until left."""
    folders = Folders(data.resolve())
    folders.prepare()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings = Settings(data_dir=data, port=port, url=f"http://127.0.0.1:{port}")
        founding = Founding.of(settings, folders)
        base = bootstrap.Foundation.lay(settings)
        app = Edge(
            control.build_control(control.build_house(base)),
            clock=base.clock,
            upload_limit_mb=settings.upload_limit_mb,
        )
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            admin = founding.admin
            assert admin.password is not None
            desk = Desk(base.uow, base.folders, "test")
            yield ControlPlane(settings.public_url(), settings, admin.username, admin.password, desk)
        finally:
            server.should_exit = True
            thread.join(10)
            base.uow.engine.dispose()
            founding.uow.engine.dispose()
