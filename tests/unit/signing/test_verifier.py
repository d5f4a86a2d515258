"""The verifier: what the strict form has to cover, in which order things are checked, what is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from clocks import SettableClock
from signed import (
    AT,
    KEY,
    LONG_AGO,
    NONCE,
    SECRET,
    TIME_MS,
    Book,
    Memory,
    received,
    signatory,
    signature_of,
    strict,
    verifier,
    with_header,
    without,
)

from gatepost_server.kernel.errors import Unavailable
from gatepost_server.kernel.secret import Secret
from gatepost_server.signing import (
    Accepted,
    Profile,
    Received,
    Refused,
    Signatory,
    SigningSecret,
    Verifier,
    Why,
    compatible_answer,
    strict_answer,
)

STRICT, COMPATIBLE = Profile.STRICT, Profile.COMPATIBLE


def why(outcome: Accepted | Refused) -> Why | None:
    """Return for what reason a request was refused; None when it was not."""
    return outcome.why if isinstance(outcome, Refused) else None


def compatible(query: str, signed: str, body: bytes = b"", **more: str) -> Received:
    """Return a request in the vendors' form whose parameters were signed as *signed*."""
    headers = {"x-ca-key": KEY, "x-ca-nonce": NONCE, "x-ca-timestamp": str(TIME_MS)}
    plain = {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    text = f"POST\n\n\n{plain.get('content-type', '')}\n\n{lines}/list/1{signed}"
    sent = {
        **headers,
        **plain,
        "x-ca-signature-headers": ",".join(headers),
        "x-ca-signature": signature_of(text),
    }
    return received("POST", f"/list/1{query}", sent, body)


def test_a_strictly_signed_call_is_accepted_with_its_parameters() -> None:
    outcome = verifier().verify(strict(query="a=%26%3D%3F%25%0A&b=b%20c&e"), STRICT)
    assert outcome == Accepted(
        "app_1",
        KEY,
        "sec_0",
        None,
        "RELEASE",
        is_body_signed=True,
        parameters={"a": "&=?%\n", "b": "b c", "e": ""},
    )


def test_the_order_in_which_parameters_are_sent_does_not_count() -> None:
    sent = strict(query="b=2&a=x+y", signed_query="a=x%20y&b=2")
    assert isinstance(verifier().verify(sent, STRICT), Accepted)


def test_a_signed_body_is_accepted_and_any_other_refused() -> None:
    sent = strict("POST", body=b'{"id": 1}')
    assert why(verifier().verify(sent, STRICT)) is None
    assert why(verifier().verify(replace(sent, body=b'{"id": 2}'), STRICT)) is Why.OTHER_BODY
    assert why(verifier().verify(replace(sent, body=b""), STRICT)) is Why.OTHER_BODY


@pytest.mark.parametrize(
    "name", ["host", "x-ca-timestamp", "x-ca-nonce", "x-ca-signature-method", "x-ca-content-sha256"]
)
def test_the_strict_form_demands_each_of_its_headers(name: str) -> None:
    sent = strict("POST", body=b"{}")
    assert why(verifier().verify(without(sent, name), STRICT)) is Why.MALFORMED


@pytest.mark.parametrize("name", ["host", "x-ca-key", "x-ca-timestamp", "x-ca-nonce", "x-ca-content-sha256"])
def test_the_strict_form_demands_that_each_is_covered(name: str) -> None:
    sent = strict("POST", body=b"{}")
    names = dict(sent.headers)[b"x-ca-signature-headers"].decode().split(",")
    fewer = ",".join(one for one in names if one != name)
    assert why(verifier().verify(with_header(sent, "x-ca-signature-headers", fewer), STRICT)) is Why.MALFORMED


def test_an_md5_alone_does_not_sign_a_body() -> None:
    sent = without(strict("POST", body=b"{}"), "x-ca-content-sha256")
    names = "host,x-ca-key,x-ca-nonce,x-ca-signature-method,x-ca-timestamp"
    sent = with_header(
        with_header(sent, "x-ca-signature-headers", names), "content-md5", "mZFLkyvTelC5g8XnyQrpOw=="
    )
    outcome = verifier().verify(sent, STRICT)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "The body is not signed: send its SHA-256 as X-Ca-Content-SHA256."


@pytest.mark.parametrize("profile", Profile)
def test_a_header_of_the_vendor_that_nobody_signed_is_refused(profile: Profile) -> None:
    sent = with_header(strict(), "X-Ca-Stage", "PRE")
    outcome = verifier().verify(sent, profile)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "X-Ca-Signature-Headers does not name x-ca-stage."


@pytest.mark.parametrize("name", ["X-Ca-Key", "x-ca-nonce", "HOST", "Content-Type", "X-Ca-Signature"])
def test_a_header_sent_twice_is_refused(name: str) -> None:
    sent = strict()
    twice = replace(sent, headers=[*sent.headers, (name.encode(), b"one"), (name.encode(), b"two")])
    assert why(verifier().verify(twice, STRICT)) is Why.MALFORMED


@pytest.mark.parametrize(
    "query", ["a=1&a=2", "a=1&%61=2", "=1", "a=%zz", "a=%ff", "a=\x7f", "a=1#b"], ids=lambda text: repr(text)
)
@pytest.mark.parametrize("profile", Profile)
def test_parameters_that_can_be_read_in_two_ways_are_refused(query: str, profile: Profile) -> None:
    assert why(verifier().verify(strict(query=query), profile)) is Why.MALFORMED


@pytest.mark.parametrize("path", ["*", "http://data.example.com/gw/orders", "/gw/or ders", "/gw/\x7f"])
def test_a_target_that_is_no_path_is_refused(path: str) -> None:
    assert why(verifier().verify(strict(path=path), STRICT)) is Why.MALFORMED


@pytest.mark.parametrize(
    "listed", ["", "x-ca-key,,host", "x-ca-key,X-CA-Key", "x-ca-key,Date", "x-ca-signature"]
)
def test_a_list_of_names_that_is_none_is_refused(listed: str) -> None:
    sent = with_header(strict(), "x-ca-signature-headers", listed)
    assert why(verifier().verify(sent, STRICT)) is Why.MALFORMED


@pytest.mark.parametrize(
    ("changed", "is_accepted"),
    [
        ({"x_ca_nonce": "n" * 15}, False),
        ({"x_ca_nonce": "n" * 16}, True),
        ({"x_ca_nonce": "n" * 64}, True),
        ({"x_ca_nonce": "n" * 65}, False),
        ({"x_ca_timestamp": "2026-01-01"}, False),
        ({"x_ca_timestamp": "-1767225600000"}, False),
        ({"x_ca_stage": "PRE"}, True),
        ({"x_ca_stage": "STAGING"}, False),
        ({"x_ca_signature_method": "HmacSHA1"}, False),
    ],
)
def test_each_header_has_its_shape(changed: dict[str, str], is_accepted: bool) -> None:
    assert (why(verifier().verify(strict(**changed), STRICT)) is None) is is_accepted


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-300.001, Why.UNTIMELY), (-300, None), (0, None), (300, None), (300.001, Why.UNTIMELY)],
)
def test_five_minutes_either_way_are_accepted_and_no_more(seconds: float, expected: Why | None) -> None:
    clock = SettableClock(AT + timedelta(seconds=seconds))
    assert why(verifier(clock).verify(strict(), STRICT)) is expected


