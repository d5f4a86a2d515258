"""Conversations with a real mail server: protected, logged in, refused, put off."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from mail_server import PASSWORD, USER, Certificates, Inbox, free_port, mail_server

from gatepost_server.kernel.secret import Secret
from gatepost_server.notify.addresses import parse_address
from gatepost_server.notify.model import MailServer, Tls
from gatepost_server.notify.smtp import Fate, Letter, deliver

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LETTER = Letter("mail_" + "0" * 24, parse_address("ann@example.com"), "Grüße", "Ein schöner Tag.\n", AT)
PLAIN = MailServer("127.0.0.1", 25, Tls.NONE, None, None, "Gatepost <gatepost@example.org>")
LOGIN = {"user": USER, "password": Secret(PASSWORD)}


def at(inbox: Inbox, **more: object) -> MailServer:
    return replace(PLAIN, port=inbox.port, **more)


def test_a_mail_arrives_as_it_was_written(inbox: Inbox) -> None:
    outcome = deliver(at(inbox), LETTER)
    assert (outcome.fate, outcome.code) == (Fate.SENT, "sent")
    (mail,) = inbox.mails
    assert mail["From"] == "Gatepost <gatepost@example.org>"
    assert mail["To"] == "ann@example.com"
    assert mail["Date"] == "Mon, 04 Jan 2027 09:00:00 +0000"
    assert mail["Message-ID"] == f"<{LETTER.id}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "=?utf-8?" in mail["Subject"]
    assert mail.get_payload(decode=True).decode() == "Ein schöner Tag.\r\n"


def test_starttls_and_a_login_with_a_trusted_certificate(certificates: Certificates) -> None:
    with mail_server(certificates, wants_login=True) as inbox:
        server = at(inbox, tls=Tls.STARTTLS, **LOGIN)
        assert deliver(server, LETTER, context=certificates.client).is_sent
        assert len(inbox.mails) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_tls_from_the_start(certificates: Certificates) -> None:
    with mail_server(certificates, is_tls=True, wants_login=True) as inbox:
        assert deliver(at(inbox, tls=Tls.TLS, **LOGIN), LETTER, context=certificates.client).is_sent


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_a_certificate_that_nobody_here_trusts_ends_it_before_the_password(
    certificates: Certificates, tls: Tls
) -> None:
    with mail_server(certificates, is_tls=tls is Tls.TLS, wants_login=True) as inbox:
        outcome = deliver(at(inbox, tls=tls, **LOGIN), LETTER)
    assert (outcome.fate, outcome.code, inbox.mails) == (Fate.LATER, "bad-certificate", [])


def test_a_certificate_for_another_name_is_refused(certificates: Certificates) -> None:
    with mail_server(certificates) as inbox:
        # Another way to write 127.0.0.1, and a name that the certificate has not.
        server = at(inbox, tls=Tls.STARTTLS, host="127.1")
        outcome = deliver(server, LETTER, context=certificates.client)
    assert (outcome.code, inbox.mails) == ("bad-certificate", [])


def test_a_server_without_starttls_gets_nothing_in_the_clear(inbox: Inbox) -> None:
    outcome = deliver(at(inbox, tls=Tls.STARTTLS, **LOGIN), LETTER)
    assert (outcome.fate, outcome.code, inbox.mails) == (Fate.LATER, "not-offered", [])


def test_a_wrong_password_is_told_without_the_password(certificates: Certificates) -> None:
    with mail_server(certificates, wants_login=True) as inbox:
        server = at(inbox, tls=Tls.STARTTLS, user=USER, password=Secret("wrong horn"))
        outcome = deliver(server, LETTER, context=certificates.client)
    assert (outcome.fate, outcome.code) == (Fate.LATER, "login-refused")
    assert "horn" not in outcome.detail
    assert "535" in outcome.detail


@pytest.mark.parametrize(
    ("command", "line", "fate", "code"),
    [("RCPT", "550 no such user, secret-banner", Fate.NEVER, "recipient-refused"),
     ("RCPT", "451 greylisted secret-banner", Fate.LATER, "recipient-refused"),
     ("MAIL", "553 secret-banner", Fate.NEVER, "sender-refused"),
     ("DATA", "554 spam secret-banner", Fate.NEVER, "refused"),
     ("DATA", "452 full secret-banner", Fate.LATER, "refused")],
)  # fmt: skip
def test_refusals_are_final_or_put_off_and_never_quoted(
    inbox: Inbox, command: str, line: str, fate: Fate, code: str
) -> None:
    inbox.refusing[command] = line
    outcome = deliver(at(inbox), LETTER)
    assert (outcome.fate, outcome.code) == (fate, code)
    assert "secret-banner" not in outcome.detail
    assert line[:3] in outcome.detail
    assert not inbox.mails


def test_nobody_there_is_told_and_tried_again() -> None:
    outcome = deliver(replace(PLAIN, port=free_port()), LETTER)
    assert (outcome.fate, outcome.code) == (Fate.LATER, "unreachable")


def test_tls_where_there_is_none_is_told(inbox: Inbox) -> None:
    outcome = deliver(at(inbox, tls=Tls.TLS), LETTER, timeout=5)
    assert outcome.fate is Fate.LATER
    assert outcome.code in {"tls-failed", "closed", "timeout"}
