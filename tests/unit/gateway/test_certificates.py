"""The gate's certificate: what is taken, what is refused before anything starts, what Envoy is told."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from mail_server import make_certificates

from gatepost_server.gateway import certificates
from gatepost_server.gateway.certificates import (
    SEEN_BY_APPS,
    CertificateUnusable,
    ends_at,
    misfit_of,
    renew_certificate,
    require_certificate,
    show_certificate,
    unnamed_by,
)
from gatepost_server.gateway.envoy.desired import Gate, gate_of
from gatepost_server.gateway.envoy.files import SECRETS, files_of
from gatepost_server.runtime.isolation import landlock, strict
from gatepost_server.settings import Folders, Settings


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders, each with a certificate and its key."""
    made = tuple(tmp_path_factory.mktemp(name) for name in ("one", "other"))
    for folder in made:
        make_certificates(folder)
    return made[0], made[1]


def _settings(tmp_path: Path, chain: Path | None, key: Path | None, url: str | None = None) -> Settings:
    return Settings(data_dir=tmp_path / "data", tls_certificate=chain, tls_key=key, url=url)


def _gate(tmp_path: Path, chain: Path, key: Path) -> Gate:
    return gate_of(_settings(tmp_path, chain, key), Folders(tmp_path / "data"))


def _told(gate: Gate) -> list[Path]:
    """Return the files that Envoy is told of: the chain, and the key."""
    [said] = json.loads((gate.folder / SECRETS).read_text())["resources"]
    pair = said["tls_certificate"]
    return [Path(pair[name]["filename"]) for name in ("certificate_chain", "private_key")]


def test_a_pair_makes_the_address_https(tmp_path: Path, pairs: tuple[Path, Path]) -> None:
    settings = _settings(tmp_path, pairs[0] / "mine.pem", pairs[0] / "key.pem")
    require_certificate(settings)
    assert settings.public_url() == "https://localhost:8080"
    require_certificate(_settings(tmp_path, None, None))


@pytest.mark.parametrize(
    ("chain", "key", "url", "said"),
    [
        ("mine.pem", None, None, "GATEPOST_TLS_KEY is missing"),
        (None, "key.pem", None, "GATEPOST_TLS_CERTIFICATE is missing"),
        ("mine.pem", "key.pem", "http://gate.example", "its public address is http://gate.example"),
        ("mine.pem", "nothing.pem", None, "nothing.pem cannot be read|No such file"),
        ("mine.pem", "authority.pem", None, "cannot be read as PEM"),
        ("mine.pem", "sealed.pem", None, "The key is encrypted"),
    ],
)
def test_what_cannot_be_shown_starts_nothing(
    tmp_path: Path, pairs: tuple[Path, Path], chain: str | None, key: str | None, url: str | None, said: str
) -> None:
    folder = pairs[0]
    plain = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
    (folder / "sealed.pem").write_bytes(
        plain.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"x"),
        )
    )
    named = [None if name is None else folder / name for name in (chain, key)]
    with pytest.raises(CertificateUnusable, match=said):
        require_certificate(_settings(tmp_path, *named, url=url))


