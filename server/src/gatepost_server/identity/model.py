"""Users and sessions as values, and the rules about names and passwords."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from gatepost_server.identity.errors import WeakPassword
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_EMAIL: Final = re.compile(r"[^@\s\"'(),:;<>\[\\\]]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_EMAIL_LENGTH: Final = 254  # RFC 5321, 4.5.3.1.3
_LONGEST_SET_NAME: Final = 80
_SHORTEST: Final = 8  # ASVS 5.0 6.2.1; length counts, not classes of characters
_LONGEST: Final = 256


class SessionKind(StrEnum):
    """Where a session is good: on the control plane, or on one app's own host."""

    CONTROL = "control"
    APP = "app"


@dataclass(frozen=True)
class User:
    """A person with an account."""

    id: str
    username: str
    email: str
    display_name: str
    role: str
    is_active: bool
    must_change_password: bool
    created_at: datetime
    last_login_at: datetime | None
    org_id: str = ""
    organization: str = ""
    is_email_own: bool = False
    """Whether they wrote the address themselves, so that applications are not told it as theirs."""

    @property
    def initials(self) -> str:
        """One or two letters for the picture in the user menu."""
        words = [word for word in re.split(r"[\s._-]+", self.display_name or self.username) if word]
        letters = [words[0][0], words[-1][0]] if len(words) > 1 else [words[0][0]]
        return "".join(letters).upper()


@dataclass(frozen=True)
class Group:
    """A set of people and groups that roles are given to."""

    id: str
    name: str
    org_id: str
    organization: str
    created_at: datetime


@dataclass(frozen=True)
class UserMade:
    """A new user, and the one-time password when one was made up."""

    user: User
    one_time_password: Secret | None


@dataclass(frozen=True)
class Session:
    """Somebody signed in somewhere."""

    id: str
    user_id: str
    kind: SessionKind
    client: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    ip: str | None
    user_agent: str | None
    app_id: str | None = None


@dataclass(frozen=True)
class NewSession:
    """A session that was just made: `token` is the cookie's value, told only here."""

    session: Session
    user: User
    token: Secret
    csrf: str


def checked_username(text: str) -> str:
    """Return *text* as a username.

    Raises:
        Invalid: not 2-64 of lower-case letters, digits, dot, hyphen, underscore.
    """
    name = text.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise Invalid(
            "The username cannot be used.",
            faults=[FieldFault("username", "2 to 64 letters, digits, dots, hyphens or underscores")],
        )
    return name


def checked_email(text: str) -> str:
    """Return *text* as a mail address.

    Raises:
        Invalid: it does not have the form of one.
    """
    address = text.strip()
    if len(address) > _EMAIL_LENGTH or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise Invalid("The mail address cannot be used.", faults=[FieldFault("email", "name@example.com")])
    return address


def checked_set_name(text: str) -> str:
    """Return *text* as the name of a group or an organization.

    Raises:
        Invalid: not 1 to 80 printable characters, or with a slash, which addresses are cut at.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= _LONGEST_SET_NAME or not name.isprintable() or "/" in name:
        fault = FieldFault("name", f"1 to {_LONGEST_SET_NAME} printable characters without a slash")
        raise Invalid("The name cannot be used.", faults=[fault])
    return name


def checked_password(password: Secret, username: str, field: str = "password") -> Secret:
    """Return *password* if it may be used.

    Length counts, not classes of characters (NIST SP 800-63B-4 §3.1.1.2).

    Raises:
        WeakPassword: shorter than 8 or longer than 256 characters, or the username.
    """
    text = password.reveal()
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise WeakPassword(field, f"{_SHORTEST} to {_LONGEST} characters")
    if text.lower() == username.lower() or len(set(text)) < 4:  # noqa: PLR2004
        raise WeakPassword(
            field,
            "easy to guess: it is the username, or has fewer than four different characters",
        )
    return password
