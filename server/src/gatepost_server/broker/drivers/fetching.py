"""Requests to a server or a bucket: over sockets that we dialed, and never to where an answer points."""

import base64
import http.client
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import IO, Final
from urllib.parse import SplitResult, unquote, urlsplit
from xml.etree import ElementTree as ET

from gatepost_server.broker.drivers.signing import S3Key, path_of, query_of, signed
from gatepost_server.broker.reaching import Means
from gatepost_server.broker.tls import context_of
from gatepost_server.broker.trial import StepFailed
from gatepost_server.connections import Code, ConnectionType, Failure, StatementFailed, Target
from gatepost_server.egress import Refused
from gatepost_server.vault import CredentialType, OpenedCredential

_LARGEST: Final = 8 << 30
_LARGEST_LOOK: Final = 64 << 20
_LONGEST_LIST: Final = 16 << 20
_MOST_PAGES: Final = 10
_PIECE: Final = 1 << 20
_OK: Final = 200
_FAULT: Final = 500
_FAILURES: Final = {
    401: Failure.LOGIN_REFUSED,
    403: Failure.NOT_ALLOWED,
    404: Failure.TABLE_UNKNOWN,
}


class Place(ABC):
    """Where files are fetched from, and what is sent along."""

    def __init__(self, target: Target, address: SplitResult) -> None:
        self._target = target
        self.host = address.hostname or ""
        self.is_tls = address.scheme == "https"
        self.port = address.port or (443 if self.is_tls else 80)
        self._named = address.netloc
        self._opened: socket.socket | None = None

    @abstractmethod
    def sign_in(self, login: OpenedCredential | None) -> None:
        """Keep what is sent along.

        Raises:
            StepFailed: it does not fit, or would be sent where others can read it.
        """

    @abstractmethod
    def check(self, means: Means) -> None:
        """Ask for the least there is."""

    @abstractmethod
    def folders(self, means: Means) -> Sequence[str]:
        """Return the folders."""

    @abstractmethod
    def names(self, means: Means, folder: str | None) -> Sequence[str]:
        """Return the files of a folder."""

    @abstractmethod
    def path(self, folder: str | None, name: str) -> str:
        """Return the path of a file."""

    @abstractmethod
    def headers(self, path: str, query: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return what is sent along with a request."""

    def fetch(
        self, means: Means, folder: str | None, name: str, into: IO[bytes], *, in_lines: bool
    ) -> Iterator[int]:
        """Write a file into *into*, yielding the size of each piece before it is written.

        For a look at the beginning, no more than that of a file *in_lines* is fetched.

        Raises:
            StatementFailed: it is not there, too large, or comes too slowly.
        """
        ends, size = time.monotonic() + means.seconds, 0
        largest = _LARGEST_LOOK if means.is_look else _LARGEST
        with self.asked(means, self.path(folder, name), {}) as answer:
            if answer.status != _OK:
                raise StatementFailed(_FAILURES.get(answer.status, Failure.FAILED))
            while piece := answer.read(_PIECE):
                size += len(piece)
                is_enough = size > largest
                if is_enough and not (means.is_look and in_lines and b"\n" in piece):
                    raise StatementFailed(Failure.TOO_MUCH)
                if time.monotonic() > ends:
                    raise StatementFailed(Failure.TOO_SLOW)
                yield len(piece)
                into.write(piece[: piece.rindex(b"\n") + 1] if is_enough else piece)
                if is_enough:
                    return
            if answer.length:  # of what was announced; the rest did not come
                raise StatementFailed(Failure.DROPPED)

    @contextmanager
    def asked(self, means: Means, path: str, query: Mapping[str, str]) -> Iterator[http.client.HTTPResponse]:
        """Send a GET, over a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port)
        try:
            opened = means.dialer.connect(means.dialer.judged(self.host, self.port), self.port)
            means.fuse.hold(opened)
            connection.sock = opened
            if self.is_tls:
                connection.sock = context_of(self._target).wrap_socket(opened, server_hostname=self.host)
            connection.sock.settimeout(means.seconds)
            self._opened = connection.sock
            asked = path_of(path) + (f"?{query_of(query)}" if query else "")
            connection.request("GET", asked, headers=dict(self.headers(path, query, means.clock.now())))
            yield connection.getresponse()
            if means.fuse.is_late:  # what was cut off looks like the end of an answer
                raise StatementFailed(Failure.TOO_SLOW)
        except TimeoutError:
            raise StatementFailed(Failure.TOO_SLOW) from None
        except (Refused, StepFailed, ssl.SSLError):
            raise StatementFailed(Failure.CANNOT_CONNECT) from None
        except (http.client.HTTPException, OSError):
            raise StatementFailed(Failure.DROPPED) from None
        finally:
            connection.close()
            means.fuse.let_go()

    def drop(self) -> None:
        """End a request that runs."""
        if self._opened is not None:
            with suppress(OSError):
                self._opened.shutdown(socket.SHUT_RDWR)