def test_a_request_is_accepted_once() -> None:
    gate = verifier()
    assert why(gate.verify(strict(), STRICT)) is None
    assert why(gate.verify(strict(), STRICT)) is Why.REPLAYED
    assert why(gate.verify(strict(path="/gw/other"), STRICT)) is Why.REPLAYED
    assert why(gate.verify(strict(x_ca_nonce="another-nonce-here"), STRICT)) is None


def test_what_is_refused_spends_no_nonce() -> None:
    memory = Memory()
    gate = Verifier(Book({KEY: signatory()}), memory, SettableClock(AT))
    forged = strict(secret="somebody-else's")
    late = strict(x_ca_timestamp=str(TIME_MS - 300_001))
    other = replace(strict("POST", body=b"{}"), body=b"[]")
    assert [why(gate.verify(one, STRICT)) for one in (forged, late, other)] == [
        Why.WRONG_SIGNATURE,
        Why.UNTIMELY,
        Why.OTHER_BODY,
    ]
    assert memory.spent == set()


def test_a_wrong_signature_is_told_before_anything_that_only_its_signer_should_learn() -> None:
    forged = strict(secret="somebody-else's", x_ca_timestamp="1")
    assert why(verifier().verify(forged, STRICT)) is Why.WRONG_SIGNATURE


