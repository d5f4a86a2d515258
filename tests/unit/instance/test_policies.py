"""Policies: defaults, changes by administrators, refusals that change nothing."""

import pytest
from world import World

from gatepost_server.authz import ActionDenied, ConfirmRequired, access_of, set_access
from gatepost_server.instance import Policies, change_policies, policies, read_policies
from gatepost_server.kernel.errors import Invalid


def test_defaults_are_in_force_until_somebody_changes_them(world: World) -> None:
    root = world.person("root", "administrator")
    with world.begin(root) as tx:
        assert read_policies(tx) == Policies()
        change_policies(tx, {"access_ceiling": "signed_in"})
    with world.read(world.person("ada")) as tx:
        assert policies(tx).access_ceiling == "signed_in"


def test_changing_nothing_keeps_what_was_decided(world: World) -> None:
    root = world.person("root", "administrator")
    with world.begin(root) as tx:
        change_policies(tx, {"access_ceiling": "grants"})
        assert change_policies(tx, {}).access_ceiling == "grants"


@pytest.mark.parametrize(
    "wanted",
    [{"access_ceiling": "world"}, {"access_ceiling": None}, {"access_ceiling": ["anyone"]},
     {"access_ceiling": 1}, {"unknown": "x"}, {"access_ceiling": "grants", "unknown": 1}],
)  # fmt: skip
def test_unknown_policies_and_values_change_nothing(world: World, wanted: dict[str, object]) -> None:
    root = world.person("root", "administrator")
    with pytest.raises(Invalid), world.begin(root) as tx:
        change_policies(tx, wanted)
    with world.read(root) as tx:
        assert policies(tx) == Policies()


def test_only_administrators_with_a_recent_proof_change_policies(world: World) -> None:
    with world.begin(world.person("ada", "publisher")) as tx:
        with pytest.raises(ActionDenied):
            change_policies(tx, {"access_ceiling": "grants"})
        with pytest.raises(ActionDenied):
            read_policies(tx)
    with world.begin(world.person("root", "administrator").stale) as tx:
        assert read_policies(tx) == Policies()
        with pytest.raises(ConfirmRequired):
            change_policies(tx, {"access_ceiling": "grants"})


def test_lowering_the_ceiling_narrows_what_is_open_wider(world: World) -> None:
    root = world.person("root", "administrator")
    wide, narrow = world.thing(root, name="Wide"), world.thing(root, name="Narrow")
    with world.begin(root) as tx:
        set_access(tx, wide.id, "anyone", "anyone")
        set_access(tx, narrow.id, "grants", "anyone")
        change_policies(tx, {"access_ceiling": "signed_in"})
        assert (access_of(tx, wide.id), access_of(tx, narrow.id)) == ("signed_in", "grants")
    with world.begin(root) as tx:
        change_policies(tx, {"access_ceiling": "grants"})
        assert access_of(tx, wide.id) == "grants"
