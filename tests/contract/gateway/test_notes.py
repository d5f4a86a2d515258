"""What the authorizer writes down: uses, refusals, and no more than it should."""

import time
from collections.abc import Callable

import pytest
from gate_calls import call
from gate_house import ORIGIN, House, gate_house

from gatepost_server import keys
from gatepost_server.audit import Entry, EntryFilter, list_entries
from gatepost_server.gateway.authorizer.bad_keys import BadKeys
from gatepost_server.kernel.paging import PageRequest


def soon(ask: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not ask():
        assert time.monotonic() < end
        time.sleep(0.05)


def entries(house: House, **wanted: str) -> list[Entry]:
    assert house.admin is not None
    with house.base.uow.read(house.admin.actor, ORIGIN) as tx:
        page = list_entries(
            tx, PageRequest(limit=200), EntryFilter(decision="denied", **wanted), is_for_all=True
        )
        return list(page.items)


def test_a_use_shows_within_a_second_or_so(house: House) -> None:
    ann = house.person("ann")
    app = house.publish(ann, "noted")
    text = house.key(ann)
    call(house.port, f"/content/{app.number}/", f"Authorization: Key {text}", "User-Agent: probe/1")

    def shown() -> bool:
        with house.base.uow.read(ann.actor, ORIGIN) as tx:
            key = next(
                k for k in keys.list_keys(tx, PageRequest(limit=200)).items if text.startswith(k.prefix)
            )
        return (key.last_used_ip, key.last_used_agent) == ("127.0.0.1", "probe/1")

    soon(shown)


def test_each_refusal_of_somebody_known_is_an_entry(house: House) -> None:
    app = house.publish(house.person("ann"), "guarded")
    bob = house.person("bob")
    key = f"Authorization: Key {house.key(bob)}"
    ids = [call(house.port, f"/content/{app.number}/", key).json["decision_id"] for _ in range(3)]
    soon(lambda: len(entries(house, resource=str(app.number))) == 3)
    found = entries(house, resource=str(app.number))
    assert {entry.request_id for entry in found} == set(ids)
    assert {(entry.actor_id, entry.action, entry.door) for entry in found} == {(bob.id, "app:open", "gate")}


def test_refusals_of_nobody_are_counted_by_the_minute(house: House) -> None:
    bad = "Authorization: Key gpp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef2UVh5X"

    def counted() -> int:
        return sum(entry.count for entry in entries(house) if entry.reason == "unknown key")

    before = counted()
    for _ in range(5):
        assert call(house.port, "/content/424242/", bad).status == 401
    soon(lambda: counted() == before + 5)
    assert len([entry for entry in entries(house) if entry.reason == "unknown key"]) <= before + 2


def test_sixty_bad_keys_a_minute_then_wait() -> None:
    limit = BadKeys()
    assert [limit.is_too_many("1.2.3.4", 0.0) for _ in range(61)] == [False] * 60 + [True]
    assert not limit.is_too_many("5.6.7.8", 0.0)
    assert not limit.is_too_many("1.2.3.4", 2.0)


def test_a_good_key_passes_beside_many_bad_ones(tmp_path_factory: pytest.TempPathFactory) -> None:
    with gate_house(tmp_path_factory.mktemp("crowd")) as house:
        ann = house.person("ann")
        app = house.publish(ann, "crowded")
        bad = "Authorization: Key gpp_" + "1" * 48
        statuses = [call(house.port, f"/content/{app.number}/", bad).status for _ in range(80)]
        assert (statuses[0], statuses[-1]) == (401, 429)
        good = f"Authorization: Key {house.key(ann)}"
        assert call(house.port, f"/content/{app.number}/", good).status == 200
