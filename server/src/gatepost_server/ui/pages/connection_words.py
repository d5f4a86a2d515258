"""Data connections in words: their types, the fields of each, and the steps of a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gatepost_server.connections import ConnectionType, StepName
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.kit.tables import Choice

FieldKind = Literal["line", "choice", "text"]


@dataclass(frozen=True)
class FieldWords:
    """One field of a driver, as the form asks for it."""

    name: str
    label: str
    hint: str = ""
    is_needed: bool = False
    kind: FieldKind = "line"
    choices: Sequence[Choice] = ()
    is_rare: bool = False


@dataclass(frozen=True)
class DriverWords:
    """How a type of connection is called and drawn, and what its form asks for."""

    words: str
    symbol: Icon
    fields: Sequence[FieldWords]


TLS_WORDS: Final = {
    "verify-full": "Encrypted, and the server's certificate is checked",
    "require": "Encrypted, without checking who answers",
    "disable": "Not encrypted: anybody on the way can read along",
}
PROTECTED: Final = {
    "verify-full": "encrypted, and the server's certificate is checked",
    "require": "encrypted, without checking who answers",
    "disable": "not encrypted",
}
_FILE: Final = FieldWords(
    "file",
    "File",
    "A path below the data folder of your organization, such as sales/2026.db.",
    is_needed=True,
)


def _server(port: int) -> list[FieldWords]:
    tls = [Choice(value, words) for value, words in TLS_WORDS.items()]
    return [
        FieldWords("host", "Host", "A name or an address, without scheme or port.", is_needed=True),
        FieldWords("port", "Port", f"Empty: {port}."),
        FieldWords("database", "Database", is_needed=True),
        FieldWords("tls", "Encryption (TLS)", kind="choice", choices=tls),
        FieldWords(
            "ca", "CA certificate", "In PEM, for a server whose certificate no public authority signed.",
            kind="text", is_rare=True,
        ),
    ]  # fmt: skip


DRIVER_WORDS: Final[Mapping[ConnectionType, DriverWords]] = {
    ConnectionType.POSTGRESQL: DriverWords("PostgreSQL", "database", _server(5432)),
    ConnectionType.MYSQL: DriverWords("MySQL or MariaDB", "database", _server(3306)),
    ConnectionType.SQLITE: DriverWords("SQLite file", "file-text", [_FILE]),
    ConnectionType.DUCKDB: DriverWords("DuckDB file", "file-text", [_FILE]),
    ConnectionType.S3: DriverWords(
        "S3 bucket", "brand-aws",
        [
            FieldWords("bucket", "Bucket", is_needed=True),
            FieldWords("region", "Region", "Empty: us-east-1."),
            FieldWords("prefix", "Folder", "Only what lies below it, such as sales/2026."),
            FieldWords("endpoint", "Endpoint", "Empty: Amazon's. Others have their own.", is_rare=True),
            FieldWords(
                "path_style", "How the bucket is addressed", kind="choice", is_rare=True,
                choices=[
                    Choice("false", "As part of the host name (usual)"),
                    Choice("true", "As part of the path (many services other than Amazon's)"),
                ],
            ),
        ],
    ),
    ConnectionType.HTTP: DriverWords(
        "Files on the web", "world",
        [FieldWords("base_url", "Address", "Begins with https:// or http://.", is_needed=True)],
    ),
}  # fmt: skip

STEP_WORDS: Final[Mapping[StepName, str]] = {
    StepName.NAME: "Find host",
    StepName.TCP: "Connect",
    StepName.TLS: "Encrypt",
    StepName.LOGIN: "Log in",
    StepName.QUERY: "Query",
}


def label_of(type_: ConnectionType, name: str) -> str:
    """Return what a parameter of a type is called."""
    return next((one.label for one in DRIVER_WORDS[type_].fields if one.name == name), name)
