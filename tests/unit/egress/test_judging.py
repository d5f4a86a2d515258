"""Which addresses are dialed: public ones, private ones that are listed, the rest never."""

import ipaddress
import socket
import threading
from typing import Any

import pytest

from gatepost_server.bootstrap.own_places import own_of
from gatepost_server.egress import Allowlist, Dialer, Own, Refused, Rule, Verdict, Word, judge, normalized
from gatepost_server.kernel.errors import Invalid
from gatepost_server.settings.sections import Settings

OWN = Own(ports=frozenset({8080}), stores=frozenset({("10.0.0.9", 5432)}))
EVERYTHING = Allowlist.of(["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1", "127.0.0.1:5432", "db.internal"])
NEVER = [
    "169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
    "fe80::1", "224.0.0.1", "ff02::1", "0.0.0.0", "::", "240.0.0.1", "255.255.255.255",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
]  # fmt: skip
LOOPBACK = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::127.0.0.1",
]
PRIVATE = ["10.0.0.1", "172.16.3.4", "192.168.0.1", "100.64.0.1", "fd12::1", "fec0::1", "64:ff9b:1::a00:1"]


def _judge(address: str, allowed: Allowlist, *, port: int = 3306, host: str = "h.example") -> Verdict:
    return judge(host, ipaddress.ip_address(address), port, allowed, OWN).rule.verdict


@pytest.mark.parametrize("address", NEVER)
def test_no_entry_opens_metadata_link_local_multicast_or_reserved(address: str) -> None:
    assert _judge(address, EVERYTHING) is Verdict.NEVER


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_in_any_writing_is_private_whatever_network_or_host_is_listed(address: str) -> None:
    assert _judge(address, EVERYTHING, host="db.internal") is Verdict.PRIVATE


def test_loopback_is_opened_by_its_exact_address_and_port_alone() -> None:
    assert _judge("127.0.0.1", EVERYTHING, port=5432) is Verdict.LISTED
    assert _judge("127.0.0.1", EVERYTHING, port=5433) is Verdict.PRIVATE
    assert _judge("127.0.0.2", EVERYTHING, port=5432) is Verdict.PRIVATE


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_dialed_only_when_listed(address: str) -> None:
    assert _judge(address, Allowlist()) is Verdict.PRIVATE
    assert _judge(address, EVERYTHING) is Verdict.LISTED
    assert _judge(address, Allowlist.of(["db.internal"])) is Verdict.PRIVATE
    assert _judge(address, Allowlist.of(["db.internal"]), host="DB.internal.") is Verdict.LISTED


def test_public_addresses_need_no_entry() -> None:
    assert _judge("93.184.216.34", Allowlist()) is Verdict.OPEN
    assert _judge("2606:2800:220:1::1", Allowlist()) is Verdict.OPEN


def test_gateposts_own_listeners_and_store_are_never_dialed() -> None:
    listed = Allowlist.of(["127.0.0.1:8080", "10.0.0.0/8"])
    assert _judge("127.0.0.1", listed, port=8080) is Verdict.NEVER
    assert _judge("10.0.0.9", listed, port=5432) is Verdict.NEVER
    assert _judge("10.0.0.9", listed, port=5433) is Verdict.LISTED


SPELLINGS = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "0.0.0.0", "::"]
STORES = {
    "postgresql+psycopg://g@localhost:5433/g": 5433,
    "postgresql+psycopg://g@/g?host=/var/run/postgresql&port=5433": 5433,
    "postgresql+psycopg://g@/g?host=127.0.0.1:5433": 5433,
    "postgresql+psycopg://g@/g?host=[::1]:5433&host=127.0.0.1:5434": 5433,
    "postgresql+psycopg://g@[::1]/g": 5432,
    "postgresql+psycopg://g@/g?host=127.0.0.1,::1&port=5434,5433": 5433,
    "postgresql+psycopg://g@db.internal/g?hostaddr=127.0.0.1&port=5433": 5433,
}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("address", SPELLINGS)
def test_a_store_on_this_machine_is_never_dialed_however_it_is_spelled(
    store: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def resolved(host: str, *more: Any, **options: Any) -> Any:
        return real("10.9.9.9" if host == "db.internal" else host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    own, port = own_of(Settings(store=store)), STORES[store]
    listed = Allowlist.of([f"127.0.0.1:{port}", f"127.9.9.9:{port}", f"[::1]:{port}", "127.0.0.1:3306"])
    assert judge("h", ipaddress.ip_address(address), port, listed, own).rule.verdict is Verdict.NEVER
    assert judge("h", ipaddress.ip_address("127.0.0.1"), 3306, listed, own).rule.verdict is Verdict.LISTED
    if "db.internal" in store:
        moved = Allowlist.of(["10.0.0.0/8"])
        for host in ("db.internal", "DB.internal."):
            assert judge(host, ipaddress.ip_address("10.1.1.1"), port, moved, own).rule is Rule.STORE


WRONG = ["0.0.0.0/0", "127.0.0.0/8", "127.0.0.1", "10.0.0.1/8", "a b", "-x", "1.2.3.4:0", "1.2.3.4:70000"]


@pytest.mark.parametrize("entry", [*WRONG, "010.0.0.1", "http://a", ""])
def test_entries_of_no_form_are_refused_with_their_place(entry: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalized(["db.internal", entry])
    assert [fault.field for fault in refusal.value.faults] == ["egress.allow[1]"]


def test_entries_are_kept_in_one_way_of_writing() -> None:
    given = ["DB.Internal.", "10.1.0.0/16", "[::1]:5432", "127.0.0.1:5432", "db.internal", "fd00::/8"]
    kept = ["db.internal", "10.1.0.0/16", "[::1]:5432", "127.0.0.1:5432", "fd00::/8"]
    assert normalized(given) == kept
    assert normalized(kept) == kept


def test_one_refused_address_refuses_the_whole_name() -> None:
    both = [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("169.254.169.254")]
    dialer = Dialer(Allowlist(), resolve=lambda _host, _port: both)
    with pytest.raises(Refused) as refusal:
        dialer.judged("turned.example", 5432)
    assert refusal.value.word is Word.ADDRESS_REFUSED


def test_a_name_that_nobody_knows_is_said_in_one_word() -> None:
    with pytest.raises(Refused) as refusal:
        Dialer(Allowlist()).judged("no-such-name.invalid", 5432)
    assert refusal.value.word is Word.UNKNOWN_NAME


def test_what_is_dialed_is_the_judged_address_and_the_name_is_asked_once() -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        accepted = threading.Thread(target=lambda: server.accept()[0].close())
        accepted.start()

        def once(host: str, _port: int) -> list[ipaddress.IPv4Address]:
            asked.append(host)
            return [ipaddress.IPv4Address("127.0.0.1" if len(asked) == 1 else "169.254.169.254")]

        dialer = Dialer(Allowlist.of([f"127.0.0.1:{port}"]), resolve=once)
        dialer.connect(dialer.judged("turning.example", port), port).close()
        accepted.join()
    assert asked == ["turning.example"]


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Refused) as refusal:
        Dialer(Allowlist()).connect([ipaddress.ip_address("127.0.0.1")], port)
    assert refusal.value.word is Word.UNREACHABLE
