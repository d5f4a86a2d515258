"""The requests of vendors' clients: accepted as they are, refused with any signed byte changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from signature_vectors import V2_BY_SHA1, V4, VECTORS
from signed import verifier, with_header

from gatepost_server.signing import Accepted, Profile, Received, Refused, Why


def _changes(request: Received) -> Iterator[tuple[str, Received]]:
    """Yield *request* with each single byte changed that counts, and where."""
    for part in ("path", "query", "body"):
        text = getattr(request, part)
        for at, _ in enumerate(text):
            yield f"{part} {at}", replace(request, **{part: _flipped(text, at)})
    for at, _ in enumerate(request.method):
        changed = _flipped(request.method.encode(), at).decode()
        yield f"method {at}", replace(request, method=changed)
    for n, (name, value) in enumerate(request.headers):
        for at, _ in enumerate(value):
            lines = list(request.headers)
            lines[n] = (name, _flipped(value, at))
            yield f"{name.decode()} {at}", replace(request, headers=lines)


def _flipped(text: bytes, at: int) -> bytes:
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_is_accepted(name: str) -> None:
    assert isinstance(verifier().verify(VECTORS[name], Profile.COMPATIBLE), Accepted)


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_with_one_byte_changed_is_refused(name: str) -> None:
    original = verifier().verify(VECTORS[name], Profile.COMPATIBLE)
    let_pass = []
    for where, changed in _changes(VECTORS[name]):
        outcome = verifier().verify(changed, Profile.COMPATIBLE)
        if isinstance(outcome, Accepted):
            assert outcome == original, "what is served is what was signed"
            let_pass.append(where)
    expected = {
        # The value of `b` in the query is hidden by that of the form; nobody reads it.
        "V2": ["query 2", "query 3"],
        # The JSON of Dataphin's own clients is not signed, and the outcome says so.
        "V4": [f"body {at}" for at, _ in enumerate(V4.body)],
    }
    assert let_pass == expected.get(name, [])


def test_what_a_vector_covers_is_told() -> None:
    outcomes = {name: verifier().verify(one, Profile.COMPATIBLE) for name, one in VECTORS.items()}
    told = {
        name: (one.is_body_signed, one.stage) for name, one in outcomes.items() if isinstance(one, Accepted)
    }
    assert told == {
        "V1": (True, "RELEASE"),
        "V2": (True, "RELEASE"),
        "V3": (True, "RELEASE"),
        "V4": (False, "PRE"),
    }


def test_parameters_are_the_signed_ones_and_a_form_wins_over_the_query() -> None:
    outcome = verifier().verify(VECTORS["V2"], Profile.COMPATIBLE)
    assert isinstance(outcome, Accepted)
    assert outcome.parameters == {"a": "1", "b": "from body", "c": "q3", "e": ""}


def test_sha1_is_refused_though_the_vector_is_right() -> None:
    outcome = verifier().verify(V2_BY_SHA1, Profile.COMPATIBLE)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "Only HmacSHA256 is accepted."
    renamed = verifier().verify(
        with_header(V2_BY_SHA1, "x-ca-signature-method", "HmacSHA256"), Profile.COMPATIBLE
    )
    assert isinstance(renamed, Refused)
    assert renamed.why is Why.WRONG_SIGNATURE


def test_no_vector_passes_where_the_strict_form_is_asked() -> None:
    outcomes = [verifier().verify(one, Profile.STRICT) for one in VECTORS.values()]
    assert [one.why for one in outcomes if isinstance(one, Refused)] == [Why.MALFORMED] * len(VECTORS)
