"""Signed requests for tests: an application that may sign, nonces in memory, requests signed by hand."""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from clocks import SettableClock

from gatepost_server.kernel.secret import Secret
from gatepost_server.signing import Received, Signatory, SigningSecret, Verifier

KEY, SECRET = "200000001", "gatepost-test-secret"
NONCE = "c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44"
TIME_MS = 1767225600000
AT = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Book:
    """Who may sign, as tests write it down."""

    signatories: dict[str, Signatory] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def find(self, app_key: str) -> Signatory | None:
        self.asked.append(app_key)
        return self.signatories.get(app_key)


@dataclass
class Memory:
    """Nonces that were spent in this process."""

    spent: set[tuple[str, str]] = field(default_factory=set)

    def spend(self, app_key: str, nonce: str, window: timedelta) -> bool:
        if (app_key, nonce) in self.spent:
            return False
        self.spent.add((app_key, nonce))
        return True


def signatory(*texts: str, is_debugging: bool = False) -> Signatory:
    """Return an application with these secrets, each valid for good."""
    secrets = [SigningSecret(f"sec_{n}", Secret(text), LONG_AGO) for n, text in enumerate(texts or (SECRET,))]
    return Signatory("app_1", secrets, is_debugging)


def verifier(clock: SettableClock | None = None, *, is_debugging: bool = False) -> Verifier:
    """Return a verifier that knows one application, at the time of the vectors."""
    book = Book({KEY: signatory(is_debugging=is_debugging)})
    return Verifier(book, Memory(), clock or SettableClock(AT))


def signature_of(text: str | bytes, secret: str = SECRET) -> str:
    """Return how *text* is signed."""
    raw = text.encode() if isinstance(text, str) else text
    return b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()


def received(
    method: str, target: str, headers: Mapping[str, str] | Sequence[tuple[str, str]], body: bytes = b""
) -> Received:
    """Return a request as a server gets it."""
    path, _, query = target.partition("?")
    lines = headers.items() if isinstance(headers, Mapping) else headers
    raw = [(name.encode(), value.encode()) for name, value in lines]
    return Received(method, path.encode(), query.encode(), raw, body)


def strict(
    method: str = "GET",
    path: str = "/gw/orders",
    query: str = "",
    body: bytes = b"",
    *,
    signed_query: str | None = None,
    secret: str = SECRET,
    **changed: str,
) -> Received:
    """Return a request signed in the strict form.

    *query* is sent as it is written and signed as it is (or as *signed_query*), so that it has to
    be in order. `x_ca_nonce=…` changes a header before signing.
    """
    headers = {
        "host": "data.example.com",
        "x-ca-key": KEY,
        "x-ca-nonce": NONCE,
        "x-ca-signature-method": "HmacSHA256",
        "x-ca-timestamp": str(TIME_MS),
        **({"x-ca-content-sha256": sha256(body).hexdigest()} if body else {}),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    signed = query if signed_query is None else signed_query
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    text = f"{method}\n\n\n\n\n{lines}{path}{'?' + signed if signed else ''}"
    sent = {
        **headers,
        "x-ca-signature-headers": ",".join(headers),
        "x-ca-signature": signature_of(text, secret),
    }
    return received(method, f"{path}?{query}" if query else path, sent, body)


def without(request: Received, name: str) -> Received:
    """Return *request* without a header."""
    return replace(request, headers=[line for line in request.headers if line[0].decode().lower() != name])


def with_header(request: Received, name: str, value: str) -> Received:
    """Return *request* with a header changed or added, not signed anew."""
    kept = without(request, name).headers
    return replace(request, headers=[*kept, (name.encode(), value.encode())])
