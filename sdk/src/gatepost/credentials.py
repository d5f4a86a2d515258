"""What a call proves itself with: a key (programs) or a session (people)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gatepost.address import Address
from gatepost.secret import Secret

SESSION_COOKIES: Final = ("gp_session", "__Host-gp_session")
CSRF_HEADER: Final = "X-Gatepost-CSRF"


@dataclass(frozen=True)
class KeyCredential:
    """An API key, sent as `Authorization: Key …`."""

    key: Secret

    def headers(self, server: Address) -> dict[str, str]:  # noqa: ARG002 - the shape sessions have too
        """Return the headers of one call."""
        return {"Authorization": f"Key {self.key.reveal()}"}


@dataclass(frozen=True)
class SessionCredential:
    """A person's session: the cookies the server set, and the token against forgery."""

    cookies: Mapping[str, Secret] = field(repr=False)
    csrf: Secret

    def headers(self, server: Address) -> dict[str, str]:
        """Return the headers of one call, as a page of *server* would send them."""
        cookie = "; ".join(f"{name}={value.reveal()}" for name, value in self.cookies.items())
        return {"Cookie": cookie, CSRF_HEADER: self.csrf.reveal(), "Origin": server.origin}

    def renewed(self, set_cookie: Iterable[str], csrf: str | None) -> "SessionCredential":
        """Return the session as an answer with these `Set-Cookie` lines leaves it."""
        cookies = {**self.cookies, **cookies_set(set_cookie)}
        return SessionCredential(cookies, Secret(csrf) if csrf else self.csrf)


@dataclass(frozen=True)
class AmbientCredential:
    """Nothing at all: the way by which the call comes says whose it is."""

    def headers(self, server: Address) -> dict[str, str]:  # noqa: ARG002 - the shape the others have too
        """Return the headers of one call."""
        return {}


Credential = KeyCredential | SessionCredential | AmbientCredential


def cookies_set(lines: Iterable[str]) -> dict[str, Secret]:
    """Read the cookies of `Set-Cookie` lines; removed ones (empty) are left out."""
    found: dict[str, Secret] = {}
    for line in lines:
        name, _, value = line.partition(";")[0].strip().partition("=")
        if name and value.strip('"'):
            found[name] = Secret(value)
    return found
