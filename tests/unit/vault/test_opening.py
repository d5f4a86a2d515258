"""What is stored opens for who may use it, in its own place, under its own key."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from stores import ORIGIN, SYSTEM
from world import Person, World

from gatepost_server.authz import Hidden
from gatepost_server.crypto import BrokenSeal, EnvironmentKeys, FileKeys, KeySource, PassphraseKeys
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import Credential, Safe, Sealed, State, WrongVaultKey, open_credential

PLANTED = "open-sesame-93ab"
Keep = Callable[[Person, str], Credential]


def opened(world: World, safe: Safe, who: Person, one: Credential) -> str:
    """Return the password as the broker gets it."""
    with world.read(who) as tx:
        return open_credential(tx, safe, one.id).secret["password"].reveal()


def test_its_owner_opens_it_and_nobody_else(world: World, safe: Safe, ada: Person, keep: Keep) -> None:
    one = keep(ada, "Warehouse")
    assert opened(world, safe, ada, one) == PLANTED
    assert PLANTED not in repr(one)
    with pytest.raises(Hidden):
        opened(world, safe, world.person("bob", "publisher"), one)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE credentials SET secret_sealed = (SELECT secret_sealed FROM credentials WHERE name = 'Other')",
        "UPDATE credentials SET owner_id = 'usr_000000000000000000000000' WHERE name = 'Warehouse'",
        "UPDATE credentials SET org_id = 'org_elsewhere' WHERE name = 'Warehouse'",
        "UPDATE vault_data_keys SET sealing_class = 'launch'",
        "UPDATE vault_data_keys SET org_id = 'org_elsewhere'",
        "UPDATE vault_data_keys SET wrapped_by = '0000000000000000'",
    ],
)
def test_what_was_moved_or_changed_fails_closed(
    world: World, safe: Safe, ada: Person, keep: Keep, damage: str
) -> None:
    one, _ = keep(ada, "Warehouse"), keep(ada, "Other")
    with world.store.engine.begin() as connection:
        connection.execute(text(damage))
    with pytest.raises(BrokenSeal):
        opened(world, safe, ada, one)


def test_each_bit_of_the_ciphertext_counts(world: World, safe: Safe, ada: Person, keep: Keep) -> None:
    one = keep(ada, "Warehouse")
    with world.store.engine.begin() as connection:
        whole = bytes(connection.execute(text("SELECT secret_sealed FROM credentials")).scalar_one())
    for changed in (
        whole[:-1],
        b"",
        bytes((whole[0] ^ 1,)) + whole[1:],
        whole[:-1] + bytes((whole[-1] ^ 1,)),
    ):
        with world.store.engine.begin() as connection:
            connection.execute(text("UPDATE credentials SET secret_sealed = :it"), {"it": changed})
        with pytest.raises(BrokenSeal):
            opened(world, safe, ada, one)


def test_a_wrong_key_stops_the_start_and_a_missing_one_seals(
    world: World, safe: Safe, ada: Person, keep: Keep, tmp_path: Path
) -> None:
    one = keep(ada, "Warehouse")
    file = tmp_path / "secrets" / "vault.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    right = file.read_bytes()
    file.unlink()
    with world.store.uow.begin(SYSTEM, ORIGIN) as tx:
        assert safe.prove(tx) is State.SEALED
    with pytest.raises(Sealed):
        opened(world, safe, ada, one)
    assert not file.exists()

    FileKeys(file.parent).found(b"")
    with pytest.raises(WrongVaultKey), world.store.uow.begin(SYSTEM, ORIGIN) as tx:
        safe.prove(tx)
    file.write_bytes(right)
    with world.store.uow.begin(SYSTEM, ORIGIN) as tx:
        assert safe.prove(tx) is State.OPEN
    assert opened(world, safe, ada, one) == PLANTED


@pytest.mark.parametrize("given", ["passphrase", "environment"])
def test_a_key_may_be_given_at_each_start(world: World, given: str) -> None:
    def source(said: str | None, old: str | None = None) -> KeySource:
        if given == "passphrase":
            made = [None if one is None else Secret(one) for one in (said, old)]
            return PassphraseKeys(*made)
        made = [None if one is None else Secret(base64.b64encode(one.encode().ljust(32)).decode())
                for one in (said, old)]  # fmt: skip
        return EnvironmentKeys(*made)

    def proved(found: KeySource) -> State:
        with world.store.uow.begin(SYSTEM, ORIGIN) as tx:
            return Safe(found).prove(tx)

    assert proved(source(None)) is State.SEALED
    assert proved(source("first")) is State.OPEN
    assert proved(source(None)) is State.SEALED
    with pytest.raises(WrongVaultKey):
        proved(source("second"))
    assert proved(source("second", "first")) is State.OPEN
