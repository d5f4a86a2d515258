"""Signing in to MySQL and MariaDB over a socket that we dialed, TLS as demanded."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from pymysql import err
from pymysql.connections import Connection
from pymysql.constants import CLIENT, ER
from pymysql.converters import encoders
from pymysql.cursors import SSCursor

from gatepost_server.broker import tls
from gatepost_server.broker.drivers.ports import basic
from gatepost_server.broker.reaching import Means, reach
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import Code, StepName, Target
from gatepost_server.vault import OpenedCredential

_HASHED: Final = ("", "mysql_native_password", "caching_sha2_password", "client_ed25519")
"""Ways of signing in that do not show the password, to who listens or to a server that is another one."""
_LARGEST_PACKET: Final = 64 << 20
_NO_KEY: Final = b"a key that anybody could have sent is not taken"
_CODES: Final = {
    ER.BAD_DB_ERROR: Code.DATABASE_UNKNOWN,
    ER.DBACCESS_DENIED_ERROR: Code.DATABASE_UNKNOWN,
    ER.CON_COUNT_ERROR: Code.TOO_MANY,
    ER.TOO_MANY_USER_CONNECTIONS: Code.TOO_MANY,
    ER.ACCESS_DENIED_ERROR: Code.LOGIN_REFUSED,
}


def sign_in(target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> "Careful":
    """Sign in step by step.

    Raises:
        StepFailed: a step did not succeed.
    """
    host, port = str(target.params["host"]), int(target.params.get("port", 3306))
    opened = reach(host, port, means, trial)
    try:
        with trial.step(StepName.LOGIN):
            user, password = basic(login)
            connection = Careful(
                host=host,
                user=user,
                password=password,
                database=str(target.params["database"]),
                charset="utf8mb4",
                conv=encoders,
                cursorclass=SSCursor,
                local_infile=False,
                client_flag=CLIENT.FOUND_ROWS,
                read_timeout=means.dialer.seconds,
                write_timeout=means.dialer.seconds,
                program_name="gatepost",
                defer_connect=True,
            )
            connection.demand(target, trial)
            with _told():
                connection.connect(opened)
            return connection
    except BaseException:
        opened.close()
        raise


class Careful(Connection):  # type: ignore[misc]  # it has no types
    """A connection that signs in after TLS was agreed on, and shows its password to nobody.

    Whether a server offers TLS, and in which way it wants the password, is what it says of
    itself; so both are held against what was demanded before anything of the login is sent.
    """

    def demand(self, target: Target, trial: Trial) -> None:
        """Set what TLS is demanded, before connecting."""
        self._trial = trial
        self._is_encrypted = False
        self._hostname = str(target.params["host"])
        self._demanded = tls.demanded(target)
        self.ssl = self._ssl_required = self._demanded != tls.DISABLE
        if self.ssl:
            with trial.step(StepName.TLS, only_failures=True):
                self._context = tls.context_of(target)
            self.ctx = self
        if self._demanded != tls.VERIFY:
            self.server_public_key = _NO_KEY

    def wrap_socket(self, plain: socket.socket, *, server_hostname: str) -> ssl.SSLSocket:
        """Agree on TLS; the driver asks it of its context, which is ourselves."""
        with self._trial.step(StepName.TLS), tls.told():
            return self._context.wrap_socket(plain, server_hostname=server_hostname)

    def patience(self, seconds: float) -> None:
        """Wait that long for each further answer."""
        self._read_timeout = seconds

    def drop(self) -> None:
        """Break the connection; called from another thread, too."""
        with suppress(OSError, AttributeError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _read_packet(self, *kind: Any) -> Any:
        self._packet = 0
        return super()._read_packet(*kind)

    def _read_bytes(self, count: int) -> bytes:
        """Read a part of a packet: one that goes on and on is not kept to its end, which may never come."""
        self._packet = getattr(self, "_packet", 0) + count
        if self._packet > _LARGEST_PACKET:
            self._force_close()
            raise err.OperationalError(ER.NET_PACKET_TOO_LARGE, "too large")
        return bytes(super()._read_bytes(count))

    def _get_server_information(self) -> None:
        try:
            super()._get_server_information()
        except (IndexError, ValueError, LookupError) as error:
            raise StepFailed(Code.NOT_THIS_TYPE) from error

    def _request_authentication(self) -> None:
        if self.ssl and not self.server_capabilities & CLIENT.SSL:
            with self._trial.step(StepName.TLS):
                raise StepFailed(Code.NO_TLS)
        self._require_hashed(self._auth_plugin_name)
        try:
            super()._request_authentication()
        except ValueError:
            if self.server_public_key is not _NO_KEY:
                raise
            raise StepFailed(Code.LOGIN_UNSAFE) from None

    def _process_auth(self, plugin_name: bytes, auth_packet: Any, handler: Any = None) -> Any:
        self._require_hashed(plugin_name.decode("ascii", "replace"))
        return super()._process_auth(plugin_name, auth_packet, handler)

    def _require_hashed(self, way: str) -> None:
        if self._demanded != tls.VERIFY and way not in _HASHED:
            raise StepFailed(Code.LOGIN_UNSAFE)

    @property
    def _secure(self) -> bool:
        """Tell the driver whether the password may be sent as it is: to a server that was verified, only."""
        return self._is_encrypted and self._demanded == tls.VERIFY

    @_secure.setter
    def _secure(self, encrypted: bool) -> None:
        self._is_encrypted = encrypted


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise StepFailed(Code.TOO_SLOW) from None
    except err.OperationalError as error:
        original = getattr(error, "original_exception", None)
        is_late = isinstance(original or error.__cause__ or error.__context__, TimeoutError)
        number = error.args[0] if error.args else 0
        raise StepFailed(Code.TOO_SLOW if is_late else _CODES.get(number, Code.DROPPED)) from None
    except (err.Error, ValueError, IndexError, AssertionError):
        raise StepFailed(Code.NOT_THIS_TYPE) from None
