"""AWS Signature Version 4 for requests without a body: pure, held against Amazon's own examples."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

EMPTY_BODY: Final = hashlib.sha256(b"").hexdigest()
_WAY: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class S3Key:
    """With what is signed; it does not show itself."""

    id: str
    secret: str
    region: str

    def __repr__(self) -> str:
        return f"S3Key({self.id!r}, ***)"


def path_of(path: str) -> str:
    """Return *path* as it is sent and signed."""
    return quote(path, safe="/~", errors="surrogateescape")


def query_of(query: Mapping[str, str]) -> str:
    """Return *query* as it is sent and signed: sorted, everything encoded."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def signed(
    key: S3Key, path: str, query: Mapping[str, str], headers: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """Return *headers* (`host` among them) with those that sign a GET of *path*."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    sent = {**{name.lower(): value for name, value in headers.items()}, "x-amz-date": moment}
    sent["x-amz-content-sha256"] = EMPTY_BODY
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{sent[name].strip()}\n" for name in sorted(sent))
    request = "\n".join(("GET", path_of(path), query_of(query), lines, names, EMPTY_BODY))
    scope = f"{moment[:8]}/{key.region}/s3/aws4_request"
    said = "\n".join((_WAY, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    secret = f"AWS4{key.secret}".encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.digest(secret, said.encode(), "sha256").hex()
    sent["authorization"] = f"{_WAY} Credential={key.id}/{scope},SignedHeaders={names},Signature={signature}"
    return sent
