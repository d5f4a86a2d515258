"""Which server and which credential: arguments, then the environment, then the stored login."""

from collections.abc import Mapping
from dataclasses import dataclass

from gatepost.address import Address, address_of
from gatepost.credentials import AmbientCredential, Credential, KeyCredential
from gatepost.errors import Invalid, Unauthenticated
from gatepost.inside import way_in
from gatepost.logins import Logins
from gatepost.secret import Secret

SERVER_VARIABLE = "GATEPOST_SERVER"
KEY_VARIABLE = "GATEPOST_API_KEY"


@dataclass(frozen=True)
class Target:
    """The server a client talks to, and what it proves itself with.

    `is_inside` is true for hosted code that goes by its own way in.
    """

    server: Address
    credential: Credential
    username: str | None = None
    is_inside: bool = False


def choose(server: str | None, key: str | None, environ: Mapping[str, str], logins: Logins) -> Target:
    """Settle server and credential.

    Hosted code that names no other server goes by its own way in, and needs no credential.

    A credential never travels to a server it was not meant for: the key of the environment
    is left out when the environment names another server, and a stored session is used
    only at the server that made it.

    Raises:
        Invalid: no server is known, or its address is malformed.
        Unauthenticated: the server is known, but nothing to prove oneself with.
    """
    inside = way_in(environ) if server is None else None
    if inside is not None:
        chosen = key or environ.get(KEY_VARIABLE)
        credential = key_credential(chosen) if chosen else AmbientCredential()
        return Target(inside, credential, is_inside=True)
    named = server or environ.get(SERVER_VARIABLE)
    if named is None:
        current = logins.at(None)
        if current is None:
            raise Invalid(
                "No server is known. Run `gatepost login --server URL`, or set GATEPOST_SERVER.",
                code="no-server",
            )
        address = current.server
    else:
        address = address_of(named)
    if chosen := key or _key_for(address, environ):
        return Target(address, key_credential(chosen))
    login = logins.at(address)
    if login is None:
        raise Unauthenticated(
            f"Not signed in at {address}. Run `gatepost login --server {address}`, or set {KEY_VARIABLE}.",
            code="not-logged-in",
        )
    return Target(address, login.credential, login.username)


def key_credential(text: str) -> KeyCredential:
    """Wrap a key as it was pasted.

    Raises:
        Invalid: it could not even be sent in a header.
    """
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key or not key:
        raise Invalid("The API key holds characters that no key has; copy it again.", code="bad-key")
    return KeyCredential(Secret(key))


def server_to_log_in(server: str | None, environ: Mapping[str, str], logins: Logins, default: str) -> Address:
    """Return the server that a login without further words is meant for."""
    named = server or environ.get(SERVER_VARIABLE)
    if named is not None:
        return address_of(named)
    current = logins.at(None)
    return current.server if current is not None else address_of(default)


def _key_for(address: Address, environ: Mapping[str, str]) -> str | None:
    key, home = environ.get(KEY_VARIABLE), environ.get(SERVER_VARIABLE)
    if not key or way_in(environ) is not None or (home and address_of(home) != address):
        return None
    return key
