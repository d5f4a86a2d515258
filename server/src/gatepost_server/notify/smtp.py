"""One conversation with a mail server, and its outcome in words that are safe to show."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import Final

from gatepost_server.notify.addresses import Address, parse_sender
from gatepost_server.notify.model import MailServer, Tls

TIMEOUT_S: Final = 20.0
_PERMANENT: Final = 500


class Fate(StrEnum):
    """What is to become of a mail."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Outcome:
    """How a conversation ended. `detail` never quotes the server, only its three digits."""

    fate: Fate
    code: str
    detail: str

    @property
    def is_sent(self) -> bool:
        """True when the server has taken the mail."""
        return self.fate is Fate.SENT


@dataclass(frozen=True)
class Letter:
    """What goes over the wire."""

    id: str
    to: Address
    subject: str
    text: str
    at: datetime


def deliver(
    server: MailServer, letter: Letter, *, context: ssl.SSLContext | None = None, timeout: float = TIMEOUT_S
) -> Outcome:
    """Hand *letter* to *server* and say how that went; certificates are verified.

    Takes as long as the server does, at most *timeout* seconds a step; never raises for
    what a server does or fails to do.
    """
    name, sender = parse_sender(server.sender)
    message = _message(name, sender, letter)
    try:
        with _connected(server, sender.domain, context, timeout) as connection:
            _log_in(connection, server)
            connection.send_message(message, str(sender), [str(letter.to)])
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        return _outcome(error, server)
    return Outcome(Fate.SENT, "sent", f"{server.place} has taken the mail.")


def _message(name: str, sender: Address, letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = HeaderAddress(name, sender.local, sender.domain)
    message["To"] = HeaderAddress("", letter.to.local, letter.to.domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _connected(
    server: MailServer, own_name: str, context: ssl.SSLContext | None, timeout: float
) -> smtplib.SMTP:
    # Our own name is said as the sender's domain: looking this machine's up may take minutes.
    if server.tls is Tls.TLS:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            own_name,
            timeout=timeout,
            context=context or ssl.create_default_context(),
        )
    connection = smtplib.SMTP(server.host, server.port, own_name, timeout=timeout)
    try:
        if server.tls is Tls.STARTTLS:
            connection.starttls(context=context or ssl.create_default_context())
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, server: MailServer) -> None:
    """Say user and password by one mechanism.

    `smtplib.login` tries one after the other, and servers that close the connection after
    the first refusal would then look as if they were broken.
    """
    if server.user is None:
        return
    connection.ehlo_or_helo_if_needed()
    offered = connection.esmtp_features.get("auth", "").upper().split()
    by = {"PLAIN": connection.auth_plain, "LOGIN": connection.auth_login}
    mechanism = next((name for name in by if name in offered), None)
    if mechanism is None:
        raise smtplib.SMTPNotSupportedError
    connection.user, connection.password = server.user, server.password.reveal() if server.password else ""
    connection.auth(mechanism, by[mechanism])


_Words = Callable[[MailServer], str]
_FAULTS: Final[tuple[tuple[type[Exception], str, _Words], ...]] = (
    (
        ssl.SSLCertVerificationError,
        "bad-certificate",
        lambda server: (
            f"The certificate of {server.place} is not one that this machine trusts for that name."
        ),
    ),
    (
        ssl.SSLError,
        "tls-failed",
        lambda server: f"{server.place} does not speak TLS there; tls starttls or another port may be right.",
    ),
    (
        smtplib.SMTPNotSupportedError,
        "not-offered",
        lambda server: f"{server.place} does not offer what mail.tls or mail.user asks for.",
    ),
    (
        TimeoutError,
        "timeout",
        lambda server: f"{server.place} did not answer in time.",
    ),
    (
        smtplib.SMTPServerDisconnected,
        "closed",
        lambda server: f"{server.place} closed the connection in the middle of the conversation.",
    ),
    (
        OSError,
        "unreachable",
        lambda server: f"{server.place} cannot be reached: the name is unknown or nothing answers there.",
    ),
)


def _outcome(error: Exception, server: MailServer) -> Outcome:
    """Say what *error* means; what a server answered is told by number, never in its words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        number = next(iter(error.recipients.values()))[0]
        return _answered("recipient-refused", number, f"{server.place} does not accept this recipient")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        detail = f"{server.place} refused mail.user and mail.password ({error.smtp_code})."
        return Outcome(Fate.LATER, "login-refused", detail)
    if isinstance(error, smtplib.SMTPResponseException):
        is_sender = isinstance(error, smtplib.SMTPSenderRefused)
        said = "does not accept mail.from" if is_sender else "did not accept the mail"
        return _answered(
            "sender-refused" if is_sender else "refused", error.smtp_code, f"{server.place} {said}"
        )
    if isinstance(error, UnicodeError):
        return Outcome(Fate.NEVER, "not-ascii", "The user name or password cannot be sent to this server.")
    found = next(((code, words) for kind, code, words in _FAULTS if isinstance(error, kind)), None)
    code, words = found or ("failed", lambda server: f"The conversation with {server.place} failed.")
    return Outcome(Fate.LATER, code, words(server))


def _answered(code: str, number: int, said: str) -> Outcome:
    is_final = number >= _PERMANENT
    when = "" if is_final else " now"
    return Outcome(Fate.NEVER if is_final else Fate.LATER, code, f"{said}{when} ({number}).")
