"""How many signed requests a core verifies: strict and compatible, short and with a body.

    .venv/bin/python bench/signing.py [--rounds 7] [--seconds 1.0]

In this process, without a store: reading the headers, the signed text, the HMAC, comparing, nonces in
memory. Against it the least that any verifier does: one HMAC of the same text, and its comparison.
A wrong signature and an unknown key are measured too; neither may cost more than a right one.
"""

import argparse
import hmac
import json
import statistics
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from gatepost_server.kernel.secret import Secret
from gatepost_server.signing import Accepted, Profile, Received, Signatory, SigningSecret, Verifier

RESULTS = Path(__file__).parent / "results"
AT = datetime(2026, 1, 1, tzinfo=UTC)
KEY, SECRET = "200000001", "gatepost-test-secret"
BODY = json.dumps({"conditions": {"city": "Hangzhou"}, "pageStart": 0, "pageSize": 10}).encode() * 16


class _Still:
    def now(self) -> datetime:
        return AT


class _Everything:
    """One application, and nonces that are all new: what is measured is the verifier."""

    def find(self, app_key: str) -> Signatory | None:
        known = Signatory("app_1", [SigningSecret("sec_1", Secret(SECRET), AT - timedelta(days=1))])
        return known if app_key == KEY else None

    def spend(self, app_key: str, nonce: str, window: timedelta) -> bool:
        return bool(app_key and nonce and window)


def main() -> None:
    """Measure, print a table, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0)
    chosen = parser.parse_args()
    ways, found = every_way(), dict[str, list[float]]()
    for _ in range(chosen.rounds):
        for name, call in ways.items():
            found.setdefault(name, []).append(rate(call, chosen.seconds))
    told = {name: round(statistics.median(rates)) for name, rates in found.items()}
    print(f"| way | verifications/s | µs |\n|{'---|' * 3}")
    for name, per_second in told.items():
        print(f"| {name} | {per_second:_} | {1_000_000 / per_second:.1f} |")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "signing.json").write_text(json.dumps(told, indent=2))


def every_way() -> Mapping[str, Callable[[], bool]]:
    """Return what is measured, by name; each call tells whether it came out as it has to."""
    verifier = Verifier(_Everything(), _Everything(), _Still())
    query = "city=Hangzhou&limit=10&page=3"
    strict, text = signed(Profile.STRICT, "GET", query)
    compatible, _ = signed(Profile.COMPATIBLE, "GET", query)
    with_body, _ = signed(Profile.STRICT, "POST", "", BODY)
    wrong, _ = signed(Profile.STRICT, "GET", query, secret="another-secret")
    unknown, _ = signed(Profile.STRICT, "GET", query, key="another-key")

    def verified(request: Received, profile: Profile, is_right: bool = True) -> Callable[[], bool]:
        return lambda: isinstance(verifier.verify(request, profile), Accepted) is is_right

    return {
        "one HMAC-SHA256 of the same text, compared": lambda: bare(text),
        "strict": verified(strict, Profile.STRICT),
        f"strict, with a body of {len(BODY)} bytes": verified(with_body, Profile.STRICT),
        "compatible": verified(compatible, Profile.COMPATIBLE),
        "strict, a wrong signature": verified(wrong, Profile.STRICT, is_right=False),
        "strict, an unknown AppKey": verified(unknown, Profile.STRICT, is_right=False),
    }


def rate(call: Callable[[], bool], seconds: float) -> float:
    """Return how often *call* comes out right in a second."""
    count, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        for _ in range(100):
            if not call():
                msg = "a verification came out wrong: nothing was measured"
                raise RuntimeError(msg)
        count += 100
    return count / spent


def bare(text: bytes) -> bool:
    """Do the least that any verifier has to do."""
    digest = b64encode(hmac.digest(SECRET.encode(), text, "sha256"))
    return hmac.compare_digest(digest, digest)


def signed(
    profile: Profile, method: str, query: str, body: bytes = b"", *, secret: str = SECRET, key: str = KEY
) -> tuple[Received, bytes]:
    """Return a request as it comes over the wire, and the text that was signed."""
    headers = {
        "host": "data.example.com",
        "x-ca-key": key,
        "x-ca-nonce": "c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44",
        "x-ca-signature-method": "HmacSHA256",
        "x-ca-timestamp": str(int(AT.timestamp() * 1000)),
        **({"x-ca-content-sha256": sha256(body).hexdigest()} if body else {}),
    }
    names = [name for name in headers if profile is Profile.STRICT or name != "host"]
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    text = f"{method}\napplication/json\n\n\n\n{lines}/gw/orders{'?' + query if query else ''}".encode()
    sent = {
        **headers,
        "accept": "application/json",
        "x-ca-signature-headers": ",".join(names),
        "x-ca-signature": b64encode(hmac.digest(secret.encode(), text, "sha256")).decode(),
    }
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    return Received(method, b"/gw/orders", query.encode(), raw, body), text


if __name__ == "__main__":
    main()
