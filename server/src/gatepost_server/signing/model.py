"""What a signed request is, who may sign, and what a verification comes to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from gatepost_server.kernel.secret import Secret

WINDOW: Final = timedelta(minutes=5)
"""How far the time of a request may lie from ours, either way."""
WIDEST_WINDOW: Final = timedelta(minutes=15)


class Profile(StrEnum):
    """What a signature has to cover, and how parameters stand in it."""

    STRICT = "strict"
    COMPATIBLE = "compatible"


class Why(StrEnum):
    """For what reason a request was refused."""

    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    UNKNOWN_KEY = "unknown-key"
    WRONG_SIGNATURE = "wrong-signature"
    OTHER_BODY = "other-body"
    UNTIMELY = "untimely"
    REPLAYED = "replayed"
    NO_STORE = "no-store"


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire: nothing decoded, nothing folded.

    *path* and *query* are the two sides of the first question mark, *headers* the lines.
    """

    method: str
    path: bytes
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes = b""


@dataclass(frozen=True)
class SigningSecret:
    """An AppSecret and when it signs; *member_id* is whose it is, unless it is the application's."""

    id: str
    text: Secret
    from_at: datetime
    until_at: datetime | None = None
    member_id: str | None = None

    def signs_at(self, now: datetime) -> bool:
        """Tell whether calls signed with it are accepted at *now*."""
        return self.from_at <= now and (self.until_at is None or now < self.until_at)


@dataclass(frozen=True)
class Signatory:
    """The application of an AppKey; `is_debugging` lets a refusal show what was signed here.

    `ip_allowlist` is from where its calls may come, if that is restricted; `is_compatible` whether
    they may come in the form of vendors' clients, `is_ip_trusted` whether those from listed
    addresses need no signature.
    """

    application_id: str
    secrets: Sequence[SigningSecret]
    is_debugging: bool = False
    ip_allowlist: str | None = None
    is_compatible: bool = False
    is_ip_trusted: bool = False


class Signatories(Protocol):
    """Knows the applications that may sign."""

    def find(self, app_key: str) -> Signatory | None:
        """Return whose *app_key* is, with its secrets; None when it is nobody's or turned off.

        Raises:
            Unavailable: the store does not answer.
        """
        ...


class Nonces(Protocol):
    """Remembers which nonces were spent, for all processes at once."""

    def spend(self, app_key: str, nonce: str, window: timedelta) -> bool:
        """Keep *nonce* as spent; False when it was already, whoever came first.

        Raises:
            Unavailable: the store does not answer.
        """
        ...


@dataclass(frozen=True)
class Accepted:
    """A request that somebody signed who may, for the first time.

    `parameters` are what the signature covers; what serves the request reads no others.
    `is_body_signed` is false for a body that anybody on the way could have changed. With
    `is_unsigned` nothing is signed: its owners let listed addresses do (`Verifier.unsigned`).
    """

    application_id: str
    app_key: str
    secret_id: str
    member_id: str | None
    stage: str
    is_body_signed: bool
    parameters: Mapping[str, str] = field(default_factory=dict)
    ip_allowlist: str | None = None
    is_compatible: bool = False
    is_unsigned: bool = False


@dataclass(frozen=True)
class Refused:
    """A request that is not served; *detail* says why to whoever signed it.

    `string_to_sign` is there only for an application whose owner is debugging signatures,
    `application_id` only where the signature held and something else did not.
    """

    why: Why
    detail: str
    app_key: str | None = None
    string_to_sign: str | None = None
    application_id: str | None = None


class Unreadable(Exception):
    """A request from which no signature can be read; the verifier turns it into `Refused`."""

    def __init__(self, detail: str, why: Why = Why.MALFORMED) -> None:
        super().__init__(detail)
        self.detail = detail
        self.why = why
