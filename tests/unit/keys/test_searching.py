"""Searching among all keys: the same answer from the words and by walking the list."""

from datetime import timedelta

import pytest
from world import RULES, Person, World

from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import Change, ExpiryChoice, KeyKind, change_key, list_all_keys, revoke_any_key
from gatepost_server.keys.model import KeyStatus
from gatepost_server.keys.service import searching

NAMES = ("Nightly load", "nightly export", "night owl", "Export", "a_b %")


@pytest.mark.parametrize("many", [1, 20_000])
@pytest.mark.parametrize("latest", [1, 2, 2_000])
def test_few_and_many_hits_are_found_alike(
    world: World, monkeypatch: pytest.MonkeyPatch, many: int, latest: int
) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    monkeypatch.setattr(searching, "_LATEST", latest)
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


@pytest.mark.parametrize("many", [1, 20_000])
@pytest.mark.parametrize("latest", [1, 2_000])
def test_pages_follow_each_other_within_a_search(
    world: World, monkeypatch: pytest.MonkeyPatch, many: int, latest: int
) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    monkeypatch.setattr(searching, "_LATEST", latest)
    ada, root = world.person("ada"), world.person("root", "administrator")
    made = [world.key(ada, f"load {at}").key.id for at in range(5)]
    with world.begin(root) as tx:
        revoke_any_key(tx, made[2])
    with world.read(root) as tx:
        first = list_all_keys(tx, PageRequest(q="load", limit=2), status=KeyStatus.ACTIVE)
        rest = list_all_keys(tx, PageRequest(q="load", limit=2, cursor=first.next), status=KeyStatus.ACTIVE)
    assert [key.id for key in (*first.items, *rest.items)] == [made[4], made[3], made[1], made[0]]
    assert rest.next is None


def _ends_after(world: World, days: int) -> ExpiryChoice:
    return ExpiryChoice(is_given=True, at=world.now + timedelta(days=days))


def _names(world: World, root: Person, page: PageRequest, **wanted: object) -> list[str]:
    with world.read(root) as tx:
        return [key.name for key in list_all_keys(tx, page, **wanted).items]  # type: ignore[arg-type]


@pytest.mark.parametrize("many", [1, 20_000])
def test_expired_keys_are_listed_by_their_end(
    world: World, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    ada, root = world.person("ada"), world.person("root", "administrator")
    made = {
        name: world.key(ada, name, _ends_after(world, days))
        for name, days in (("load long", 3), ("load short", 1), ("other", 2), ("load on", 9), ("deleted", 2))
    }
    with world.begin(root) as tx:
        revoke_any_key(tx, made["deleted"].key.id)
    world.store.clock.advance(days=5)
    expired = {"status": KeyStatus.EXPIRED}

    assert _names(world, root, PageRequest(), **expired) == ["load long", "other", "load short"]
    assert _names(world, root, PageRequest(q="load"), **expired) == ["load long", "load short"]
    assert _names(world, root, PageRequest(q=made["other"].key.prefix), **expired) == ["other"]
    assert _names(world, root, PageRequest(), kind=KeyKind.GLOBAL, **expired) == []
    with world.read(root) as tx:
        first = list_all_keys(tx, PageRequest(limit=2), status=KeyStatus.EXPIRED)
    rest = PageRequest(limit=2, cursor=first.next)
    assert [key.name for key in first.items] == ["load long", "other"]
    assert _names(world, root, rest, **expired) == ["load short"]
    assert _names(world, root, rest, kind=KeyKind.PERSONAL, **expired) == ["load short"]
    with world.read(root) as tx, pytest.raises(Invalid):
        list_all_keys(tx, rest)


def test_a_key_is_found_by_its_id_and_by_the_beginning_of_its_text(world: World) -> None:
    ada, root = world.person("ada"), world.person("root", "administrator")
    made = [world.key(ada, f"load {at}") for at in range(3)]
    one = made[1]
    text = one.text.reveal()

    for q in (one.key.id, one.key.prefix, text[:20], text):
        assert _names(world, root, PageRequest(q=q)) == ["load 1"], q
    assert _names(world, root, PageRequest(q="gpp_")) == ["load 2", "load 1", "load 0"]
    assert _names(world, root, PageRequest(q="key_")) == ["load 2", "load 1", "load 0"]
    for q in ("gpg_", "gpg" + text[3:14], "gpz_", "key_" + "0" * 24, "key_" + "0" * 25):
        assert _names(world, root, PageRequest(q=q)) == [], q


def test_disabled_keys_are_found_of_each_kind(world: World) -> None:
    ada, root = world.person("ada"), world.person("root", "administrator")
    made = [world.key(ada, f"load {at}") for at in range(2)]
    with world.begin(ada) as tx:
        change_key(tx, RULES, made[0].key.id, Change(is_enabled=False))
    disabled = {"status": KeyStatus.DISABLED}

    assert _names(world, root, PageRequest(), kind=KeyKind.PERSONAL, **disabled) == ["load 0"]
    assert _names(world, root, PageRequest(), kind=KeyKind.GLOBAL, **disabled) == []
