"""The mail server's settings in layers, mails as values, and when to try again."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify.addresses import parse_sender
from gatepost_server.notify.errors import BadAddress

FIELDS: Final = ("host", "port", "tls", "user", "password", "from")
LONGEST_TRY: Final = timedelta(days=1)
"""For so long a mail is tried again before it counts as failed."""
NO_SERVER: Final = "not sent: no mail server"
TOO_LATE: Final = "not sent: it was of no use any more"

_PAUSES: Final = tuple(timedelta(minutes=n) for n in (1, 2, 5, 15, 30, 60, 120, 240))
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_SUBJECT_LENGTH: Final = 200
_TEXT_LENGTH: Final = 100_000
_LONGEST_WORD: Final = 500
_PORTS: Final = 65_535


class Tls(StrEnum):
    """How the conversation with the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailState(StrEnum):
    """How far a mail has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class MailFields:
    """What one layer (the store, the environment) says; None where it says nothing."""

    host: str | None = None
    port: int | None = None
    tls: Tls | None = None
    user: str | None = None
    password: Secret | None = None
    sender: str | None = None

    def named(self) -> dict[str, object]:
        """Return what is said, by its name on the wire."""
        said = (self.host, self.port, self.tls, self.user, self.password, self.sender)
        return {name: value for name, value in zip(FIELDS, said, strict=True) if value is not None}

    def changed(self, wanted: dict[str, object]) -> "MailFields":
        """Return these fields with *wanted* ones; None clears one.

        A password is bound to the server it was given for: another host, port, user or
        protection without a new password forgets it.

        Raises:
            Invalid: an unknown field, or a value it cannot have.
        """
        faults = [
            FieldFault(f"mail.{name}", "there is no such field") for name in sorted(set(wanted) - {*FIELDS})
        ]
        values: dict[str, object] = {}
        for name in FIELDS:
            if name in wanted:
                fault = _fault(name, wanted[name])
                faults += [FieldFault(f"mail.{name}", fault)] if fault else []
                values["sender" if name == "from" else name] = wanted[name]
        if faults:
            raise Invalid("The mail settings cannot be used.", faults=faults)
        if values.get("tls") is not None:
            values["tls"] = Tls(str(values["tls"]))
        if values.get("password") is not None:
            values["password"] = Secret(str(values["password"]))
        after: MailFields = replace(self, **values)  # type: ignore[arg-type]  # judged field by field above
        is_moved = after.endpoint() != self.endpoint()
        return replace(after, password=None) if is_moved and "password" not in values else after

    def endpoint(self) -> tuple[object, ...]:
        """Return what a password was given for."""
        return (self.host, self.port, self.tls, self.user)


@dataclass(frozen=True)
class MailServer:
    """The mail server that is in force, complete."""

    host: str
    port: int
    tls: Tls
    user: str | None
    password: Secret | None
    sender: str

    @property
    def place(self) -> str:
        """Host and port, as sentences name it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class MailView:
    """The mail settings as administrators see them: without the password."""

    fields: MailFields
    from_environment: tuple[str, ...]
    is_configured: bool


@dataclass(frozen=True)
class Mail:
    """A mail and how far it has come; its text is kept only until it is sent or given up."""

    id: str
    to: str
    subject: str
    kind: str
    about_id: str | None
    state: MailState
    reason: str | None
    attempts: int
    created_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


def merged(stored: MailFields, environment: MailFields) -> MailFields:
    """Return what is in force: the environment wins field by field.

    A stored password counts only for the server it was stored for.
    """
    said = {"sender" if name == "from" else name: value for name, value in environment.named().items()}
    both: MailFields = replace(stored, **said)  # type: ignore[arg-type]  # the same fields
    is_moved = both.endpoint() != stored.endpoint()
    return replace(both, password=environment.password) if is_moved else both


def server_of(fields: MailFields) -> MailServer | None:
    """Return the server that *fields* describe, or None while host or sender is missing."""
    if fields.host is None or fields.sender is None:
        return None
    tls = fields.tls or Tls.STARTTLS
    port = fields.port or {Tls.NONE: 25, Tls.STARTTLS: 587, Tls.TLS: 465}[tls]
    return MailServer(fields.host, port, tls, fields.user, fields.password, fields.sender)


def next_try(created_at: datetime, now: datetime, attempts: int, until: datetime | None) -> datetime | None:
    """Return when to try again after *attempts* tries, or None when it is to be given up."""
    then = now + _PAUSES[min(attempts, len(_PAUSES)) - 1]
    last = created_at + LONGEST_TRY
    return then if then <= (min(last, until) if until is not None else last) else None


def checked_subject(text: str) -> str:
    """Return *text* as the subject of a mail: one printable line.

    Raises:
        Invalid: it is empty, too long, or not one line.
    """
    subject = " ".join(text.split(" ")).strip()
    if not 1 <= len(subject) <= _SUBJECT_LENGTH or not subject.isprintable():
        raise Invalid(
            "The subject cannot be used.",
            faults=[FieldFault("subject", "1 to 200 printable characters, one line")],
        )
    return subject


def checked_text(text: str) -> str:
    """Return *text* as the body of a mail.

    Raises:
        Invalid: it is too long, or holds characters that no mail carries.
    """
    if len(text) > _TEXT_LENGTH or any(letter < " " and letter not in "\t\r\n" for letter in text):
        raise Invalid(
            "The text cannot be sent.",
            faults=[FieldFault("text", "at most 100,000 characters, no control characters")],
        )
    return text


def is_loopback(host: str) -> bool:
    """Tell whether *host* is this machine itself, by name or by address."""
    return ip_address(host).is_loopback if _is_address(host) else host == "localhost"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _fault(name: str, value: object) -> str | None:
    """Say what is wrong with the *value* of a field, if anything."""
    if value is None:
        return None
    if name == "port":
        is_good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _PORTS
        return None if is_good else "a number from 1 to 65535"
    return _word_fault(name, value) if isinstance(value, str) else "a text"


def _word_fault(name: str, value: str) -> str | None:
    if name == "from":
        return _sender_fault(value)
    if name == "host":
        return (
            None
            if _HOST.fullmatch(value) or _is_address(value)
            else "a host name or an IP address, without a port"
        )
    if name == "tls":
        return None if value in set(Tls) else f"one of {', '.join(Tls)}"
    return (
        None if 1 <= len(value) <= _LONGEST_WORD and value.isprintable() else "1 to 500 printable characters"
    )


def _sender_fault(value: str) -> str | None:
    try:
        parse_sender(value)
    except BadAddress:
        return "an address, like gatepost@example.com or Gatepost <gatepost@example.com>"
    return None
