"""A far end that lies: what is never sent to it, and what it cannot be used to find out."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import Authority
from fake_servers import fake_server, filtered_port, greeting, packet
from source_servers import PASSWORD, free_port
from waiting import until

from gatepost_server.broker import Client, desk
from gatepost_server.connections import BrokerSilent, ConnectionType, NoLogin, Target

from .conftest import Rig, login, serving


def at(type_: str, port: int, **params: object) -> Target:
    """Return a target on the loopback."""
    told = {"host": "127.0.0.1", "port": port, "database": "shop", "tls": "verify-full", **params}
    return Target("org_1", "con_1", ConnectionType(type_), told)


def tried(rig: Rig, target: Target) -> list[str]:
    rig.allow(int(target.params["port"]))
    return rig.codes(target, login("who-asks"))


def says_no_tls(connection, recorded):
    recorded.read(connection)
    connection.sendall(b"N")


def wants_the_password_in_clear(connection, recorded):
    recorded.read(connection)
    connection.sendall(b"R\0\0\0\x08\0\0\0\x03")


def asks_by(plugin):
    def script(connection, recorded):
        connection.sendall(greeting(plugin))

    return script


def switches_to(plugin):
    def script(connection, recorded):
        connection.sendall(greeting(b"mysql_native_password"))
        recorded.read(connection)
        connection.sendall(packet(2, b"\xfe" + plugin + b"\0" + b"saltsaltsaltsaltsalt\0"))

    return script


def sends_a_key_of_its_own(connection, recorded):
    connection.sendall(greeting(b"caching_sha2_password"))
    recorded.read(connection)
    connection.sendall(packet(2, b"\x01\x04"))
    recorded.read(connection)
    connection.sendall(packet(4, b"\x01-----BEGIN PUBLIC KEY-----"))


LIES = {
    "pg-no-tls": ("postgresql", "verify-full", says_no_tls, "tls: no-tls"),
    "pg-no-tls-at-all": ("postgresql", "require", says_no_tls, "tls: no-tls"),
    "pg-clear": ("postgresql", "disable", wants_the_password_in_clear, "login: login-unsafe"),
    "my-no-tls": ("mysql", "verify-full", asks_by(b""), "tls: no-tls"),
    "my-no-tls-at-all": ("mysql", "require", asks_by(b""), "tls: no-tls"),
    "my-clear": ("mysql", "disable", asks_by(b"mysql_clear_password"), "login: login-unsafe"),
    "my-switch": ("mysql", "disable", switches_to(b"mysql_clear_password"), "login: login-unsafe"),
    "my-dialog": ("mysql", "disable", switches_to(b"dialog"), "login: login-unsafe"),
    "my-key": ("mysql", "disable", sends_a_key_of_its_own, "login: login-unsafe"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_gets_the_password_out(rig, lie):
    type_, tls, script, told = LIES[lie]
    with fake_server(script) as recorded:
        codes = tried(rig, at(type_, recorded.port, tls=tls))
    assert codes[-1] == told
    assert PASSWORD.encode() not in recorded.sent
    if tls != "disable":
        assert b"who-asks" not in recorded.sent
        assert len(recorded.sent) <= 8


@pytest.mark.parametrize("type_", ["postgresql", "mysql"])
def test_nothing_of_a_login_is_sent_before_the_certificate_was_verified(rig, tmp_path: Path, type_):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = Authority().write(tmp_path, "127.0.0.1")
    context.load_cert_chain(certificate, key)
    plain: list[bytes] = []

    def script(connection: socket.socket, recorded):
        if type_ == "mysql":
            connection.sendall(greeting(b"mysql_native_password", tls=True))
        plain.append(recorded.read(connection, 36))  # and not what begins the handshake at once
        if type_ == "postgresql":
            connection.sendall(b"S")
        with context.wrap_socket(connection.dup(), server_side=True) as secured:
            recorded.sent += secured.recv(65536)

    with fake_server(script) as recorded:
        codes = tried(rig, at(type_, recorded.port))
    assert codes[-1] == "tls: tls-untrusted"
    assert len(plain) == 1
    assert len(plain[0]) == 8 if type_ == "postgresql" else plain[0][:4] == b"\x20\0\0\x01"
    assert b"who-asks" not in recorded.sent


def encrypted_only(tmp_path: Path, type_: str, asks):
    """Agree on TLS with a certificate that nobody signed; what comes over it is recorded."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Authority().write(tmp_path, "elsewhere.test"))

    def script(connection: socket.socket, recorded):
        if type_ == "mysql":
            connection.sendall(greeting(b"caching_sha2_password", tls=True))
        recorded.read(connection, 36)
        if type_ == "postgresql":
            connection.sendall(b"S")
        with context.wrap_socket(connection.dup(), server_side=True) as secured:
            asks(secured, recorded)
            while recorded.read(secured):
                pass

    return script


def wants_all_of_it(connection, recorded):
    recorded.read(connection)
    connection.sendall(packet(3, b"\x01\x04"))


def switches_under_tls(connection, recorded):
    recorded.read(connection)
    connection.sendall(packet(3, b"\xfemysql_clear_password\0salt\0"))


UNVERIFIED = {
    "pg-clear-require": ("postgresql", wants_the_password_in_clear),
    "my-clear-require": ("mysql", wants_all_of_it),
    "my-switch-require": ("mysql", switches_under_tls),
}


