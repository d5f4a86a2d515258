"""Searching among all keys: the same answer from the words and by walking the list."""

import pytest
from world import World

from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import list_all_keys, revoke_any_key
from gatepost_server.keys.model import KeyStatus
from gatepost_server.keys.service import searching

NAMES = ("Nightly load", "nightly export", "night owl", "Export", "a_b %")


@pytest.mark.parametrize("many", [1, 20_000])
def test_few_and_many_hits_are_found_alike(world: World, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    ada, root = world.person("ada"), world.person("root", "administrator")
    for name in NAMES:
        world.key(ada, name)
    asked = ("night", "NIGHTLY", "nightly exp", "exp", "b a", "owl nightly", "load nope", "100%", "%")
    with world.read(root) as tx:
        found = {q: [key.name for key in list_all_keys(tx, PageRequest(q=q)).items] for q in asked}
    assert found == {
        "night": ["night owl", "nightly export", "Nightly load"],
        "NIGHTLY": ["nightly export", "Nightly load"],
        "nightly exp": ["nightly export"],
        "exp": ["Export", "nightly export"],
        "b a": ["a_b %"],
        "owl nightly": [],
        "load nope": [],
        "100%": [],
        "%": [],
    }


def test_pages_follow_each_other_within_a_search(world: World) -> None:
    ada, root = world.person("ada"), world.person("root", "administrator")
    made = [world.key(ada, f"load {at}").key.id for at in range(5)]
    with world.begin(root) as tx:
        revoke_any_key(tx, made[2])
    with world.read(root) as tx:
        first = list_all_keys(tx, PageRequest(q="load", limit=2), status=KeyStatus.ACTIVE)
        rest = list_all_keys(tx, PageRequest(q="load", limit=2, cursor=first.next), status=KeyStatus.ACTIVE)
    assert [key.id for key in (*first.items, *rest.items)] == [made[4], made[3], made[1], made[0]]
    assert rest.next is None
