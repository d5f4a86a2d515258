"""The certificate that the gate shows: judged before it is taken, and again when its file changes."""

import hashlib
import logging
import ssl
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509

from gatepost_server.gateway.envoy.desired import Gate, KeyPair
from gatepost_server.gateway.envoy.files import SECRETS, secrets_file, write_files
from gatepost_server.kernel.errors import Precondition
from gatepost_server.settings import Settings

log = logging.getLogger(__name__)

_FOLDER: Final = "certificates"
SEEN_BY_APPS: Final = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
    "/etc/alternatives",
)  # fmt: skip
"""Folders of the machine that applications see in their sandbox; a test holds them against the runtime's."""


class CertificateUnusable(Precondition):
    """The certificate that the settings name cannot be shown to anybody."""

    code = "certificate-unusable"


def require_certificate(settings: Settings) -> None:
    """Let a gate start only with a certificate that it can show, or without any.

    Raises:
        CertificateUnusable: one of the two files is missing, they do not belong together, others or
            applications could read the key, or the public address says http.
    """
    if settings.tls_certificate is None and settings.tls_key is None:
        return
    if settings.tls_certificate is None or settings.tls_key is None:
        lacks = "GATEPOST_TLS_CERTIFICATE" if settings.tls_certificate is None else "GATEPOST_TLS_KEY"
        raise CertificateUnusable(f"A certificate and its key go together; {lacks} is missing.")
    if not settings.is_secure():
        said = f"The gate has a certificate, but its public address is {settings.public_url()}."
        raise CertificateUnusable(f"{said} Say https:// in --url, or leave the certificate out.")
    _judged(KeyPair(settings.tls_certificate.absolute(), settings.tls_key.absolute()))
    _require_hidden(settings.tls_key.resolve())


def show_certificate(gate: Gate) -> bool:
    """Bring what Envoy is told of the gate's certificate up to date; tell whether that changed.

    The files may be replaced at any time, one after the other: what does not fit together yet is
    passed over, and the former certificate stays. Envoy reads files again only when it is told of
    other names, so it is told of links whose names follow the certificate. No key is copied.

    Raises:
        CertificateUnusable: the two files do not belong together (now).
    """
    if gate.key_pair is None:
        return False
    digest = _judged(gate.key_pair)
    folder = gate.folder / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    linked = KeyPair(folder / f"{digest}.crt", folder / f"{digest}.key")
    for link, to in ((linked.chain, gate.key_pair.chain), (linked.key, gate.key_pair.key)):
        if not link.is_symlink() or link.readlink() != to:
            link.unlink(missing_ok=True)
            link.symlink_to(to)
    changed = bool(write_files(gate.folder, {SECRETS: secrets_file(linked)}))
    for other in folder.iterdir():
        if other not in (linked.chain, linked.key):
            other.unlink(missing_ok=True)
    return changed


def renew_certificate(gate: Gate) -> None:
    """Show a renewed certificate; said in the log, with what is wrong where it cannot be shown."""
    try:
        if show_certificate(gate):
            log.info("the gate shows another certificate now")
    except CertificateUnusable as error:
        log.warning("the former certificate is shown on: %s", error.detail)


def misfit_of(settings: Settings) -> str | None:
    """Say why what lies in the place of the certificate now cannot be shown; None where there is no reason.

    The gate shows the former one then, which it read before.
    """
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    try:
        _judged(KeyPair(settings.tls_certificate, settings.tls_key))
    except CertificateUnusable as error:
        return error.detail
    return None


def unnamed_by(chain: Path, hosts: Sequence[str]) -> list[str]:
    """Return those of *hosts* that a file's certificate is not for (RFC 9525 §6); `*.` stands for itself.

    None where it cannot be read now: that is said elsewhere.
    """
    try:
        names, addresses = _names_of(chain, chain.stat().st_mtime_ns)
    except (OSError, ValueError):
        return []
    return [host for host in hosts if not _is_named(host.lower(), names, addresses)]


def _is_named(host: str, names: frozenset[str], addresses: frozenset[str]) -> bool:
    _, _, rest = host.partition(".")
    return host in addresses or host in names or (bool(rest) and f"*.{rest}" in names)


@lru_cache(maxsize=4)
def _names_of(chain: Path, _mtime: int) -> tuple[frozenset[str], frozenset[str]]:
    first = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    try:
        said = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset(), frozenset()
    names = frozenset(one.lower() for one in said.get_values_for_type(x509.DNSName))
    return names, frozenset(str(one) for one in said.get_values_for_type(x509.IPAddress))


def ends_at(chain: Path) -> datetime | None:
    """Return when the certificate of a file ends; None where it cannot be read now."""
    try:
        return _end_of(chain, chain.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=4)
def _end_of(chain: Path, _mtime: int) -> datetime:
    return x509.load_pem_x509_certificates(chain.read_bytes())[0].not_valid_after_utc


def _require_hidden(key: Path) -> None:
    """Refuse a key that others on this machine, or the code of applications, could read."""
    if key.stat().st_mode & 0o077:
        raise CertificateUnusable(f"Others may read the key {key}. Take that from them: chmod 600 {key}")
    below = next((one for one in SEEN_BY_APPS if key.is_relative_to(one)), None)
    if below is not None:
        said = f"Applications find what lies below {below}, and the key {key} does."
        raise CertificateUnusable(f"{said} Keep it elsewhere.")


def _judged(pair: KeyPair) -> str:
    """Return a name for the certificate, once it was found to fit its key."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.chain, pair.key, password=_no_passphrase)
        return hashlib.sha256(pair.chain.read_bytes()).hexdigest()[:24]
    except ssl.SSLError as error:
        what = "do not belong together" if error.reason == "KEY_VALUES_MISMATCH" else "cannot be read as PEM"
        said = f"The certificate {pair.chain} and the key {pair.key} {what}."
        raise CertificateUnusable(f"{said} Name the chain and the key that it was made with.") from None
    except OSError as error:
        where = error.filename or pair.chain
        raise CertificateUnusable(f"{where} cannot be read: {error.strerror}.") from None


def _no_passphrase() -> str:
    raise CertificateUnusable("The key is encrypted. Give one that can be read without a passphrase.")
