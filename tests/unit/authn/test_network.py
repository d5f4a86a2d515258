"""The caller's address: the peer, unless a proxy that is trusted says otherwise."""

import pytest

from gatepost_server.authn import client_ip, ip_behind_gate, parse_proxies

TRUSTED = "10.0.0.0/8, 2001:db8::/32,192.0.2.1"

BEHIND_GATE = {
    "nothing said": ([], None),
    "the peer itself": (["198.51.100.7"], "198.51.100.7"),
    "a client's lie": (["1.2.3.4, 198.51.100.7"], "198.51.100.7"),
    "many lies": (["10.0.0.1, 127.0.0.1, ::1, 198.51.100.7"], "198.51.100.7"),
    "a trusted proxy": (["198.51.100.7, 10.0.0.1"], "198.51.100.7"),
    "two trusted proxies": (["198.51.100.7, 10.0.0.2, 10.0.0.1"], "198.51.100.7"),
    "a lie before a trusted proxy": (["1.2.3.4, 198.51.100.7, 10.0.0.1"], "198.51.100.7"),
    "a proxy that says nothing": (["10.0.0.1"], "10.0.0.1"),
    "only trusted ones": (["10.0.0.2, 10.0.0.1"], "10.0.0.1"),
    "lines are joined": (["1.2.3.4", "198.51.100.7", "10.0.0.1"], "198.51.100.7"),
    "empty entries": (["198.51.100.7, ,10.0.0.1,"], "198.51.100.7"),
    "IPv6": (["2001:DB9::0001"], "2001:db9::1"),
    "IPv6 behind a trusted one": (["2001:db9::1, 2001:db8::9"], "2001:db9::1"),
    "IPv4 in IPv6 is IPv4": (["::ffff:198.51.100.7"], "198.51.100.7"),
    "a trusted proxy in IPv6 clothes": (["198.51.100.7, ::ffff:10.0.0.1"], "198.51.100.7"),
    "nonsense behind a trusted proxy": (["unknown, 10.0.0.1"], None),
    "nonsense further left is never read": (["unknown, 198.51.100.7, 10.0.0.1"], "198.51.100.7"),
    "a port behind a trusted proxy": (["198.51.100.7:80, 10.0.0.1"], None),
    "leading zeros": (["010.0.0.1"], None),
    "brackets": (["[2001:db9::1], 10.0.0.1"], None),
    "a zone is left out": (["fe80::1%eth0"], "fe80::1"),
    "a long zone": (["fe80::1%" + "x" * 500 + ", 10.0.0.1"], "fe80::1"),
    "a key in the address": (["gpp_0123456789, 10.0.0.1"], None),
}


@pytest.mark.parametrize("name", BEHIND_GATE)
def test_the_address_behind_the_gate(name: str) -> None:
    lines, expected = BEHIND_GATE[name]
    headers = [("x-forwarded-for", line) for line in lines]
    assert ip_behind_gate(headers, parse_proxies(TRUSTED)) == expected


@pytest.mark.parametrize("line", ["1.2.3.4, 198.51.100.7", "198.51.100.7", "garbage, 198.51.100.7"])
def test_without_trusted_proxies_only_the_peer_counts(line: str) -> None:
    assert ip_behind_gate([("x-forwarded-for", line)], ()) == "198.51.100.7"


@pytest.mark.parametrize("header", ["x-real-ip", "forwarded", "x-client-ip", "true-client-ip"])
def test_other_headers_say_nothing(header: str) -> None:
    assert client_ip("10.0.0.1", [(header, "1.2.3.4")], parse_proxies(TRUSTED)) == "10.0.0.1"


@pytest.mark.parametrize("peer", [None, "", "unix:", "testclient"])
def test_an_unknown_peer_is_unknown(peer: str | None) -> None:
    assert client_ip(peer, [("x-forwarded-for", "1.2.3.4")], parse_proxies(TRUSTED)) is None


def test_proxies_are_read_with_spaces_and_host_bits() -> None:
    assert [str(one) for one in parse_proxies(" 10.0.0.5/8 ,, ::1 ")] == ["10.0.0.0/8", "::1/128"]
    assert parse_proxies("") == ()


@pytest.mark.parametrize("text", ["proxy", "10.0.0.1/99", "10.0.0.1;10.0.0.2"])
def test_proxies_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_proxies(text)
