"""What the client library signs is what the server verifies, byte for byte, by two separate hands."""

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import pytest
from clocks import SettableClock
from gateway_of_tests import serving
from hypothesis import given
from hypothesis import strategies as st
from signed import KEY, SECRET, Book, Memory, received, signatory, verifier

import gatepost
from gatepost.errors import Invalid, Unauthenticated, Unavailable
from gatepost.secret import Secret
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.signing import Accepted, Profile, Refused, Verifier

HOST = "https://data.example.com"


def verified(method: str, target: str, body: bytes = b"", **headers: str) -> Accepted | Refused:
    """Return what the verifier says of a call that the library signed."""
    sent = gatepost.sign(method, HOST + target, KEY, SECRET, body=body, headers=headers)
    gate = verifier(SettableClock(datetime.now(UTC)))
    return gate.verify(received(method, target, sent, body), Profile.STRICT)


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a server that asks a verifier, which knows one application."""
    with serving(Verifier(Book({KEY: signatory()}), Memory(), SystemClock())) as address:
        yield address


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=4), st.binary(max_size=30))
def test_any_parameters_and_any_body_are_accepted_as_they_were_meant(
    parameters: dict[str, str], body: bytes
) -> None:
    target = f"/gw/orders?{urlencode(parameters)}"
    outcome = verified("POST", target, body)
    assert isinstance(outcome, Accepted)
    assert outcome.parameters == parameters


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/gw/orders", {}),
        ("DELETE", "/gw/a%20b/%2F?x=%7e", {}),
        ("POST", "/gw/orders?b=1&a", {"content-type": "text/csv", "accept": "text/csv", "date": "today"}),
        ("GET", "/gw/orders", {"x-ca-stage": "PRE", "user-agent": "mine"}),
    ],
)
def test_every_kind_of_call_is_accepted(method: str, target: str, headers: dict[str, str]) -> None:
    outcome = verified(method, target, b"", **headers)
    assert isinstance(outcome, Accepted)
    assert outcome.stage == headers.get("x-ca-stage", "RELEASE")


@pytest.mark.parametrize(
    "target", ["/gw/a b", "/gw/ä", "/gw/x?a=ä", "/gw/x?a=%zz", "/gw/x?a=1&a=2", "/gw/x?=1", "/gw/x#part"]
)
def test_an_address_that_cannot_be_signed_is_refused_before_it_is_sent(target: str) -> None:
    with pytest.raises(Invalid) as refused:
        gatepost.sign("GET", HOST + target, KEY, SECRET)
    assert refused.value.error_code == "unsignable"


@pytest.mark.parametrize("url", ["/gw/orders", "ftp://data.example.com/x", "data.example.com/gw/orders"])
def test_only_whole_addresses_are_signed(url: str) -> None:
    with pytest.raises(Invalid):
        gatepost.sign("GET", url, KEY, SECRET)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Data.Example.com:443/x", "data.example.com"),
        ("http://data.example.com:80/x", "data.example.com"),
        ("http://data.example.com:443/x", "data.example.com:443"),
        ("https://me@data.example.com:8443/x", "data.example.com:8443"),
        ("http://[::1]:8080/x", "[::1]:8080"),
    ],
)
def test_the_host_is_signed_as_libraries_send_it(address: str, host: str) -> None:
    assert gatepost.sign("GET", address, KEY, SECRET)["Host"] == host


def test_no_two_calls_share_a_nonce_and_no_secret_is_sent() -> None:
    one, other = (gatepost.sign("GET", f"{HOST}/x", KEY, Secret(SECRET)) for _ in range(2))
    assert one["X-Ca-Nonce"] != other["X-Ca-Nonce"]
    assert SECRET not in str(one)


def test_a_signed_client_reads_and_writes(url: str) -> None:
    with gatepost.SignedClient(url, KEY, SECRET, stage="PRE") as signed:
        read = signed.get("/gw/orders", {"city": "Hangzhou & Köln", "big": True, "none": None})
        written = signed.call("POST", "/gw/orders", body={"id": 1})
    assert isinstance(read, dict)
    assert (read["parameters"], read["stage"]) == ({"city": "Hangzhou & Köln", "big": "true"}, "PRE")
    assert isinstance(written, dict)
    assert written["is_body_signed"] is True


def test_a_signed_client_says_why_it_was_refused(url: str) -> None:
    with (
        gatepost.SignedClient(url, KEY, "another-secret") as signed,
        pytest.raises(Unauthenticated) as refused,
    ):
        signed.get("/gw/orders")
    assert refused.value.error_code == "unauthenticated"
    closed = httpx.MockTransport(_no_answer)
    with gatepost.SignedClient(url, KEY, SECRET, transport=closed) as signed, pytest.raises(Unavailable):
        signed.get("/gw/orders")


def _no_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there", request=request)


def test_any_httpx_client_can_sign(url: str) -> None:
    with httpx.Client(auth=gatepost.Signing(KEY, SECRET), base_url=url) as web:
        answers = [web.get("/gw/orders", params={"a": "x y"}), web.put("/gw/orders", content=b"a,b\n")]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_another_library_sends_what_was_signed(url: str) -> None:
    body = json.dumps({"id": 1}).encode()
    sent = gatepost.sign("POST", f"{url}/gw/orders?a=1", KEY, SECRET, body=body)
    plain = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    plain.request("POST", "/gw/orders?a=1", body, sent)
    first = plain.getresponse()
    first.read()
    plain.request("POST", "/gw/orders?a=1", body, sent)
    again = plain.getresponse()
    told = json.loads(again.read())
    plain.close()
    assert (first.status, again.status, told["code"]) == (200, 401, "signature-replayed")


def test_what_the_library_does_not_have_is_said() -> None:
    with pytest.raises(AttributeError, match="signature"):
        _ = gatepost.signature
