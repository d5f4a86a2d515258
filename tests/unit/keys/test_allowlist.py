"""IP allowlists: what may be written, how it is normalised, whom it lets in."""

import pytest

from gatepost_server.kernel.errors import Invalid
from gatepost_server.keys.allowlist import checked_allowlist, is_covered, is_listed

TAKEN = {
    "": "",
    " ; ; ": "",
    "10.0.0.1": "10.0.0.1/32",
    " 10.0.0.1 ; 10.0.0.2 ;": "10.0.0.1/32;10.0.0.2/32",
    "192.168.3.12/24": "192.168.3.0/24",
    "0.0.0.0/1": "0.0.0.0/1",
    "255.255.255.255": "255.255.255.255/32",
    "2001:DB8::1": "2001:db8::1/128",
    "2001:db8::1/32": "2001:db8::/32",
    "::1": "::1/128",
    "8000::/1": "8000::/1",
    "::ffff:10.0.0.7": "10.0.0.7/32",
    "::ffff:10.0.0.7/120": "10.0.0.0/24",
    ";".join(f"10.0.0.{n}" for n in range(100)): ";".join(f"10.0.0.{n}/32" for n in range(100)),
}
REFUSED = [
    "0.0.0.0/0", "::/0", "10.0.0.1/0", "10.0.0.1/33", "::1/129", "10.0.0", "10.0.0.0.1", "10.0.0.256",
    "10.0.0.1/", "10.0.0.1/a", "10.0.0.1/-1", "10.0.0.1/+8", "10.0.0.1/08", "10.0.0.01", "010.0.0.1",
    "0x0a.0.0.1", "167772161", "10.0.0.1/255.255.255.0", "10.0.0.1/0.0.0.255", "10.0.0.1,10.0.0.2",
    "10.0.0.1 10.0.0.2", "10.0.0.1-10.0.0.9", "*", "localhost", "example.com", "10.0.0.*", "::g", ":::",
    "fe80::1%eth0", "fe80::1%eth0/64", "[::1]", "10.0.0.1:80", "http://10.0.0.1", "1２.0.0.1",
    "10.0.0.1\0", "10.0.0.1\n/24", "::ffff:0.0.0.0/96", "10.0.0.1;10.0.0.1", "10.0.0.1;10.0.0.1/32",
    "10.0.0.1/24;10.0.0.2/24", "::1;0:0:0:0:0:0:0:1", "10.0.0.7;::ffff:10.0.0.7",
    ";".join(f"10.0.{n // 200}.{n % 200}" for n in range(101)),
]  # fmt: skip


@pytest.mark.parametrize("text", TAKEN)
def test_entries_are_normalised(text: str) -> None:
    assert checked_allowlist(text) == TAKEN[text]


@pytest.mark.parametrize("text", TAKEN)
def test_what_was_normalised_is_taken_as_it_is(text: str) -> None:
    assert checked_allowlist(TAKEN[text]) == TAKEN[text]


@pytest.mark.parametrize("text", REFUSED)
def test_other_entries_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_allowlist(text)
    assert [fault.field for fault in refused.value.faults] == ["ip_allowlist"]


@pytest.mark.parametrize(
    ("allowlist", "ip", "expected"),
    [
        (None, None, True),
        ("", "10.0.0.1", True),
        ("10.0.0.1/32", "10.0.0.1", True),
        ("10.0.0.1/32", "10.0.0.2", False),
        ("10.0.0.0/24", "10.0.0.255", True),
        ("10.0.0.0/24", "10.0.1.0", False),
        ("10.0.0.0/24;2001:db8::/32", "2001:db8::9", True),
        ("10.0.0.0/24", "2001:db8::9", False),
        ("10.0.0.0/24", "::ffff:10.0.0.9", True),
        ("::/1", "10.0.0.1", False),
        ("10.0.0.0/24", None, False),
        ("10.0.0.0/24", "", False),
        ("10.0.0.0/24", "unknown", False),
        ("10.0.0.0/24", "10.0.0.1, 10.0.0.2", False),
    ],
)
def test_only_listed_addresses_come_in(allowlist: str | None, ip: str | None, expected: bool) -> None:
    assert is_listed(allowlist, ip) is expected


@pytest.mark.parametrize(
    ("narrow", "wide", "answer"),
    [
        ("10.0.0.1/32", "10.0.0.0/24", True),
        ("10.0.0.0/24", "10.0.0.0/24", True),
        ("10.0.0.0/23", "10.0.0.0/24", False),
        ("10.0.0.1/32;10.0.1.1/32", "10.0.0.0/24", False),
        ("10.0.0.1/32;2001:db8::1/128", "10.0.0.0/24;2001:db8::/32", True),
        ("::a00:1/128", "10.0.0.0/24", False),
    ],
)
def test_a_list_is_covered_when_each_of_its_addresses_is_on_the_other(
    narrow: str, wide: str, answer: bool
) -> None:
    assert is_covered(narrow, wide) is answer
