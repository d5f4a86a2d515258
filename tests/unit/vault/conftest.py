"""A vault whose key lies in a file, and somebody who may store in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from world import Person, World

from gatepost_server.crypto import FileKeys
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import Credential, CredentialType, Safe, save_credential

PLANTED = "open-sesame-93ab"


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    """A vault with storing turned on."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    return Safe(FileKeys(folder), stores_by_default=True)


@pytest.fixture
def ada(world: World) -> Person:
    """Somebody."""
    return world.person("ada", "publisher")


@pytest.fixture
def keep(world: World, safe: Safe) -> Callable[[Person, str], Credential]:
    """Store a credential of somebody's under a name."""

    def keep_one(who: Person, name: str) -> Credential:
        with world.begin(who) as tx:
            return save_credential(
                tx, safe, name, CredentialType.BASIC, "reader", {"password": Secret(PLANTED)}
            )

    return keep_one
