"""What the relay counts, and whom it asks about."""

from gatepost_server.runtime.relay.exchanges import Ledger
from gatepost_server.runtime.relay.head import (
    NOT_THERE,
    TOO_LONG,
    close_frame,
    has_body,
    refusal,
    request_head,
)


class Clock:
    at = 100.0

    def __call__(self):
        return self.at


def ledger_and_clock():
    clock = Clock()
    return Ledger(wall=clock, steady=clock), clock


def test_it_counts_what_is_in_flight_and_when_the_last_ended():
    ledger, clock = ledger_and_clock()
    exchange = ledger.begin("g", lambda _: None)
    clock.at += 7
    assert (ledger.active, ledger.total, ledger.last_at) == (1, 1, 100.0)
    ledger.end(exchange)
    ledger.end(exchange)
    assert (ledger.active, ledger.total, ledger.last_at) == (0, 1, 107.0)


def test_only_old_or_open_ended_exchanges_with_a_ground_are_asked_about():
    ledger, clock = ledger_and_clock()
    old = ledger.begin("old", lambda _: None)
    ledger.begin(None, lambda _: None)
    clock.at += 6
    young, stream = ledger.begin("young", lambda _: None), ledger.begin("stream", lambda _: None)
    stream.is_open_ended = True
    assert set(ledger.asked_about(older_than=5)) == {old, stream}
    assert set(ledger.asked_about(older_than=None)) == {old, young, stream}


def test_nobody_vouching_for_long_forsakes():
    ledger, clock = ledger_and_clock()
    exchange = ledger.begin("g", lambda _: None)
    clock.at += 20
    ledger.vouch([exchange])
    clock.at += 20
    assert ledger.forsaken([exchange], after=30) == []
    clock.at += 20
    assert ledger.forsaken([exchange], after=30) == [exchange]


def test_heads_and_refusals_are_written_as_the_wire_wants_them():
    assert request_head(b"GET", b"/a", [(b"Host", b"x"), (b"X-GP-Ground", b"g"), (b"x-gp-user", b"u")]) == (
        b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    assert has_body([(b"Content-Length", b"5")])
    assert has_body([(b"transfer-encoding", b"chunked")])
    assert not has_body([(b"content-length", b"0")])
    assert refusal(NOT_THERE, is_head=True).endswith(b"\r\n\r\n")
    assert b'"type": "/docs/problems#too-large"' in refusal(TOO_LONG)
    assert b'"type": "/docs/problems#app-away"' in refusal(NOT_THERE)
    assert close_frame("bye") == b"\x88\x05\x03\xf0bye"
