"""Sign a person in: by password, or by a browser that hands a code to this machine."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

import httpx

from gatepost.address import Address
from gatepost.credentials import SESSION_COOKIES, SessionCredential, cookies_set
from gatepost.errors import UnexpectedAnswer
from gatepost.logins import Login
from gatepost.problems import no_answer, refusal_in
from gatepost.secret import Secret
from gatepost.transport import API, decoded, web_client


def log_in(
    server: Address, username: str, password: Secret, *, transport: httpx.BaseTransport | None = None
) -> Login:
    """Open a session by password.

    Raises:
        Unauthenticated: name or password is wrong (which one is not said).
        TooMany: too many tries.
    """
    body = {"username": username, "password": password.reveal()}
    return _session(server, "login", body, transport)


@dataclass(frozen=True)
class Challenge:
    """One try to sign in by browser: what is sent ahead, and what only we can show (PKCE)."""

    state: str
    verifier: Secret = field(repr=False)

    @classmethod
    def fresh(cls) -> Self:
        """Return one that was never used."""
        return cls(secrets.token_urlsafe(24), Secret(secrets.token_urlsafe(48)))

    def page(self, server: Address, port: int) -> str:
        """Return the address to open in the browser; the code comes to 127.0.0.1:*port*."""
        digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query = {"port": str(port), "state": self.state, "challenge": challenge}
        return f"{server.origin}/cli/login?{urlencode(query)}"


def exchange(
    server: Address, code: str, challenge: Challenge, *, transport: httpx.BaseTransport | None = None
) -> Login:
    """Turn the code that the browser brought into a session.

    Raises:
        Unauthenticated: the code is used up, too old, or not for this try.
    """
    body = {"code": code, "verifier": challenge.verifier.reveal()}
    return _session(server, "login/exchange", body, transport)


def reset_password(
    server: Address,
    username: str,
    code: Secret,
    new: Secret,
    *,
    transport: httpx.BaseTransport | None = None,
) -> None:
    """Set a new password with the reset code that an administrator handed over.

    Raises:
        Unauthenticated: name or code is wrong, or the code has ended (which one is not said).
        Invalid: the new password is too weak; the code stays good.
        TooMany: too many tries.
    """
    body = {"username": username, "code": code.reveal(), "password": new.reveal()}
    _post(server, "login/reset", body, transport)


def _session(
    server: Address, path: str, body: Mapping[str, str], transport: httpx.BaseTransport | None
) -> Login:
    response = _post(server, path, body, transport)
    answer = decoded(response)
    cookies = cookies_set(response.headers.get_list("set-cookie"))
    csrf = answer.get("csrf_token") if isinstance(answer, Mapping) else None
    if (
        not isinstance(answer, Mapping)
        or not isinstance(csrf, str)
        or not set(cookies) & set(SESSION_COOKIES)
    ):
        raise UnexpectedAnswer(f"{server} did not open a session; is it a Gatepost server?")
    user = answer.get("user")
    person = user if isinstance(user, Mapping) else {}
    name = person.get("username") or person.get("name") or body.get("username", "")
    credential = SessionCredential(cookies, Secret(csrf))
    return Login(
        server, str(name), credential, must_change_password=person.get("must_change_password") is True
    )


def _post(
    server: Address, path: str, body: Mapping[str, str], transport: httpx.BaseTransport | None
) -> httpx.Response:
    with web_client(server, transport) as web:
        try:
            response = web.post(API + path, json=dict(body), headers={"Origin": server.origin})
        except httpx.HTTPError as fault:
            raise no_answer(fault, server) from fault
    if not response.is_success:
        raise refusal_in(response, server)
    return response
