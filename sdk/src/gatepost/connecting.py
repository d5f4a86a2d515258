"""From configuration to a client whose renewed sessions are kept."""

from collections.abc import Mapping

import httpx

from gatepost.configuration import Target, choose
from gatepost.connected import Client
from gatepost.credentials import SessionCredential
from gatepost.logins import Login, Logins, config_folder
from gatepost.transport import AskPassword, KeepSession, Transport


def connect(
    server: str | None,
    key: str | None,
    environ: Mapping[str, str],
    *,
    ask_password: AskPassword | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Client:
    """Choose server and credential, and return a client for them."""
    logins = Logins(config_folder(environ))
    target = choose(server, key, environ, logins)
    keep = _keeper(target, logins) if isinstance(target.credential, SessionCredential) else None
    return Client(
        Transport(
            target.server,
            target.credential,
            ask_password=ask_password,
            keep_session=keep,
            transport=transport,
        )
    )


def _keeper(target: Target, logins: Logins) -> KeepSession:
    def keep(credential: SessionCredential) -> None:
        logins.keep(Login(target.server, target.username or "", credential), make_current=False)

    return keep
