"""What the tests of the command line start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from documented_server import PASSWORD, DocumentedServer, documented_server
from inside_run import Gatepost, runner

from gatepost.address import address_of
from gatepost.logins import Logins
from gatepost.secret import Secret
from gatepost.signing_in import log_in


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


@pytest.fixture
def gatepost(capsys: pytest.CaptureFixture[str]) -> Gatepost:
    return runner(capsys)


@pytest.fixture
def signed_in(server: DocumentedServer, tmp_path: Path) -> None:
    Logins(tmp_path / "config").keep(log_in(address_of(server.url), "ada", Secret(PASSWORD)))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "my-site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    return folder


@pytest.fixture
def deployed(gatepost: Gatepost, site: Path) -> str:
    return str(gatepost("deploy", str(site), "--json").json["id"])
