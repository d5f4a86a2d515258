"""An authority of our own and certificates that it signs, for servers that the tests start."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


class Authority:
    """Signs certificates for the names it is told."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Test authority")
        built = _builder(self._name, self._name, self._key.public_key())
        self._own = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.certificate = self._own.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> str:
        """What a connection is told to trust."""
        return self.certificate.public_bytes(PEM).decode()

    def write(self, folder: Path, *names: str) -> tuple[Path, Path]:
        """Write a certificate for *names* and its key into *folder*."""
        key = ec.generate_private_key(ec.SECP256R1())
        built = _builder(_named(names[0]), self._name, key.public_key())
        built = built.add_extension(x509.SubjectAlternativeName([_alternative(one) for one in names]), False)
        signed = built.sign(self._key, hashes.SHA256())
        certificate, secret = folder / "server.crt", folder / "server.key"
        certificate.write_bytes(signed.public_bytes(PEM))
        plain = serialization.NoEncryption()
        secret.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain))
        secret.chmod(0o600)
        return certificate, secret


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    built = built.serial_number(x509.random_serial_number())
    return built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