class Web(Place):
    """A server of files; it tells no names."""

    def __init__(self, target: Target) -> None:
        address = urlsplit(str(target.params["base_url"]))
        super().__init__(target, address)
        self._base = _typed(address.path)
        self._authorization: str | None = None

    def sign_in(self, login: OpenedCredential | None) -> None:
        """Keep what is sent along; over TLS only."""
        if login is None:
            return
        if not self.is_tls:
            raise StepFailed(Code.LOGIN_UNSAFE)
        if login.type is CredentialType.TOKEN:
            self._authorization = f"Bearer {_sendable(login.secret['token'].reveal())}"
        elif login.type is CredentialType.BASIC:
            pair = f"{login.user}:{login.secret['password'].reveal()}".encode()
            self._authorization = f"Basic {base64.b64encode(pair).decode()}"
        else:
            raise StepFailed(Code.LOGIN_TYPE)

    def check(self, means: Means) -> None:
        """Ask for the base; what it holds does not matter."""
        with self.asked(means, self._base or "/", {}) as answer:
            if answer.status in (401, 403):
                raise StatementFailed(Failure.LOGIN_REFUSED)
            if answer.status >= _FAULT:
                raise StatementFailed(Failure.FAILED)

    def folders(self, means: Means) -> Sequence[str]:
        """Return none."""
        del means
        return []

    def names(self, means: Means, folder: str | None) -> Sequence[str]:
        """Return none."""
        del means, folder
        return []

    def path(self, folder: str | None, name: str) -> str:
        """Return the path of a file below the base."""
        return "/".join((self._base, *_parts(folder, name)))

    def headers(self, path: str, query: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the login."""
        del path, query, now
        sent = {"Host": self._named}
        return sent if self._authorization is None else {**sent, "Authorization": self._authorization}


class Bucket(Place):
    """A bucket, and a folder of it."""

    def __init__(self, target: Target) -> None:
        told, bucket = urlsplit(str(target.params["endpoint"])), str(target.params["bucket"])
        is_in_path = bool(target.params.get("path_style", False))
        super().__init__(target, told if is_in_path else told._replace(netloc=f"{bucket}.{told.netloc}"))
        self._base = f"{_typed(told.path)}/{bucket}" if is_in_path else _typed(told.path)
        self._below = "".join(f"{part}/" for part in str(target.params.get("prefix", "")).split("/") if part)
        self._region = str(target.params["region"])
        self._key: S3Key | None = None

    def sign_in(self, login: OpenedCredential | None) -> None:
        """Keep with what requests are signed; the secret itself is never sent."""
        if login is None:
            return
        if login.type is not CredentialType.S3:
            raise StepFailed(Code.LOGIN_TYPE)
        self._key = S3Key(_sendable(login.user), login.secret["secret_key"].reveal(), self._region)

    def check(self, means: Means) -> None:
        """Ask for one name."""
        try:
            self._listed(means, self._below, most=1)
        except StatementFailed as failed:
            if failed.failure is Failure.NOT_ALLOWED:
                raise StatementFailed(Failure.LOGIN_REFUSED) from None
            raise

    def folders(self, means: Means) -> Sequence[str]:
        """Return the folders below the connection's own."""
        return [path.removeprefix(self._below).rstrip("/") for path in self._listed(means, self._below)[1]]

    def names(self, means: Means, folder: str | None) -> Sequence[str]:
        """Return the files of a folder."""
        below = self._below + ("" if folder is None else f"{folder}/")
        return [path.removeprefix(below) for path in self._listed(means, below)[0]]

    def path(self, folder: str | None, name: str) -> str:
        """Return the path of a file in the bucket."""
        return f"{self._base}/{self._below}{'/'.join(_parts(folder, name))}"

    def headers(self, path: str, query: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the signature."""
        sent = {"host": self._named}
        return sent if self._key is None else signed(self._key, path, query, sent, now)

    def _listed(self, means: Means, below: str, most: int | None = None) -> tuple[list[str], list[str]]:
        """Return the files and folders directly below *below*."""
        names: list[str] = []
        folders: list[str] = []
        query = {"list-type": "2", "delimiter": "/", "prefix": below}
        if most is not None:
            query["max-keys"] = str(most)
        for _ in range(_MOST_PAGES):
            with self.asked(means, self._base or "/", query) as answer:
                if answer.status != _OK:
                    raise StatementFailed(_FAILURES.get(answer.status, Failure.FAILED))
                said = _read(answer.read(_LONGEST_LIST))
            names += [one.text or "" for one in said.iterfind("{*}Contents/{*}Key")]
            folders += [one.text or "" for one in said.iterfind("{*}CommonPrefixes/{*}Prefix")]
            following = said.findtext("{*}NextContinuationToken")
            if not following or most is not None:
                break
            query["continuation-token"] = following
        return names, folders


def place_of(target: Target) -> Place:
    """Return where files of *target* are fetched from."""
    return Bucket(target) if target.type is ConnectionType.S3 else Web(target)


def _typed(path: str) -> str:
    """Return *path* of an address without its quoting: it is quoted when it is sent."""
    return unquote(path, errors="surrogateescape")


def _sendable(text: str) -> str:
    """Return *text* if a header can carry it.

    Raises:
        StepFailed: it cannot.
    """
    if not text.isascii() or not text.isprintable():
        raise StepFailed(Code.LOGIN_UNSENDABLE)
    return text


def _parts(folder: str | None, name: str) -> list[str]:
    """Return the parts of a file's path; none leads upwards.

    Raises:
        StatementFailed: one does.
    """
    parts = [*([] if folder is None else folder.split("/")), *name.split("/")]
    if any(part in ("", ".", "..") for part in parts):
        raise StatementFailed(Failure.TABLE_UNKNOWN)
    return parts


def _read(text: bytes) -> ET.Element:
    try:
        return ET.fromstring(text)  # noqa: S314 — bounded, and expat resolves nothing outside of it
    except ET.ParseError:
        raise StatementFailed(Failure.FAILED) from None
