"""What a stored credential is, and what belongs to each type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret

LONGEST_NAME: Final = 100
LONGEST_USER: Final = 500
LONGEST_SECRET: Final = 20_000


class CredentialType(StrEnum):
    """How somebody signs in."""

    BASIC = "basic"
    KEY_PAIR = "key_pair"
    TOKEN = "token"  # noqa: S105 — the name of a type
    S3 = "s3"
    OAUTH_CLIENT = "oauth_client"


@dataclass(frozen=True)
class Shape:
    """The secret fields of a type: which it has, and which of them may be left out."""

    needed: str
    optional: tuple[str, ...] = ()
    needs_user: bool = True


SHAPES: Final[Mapping[CredentialType, Shape]] = {
    CredentialType.BASIC: Shape("password"),
    CredentialType.KEY_PAIR: Shape("private_key", ("passphrase",)),
    CredentialType.TOKEN: Shape("token", needs_user=False),
    CredentialType.S3: Shape("secret_key"),
    CredentialType.OAUTH_CLIENT: Shape("client_secret"),
}


class Health(StrEnum):
    """What the last use of a credential said about it."""

    UNTESTED = "untested"
    OK = "ok"
    FAILING = "failing"


@dataclass(frozen=True)
class Credential:
    """A stored credential as people see it; the secret is never among it.

    `user` is what it signs in as: a user name, an access key id, a client id.
    """

    id: str
    name: str
    type: CredentialType
    user: str
    owner_id: str
    health: Health
    created_at: datetime
    updated_at: datetime
    owner_name: str | None = None


@dataclass(frozen=True)
class OpenedCredential:
    """A credential with its secret, by field; lives in the broker for as long as one use takes."""

    id: str
    type: CredentialType
    user: str
    secret: Mapping[str, Secret]


def type_of(name: str) -> CredentialType:
    """Return the type called *name*.

    Raises:
        Invalid: there is no such type.
    """
    try:
        return CredentialType(name)
    except ValueError:
        fault = FieldFault("type", f"one of {', '.join(CredentialType)}")
        raise Invalid("There is no such type.", faults=[fault], code="credential-invalid") from None


def checked(
    name: str, user: str, type_: CredentialType, secret: Mapping[str, Secret] | None
) -> tuple[str, str]:
    """Return the name and user without space around them, if they and *secret* fit the type.

    Without a *secret* the one that is stored stays.

    Raises:
        Invalid: something is missing, too long, or not of this type; no value is repeated.
    """
    name, user, shape = " ".join(name.split()), user.strip(), SHAPES[type_]
    faults = []
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(FieldFault("name", f"1 to {LONGEST_NAME} printable characters"))
    if (shape.needs_user and not user) or len(user) > LONGEST_USER or not (user.isprintable() or not user):
        faults.append(FieldFault("user", f"1 to {LONGEST_USER} printable characters"))
    if secret is not None:
        faults += _faults_of(secret, type_)
    if faults:
        raise Invalid("The credential cannot be stored like that.", faults=faults, code="credential-invalid")
    return name, user


def _faults_of(secret: Mapping[str, Secret], type_: CredentialType) -> list[FieldFault]:
    shape = SHAPES[type_]
    faults = [] if shape.needed in secret else [FieldFault(shape.needed, "is needed")]
    for field, text in secret.items():
        if field != shape.needed and field not in shape.optional:
            faults.append(FieldFault(field, f"is not of a credential of type {type_}"))
        elif not _fits(text.reveal()):
            faults.append(FieldFault(field, f"1 to {LONGEST_SECRET} characters, no NUL"))
    return faults


def _fits(text: str) -> bool:
    is_text = not any("\ud800" <= letter <= "\udfff" for letter in text)
    return 1 <= len(text) <= LONGEST_SECRET and "\0" not in text and is_text
