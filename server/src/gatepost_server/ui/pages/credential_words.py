"""Stored credentials in words: their types, the fields of each, and how they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.kit.facts import Tone
from gatepost_server.vault import Credential, CredentialType, Health


@dataclass(frozen=True)
class SecretField:
    """One field of a secret, as the form asks for it."""

    name: str
    label: str
    is_text: bool = False
    is_needed: bool = True
    hint: str = ""


@dataclass(frozen=True)
class TypeWords:
    """How a type is called and drawn, what its user is called, and what its secret is made of."""

    words: str
    symbol: Icon
    user: str
    fields: Sequence[SecretField]
    user_hint: str = ""


TYPES: Final[Mapping[CredentialType, TypeWords]] = {
    CredentialType.BASIC: TypeWords(
        "User and password", "user", "User name", [SecretField("password", "Password")]
    ),
    CredentialType.KEY_PAIR: TypeWords(
        "Key pair", "file-certificate", "User name",
        [
            SecretField("private_key", "Private key", is_text=True, hint="In PEM, with first and last line."),
            SecretField("passphrase", "Passphrase", is_needed=False, hint="Only if the key has one."),
        ],
    ),
    CredentialType.TOKEN: TypeWords(
        "Token", "key", "User name", [SecretField("token", "Token")], "Only if the service asks for one."
    ),
    CredentialType.S3: TypeWords(
        "S3 keys", "brand-aws", "Access key ID", [SecretField("secret_key", "Secret access key")]
    ),
    CredentialType.OAUTH_CLIENT: TypeWords(
        "OAuth client", "lock-access", "Client ID", [SecretField("client_secret", "Client secret")]
    ),
}  # fmt: skip


@dataclass(frozen=True)
class HealthWords:
    """How a state of health is said and drawn; `sentence` is what it means."""

    word: str
    tone: Tone
    symbol: Icon
    sentence: str


HEALTH: Final[Mapping[Health, HealthWords]] = {
    Health.OK: HealthWords("Healthy", "green", "circle-check", "It was let in when it was last used."),
    Health.FAILING: HealthWords("Failing", "red", "alert-triangle", "It was refused when it was last used."),
    Health.UNTESTED: HealthWords(
        "Not tested", "gray", "circle-dashed", "It was not used since it was stored."
    ),
}


def kind_of(one: Credential) -> str:
    """Return type and user of a credential in one line."""
    words = TYPES[one.type].words
    return f"{words} · {one.user}" if one.user else words
