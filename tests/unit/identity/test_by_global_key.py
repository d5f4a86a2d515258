"""What a global key does that is global admin (E8), and one that is not."""

import pytest
from world import World

from gatepost_server import identity, instance
from gatepost_server.authz import INSTANCE, register_principal
from gatepost_server.authz.policy import Atom
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import Denied
from gatepost_server.kernel.paging import PageRequest

KEY = "key_" + "1" * 24


@pytest.fixture
def key(world: World) -> Actor:
    """A global key of an administrator, without a right of its own."""
    root = world.person("root", "administrator")
    with world.store.arranged() as tx:
        register_principal(tx, KEY, "key", "robot", "viewer")
    return Actor(ActorKind.GLOBAL_KEY, KEY, "robot", cap=5, via_key_id=KEY, sponsor_id=root.id)


def test_a_global_admin_key_keeps_groups_variables_and_log_levels(world: World, key: Actor) -> None:
    world.grant(INSTANCE, KEY, 1 << Atom.GLOBAL_ADMIN)
    world.person("ada")
    with world.begin(key) as tx:
        group = identity.create_group(tx, "Analysts")
        identity.join_group(tx, group.id, "user", "ada", from_at=None, until=None)
        instance.set_variable(tx, "region", "eu")
        instance.set_log_level(tx, "DEBUG")
    with world.read(key) as tx:
        assert [one.name for one in identity.find_groups(tx, PageRequest()).items] == ["Analysts"]
        assert [one.name for one in identity.find_organizations(tx)] == ["Main"]
        assert instance.read_log_levels(tx).level == "DEBUG"


def test_another_global_key_does_none_of_it(world: World, key: Actor) -> None:
    for ask in (
        lambda tx: identity.create_group(tx, "Analysts"),
        lambda tx: identity.find_groups(tx, PageRequest()),
        identity.find_organizations,
        lambda tx: instance.list_variables(tx, PageRequest()),
        lambda tx: instance.set_variable(tx, "region", "eu"),
        lambda tx: instance.set_log_level(tx, "DEBUG"),
    ):
        with world.begin(key) as tx, pytest.raises(Denied):
            ask(tx)
