"""Real relays and real sandboxes for the contract tests of the runtime."""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.wire import ask_json, serve_json
from gatepost_server.settings.folders import Folders

Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Rig:
    """A running relay in front of an app that the test plays itself."""

    folder: Path
    dead: set[str] = field(default_factory=set)
    asked: list[list[str]] = field(default_factory=list)
    is_silent: bool = False

    @property
    def socket(self) -> Path:
        return self.folder / "r.sock"

    @property
    def control(self) -> Path:
        return self.folder / "r.ctl"

    async def authorize(self, method: str, path: str, payload: object) -> tuple[int, object]:
        """Play the authorizer: the grounds in `dead` hold no more."""
        assert (method, path) == ("POST", "/live")
        if self.is_silent:
            return 500, {}
        grounds = payload["grounds"]  # type: ignore[index]
        self.asked.append(grounds)
        return 200, {"dead": [ground for ground in grounds if ground in self.dead]}

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(self.socket))

    async def stats(self) -> dict[str, float]:
        return (await ask_json(self.control, "GET", "/stats"))[1]

    async def recheck(self) -> int:
        return (await ask_json(self.control, "POST", "/recheck"))[1]["closed"]


@contextlib.asynccontextmanager
async def relay_before(
    app: Client | None, *, static: Path | None = None, **changed: object
) -> AsyncIterator[Rig]:
    """Start a relay in front of *app* (a stream handler on loopback) or a static site."""
    folder = Path(tempfile.mkdtemp(prefix="gp-"))
    rig = Rig(folder)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        authorizer = await serve_json(folder / "authz.sock", rig.authorize)
        stack.callback(authorizer.close)
        port = 0
        if app is not None:
            server = await asyncio.start_server(app, "127.0.0.1", 0)
            stack.callback(server.close)
            port = server.sockets[0].getsockname()[1]
        plan = RelayPlan(
            listen=str(rig.socket), control=str(rig.control), authorizers=str(folder), port=port,
            static_root=str(static) if static else None, parent=os.getpid(), **changed,
        )  # fmt: skip
        relay = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gatepost_server.runtime.relay", plan.to_argument(),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            assert await asyncio.wait_for(relay.stdout.readline(), 20) == b"ready\n"
            yield rig
        finally:
            relay.terminate()
            await relay.wait()


@pytest.fixture
def relay() -> Callable[..., contextlib.AbstractAsyncContextManager[Rig]]:
    """Return how to start a relay."""
    return relay_before


@pytest.fixture
def folders() -> Iterator[Folders]:
    """Return the prepared folders of a throw-away instance."""
    data = Path(tempfile.mkdtemp(prefix="gp-data-"))
    data.chmod(0o755)
    made = Folders(data / "d")
    made.prepare()
    yield made
    shutil.rmtree(data)
    shutil.rmtree(made.run, ignore_errors=True)
