"""From configuration to a client whose renewed sessions are kept."""

from collections.abc import Mapping

import httpx

from gatepost.configuration import Target, choose
from gatepost.connected import Client
from gatepost.credentials import SessionCredential
from gatepost.errors import Invalid
from gatepost.inside import visitor_key_of
from gatepost.logins import Login, Logins, config_folder
from gatepost.transport import AskPassword, KeepSession, Transport

_TRIES = 4


def connect(
    server: str | None,
    key: str | None,
    environ: Mapping[str, str],
    *,
    visitor: object = None,
    ask_password: AskPassword | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Client:
    """Choose server and credential, and return a client for them.

    Raises:
        Invalid: *visitor* is given together with a key, or is no request.
        Unauthenticated: *visitor* carries no key.
    """
    if visitor is not None:
        if key is not None:
            raise Invalid("Act for the visitor or by a key, not both.", code="conflicting-credentials")
        key = visitor_key_of(visitor)
    logins = Logins(config_folder(environ))
    target = choose(server, key, environ, logins)
    keep = _keeper(target, logins) if isinstance(target.credential, SessionCredential) else None
    return Client(
        Transport(
            target.server,
            target.credential,
            ask_password=ask_password,
            keep_session=keep,
            transport=transport if transport is not None or not target.is_inside else _patient(),
        )
    )


def _patient() -> httpx.BaseTransport:
    """Connect again when nobody listens yet: the way in opens moments after the application starts."""
    return httpx.HTTPTransport(retries=_TRIES)


def _keeper(target: Target, logins: Logins) -> KeepSession:
    def keep(credential: SessionCredential) -> None:
        logins.keep(Login(target.server, target.username or "", credential), make_current=False)

    return keep
