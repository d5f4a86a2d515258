"""A real control plane, and an administrator signed in to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from control_plane import ControlPlane, control_plane

import gatepost
from gatepost.address import address_of
from gatepost.connected import Client
from gatepost.logins import Logins
from gatepost.secret import Secret
from gatepost.signing_in import log_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture
def admin(server: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("GATEPOST_CONFIG_DIR", str(tmp_path / "config"))
    for name in ("GATEPOST_SERVER", "GATEPOST_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    login = log_in(address_of(server.url), server.username, Secret(server.password))
    Logins(tmp_path / "config").keep(login)
    with gatepost.client() as client:
        yield client
