"""Long exchanges and receipts: who loses the ground loses the connection."""

import json
import subprocess

import pytest
from gate_calls import call
from gate_house import ORIGIN, House
from gate_rig import Recorded

from gatepost_server import keys
from gatepost_server.apps import App
from gatepost_server.gateway.authorizer.ground import Ground, read_ground
from gatepost_server.gateway.receipts import collect
from gatepost_server.kernel.paging import PageRequest


@pytest.fixture(scope="module")
def app(house: House) -> App:
    return house.publish(house.person("ann"), "long")


def ground_of(house: House, app: App, *lines: str) -> str:
    assert call(house.port, f"/content/{app.number}/", *lines).status == 200
    [ground] = house.seen(app)[-1].values("x-gp-ground")
    return ground


def dead(house: House, *grounds: str) -> list[str]:
    """Ask as a relay does."""
    shown = subprocess.run(
        ["curl", "-s", "--unix-socket", str(house.base.folders.authorizer_socket()), "http://a/live",
         "-d", json.dumps({"grounds": grounds})],
        capture_output=True, check=True, timeout=10,
    )  # fmt: skip
    return list(json.loads(shown.stdout)["dead"])


def revoke(house: House, text: str) -> None:
    ann = house.person("ann")
    with house.base.uow.begin(ann.actor, ORIGIN) as tx:
        row = next(k for k in keys.list_keys(tx, PageRequest(limit=200)).items if text.startswith(k.prefix))
        keys.revoke_key(tx, row.id)


def test_a_ground_holds_no_secret(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    ground = read_ground(ground_of(house, app, f"Authorization: Key {key}"))
    assert ground is not None
    assert (ground.app_id, ground.credential_id[:4] if ground.credential_id else None) == (app.id, "ver_")
    assert key[4:40] not in repr(ground)


def test_a_deleted_key_is_no_ground(house: House, app: App) -> None:
    key = house.key(house.person("ann"))
    ground = ground_of(house, app, f"Authorization: Key {key}")
    assert dead(house, ground) == []
    revoke(house, key)
    assert dead(house, ground) == [ground]


@pytest.mark.parametrize("text", ["", "x", ";;;", "1;;;", "2;app_1;;", "1;app_1;", "1;app_1;;;", "ÿ"])
def test_an_unreadable_ground_is_lost(house: House, text: str) -> None:
    assert read_ground(text) is None
    assert dead(house, text) == [text]


def test_nobodys_ground_lasts_while_it_is_open_to_anyone(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "long and open")
    house.open_to(ann, app, "anyone")
    ground = ground_of(house, app)
    assert dead(house, ground) == []
    house.open_to(ann, app, "grants")
    assert dead(house, ground) == [ground]


def test_a_receipt_names_the_gate_and_counts_what_relays_cut(house: House) -> None:
    def recheck(_request: Recorded) -> bytes:
        return b'HTTP/1.1 200 OK\r\ncontent-length: 12\r\nconnection: close\r\n\r\n{"closed":2}'

    house.upstreams.folder = house.base.folders.relays
    path = house.upstreams.serve("relay", recheck)
    path.rename(path.with_suffix(".ctl"))
    try:
        receipt = collect(house.base.folders, house.base.clock, epoch=7)
    finally:
        path.with_suffix(".ctl").unlink()
    assert [gate.id[:5] for gate in receipt.gates] == ["gate_"]
    assert (receipt.epoch, receipt.connections_closed) == (7, 2)
    assert house.upstreams.seen["relay"][0].line.startswith("POST /recheck")


def test_a_dead_relays_socket_counts_nothing(house: House) -> None:
    left = house.base.folders.relays / "gone.ctl"
    left.touch()
    assert collect(house.base.folders, house.base.clock, epoch=1).connections_closed == 0
    left.unlink()


def test_a_ground_is_written_and_read_alike() -> None:
    for ground in (Ground("app_1", "key_1", "::1"), Ground("app_1", None, None)):
        assert read_ground(ground.written()) == ground


@pytest.mark.parametrize(
    "path", ["/live", "/ping", "/check/x", "/_gatepost/../live", "/_gatepost/%2e%2e/ping"]
)
@pytest.mark.parametrize("on_app_host", [True, False])
def test_the_relays_door_is_not_open_to_the_world(
    house: House, app: App, path: str, on_app_host: bool
) -> None:
    host = house.host(app) if on_app_host else None
    answer = call(house.port, path, "Content-Length: 0", host=host, method="POST")
    assert b'"dead"' not in answer.body
    assert b'"pid"' not in answer.body