@pytest.mark.parametrize("lie", UNVERIFIED)
def test_a_server_that_was_not_verified_does_not_get_the_password_itself(rig, tmp_path, lie):
    type_, asks = UNVERIFIED[lie]
    with fake_server(encrypted_only(tmp_path, type_, asks)) as recorded:
        codes = tried(rig, at(type_, recorded.port, tls="require"))
    assert codes[-1] == "login: login-unsafe"
    assert b"who-asks" in recorded.sent
    assert PASSWORD.encode() not in recorded.sent


def test_closed_and_filtered_ports_look_alike(rig):
    with filtered_port() as filtered:
        rig.allow(filtered, closed := free_port())
        found = [rig.test(at("postgresql", port)).steps for port in (closed, filtered)]
    told, other = ([(step.name, step.code, step.hint) for step in steps] for steps in found)
    assert told == other
    assert [step.code for step in found[0]] == ["ok", "unreachable"]
    assert all(450 <= steps[1].ms <= 900 for steps in found), found


@pytest.mark.parametrize(("type_", "step"), [("postgresql", "tls"), ("mysql", "login")])
def test_who_speaks_something_else_is_not_repeated(rig, type_, step):
    banner = b"SSH-2.0-planted_banner_9\r\nHTTP/1.1 400 planted\r\n\r\n"
    with fake_server(lambda connection, _: connection.sendall(banner)) as recorded:
        rig.allow(recorded.port)
        found = rig.test(at(type_, recorded.port))
    assert found.steps[-1].name == step
    assert found.steps[-1].code in {"not-this-type", "dropped", "tls-failed"}
    assert "planted" not in repr(found)


@pytest.mark.parametrize(("type_", "step"), [("postgresql", "tls"), ("mysql", "login")])
def test_who_says_nothing_is_not_waited_for(rig, type_, step):
    with fake_server(lambda connection, recorded: None) as recorded:
        assert tried(rig, at(type_, recorded.port))[-1] == f"{step}: too-slow"


def drips(start: bytes, drop: bytes):
    """Begin as told, then send a byte now and then, for ever."""

    def script(connection: socket.socket, recorded):
        connection.sendall(start)
        with suppress(OSError):
            while True:
                connection.sendall(drop)
                time.sleep(0.1)

    return script


def signs_in_and_drips(connection: socket.socket, recorded):
    recorded.read(connection)
    connection.sendall(b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I" + b"N\0\xff\xff\xff")
    drips(b"", b"x")(connection, recorded)


DRIPS = {
    "pg-tls": ("postgresql", "verify-full", drips(b"S", b"\x16\x03\x03\x40\0"), "tls: too-slow"),
    "pg-login": ("postgresql", "disable", drips(b"R\0\0\x04\0", b"x"), "login: too-slow"),
    "pg-query": ("postgresql", "disable", signs_in_and_drips, "query: too-slow"),
    "my-login": ("mysql", "verify-full", drips(b"\xff\xff\xff\0", b"x"), "login: too-slow"),
    "http-tls": ("http", "https", drips(b"\x16\x03\x03\x40\0", b"x"), "tls: too-slow"),
    "http-query": ("http", "http", drips(b"HTTP/1.1 200 OK\r\n", b"x"), "query: too-slow"),
}  # fmt: skip


@pytest.mark.parametrize("drip", DRIPS)
def test_who_sends_a_byte_now_and_then_holds_nobody_up(rig, tmp_path, monkeypatch, drip):
    type_, tls, script, told = DRIPS[drip]
    monkeypatch.setattr(desk, "_BESIDE_S", 0.5)
    monkeypatch.setitem(desk._SECONDS, "test", 1.0)
    with (
        serving(tmp_path / "quick.sock", replace(rig.desk, login_s=1.0)),
        fake_server(script) as recorded,
    ):
        asking = replace(rig, client=Client(tmp_path / "quick.sock"))
        target = at(type_, recorded.port, tls=tls)
        if type_ == "http":
            target = replace(target, params={"base_url": f"{tls}://127.0.0.1:{recorded.port}/"})
        started = time.monotonic()
        rig.allow(recorded.port)
        assert asking.codes(target, NoLogin() if type_ == "http" else login())[-1] == told
        assert time.monotonic() - started < 6


def test_a_call_whose_asker_left_while_signing_in_ends_at_once(rig):
    with fake_server(drips(b"\xff\xff\xff\0", b"x")) as recorded:
        rig.allow(recorded.port)
        with pytest.raises(BrokerSilent):
            Client(rig.client._path, within=0.3).test(rig.actor, at("mysql", recorded.port), login())
        until(lambda: not any(one.name == "call" for one in threading.enumerate()), 3, what="the end")


def test_params_beyond_the_allowlist_reach_no_driver(rig, postgresql):
    rig.allow(postgresql.port)
    planted = {"options": "-c search_path=x", "service": "x", "passfile": "/etc/passwd", "init_command": "x"}
    target = at("postgresql", postgresql.port, ca=postgresql.authority.pem, host="localhost", **planted)
    assert rig.test(target, login()).ok
    from gatepost_server.broker.drivers.postgresql_login import _place
    from gatepost_server.vault import OpenedCredential

    opened = OpenedCredential("", login().type, "reader", login().secret)
    means = rig.desk._prepared("test", rig.actor, target, login())[1]
    place = _place(target, opened, "127.0.0.1", means)
    assert place.settings["passfile"] == "/dev/null"
    assert not {"options", "service", "init_command"} & place.settings.keys()
    place.forget()
