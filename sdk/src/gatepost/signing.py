"""Sign calls of an application with its AppKey and AppSecret, in the strict form."""

import hashlib
import hmac
import re
import time
import uuid
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from gatepost.errors import Invalid
from gatepost.secret import Secret

_SENDABLE: Final = re.compile(r"[!\"$-~]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LINES: Final = ("accept", "content-md5", "content-type", "date")
_PORTS: Final = {"http": 80, "https": 443}


def sign(
    method: str,
    url: str,
    app_key: str,
    app_secret: Secret | str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers with which a call has to be sent, those given and the signature's.

    Send exactly *url*, *body* and these headers: whatever is changed or added later, by an
    HTTP library or on the way, makes the signature wrong. Every call takes headers of its own.

    Raises:
        Invalid: the address is not percent-encoded, or names a parameter twice.
    """
    address = urlsplit(url)
    if address.scheme not in _PORTS or not address.netloc or address.fragment:
        raise Invalid(f"{url!r} is not an address that can be called.", code="unsignable")
    sent = {name.title(): value.strip() for name, value in (headers or {}).items()}
    sent.setdefault("Accept", "*/*")
    if body:
        sent.setdefault("Content-Type", "application/json")
        sent["X-Ca-Content-Sha256"] = hashlib.sha256(body).hexdigest()
    sent |= {
        "Host": sent.get("Host") or _host(address.scheme, address.netloc),
        "X-Ca-Key": app_key,
        "X-Ca-Nonce": str(uuid.uuid4()),
        "X-Ca-Signature-Method": "HmacSHA256",
        "X-Ca-Timestamp": str(time.time_ns() // 1_000_000),
    }
    names = sorted(name for name in sent if name == "Host" or name.startswith("X-Ca-"))
    text = _text(method.upper(), sent, names, (address.path or "/", address.query))
    key = app_secret.reveal() if isinstance(app_secret, Secret) else app_secret
    sent["X-Ca-Signature-Headers"] = ",".join(names)
    sent["X-Ca-Signature"] = b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()
    return sent


def _text(method: str, headers: Mapping[str, str], names: list[str], target: tuple[str, str]) -> str:
    """Return what is signed: one line each, the address last."""
    path, query = target
    lines = [method, *(headers.get(name.title(), "") for name in _LINES)]
    lines += [f"{name}:{headers[name]}" for name in names]
    if not _SENDABLE.fullmatch(path):
        raise Invalid("The path is not percent-encoded.", code="unsignable")
    parameters = _canonical(query)
    return "\n".join([*lines, f"{path}?{parameters}" if parameters else path])


def _canonical(query: str) -> str:
    """Return the parameters by RFC 3986, in the order of their names; an empty value is left out."""
    if not _SENDABLE.fullmatch(query) or _BAD_ESCAPE.search(query):
        raise Invalid("The parameters are not percent-encoded.", code="unsignable")
    pairs: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, value = (_encoded(side) for side in (part.partition("=")[0], part.partition("=")[2]))
        if not name or name in pairs:
            raise Invalid("Every parameter takes a name, and each name stands once.", code="unsignable")
        pairs[name] = value
    return "&".join(sorted(f"{name}={value}" if value else name for name, value in pairs.items()))


def _encoded(sent: str) -> str:
    return quote(unquote_to_bytes(sent.replace("+", " ")), safe="")


def _host(scheme: str, netloc: str) -> str:
    """Return what HTTP libraries send as Host: without the port that goes without saying."""
    return netloc.rpartition("@")[2].lower().removesuffix(f":{_PORTS[scheme]}")
