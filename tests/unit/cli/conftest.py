"""What the tests of the command line start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from documented_server import DocumentedServer, documented_server


@pytest.fixture
def server() -> Iterator[DocumentedServer]:
    with documented_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GATEPOST_SERVER", "GATEPOST_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEPOST_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr("gatepost.deploying._PAUSE", 0.0)
