"""Another wrapping key: killed at any moment, nothing is lost, and the rest is moved later."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from stores import ORIGIN, SYSTEM
from world import Person, World

from gatepost_server.crypto import BrokenSeal, FileKeys, KeysElsewhere, PassphraseKeys
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import Credential, Keeper, Safe, Standing, State, open_credential
from gatepost_server.vault.tables import CanaryRow, DataKeyRow

PLANTED = "open-sesame-93ab"
Keep = Callable[[Person, str], Credential]


def keeper_of(world: World, safe: Safe) -> Keeper:
    return Keeper(world.store.uow, safe, SYSTEM, ORIGIN)


def opened(world: World, safe: Safe, who: Person, one: Credential) -> str:
    with world.read(who) as tx:
        return open_credential(tx, safe, one.id).secret["password"].reveal()


def many_organizations(world: World, safe: Safe, count: int) -> None:
    """Let as many organizations have a data key."""
    with world.store.uow.begin(SYSTEM, ORIGIN) as tx:
        for number in range(count):
            safe.data_key_for(tx, f"org_{number}", "credential")


def test_rotating_moves_everything_and_forgets_the_old_key(
    world: World, safe: Safe, ada: Person, keep: Keep, tmp_path: Path
) -> None:
    one = keep(ada, "Warehouse")
    before = FileKeys(tmp_path / "secrets").keys(b"")
    told: list[int] = []
    done = keeper_of(world, safe).rotate(told.append)
    after = FileKeys(tmp_path / "secrets").keys(b"")
    assert before is not None
    assert after is not None
    assert list(after.keys) == [after.current]
    assert after.current != before.current
    assert done == Standing(State.OPEN, "file", 1, 1, 0)
    assert told == [0]
    assert opened(world, safe, ada, one) == PLANTED


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_killed_between_batches_it_goes_on_later_and_nothing_fails_meanwhile(
    world: World, safe: Safe, ada: Person, keep: Keep, tmp_path: Path, batches: int
) -> None:
    one = keep(ada, "Warehouse")
    many_organizations(world, safe, 120)
    url = world.store.engine.url
    world.store.engine.dispose()
    child = os.fork()
    if child == 0:
        told: list[int] = []

        def tell(left: int) -> None:
            told.append(left)
            if len(told) > batches:
                os.kill(os.getpid(), signal.SIGKILL)

        keeper_of(world, safe).rotate(tell)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert world.store.engine.url == url

    fresh = Safe(FileKeys(tmp_path / "secrets"), stores_by_default=True)
    keeper = keeper_of(world, fresh)
    left = keeper.standing()
    assert left.state is State.OPEN
    assert left.remaining == max(0, 121 - 50 * (batches + 1))
    assert opened(world, fresh, ada, one) == PLANTED
    assert opened(world, fresh, ada, keep(ada, "Made meanwhile")) == PLANTED
    assert keeper.rewrap(lambda _: None).remaining == 0
    found = FileKeys(tmp_path / "secrets").keys(b"")
    assert found is not None
    assert len(found.keys) == 1
    assert opened(world, fresh, ada, one) == PLANTED


def test_killed_before_anything_was_kept_both_keys_open(
    world: World, safe: Safe, ada: Person, keep: Keep
) -> None:
    one = keep(ada, "Warehouse")
    safe.source.add()
    safe.source.add()
    assert opened(world, safe, ada, one) == PLANTED
    keeper = keeper_of(world, safe)
    assert keeper.standing().remaining == 1
    assert keeper.rewrap(lambda _: None).remaining == 0
    assert opened(world, safe, ada, one) == PLANTED


def test_a_damaged_data_key_stops_it_and_keeps_the_old_key(
    world: World, safe: Safe, ada: Person, keep: Keep
) -> None:
    keep(ada, "Warehouse")
    with world.store.engine.begin() as connection:
        connection.execute(text("UPDATE vault_data_keys SET org_id = 'org_elsewhere'"))
    with pytest.raises(Exception, match="cannot be opened"):
        keeper_of(world, safe).rotate(lambda _: None)
    with world.store.uow.read(SYSTEM, ORIGIN) as tx:
        assert tx.session.scalar(select(func.count()).select_from(DataKeyRow)) == 1
    found = safe.source.keys(b"")
    assert found is not None
    assert len(found.keys) == 2


def test_a_key_that_the_operator_gives_is_not_ours_to_make(world: World) -> None:
    safe = Safe(PassphraseKeys(Secret("one")))
    with world.store.uow.begin(SYSTEM, ORIGIN) as tx:
        safe.prove(tx)
    with pytest.raises(KeysElsewhere, match="GATEPOST_VAULT_OLD_PASSPHRASE"):
        keeper_of(world, safe).rotate(lambda _: None)


def test_who_began_to_read_before_a_rotation_still_opens_what_was_there_then(
    world: World, safe: Safe, ada: Person, keep: Keep, tmp_path: Path
) -> None:
    one = keep(ada, "Warehouse")
    reader = Safe(FileKeys(tmp_path / "secrets"))
    assert opened(world, reader, ada, one) == PLANTED
    stranger = Safe(FileKeys(tmp_path / "secrets"))
    with world.read(ada) as tx:
        tx.session.scalars(select(DataKeyRow)).all()
        tx.session.scalars(select(CanaryRow)).all()
        keeper_of(world, safe).rotate(lambda _: None)
        assert open_credential(tx, reader, one.id).secret["password"].reveal() == PLANTED
        with pytest.raises(BrokenSeal):
            open_credential(tx, stranger, one.id)
    assert opened(world, stranger, ada, one) == PLANTED


def test_a_rotation_that_ends_spares_the_key_of_one_that_began_meanwhile(
    world: World, safe: Safe, ada: Person, keep: Keep
) -> None:
    one = keep(ada, "Warehouse")
    told: list[int] = []

    def tell(left: int) -> None:
        told.append(left)
        safe.source.add()

    assert keeper_of(world, safe).rotate(tell).remaining == 1
    assert told == [0]
    assert opened(world, safe, ada, one) == PLANTED
    assert keeper_of(world, safe).rewrap(lambda _: None).remaining == 0
    assert opened(world, safe, ada, one) == PLANTED


def test_what_a_killed_writer_left_of_the_keys_is_removed(safe: Safe, tmp_path: Path, world: World) -> None:
    folder = tmp_path / "secrets"
    (folder / ".vault.json.0").write_text("a draft with keys")
    keeper_of(world, safe).rotate(lambda _: None)
    assert [path.name for path in folder.glob(".vault.json.*")] == []
