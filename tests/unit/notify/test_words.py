"""Addresses, settings in layers, subjects: what is accepted, what is refused, nothing smuggled in."""

from datetime import UTC, datetime, timedelta

import pytest

from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify import BadAddress, MailFields, Tls, parse_address
from gatepost_server.notify.addresses import parse_sender
from gatepost_server.notify.model import (
    checked_subject,
    checked_text,
    is_loopback,
    merged,
    next_try,
    server_of,
)

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
STORED = MailFields("mail.example.com", 587, Tls.STARTTLS, "post", Secret("horn"), "gatepost@example.com")


@pytest.mark.parametrize(
    "text", ["a@b", "ann.lee+x@Example.COM", "o'neil@sub.example.org", "x@xn--bcher-kva.de"]
)
def test_plain_addresses_are_read(text: str) -> None:
    local, _, domain = text.partition("@")
    assert str(parse_address(text)) == f"{local}@{domain.lower()}"


@pytest.mark.parametrize(
    "text",
    ["", "ann", "@b", "a@", "a@b@c", "a b@c", '"a"@b', "a(x)@b", "a%b@c", "a!b@c", "=?utf-8?q?a?=@b",
     "a@b>@c", "a@b\r\nBcc: x@y", "a@b\n", "a\0@b", ".a@b", "a..b@c", "a@-b", "a@b-", "a@b..c", "a@[::1]",
     "ü@b", "a@ü.de", "a" * 65 + "@b", "a@" + "b" * 64, "a@" + "b." * 126 + "com", " a@b", "<a@b>"],
)  # fmt: skip
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_address(text)


def test_a_sender_may_have_a_name() -> None:
    assert parse_sender("Gate Post <g@x.org>") == ("Gate Post", parse_address("g@x.org"))
    assert parse_sender("g@x.org") == ("", parse_address("g@x.org"))
    for text in ("A\nBcc: x@y <g@x.org>", "A <g@x.org> <h@x.org>", '"A" <g@x.org>', "<>"):
        with pytest.raises(BadAddress):
            parse_sender(text)


@pytest.mark.parametrize("text", ["", " ", "a\nBcc: b@c", "a\rb", "a\0b", "x" * 201, "a\u2028b"])
def test_a_subject_is_one_printable_line(text: str) -> None:
    with pytest.raises(Invalid):
        checked_subject(text)
    assert checked_subject(" Your  invitation ") == "Your  invitation"


def test_a_text_has_no_control_characters() -> None:
    assert checked_text("a\r\n\tb") == "a\r\n\tb"
    for text in ("a\0b", "a\x1bb", "x" * 100_001):
        with pytest.raises(Invalid):
            checked_text(text)


@pytest.mark.parametrize(
    "wanted",
    [{"host": "a b"}, {"host": "a\nb"}, {"host": ""}, {"host": "a:25"}, {"port": 0}, {"port": 65536},
     {"port": "25"}, {"port": True}, {"tls": "ssl"}, {"from": "x"}, {"from": "a@b\nBcc: c@d"},
     {"user": "a\nb"}, {"password": "a\r\nb"}, {"password": ""}, {"user": 1}, {"smtp": "x"}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_field(wanted: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        STORED.changed(wanted)
    assert [fault.field for fault in refused.value.faults] == [f"mail.{name}" for name in wanted]


@pytest.mark.parametrize("wanted", [{"host": "other.example"}, {"port": 25}, {"tls": "none"}, {"user": "x"}])
def test_another_server_does_not_get_the_password_of_this_one(wanted: dict[str, object]) -> None:
    assert STORED.changed(wanted).password is None
    assert STORED.changed({**wanted, "password": "new"}).password == Secret("new")


def test_what_is_not_named_stays_and_null_clears() -> None:
    assert STORED.changed({}) == STORED
    assert STORED.changed({"from": "x@y"}).password == STORED.password
    assert STORED.changed({"password": None}).password is None
    assert server_of(STORED.changed({"host": None})) is None


def test_the_environment_wins_and_does_not_take_the_stored_password_elsewhere() -> None:
    assert merged(STORED, MailFields()) == STORED
    assert merged(STORED, MailFields(sender="env@x")).password == STORED.password
    moved = merged(STORED, MailFields(host="env.example"))
    assert (moved.host, moved.port, moved.password) == ("env.example", 587, None)
    assert merged(STORED, MailFields(password=Secret("e"))).password == Secret("e")


@pytest.mark.parametrize(("tls", "port"), [(Tls.NONE, 25), (Tls.STARTTLS, 587), (Tls.TLS, 465), (None, 587)])
def test_each_protection_has_its_usual_port(tls: Tls | None, port: int) -> None:
    server = server_of(MailFields(host="h", tls=tls, sender="a@b"))
    assert server is not None
    assert server.port == port


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_is_known_by_its_addresses(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
def test_a_name_that_only_begins_so_is_not(host: str) -> None:
    assert not is_loopback(host)


def test_it_is_tried_again_ever_more_slowly_for_a_day() -> None:
    now, tries = NOW, 1
    while (then := next_try(NOW, now, tries, None)) is not None:
        assert then > now
        now, tries = then, tries + 1
    assert NOW + timedelta(hours=19) < now <= NOW + timedelta(days=1)
    assert next_try(NOW, NOW, 1, NOW + timedelta(seconds=59)) is None
