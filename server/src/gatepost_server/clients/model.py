"""What a client application is: its name, its AppKey and secrets, from where it may call. Pure."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from gatepost_server.crypto import Place
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret

LONGEST_SCENARIO: Final = 128
MOST_DEBUGGING: Final = timedelta(hours=1)
LONGEST_OVERLAP: Final = timedelta(days=7)
STRONG_LENGTH: Final = 20
"""A secret of fewer characters can be guessed from one captured call."""
MOST_OWNERS: Final = 50
MOST_SECRETS: Final = 100
"""Each secret that counts is tried on each call, so there is an end to them."""
SECRETS_KEPT: Final = timedelta(days=30)
"""For so long a secret that has ended stands in the list."""

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_NAME: Final = re.compile(f"[{_HAN}A-Za-z][{_HAN}A-Za-z0-9_]{{3,25}}")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,127}")
_LONGEST_GROUP: Final = 100
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KEY_LENGTH, _SECRET_LENGTH = 24, 43
"""43 letters and digits: 256 random bits."""


@dataclass(frozen=True)
class ClientGroup:
    """An application group: who may approve applications in it, and how many it holds."""

    id: str
    name: str
    created_at: datetime
    approvers: Sequence[str] = ()
    clients: int = 0


@dataclass(frozen=True)
class IpAllowlist:
    """From where an application may call; entries are kept while it is off.

    With `is_trusted` calls from there need no signature: the AppKey and the address do.
    """

    is_enabled: bool = False
    entries: str = ""
    is_trusted: bool = False


@dataclass(frozen=True)
class Owner:
    """Somebody who keeps an application."""

    id: str
    username: str
    name: str


@dataclass(frozen=True)
class Client:
    """A client application as its reader sees it; what they may only know of has just the first facts.

    `role` is the reader's: owner, member or none; `until` is when that ends, by the grant `grant_id`.
    """

    id: str
    name: str
    app_key: str
    group_id: str
    group_name: str
    owners: Sequence[Owner]
    created_at: datetime
    updated_at: datetime
    scenario: str = ""
    is_listed: bool = True
    is_hosted: bool = False
    ip: IpAllowlist = field(default_factory=IpAllowlist)
    apis: int = 0
    data_sources: int = 0
    members: int = 0
    is_owner: bool = False
    role: str | None = None
    until: datetime | None = None
    grant_id: str | None = None
    is_known_only: bool = True
    debug_until: datetime | None = None
    is_compatible: bool = False


@dataclass(frozen=True)
class ClientSecret:
    """An AppSecret without its text: since when and until when it signs, and whose it is."""

    id: str
    created_at: datetime
    from_at: datetime
    until_at: datetime | None
    is_weak: bool
    is_custom: bool
    by_name: str
    member: Owner | None = None
    is_member_active: bool = True

    def signs_at(self, now: datetime) -> bool:
        """Tell whether calls signed with it are accepted."""
        return (
            self.from_at <= now and (self.until_at is None or now < self.until_at) and self.is_member_active
        )


@dataclass(frozen=True)
class Member:
    """Somebody who may use an application with a secret of their own, until when, by which grant."""

    id: str
    username: str
    name: str
    grant_id: str
    since: datetime
    until: datetime | None
    by_name: str
    has_secret: bool = True


def checked_name(text: str) -> str:
    """Return *text* as the name of a client application.

    Raises:
        Invalid: it is not 4 to 26 Chinese characters, letters, digits or underscores, the
            first of them a character or a letter.
    """
    if _NAME.fullmatch(text):
        return text
    fault = FieldFault(
        "name",
        "4 to 26 Chinese characters, letters, digits or underscores, beginning with a character or a letter",
    )
    raise Invalid("The application cannot be called that.", faults=[fault], code="client-invalid")


def checked_group_name(text: str) -> str:
    """Return *text* as the name of an application group.

    Raises:
        Invalid: it is empty, too long or not in one line.
    """
    name = " ".join(text.split())
    if 1 <= len(name) <= _LONGEST_GROUP and name.isprintable():
        return name
    fault = FieldFault("name", f"1 to {_LONGEST_GROUP} printable characters")
    raise Invalid("The group cannot be called that.", faults=[fault], code="client-group-invalid")


def checked_scenario(text: str) -> str:
    """Return *text* as what an application is used for.

    Raises:
        Invalid: it is longer than 128 characters.
    """
    scenario = text.strip()
    if len(scenario) <= LONGEST_SCENARIO and "\0" not in scenario:
        return scenario
    fault = FieldFault("scenario", f"at most {LONGEST_SCENARIO} characters")
    raise Invalid("The scenario is too long.", faults=[fault], code="client-invalid")


def checked_app_key(text: str) -> str:
    """Return *text* as an AppKey that somebody chose.

    Raises:
        Invalid: it is not 8 to 127 letters, digits, underscores or hyphens.
    """
    return _checked_key("app_key", "AppKey", text)


def checked_app_secret(text: str) -> Secret:
    """Return *text* as an AppSecret that somebody chose.

    Raises:
        Invalid: it is not 8 to 127 letters, digits, underscores or hyphens.
    """
    return Secret(_checked_key("app_secret", "AppSecret", text))


def checked_overlap(seconds: int) -> timedelta:
    """Return for how long earlier secrets go on after a reset.

    Raises:
        Invalid: less than nothing, or more than seven days.
    """
    if 0 <= seconds <= LONGEST_OVERLAP.total_seconds():
        return timedelta(seconds=seconds)
    fault = FieldFault("overlap_seconds", "0 to 604800 (seven days)")
    raise Invalid("The overlap cannot be that long.", faults=[fault])


def is_weak(secret: Secret) -> bool:
    """Tell whether a secret is so short that it is flagged."""
    return len(secret.reveal()) < STRONG_LENGTH


def new_app_key() -> str:
    """Make an AppKey."""
    return _random(_KEY_LENGTH)


def new_app_secret() -> Secret:
    """Make an AppSecret of 256 random bits."""
    return Secret(_random(_SECRET_LENGTH))


def secret_place(secret_id: str, client_id: str) -> Place:
    """Return where a sealed secret lies, and whose it is."""
    return Place("app_secrets", "text_sealed", secret_id, client_id)


def _random(length: int) -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(length))


def _checked_key(field_name: str, what: str, text: str) -> str:
    if _KEY.fullmatch(text):
        return text
    fault = FieldFault(field_name, "8 to 127 letters, digits, underscores and hyphens")
    raise Invalid(f"This {what} cannot be used.", faults=[fault], code="client-invalid")
