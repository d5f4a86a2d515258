"""Signing in to PostgreSQL: the address was judged, TLS is as demanded, nothing else is read or sent."""

import re
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final
from urllib.parse import quote, urlencode

import psycopg

from gatepost_server.broker import tls
from gatepost_server.broker.drivers.ports import basic
from gatepost_server.broker.reaching import Means, reach
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import Code, StepName, Target
from gatepost_server.egress import Dialer
from gatepost_server.vault import OpenedCredential

_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
_AGREED, _NO = b"S", b"N"
_FULL: Final = re.compile("too many|slots", re.IGNORECASE)
_LOST: Final = re.compile("server closed the connection|timeout expired", re.IGNORECASE)
_UNSAFE: Final = "authentication method requirement"
_LEAST_WAIT_S: Final = 2
_ROOTS: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class Place:
    """How libpq is told where to go and how to sign in; `roots` is a file of ours to be removed."""

    settings: dict[str, str] = field(repr=False)  # the password among them
    roots: Path | None

    def uri(self) -> str:
        """Return the same as a URI."""
        # libpq reads %20, and takes + for itself.
        return f"postgresql://?{urlencode(self.settings, quote_via=quote)}"

    def may_be_dialed(self, dialer: Dialer) -> bool:
        """Tell whether *dialer* would still go to this address under its name."""
        return dialer.may_dial(self.settings["host"], self.settings["hostaddr"], int(self.settings["port"]))

    def forget(self) -> None:
        """Remove what was written for it."""
        if self.roots is not None:
            self.roots.unlink(missing_ok=True)


def sign_in(
    target: Target, login: OpenedCredential | None, means: Means, trial: Trial
) -> "tuple[Place, psycopg.Connection[Any]]":
    """Sign in step by step.

    Raises:
        StepFailed: a step did not succeed.
    """
    host, port = where(target)
    with reach(host, port, means, trial) as first:
        address = str(first.getpeername()[0])
        if tls.demanded(target) != tls.DISABLE:
            with trial.step(StepName.TLS):
                _shake_hands(first, host, target)
        means.fuse.let_go()
    with trial.step(StepName.LOGIN):
        place = _place(target, login, address, means)
        try:
            connection = psycopg.connect(**place.settings, prepare_threshold=None)  # type: ignore[arg-type]
        except psycopg.Error as error:
            place.forget()
            raise StepFailed(_why(error, place)) from None
        means.fuse.hold(connection.pgconn.socket)
        return place, connection


def where(target: Target) -> tuple[str, int]:
    """Return host and port of a server."""
    return str(target.params["host"]), int(target.params.get("port", 5432))


def _shake_hands(first: socket.socket, host: str, target: Target) -> None:
    """Agree on TLS as demanded, and send nothing; the login comes over a connection of libpq's own."""
    context = tls.context_of(target)
    with tls.told():
        asked_for_tls(first)
        context.wrap_socket(first, server_hostname=host).close()


def asked_for_tls(opened: socket.socket) -> None:
    """Ask a server for TLS, and return once it said that it goes on with that.

    Raises:
        StepFailed: it does not, or is no PostgreSQL.
    """
    opened.sendall(_SSL_REQUEST)
    answer = opened.recv(1)
    if answer == _NO:
        raise StepFailed(Code.NO_TLS)
    if answer != _AGREED:
        raise StepFailed(Code.NOT_THIS_TYPE)


def _place(target: Target, login: OpenedCredential | None, address: str, means: Means) -> Place:
    user, password = basic(login)
    demanded = tls.demanded(target)
    ways = "scram-sha-256,md5,none" + (",password" if demanded == tls.VERIFY else "")
    host, port = where(target)
    settings = {
        "host": host,
        "hostaddr": address,
        "port": str(port),
        "dbname": str(target.params.get("database", user)),
        "user": user,
        "password": password,
        "sslmode": demanded,
        "sslcertmode": "disable",
        "gssencmode": "disable",
        "require_auth": ways,
        "passfile": "/dev/null",
        "connect_timeout": str(max(_LEAST_WAIT_S, round(means.dialer.seconds))),
        "tcp_user_timeout": "60000",
        "application_name": "gatepost",
        "client_encoding": "UTF8",
    }
    if demanded != tls.VERIFY:
        return Place(settings, None)
    own = tls.authorities(target)
    if own is None:
        found = next((path for path in _ROOTS if Path(path).exists()), "system")
        return Place(settings | {"sslrootcert": found}, None)
    with NamedTemporaryFile("w", dir=means.scratch, prefix="ca-", suffix=".pem", delete=False) as file:
        file.write(own)
    return Place(settings | {"sslrootcert": file.name}, Path(file.name))


def _why(error: psycopg.Error, place: Place) -> Code:
    """Return the fixed word for a login that failed.

    The server's words come in its own language; whose name they hold tells the database from the user.
    """
    said = str(error)
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return Code.TOO_SLOW
    if _UNSAFE in said:
        return Code.LOGIN_UNSAFE
    if _FULL.search(said):
        return Code.TOO_MANY
    if _LOST.search(said):
        return Code.DROPPED
    database, user = f'"{place.settings["dbname"]}"', f'"{place.settings["user"]}"'
    if database in said and (user not in said or f"{database} does not exist" in said):
        return Code.DATABASE_UNKNOWN
    return Code.LOGIN_REFUSED
