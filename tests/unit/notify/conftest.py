"""A real mail server with certificates of its own."""

from collections.abc import Iterator

import pytest
from mail_server import Certificates, Inbox, mail_server, make_certificates

from gatepost_server.crypto import Seals
from gatepost_server.crypto.keyfile import KeyRing


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A mail server without TLS or login."""
    with mail_server() as served:
        yield served


@pytest.fixture
def seals() -> Seals:
    return Seals(KeyRing(1, {1: b"s" * 32}))