def test_an_unknown_key_and_a_wrong_signature_read_alike_where_the_form_is_strict() -> None:
    outcomes = [
        verifier().verify(one, STRICT)
        for one in (
            strict(x_ca_key="nobodys-key"),
            strict(secret="somebody-else's"),
            without(strict(), "x-ca-key"),
        )
    ]
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert [one.why for one in refused] == [Why.UNKNOWN_KEY, Why.WRONG_SIGNATURE, Why.UNSIGNED]
    assert {strict_answer(one) for one in refused} == {
        (401, "unauthenticated", "The request carries no valid key or session.")
    }


def test_an_unknown_key_costs_a_comparison_too(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown, known, bare = strict(x_ca_key="nobodys-key"), strict(), Signatory("app_1", [])
    gates = (verifier(), verifier(), Verifier(Book({KEY: bare}), Memory(), SettableClock(AT)))
    counted: list[bytes] = []

    def counting(key: bytes, text: bytes, method: str) -> bytes:
        counted.append(text)
        return b""

    monkeypatch.setattr("gatepost_server.signing.verifier.hmac.digest", counting)
    spent = []
    for gate, request in zip(gates, (unknown, known, known), strict=True):
        gate.verify(request, STRICT)
        spent.append(len(counted))
    assert spent == [1, 2, 3]


def test_a_key_that_cannot_be_one_is_not_asked_for() -> None:
    book = Book({"bad key": signatory()})
    outcome = Verifier(book, Memory(), SettableClock(AT)).verify(strict(x_ca_key="bad key"), STRICT)
    assert (why(outcome), book.asked) == (Why.UNKNOWN_KEY, [])


def test_each_secret_signs_in_its_window_alone() -> None:
    hour = timedelta(hours=1)
    secrets = [
        SigningSecret("old", Secret("old-secret"), LONG_AGO, AT),
        SigningSecret("now", Secret("now-secret"), AT, AT + hour, member_id="usr_1"),
        SigningSecret("new", Secret("new-secret"), AT + hour),
    ]
    gate = Verifier(Book({KEY: Signatory("app_1", secrets)}), Memory(), SettableClock(AT))
    outcomes = {one: gate.verify(strict(secret=f"{one}-secret"), STRICT) for one in ("old", "now", "new")}
    assert [why(one) for one in outcomes.values()] == [Why.WRONG_SIGNATURE, None, Why.WRONG_SIGNATURE]
    signed = outcomes["now"]
    assert isinstance(signed, Accepted)
    assert (signed.secret_id, signed.member_id) == ("now", "usr_1")


def test_an_application_without_a_secret_that_counts_cannot_be_signed_for() -> None:
    gate = Verifier(Book({KEY: Signatory("app_1", [])}), Memory(), SettableClock(AT))
    nobodys = strict(secret="no application has this secret, which is 43")
    assert why(gate.verify(nobodys, STRICT)) is Why.WRONG_SIGNATURE


class _Down:
    """A store that does not answer."""

    def find(self, app_key: str) -> Signatory | None:
        raise Unavailable("down")

    def spend(self, app_key: str, nonce: str, window: timedelta) -> bool:
        raise Unavailable("down")


def test_without_the_store_nothing_is_accepted_and_that_is_said() -> None:
    clock, book = SettableClock(AT), Book({KEY: signatory()})
    gates = (Verifier(_Down(), Memory(), clock), Verifier(book, _Down(), clock))
    for outcome in (gate.verify(strict(), STRICT) for gate in gates):
        assert isinstance(outcome, Refused)
        assert (strict_answer(outcome).status, compatible_answer(outcome).status) == (503, 503)


def test_what_was_signed_is_shown_only_where_somebody_is_debugging() -> None:
    request = compatible("?b=2&a=x%20y", "?a=1")
    quiet, loud = (verifier(is_debugging=one).verify(request, COMPATIBLE) for one in (False, True))
    assert isinstance(quiet, Refused)
    assert isinstance(loud, Refused)
    assert compatible_answer(quiet) == (400, "A400SG", "Invalid Signature")
    assert compatible_answer(loud).message == (
        "Invalid Signature, Server StringToSign:`POST#####x-ca-key:200000001#"
        f"x-ca-nonce:{NONCE}#x-ca-timestamp:{TIME_MS}#/list/1?a=x y&b=2`"
    )
    assert SECRET not in compatible_answer(loud).message


def test_what_is_shown_holds_no_control_characters() -> None:
    request = compatible("?a=%0b%1b%c2%85%e2%80%a8x", "?a=wrong")
    outcome = verifier(is_debugging=True).verify(request, COMPATIBLE)
    assert isinstance(outcome, Refused)
    assert compatible_answer(outcome).message.endswith("/list/1?a=x`")


@pytest.mark.parametrize("sign", ["%26", "%3D", "%3F", "%25", "%0A", "%0D"])
@pytest.mark.parametrize("query", ["?a={}", "?a{}=1"])
def test_the_unencoded_form_refuses_what_it_cannot_tell_apart(sign: str, query: str) -> None:
    sent = query.format(sign)
    outcome = verifier().verify(compatible(sent, sent), COMPATIBLE)
    assert isinstance(outcome, Refused)
    assert compatible_answer(outcome)[:2] == (400, "I400HD")
    assert "only the strict form can sign that" in outcome.detail


@pytest.mark.parametrize(
    ("query", "signed", "is_accepted"),
    [
        ("?b=2&a=1&e=", "?a=1&b=2&e", True),
        ("?b=2&a=1", "?b=2&a=1", True),
        ("?b=x%20y&a=1", "?a=1&b=x%20y", True),
        ("?a=x+y", "?a=x y", True),
        ("?a=x+y", "?a=x+y", False),
        ("?a=x%2By", "?a=x+y", True),
    ],
    ids=[
        "sorted",
        "as sent",
        "sorted but escaped",
        "a plus is a space",
        "never a plus",
        "an escaped plus is one",
    ],
)
def test_clients_that_do_not_sort_or_decode_are_accepted(query: str, signed: str, is_accepted: bool) -> None:
    outcome = verifier().verify(compatible(query, signed), COMPATIBLE)
    assert isinstance(outcome, Accepted) is is_accepted


def test_a_form_that_was_left_out_of_the_signature_is_refused() -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert why(verifier().verify(compatible("?a=1", "?a=1&b=2", b"b=2", **form), COMPATIBLE)) is None
    assert (
        why(verifier().verify(compatible("?a=1", "?a=1", b"b=2", **form), COMPATIBLE)) is Why.WRONG_SIGNATURE
    )


def test_an_md5_of_nothing_is_refused() -> None:
    signed = f"x-ca-key:{KEY}\nx-ca-nonce:{NONCE}\nx-ca-timestamp:{TIME_MS}\n"
    text = f"GET\n\n1B2M2Y8AsgTpgAmY7PhCfg==\n\n\n{signed}/list/1"
    headers = {
        "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "x-ca-key": KEY,
        "x-ca-nonce": NONCE,
        "x-ca-timestamp": str(TIME_MS),
        "x-ca-signature-headers": "x-ca-key,x-ca-nonce,x-ca-timestamp",
        "x-ca-signature": signature_of(text),
    }
    assert why(verifier().verify(received("GET", "/list/1", headers), COMPATIBLE)) is Why.OTHER_BODY
