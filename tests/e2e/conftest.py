"""One whole instance per session for flows that leave it as it was; own ones for the others."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from callers import Caller, People, sign_in
from instances import Instance
from vendor_clients import node_client, python_clients

APPS = Path(__file__).with_name("apps")
Starter = Callable[..., Instance]


@pytest.fixture(scope="session")
def gatepost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A whole instance with the bundled examples, for all tests that do not harm it."""
    running = Instance(tmp_path_factory.mktemp("house") / "data")
    yield running
    running.close()


@pytest.fixture(scope="session")
def admin(gatepost: Instance) -> Caller:
    """The first administrator of `gatepost`, signed in."""
    return sign_in(gatepost, "admin", gatepost.password)


@pytest.fixture(scope="session")
def people(gatepost: Instance, admin: Caller) -> People:
    """Makes people in `gatepost`."""
    return People(gatepost, admin)


@pytest.fixture(scope="session")
def owner(people: People) -> Caller:
    """A publisher of `gatepost`, who owns the probe."""
    return people.someone()


@pytest.fixture(scope="session")
def key(owner: Caller) -> str:
    """A key of `owner`."""
    return str(owner.make_key("e2e")["key"])


@pytest.fixture(scope="session")
def probe(owner: Caller) -> dict[str, Any]:
    """The application that does as tests tell it, published in `gatepost` for `owner` alone."""
    return owner.publish(APPS / "probe", "Probe")


@pytest.fixture
def start_instance() -> Iterator[Starter]:
    """Starts instances of one's own, without examples, to be harmed."""
    folders: list[Path] = []
    started: list[Instance] = []

    def start(*options: str, env: dict[str, str] | None = None) -> Instance:
        folders.append(Path(tempfile.mkdtemp(prefix="gp-e2e-")))
        started.append(Instance(folders[-1] / "data", "--no-demo", *options, env=env))
        return started[-1]

    yield start
    for instance in started:
        instance.close()
    for folder in folders:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def vendor_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has vendors' clients, and nothing of ours."""
    return python_clients(tmp_path_factory.mktemp("python-clients"))


@pytest.fixture(scope="session")
def vendor_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a vendor's Node client."""
    return node_client(tmp_path_factory.mktemp("node-client"))
