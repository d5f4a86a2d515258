"""Data APIs through the client and the command line, on the real control plane, broker and a file."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from control_plane import ControlPlane

from gatepost.cli.exit_codes import Exit
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost_server.authz import ORGANIZATION
from gatepost_server.bootstrap import Foundation
from gatepost_server.broker.desk import Desk
from gatepost_server.broker.serving import Server
from gatepost_server.egress import Own


@pytest.fixture
def broker(server: ControlPlane) -> Iterator[None]:
    """A broker beside the control plane, and a file that it opens."""
    base = Foundation.lay(server.settings)
    folder = base.folders.files / ORGANIZATION
    folder.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(folder / "shop.db") as file:
        file.execute("CREATE TABLE IF NOT EXISTS prices (id INTEGER, city TEXT)")
    file.close()
    serving = Server(
        base.folders.broker_socket, Desk(base.uow, base.vault, base.folders.files, base.folders.spool, Own())
    )
    thread = threading.Thread(target=serving.serve)
    thread.start()
    yield
    serving.close()
    thread.join(5)
    base.uow.engine.dispose()


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert run([*words, "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.usefixtures("broker")
def test_an_api_is_made_published_authorized_and_deleted(
    admin: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin.projects.create("SHOP", "Shop")
    source = admin.connections.create("Shop", "sqlite", {"file": "shop.db"})
    file = tmp_path / "prices.json"
    file.write_text(json.dumps({"connection_id": source.id, "sql": "SELECT id, city FROM prices"}))
    given = ("--from", str(file))
    assert run(["apis", "list", "SHOP"]) == 0
    assert "gatepost apis create SHOP" in capsys.readouterr().err
    assert run(["apis", "create", "SHOP", "Prices"]) == 2
    made = _told(capsys, "apis", "create", "SHOP", "Prices", *given, "--slug", "prices")
    assert [made["slug"], made["development_version"], made["production_version"]] == ["prices", 1, None]
    assert "SELECT id" in str(_told(capsys, "apis", "show", "SHOP", "prices"))
    file.write_text(json.dumps({"connection_id": source.id, "table": "prices", "fields": [{"name": "id"}]}))
    changed = _told(capsys, "apis", "change", "SHOP", "Prices", *given, "--name", "Costs", "--note", "Less")
    assert [changed["name"], changed["development_version"]] == ["Costs", 2]
    assert _told(capsys, "apis", "publish", "SHOP", "prices", "1")["production_version"] == 1
    assert run(["apis", "publish", "SHOP", "prices", "7"]) == Exit.NOT_FOUND
    assert run(["apis", "versions", "SHOP", "prices"]) == 0
    assert "Less" in capsys.readouterr().out
    assert "/gw/prices" in str(_told(capsys, "apis", "openapi", "SHOP", "prices"))

    admin.clients.groups.create("Partners")
    client = admin.clients.create("Loader", "Partners", ["admin"])
    authorized = _told(
        capsys, "apis", "authorize", "SHOP", "prices", "Loader", "--field", "id", "--days", "30"
    )
    assert [authorized["stage"], authorized["fields"]] == ["production", ["id"]]
    for words in (["apis", "authorizations", "SHOP", "prices"], ["clients", "apis", "list", "Loader"]):
        assert run(words) == 0
        assert "production" in capsys.readouterr().out
    ended = str(authorized["id"])
    assert _told(capsys, "apis", "end-authorization", "SHOP", "prices", ended, "--yes")["revoked"] is True
    admin.clients.apis.authorize(client.id, "prices")
    assert _told(capsys, "clients", "apis", "let-go", "Loader", "prices", "--yes")["revoked"] is True
    assert list(admin.clients.apis.list(client.id)) == []

    assert run(["grants", "api:SHOP/prices"]) == 0
    assert "owner" in capsys.readouterr().out
    assert _told(capsys, "apis", "withdraw", "SHOP", "prices", "--yes")["production_version"] is None
    assert _told(capsys, "apis", "delete", "SHOP", "prices", "--yes")["revoked"] is True
    assert list(admin.apis.list("SHOP")) == []
