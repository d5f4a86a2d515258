"""The trail: what is written, what is left out, who reads which part of it."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.audit import Entry, EntryFilter, Refusal, list_entries, record_refusal, record_refusals
from gatepost_server.audit.tables import EntryRow
from gatepost_server.crypto import KeyLetter, mint_key
from gatepost_server.kernel.actor import ANONYMOUS, Actor
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.kernel.secret import Secret

KEY = mint_key(KeyLetter.PERSONAL).text.reveal()
REFUSAL = Refusal("app:open", "app", "app_1", "bad-credential")


def _all(world: World, wanted: EntryFilter | None = None, q: str = "") -> list[Entry]:
    with world.read(SYSTEM) as tx:
        return list(list_entries(tx, PageRequest(q=q), wanted or EntryFilter(), is_for_all=True).items)


def _write(world: World, actor: Actor = SYSTEM, **more: Any) -> None:
    with world.begin(actor) as tx:
        tx.audit("app:edit", "app", "app_1", "Report", **more)


def _refuse(world: World, refusal: Refusal = REFUSAL, actor: Actor = ANONYMOUS, ip: str = "10.0.0.1") -> None:
    with world.begin(actor, replace(ORIGIN, ip=ip)) as tx:
        record_refusal(tx, refusal)


def test_an_entry_says_who_did_what_when_and_from_where(world: World) -> None:
    ada = world.person("ada")
    _write(world, ada.by_key, before={"name": "Old"}, after={"name": "New"}, reason="because")
    [entry] = _all(world, EntryFilter(action="app:edit"))
    assert entry == Entry(
        id=entry.id, at=world.now, actor_kind="user", actor_id=ada.id, actor_name=ada.actor.name,
        via_key_id="key_" + "0" * 24, app=None, ip=ORIGIN.ip, request_id=ORIGIN.request_id, door="api",
        action="app:edit", resource_kind="app", resource_id="app_1", resource_name="Report",
        decision="allowed", reason="because", changes={"before": {"name": "Old"}, "after": {"name": "New"}},
    )  # fmt: skip


def test_secrets_are_left_out_and_keys_scrubbed_however_deep_they_lie(world: World) -> None:
    _write(
        world,
        before={"password": Secret("open sesame"), "note": f"was {KEY}"},
        after={"list": [KEY, {"deep": KEY, "hidden": Secret("open sesame")}], "count": 3, "none": None},
    )
    [entry] = _all(world)
    assert entry.changes == {
        "before": {"note": f"was {KEY[:14]}…"},
        "after": {"list": [f"{KEY[:14]}…", {"deep": f"{KEY[:14]}…"}], "count": 3, "none": None},
    }


@pytest.mark.parametrize("where", ["resource_id", "name", "reason", "action"])
def test_a_key_in_any_text_of_a_refusal_is_scrubbed(world: World, where: str) -> None:
    _refuse(world, replace(REFUSAL, **{where: f"GET /keys/{KEY}"}), world.person("ada").actor)
    with world.read(SYSTEM) as tx:
        rows = tx.session.query(EntryRow).all()
        texts = "".join(
            str(getattr(row, column.key)) for row in rows for column in EntryRow.__table__.columns
        )
    assert KEY[:14] in texts
    assert KEY[14:46] not in texts


@pytest.mark.parametrize("length", [61, 201, 5000])
def test_texts_that_are_too_long_are_cut_not_lost(world: World, length: int) -> None:
    long = "x" * length
    _refuse(world, Refusal(long, "app", long, long, long), world.person("ada").actor)
    [entry] = _all(world, EntryFilter(decision="denied"))
    assert entry.action == "x" * 60
    assert entry.resource_id == entry.resource_name == "x" * min(length, 200)


def test_refusals_of_nobody_are_gathered_by_minute_source_and_reason(world: World) -> None:
    for _ in range(3):
        _refuse(world)
    _refuse(world, ip="10.0.0.2")
    _refuse(world, replace(REFUSAL, reason="unauthenticated"))
    world.store.clock.advance(minutes=1)
    _refuse(world)
    assert sorted(entry.count for entry in _all(world)) == [1, 1, 1, 3]


def test_refusals_of_somebody_are_each_written(world: World) -> None:
    ada = world.person("ada")
    for _ in range(3):
        _refuse(world, actor=ada.actor)
    found = _all(world, EntryFilter(decision="denied"))
    assert [(entry.actor_id, entry.count) for entry in found] == [(ada.id, 1)] * 3


def test_a_batch_keeps_who_was_refused_what(world: World) -> None:
    ada = world.person("ada")
    with world.begin(SYSTEM) as tx:
        record_refusals(tx, [(ada.actor, ORIGIN, REFUSAL), (ANONYMOUS, ORIGIN, REFUSAL)])
        assert tx.actor == SYSTEM
    found = _all(world, EntryFilter(decision="denied"))
    assert {entry.actor_name for entry in found} == {ada.actor.name, "anonymous"}


def test_everybody_reads_their_own_part_and_nobody_reads_none(world: World) -> None:
    ada, bob = world.person("ada"), world.person("bob")
    _write(world, ada.actor)
    _write(world, bob.actor)
    with world.read(ada) as tx:
        own = list_entries(tx, PageRequest(), EntryFilter(), is_for_all=False).items
    assert {entry.actor_id for entry in own} == {ada.id}
    with world.read(ANONYMOUS) as tx:
        assert list_entries(tx, PageRequest(), EntryFilter(), is_for_all=False).items == []


def test_a_filter_does_not_open_what_is_not_ones_own(world: World) -> None:
    ada, bob = world.person("ada"), world.person("bob")
    _write(world, bob.actor)
    with world.read(ada) as tx:
        for wanted in (EntryFilter(actor=bob.id), EntryFilter(actor="bob"), EntryFilter(resource="app_1")):
            assert list_entries(tx, PageRequest(), wanted, is_for_all=False).items == []


def test_the_trail_is_filtered_by_what_it_says(world: World) -> None:
    ada = world.person("ada")
    _write(world, ada.by_key)
    start = world.now
    world.store.clock.advance(hours=1)
    _refuse(world, actor=ada.actor)
    found = {
        name: [entry.action for entry in _all(world, wanted)]
        for name, wanted in {
            "actor id": EntryFilter(actor=ada.id),
            "actor name": EntryFilter(actor=ada.actor.name),
            "action": EntryFilter(action="app:edit"),
            "decision": EntryFilter(decision="denied"),
            "via key": EntryFilter(via_key_id="key_" + "0" * 24),
            "since": EntryFilter(since=start + timedelta(seconds=1)),
            "until": EntryFilter(until=world.now, kind="app"),
            "both": EntryFilter(decision="allowed", kind="app"),
            "none": EntryFilter(resource="app_2"),
        }.items()
    }
    assert found == {
        "actor id": ["app:open", "app:edit"],
        "actor name": ["app:open", "app:edit"],
        "action": ["app:edit"],
        "decision": ["app:open"],
        "via key": ["app:edit"],
        "since": ["app:open"],
        "until": ["app:edit"],
        "both": ["app:edit"],
        "none": [],
    }


def test_searching_takes_signs_as_they_are(world: World) -> None:
    with world.begin(SYSTEM) as tx:
        tx.audit("app:edit", "app", "app_1", "100% Report")
        tx.audit("app:edit", "app", "app_2", "Report")
    assert [entry.resource_name for entry in _all(world, q="100%")] == ["100% Report"]
    assert _all(world, q="_eport") == []


def test_pages_follow_each_other_without_gaps(world: World) -> None:
    for _ in range(5):
        _write(world)
    seen, cursor = [], None
    with world.read(SYSTEM) as tx:
        while True:
            page = list_entries(tx, PageRequest(limit=2, cursor=cursor), EntryFilter(), is_for_all=True)
            seen += [entry.id for entry in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 5


def test_nothing_of_a_secret_is_logged_on_the_way(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _write(world, after={"key": KEY, "secret": Secret("open sesame")})
    _refuse(world, replace(REFUSAL, resource_id=KEY))
    assert KEY[14:46] not in caplog.text
    assert "open sesame" not in caplog.text
