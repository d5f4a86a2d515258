"""A mail server that really converses (aiosmtpd): TLS, logins, refusals, and what it was given."""

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "gatepost", "post horn"


@dataclass
class Inbox(MessageHandler):
    """Takes mail, or answers `refusing` (an SMTP line) to the command that it names."""

    mails: list[Message] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)

    async def handle_MAIL(  # noqa: N802  # aiosmtpd calls it so
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refusing.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refusing.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802  # aiosmtpd calls it so
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.refusing:
            return self.refusing["DATA"]
        return str(await super().handle_DATA(server, session, envelope))


@dataclass(frozen=True)
class Certificates:
    """A certificate for 127.0.0.1 and localhost, and a client that trusts its authority alone."""

    server: ssl.SSLContext
    client: ssl.SSLContext
    authority: Path


def _knows(server: Any, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    is_good = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_good, handled=False)


@contextmanager
def mail_server(
    certificates: Certificates | None = None,
    *,
    wants_login: bool = False,
    is_tls: bool = False,
) -> Iterator[Inbox]:
    """Serve on a free port of this machine until the block ends."""
    inbox = Inbox()
    inbox.port = free_port()
    how: dict[str, Any] = {"auth_required": wants_login, "authenticator": _knows if wants_login else None}
    if wants_login and is_tls:
        how["auth_require_tls"] = False  # it is protected before the conversation begins
    if certificates is not None and is_tls:
        how["ssl_context"] = certificates.server
    elif certificates is not None:
        how |= {"tls_context": certificates.server, "require_starttls": True}
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **how)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificates(folder: Path, *names: str) -> Certificates:
    """Make an authority and a certificate of it, for this machine and hosts of further *names*."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests' authority")])
    authority = (
        _begun(issuer, issuer, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    hosts = [*here, *map(x509.DNSName, names)]
    mine = (
        _begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), issuer, key.public_key())
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    files = {name: folder / f"{name}.pem" for name in ("authority", "mine", "key")}
    files["authority"].write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files["mine"].write_bytes(mine.public_bytes(serialization.Encoding.PEM))
    files["key"].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    files["key"].chmod(0o600)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(files["mine"], files["key"])
    return Certificates(server, ssl.create_default_context(cafile=files["authority"]), files["authority"])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
