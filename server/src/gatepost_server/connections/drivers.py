"""What each driver may be told: an allowlist of structured fields, and no others. Pure.

Options of drivers are code and files: a plug-in path, an init command, a password file, a local
file to be read. So what is not listed here is refused by name, and nothing is passed through.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from gatepost_server.connections.model import ConnectionType, Param
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.vault import CredentialType

_HOST: Final = re.compile(
    r"(?=.{1,253}\.?$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?", re.IGNORECASE
)
_IPV6: Final = re.compile(r"\[?(?=[0-9a-f:.]*:)[0-9a-f:.]{2,45}\]?")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION: Final = re.compile(r"[a-z0-9-]{1,40}")
_PEM: Final = re.compile(r"\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+")
_LONGEST_PEM: Final = 100_000
_LONGEST: Final = 500
_LARGEST_PORT: Final = 65_535
TLS: Final = ("verify-full", "require", "disable")
Reading = Callable[[Any], Param]


@dataclass(frozen=True)
class Field:
    """A field: how it is read, and what stands for it when it is left out (None: nothing does)."""

    read: Reading
    needed: bool = False
    default: Param | None = None
    is_endpoint: bool = False
    """Whether it says where a password goes and how it is protected on its way."""


@dataclass(frozen=True)
class Driver:
    """What a driver is told, and with which types of credentials it signs in."""

    fields: Mapping[str, Field]
    logins: frozenset[CredentialType]
    needs_login: bool = True


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= _LONGEST or not value.isprintable():
        raise ValueError(f"1 to {_LONGEST} printable characters")
    return value.strip()


def _host(value: Any) -> str:
    text = _text(value).lower()
    if not _HOST.fullmatch(text) and not _IPV6.fullmatch(text):
        raise ValueError("a host name or an address, without scheme, port or path")
    return text.strip("[]").rstrip(".")


def _port(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:6])
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LARGEST_PORT:
        raise ValueError("a number of 1 to 65535")
    return value


def _tls(value: Any) -> str:
    if value not in TLS:
        raise ValueError(f"one of {', '.join(TLS)}")
    return str(value)


def _certificate(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_PEM or not _PEM.fullmatch(value):
        raise ValueError("certificates in PEM, and nothing besides")
    return value.strip() + "\n"


def _file(value: Any) -> str:
    text = _text(value)
    parts = text.split("/")
    if text.startswith("~") or "\\" in text or ":" in text or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("a path below the data folder of the organization, as sales/2026.db")
    return text


def _bucket(value: Any) -> str:
    text = _text(value)
    if not _BUCKET.fullmatch(text):
        raise ValueError("3 to 63 small letters, digits, dots and hyphens")
    return text


def _region(value: Any) -> str:
    text = _text(value)
    if not _REGION.fullmatch(text):
        raise ValueError("as eu-central-1")
    return text


def _prefix(value: Any) -> str:
    text = _text(value).lstrip("/")
    if any(part == ".." for part in text.split("/")):
        raise ValueError("a folder of the bucket, without ..")
    return text


def _flag(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 — told as a fault of the field, as the others
    return value


def _url(value: Any) -> str:
    text = _text(value)
    read = urlsplit(text)  # raises ValueError itself for a bad port or address
    if read.scheme.lower() not in {"http", "https"} or not read.hostname:
        raise ValueError("an address that begins with https:// or http://")
    if read.username is not None or read.password is not None:
        raise ValueError("no user or password in it; a credential holds these")
    if read.query or read.fragment:
        raise ValueError("without ? and #")
    host, port = _host(read.hostname), "" if read.port is None else f":{read.port}"
    return f"{read.scheme.lower()}://{f'[{host}]' if ':' in host else host}{port}{read.path.rstrip('/')}"


def _server(port: int) -> Driver:
    return Driver(
        {
            "host": Field(_host, needed=True, is_endpoint=True),
            "port": Field(_port, default=port, is_endpoint=True),
            "database": Field(_text, needed=True),
            "tls": Field(_tls, default="verify-full", is_endpoint=True),
            "ca": Field(_certificate, is_endpoint=True),
        },
        frozenset({CredentialType.BASIC}),
    )


_FILES: Final = Driver({"file": Field(_file, needed=True, is_endpoint=True)}, frozenset(), needs_login=False)
DRIVERS: Final[Mapping[ConnectionType, Driver]] = {
    ConnectionType.POSTGRESQL: _server(5432),
    ConnectionType.MYSQL: _server(3306),
    ConnectionType.SQLITE: _FILES,
    ConnectionType.DUCKDB: _FILES,
    ConnectionType.S3: Driver(
        {
            "endpoint": Field(_url, default="https://s3.amazonaws.com", is_endpoint=True),
            "region": Field(_region, default="us-east-1", is_endpoint=True),
            "bucket": Field(_bucket, needed=True, is_endpoint=True),
            "prefix": Field(_prefix),
            "path_style": Field(_flag, default=False, is_endpoint=True),
        },
        frozenset({CredentialType.S3}),
        needs_login=False,
    ),
    ConnectionType.HTTP: Driver(
        {"base_url": Field(_url, needed=True, is_endpoint=True)},
        frozenset({CredentialType.BASIC, CredentialType.TOKEN}),
        needs_login=False,
    ),
}


def connection_type_of(name: str) -> ConnectionType:
    """Return the type called *name*.

    Raises:
        Invalid: there is no such type.
    """
    try:
        return ConnectionType(name)
    except ValueError:
        fault = FieldFault("type", f"one of {', '.join(ConnectionType)}")
        raise Invalid("There is no such type.", faults=[fault], code="connection-invalid") from None


def checked_params(type_: ConnectionType, given: Mapping[str, Any]) -> dict[str, Param]:
    """Return *given* as it is kept: every field read, what was left out filled in; None is left out.

    Raises:
        Invalid: a field is missing, cannot be used, or is not one that the driver may be told.
    """
    fields, faults, kept = DRIVERS[type_].fields, [], {}
    for name in sorted(given.keys() - fields.keys()):
        shown = name if name.isprintable() and len(name) <= _LONGEST else "(unreadable)"
        faults.append(FieldFault(f"params.{shown}", f"{type_} takes {', '.join(fields)} only"))
    for name, field in fields.items():
        value = given.get(name)
        if value is None and field.needed:
            faults.append(FieldFault(f"params.{name}", "is needed"))
        elif value is None and field.default is not None:
            kept[name] = field.default
        elif value is not None:
            try:
                kept[name] = field.read(value)
            except ValueError as error:
                faults.append(FieldFault(f"params.{name}", str(error)))
    if faults:
        raise Invalid("The connection cannot be made like that.", faults=faults, code="connection-invalid")
    return kept


def endpoint_of(type_: ConnectionType, params: Mapping[str, Param]) -> tuple[object, ...]:
    """Return where a login goes and how it is protected: what stored credentials are bound to."""
    fields = DRIVERS[type_].fields
    return (type_, *(params.get(name) for name, field in fields.items() if field.is_endpoint))


def address_of(type_: ConnectionType, params: Mapping[str, Param]) -> str:
    """Return the endpoint in words, as a person is told where their login goes."""
    if type_ in {ConnectionType.POSTGRESQL, ConnectionType.MYSQL}:
        host = str(params["host"])
        return f"{f'[{host}]' if ':' in host else host}:{params['port']}"
    if type_ is ConnectionType.S3:
        return f"{params['endpoint']}/{params['bucket']}"
    return str(params["base_url" if type_ is ConnectionType.HTTP else "file"])


def tls_of(type_: ConnectionType, params: Mapping[str, Param]) -> str | None:
    """Return how a login is protected on its way, in the words of `TLS`; None of a file."""
    if type_ in {ConnectionType.S3, ConnectionType.HTTP}:
        url = str(params["base_url" if type_ is ConnectionType.HTTP else "endpoint"])
        return "verify-full" if url.startswith("https:") else "disable"
    return None if DRIVERS[type_] is _FILES else str(params["tls"])
