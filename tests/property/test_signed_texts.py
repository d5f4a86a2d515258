"""No signature fits two requests that mean different things (I27); none is accepted twice (I26)."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signed import KEY, NONCE, TIME_MS, received, strict, verifier

from gatepost_server.signing import Accepted, Profile, Received, Refused, Why
from gatepost_server.signing.model import Unreadable
from gatepost_server.signing.parameters import decoded_query, pairs_of
from gatepost_server.signing.reading import claim_of
from gatepost_server.signing.texts import signable_of

PARTS = ("a", "b", "=", "&", "+", "%20", "%2B", "%26", "%3D", "%3f", "?", "%25", "%0A", "%61")
FORM = "application/x-www-form-urlencoded"


def texts_of(request: Received, profile: Profile) -> tuple[Iterable[bytes], Hashable] | None:
    """Return what may be signed for *request* and what it means; None when it is refused unsigned."""
    try:
        claim = claim_of(request, profile)
        signable = signable_of(request, claim, profile)
    except Unreadable:
        return None
    means = (request.method, request.path, frozenset(signable.parameters.items()), claim.stage)
    if profile is Profile.STRICT:
        return signable.texts, (*means, claim.header(b"host"), claim.header(b"x-ca-content-sha256"))
    return signable.texts, means


def collisions(requests: Iterable[Received], profile: Profile) -> list[tuple[Hashable, Hashable]]:
    """Return pairs of different meanings that one text stands for."""
    first: dict[bytes, Hashable] = {}
    found = []
    for request in requests:
        if (told := texts_of(request, profile)) is not None:
            texts, means = told
            found += [(known, means) for text in texts if (known := first.setdefault(text, means)) != means]
    return found


def small_requests() -> Iterable[Received]:
    """Yield every request with a query of at most four small parts, and forms beside short ones."""
    plain = strict()
    queries = ["".join(parts) for n in range(5) for parts in product(PARTS, repeat=n)]
    yield from (replace(plain, query=query.encode()) for query in queries)
    form = replace(plain, headers=[*plain.headers, (b"content-type", FORM.encode())])
    short = ["".join(parts) for n in range(3) for parts in product(PARTS, repeat=n)]
    few = [query for query in short if len(query) <= 3]
    yield from (replace(form, query=one.encode(), body=two.encode()) for one in few for two in few)


@pytest.mark.parametrize("profile", Profile)
def test_of_all_small_requests_no_two_share_a_text(profile: Profile) -> None:
    assert collisions(small_requests(), profile) == []


def test_without_the_guard_the_unencoded_form_would_collide() -> None:
    """The check above can fail: the same requests, joined unguarded, do collide."""
    meanings: dict[bytes, set[frozenset[tuple[str, str]]]] = {}
    for request in small_requests():
        try:
            parameters = {pair.name: pair.value for pair in pairs_of(request.query)}
        except Unreadable:
            continue
        meanings.setdefault(decoded_query(parameters), set()).add(frozenset(parameters.items()))
    assert any(len(one) > 1 for one in meanings.values())


names = st.lists(
    st.sampled_from(
        [
            "host",
            "Host",
            "x-ca-key",
            "x-ca-timestamp",
            "x-ca-nonce",
            "x-ca-signature-method",
            "x-ca-stage",
            "x-b",
        ]
    ),
    min_size=5,
)
short = st.text(st.sampled_from("/:a,?b= "), max_size=4)
requests = st.builds(
    lambda method, path, query, listed, accept, host, other, stage: received(
        method,
        f"/{path.replace(' ', '').replace('?', '')}?{query.replace(' ', '+')}",
        {
            "host": f"h{host}",
            "accept": accept,
            "x-b": other,
            "x-ca-key": KEY,
            "x-ca-timestamp": str(TIME_MS),
            "x-ca-nonce": NONCE,
            "x-ca-signature-method": "HmacSHA256",
            "x-ca-stage": stage,
            "x-ca-signature-headers": ",".join(listed),
            "x-ca-signature": "any",
        },
    ),
    st.sampled_from(["GET", "POST"]),
    short,
    short,
    names
    | st.just(
        ["host", "x-ca-key", "x-ca-timestamp", "x-ca-nonce", "x-ca-signature-method", "x-ca-stage", "x-b"]
    ),
    short,
    short,
    short,
    st.sampled_from(["RELEASE", "PRE"]),
)


@pytest.mark.parametrize("profile", Profile)
def test_no_header_passes_for_another_or_for_the_address(profile: Profile) -> None:
    @given(st.lists(requests, min_size=2, max_size=20))
    def law(some: list[Received]) -> None:
        assert collisions(some, profile) == []

    law()


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=4), st.binary(max_size=20))
def test_any_parameters_and_any_body_are_signed_as_they_are(parameters: dict[str, str], body: bytes) -> None:
    query = "&".join(sorted(_encoded(name, value) for name, value in parameters.items()))
    request = strict("POST", query=query, body=body)
    gate = verifier()
    outcome = gate.verify(request, Profile.STRICT)
    assert isinstance(outcome, Accepted)
    assert outcome.parameters == parameters
    again = gate.verify(request, Profile.STRICT)
    assert isinstance(again, Refused)
    assert again.why is Why.REPLAYED
    other = replace(request, body=sha256(body).digest())
    assert isinstance(verifier().verify(other, Profile.STRICT), Refused)


def _encoded(name: str, value: str) -> str:
    """Write a parameter by RFC 3986, spelled out here once more so that a mistake would show."""
    plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

    def escaped(text: str) -> str:
        return "".join(chr(one) if chr(one) in plain else f"%{one:02X}" for one in text.encode())

    return f"{escaped(name)}={escaped(value)}" if value else escaped(name)