def test_a_key_that_others_or_applications_could_read_is_refused(
    tmp_path: Path, pairs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes((pairs[0] / "key.pem").read_bytes())
    key.chmod(0o640)
    with pytest.raises(CertificateUnusable, match="chmod 600"):
        require_certificate(_settings(tmp_path, pairs[0] / "mine.pem", key))
    key.chmod(0o600)
    require_certificate(_settings(tmp_path, pairs[0] / "mine.pem", key))
    monkeypatch.setattr(certificates, "SEEN_BY_APPS", ("/usr", str(tmp_path)))
    with pytest.raises(CertificateUnusable, match="Applications find what lies below"):
        require_certificate(_settings(tmp_path, pairs[0] / "mine.pem", key))


def test_the_folders_that_applications_see_are_all_known() -> None:
    roots = ("usr", "bin", "sbin", "lib", "lib32", "lib64")
    named = ("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/alternatives")
    seen = [*strict.SYSTEM, *strict.ETC, *landlock.SYSTEM_READS]
    folders = {one for one in seen if one in named or Path(one).parts[1] in roots}
    assert folders <= {*SEEN_BY_APPS}


def test_two_that_do_not_belong_together_are_refused(tmp_path: Path, pairs: tuple[Path, Path]) -> None:
    with pytest.raises(CertificateUnusable, match="do not belong together"):
        require_certificate(_settings(tmp_path, pairs[0] / "mine.pem", pairs[1] / "key.pem"))


def test_a_renewed_pair_has_other_names_and_half_of_one_changes_nothing(
    tmp_path: Path, pairs: tuple[Path, Path]
) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes((pairs[0] / "mine.pem").read_bytes())
    key.write_bytes((pairs[0] / "key.pem").read_bytes())
    gate = _gate(tmp_path, chain, key)
    assert show_certificate(gate)
    first = _told(gate)
    assert [link.resolve() for link in first] == [chain, key]
    assert not show_certificate(gate)

    chain.write_bytes((pairs[1] / "mine.pem").read_bytes())
    renew_certificate(gate)
    assert _told(gate) == first
    key.write_bytes((pairs[1] / "key.pem").read_bytes())
    renew_certificate(gate)
    assert _told(gate) != first
    assert [link.resolve() for link in _told(gate)] == [chain, key]
    assert sorted((gate.folder / "certificates").iterdir()) == sorted(_told(gate))


def test_without_one_the_gate_speaks_as_before(tmp_path: Path, pairs: tuple[Path, Path]) -> None:
    plain = gate_of(_settings(tmp_path, None, None), Folders(tmp_path / "data"))
    assert not show_certificate(plain)
    assert not (plain.folder / SECRETS).exists()
    assert "transport_socket" not in "".join(files_of(plain).values())
    secured = _gate(tmp_path, pairs[0] / "mine.pem", pairs[0] / "key.pem")
    assert "transport_socket" in "".join(files_of(secured).values())


def test_its_end_is_read_and_a_missing_file_has_none(tmp_path: Path, pairs: tuple[Path, Path]) -> None:
    assert ends_at(tmp_path / "nothing.pem") is None
    end = ends_at(pairs[0] / "mine.pem")
    assert end is not None
    assert end.tzinfo is not None


def test_what_lies_in_its_place_and_cannot_be_shown_is_said(tmp_path: Path, pairs: tuple[Path, Path]) -> None:
    fitting = _settings(tmp_path, pairs[0] / "mine.pem", pairs[0] / "key.pem")
    assert misfit_of(fitting) is None
    assert misfit_of(_settings(tmp_path, None, None)) is None
    unfit = misfit_of(_settings(tmp_path, pairs[0] / "mine.pem", pairs[1] / "key.pem"))
    assert unfit is not None
    assert "do not belong together" in unfit


@pytest.mark.parametrize(
    ("named", "host", "is_named"),
    [
        ("gate.example.com", "gate.example.com", True),
        ("GATE.example.com", "gate.EXAMPLE.com", True),
        ("*.example.com", "gate.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.gate.example.com", False),
        ("*.apps.example.com", "*.apps.example.com", True),
        ("*.example.com", "*.apps.example.com", False),
        ("apps.example.com", "*.apps.example.com", False),
        ("gate.example.com", "127.0.0.1", True),
        ("gate.example.com", "127.0.0.2", False),
    ],
)
def test_hosts_that_a_certificate_is_not_for(tmp_path: Path, named: str, host: str, is_named: bool) -> None:
    make_certificates(tmp_path, named)
    assert unnamed_by(tmp_path / "mine.pem", ["localhost", host]) == ([] if is_named else [host])
    assert unnamed_by(tmp_path / "nothing.pem", [host]) == []
