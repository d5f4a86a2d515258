"""Which credential a request presents (security.md, "Presenting keys")."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.crypto import KEY_PATTERN
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.secret import Secret

SESSION_COOKIES: Final = ("__Host-gp_session", "gp_session")
"""The names of our cookies; they never reach an app."""


def cookie_names(*, is_secure: bool) -> tuple[str, ...]:
    """Return the names under which a session's cookie counts."""
    return SESSION_COOKIES[:1] if is_secure else SESSION_COOKIES[1:]


_KEY_HEADERS: Final = ("x-rsc-authorization", "authorization")
_SCHEMES: Final = ("key", "bearer", "token")
_JOINED: Final = re.compile(r",\s*(?=(?:key|bearer|token|basic)\s|gp[pjgcvx]_)", re.IGNORECASE)


@dataclass(frozen=True)
class RequestFacts:
    """What identification needs of a request. Header names are lower-case.

    `app_id` is the app whose own host was called, None on the control plane's. `cookies`
    are the names a session may come under: over https only the `__Host-` one, since a
    sub-domain can plant the other.
    """

    headers: Sequence[tuple[str, str]]
    ip: str | None
    app_id: str | None = None
    cookies: Sequence[str] = SESSION_COOKIES

    def all(self, name: str) -> list[str]:
        """Return the values of every line of header *name*."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True)
class Presented:
    """The one credential that counts: a key's text, a session's cookie, or a guest's."""

    key: Secret | None = None
    session: Secret | None = None
    guest: Secret | None = None

    @property
    def is_header(self) -> bool:
        """True when a header holds it, so that cookies are ignored."""
        return self.key is not None


def presented(facts: RequestFacts) -> Presented:
    """Return the credential that *facts* present.

    Foreign Authorization headers (an outer proxy's Basic) are ignored. A text that looks
    like a key counts even when its checksum is wrong: it is then refused, not ignored.

    Raises:
        Invalid: two different credentials, or a credential header in two lines.
    """
    found: list[str] = []
    for name in _KEY_HEADERS:
        lines = facts.all(name)
        if lines and "," in lines[0]:
            # Envoy joins two lines of one name by a comma; they are two all the same.
            lines = [*_JOINED.split(lines[0]), *lines[1:]]
        if len(lines) > 1:
            raise Invalid(f"The header {name} was sent twice.", code="duplicate-credential")
        if lines:
            found.extend(_keys_in(lines[0], may_be_bare=name == "x-rsc-authorization"))
    if len(set(found)) > 1:
        raise Invalid("Two different keys were sent; send one.", code="conflicting-credentials")
    if found:
        return Presented(key=Secret(found[0]))
    cookies = _session_cookies(facts)
    if len(set(cookies)) > 1:
        raise Invalid("Two different session cookies were sent.", code="conflicting-credentials")
    return Presented(session=Secret(cookies[0])) if cookies else Presented()


def _keys_in(value: str, *, may_be_bare: bool) -> list[str]:
    """Return the keys that one credential header holds, in any accepted spelling."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() in _SCHEMES:
        return _only_keys([rest.strip()])
    if scheme.lower() == "basic":
        return _only_keys(_basic_parts(rest.strip()))
    return _only_keys([value.strip()]) if may_be_bare else []


def _only_keys(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if KEY_PATTERN.fullmatch(text)]


def _basic_parts(encoded: str) -> list[str]:
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return []
    user, _, password = decoded.partition(":")
    return [user, password]


def _session_cookies(facts: RequestFacts) -> list[str]:
    values = []
    for line in facts.all("cookie"):
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            if name in facts.cookies and value:
                values.append(value)
    return values
