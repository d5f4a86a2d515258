"""Notes that the store refuses: one bad entry costs itself, never the others or the loop."""

import logging

import pytest
from stores import Store
from world import World

from gatepost_server.audit import EntryFilter, Refusal, list_entries
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.kernel.actor import ANONYMOUS, Origin
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.kernel.paging import PageRequest


def _refusal(name: str) -> Refusal:
    return Refusal("app:open", "app", name, "hidden")


def _written(world: World) -> list[str]:
    root = world.person("root", "administrator")
    with world.read(root) as tx:
        found = list_entries(tx, PageRequest(), EntryFilter(decision="denied"), is_for_all=True)
    return [entry.resource_id for entry in found.items]


def test_a_bad_entry_is_dropped_alone(store: Store, world: World, caplog: pytest.LogCaptureFixture) -> None:
    notes = Notes(store.uow)
    ada = world.person("ada").actor
    for name in ("first", "bad", "last"):
        origin = Origin("req_" + name, ip=object() if name == "bad" else "192.0.2.1")  # type: ignore[arg-type]
        notes.refused(ada, origin, _refusal(name))
    notes.used("ses_unknown", store.clock.now(), "192.0.2.1", None)
    with caplog.at_level(logging.ERROR):
        notes.write()
    assert sorted(_written(world)) == ["first", "last"]
    assert "dropped" in caplog.text


def test_while_the_store_does_not_answer_all_is_kept(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_who: object) -> object:
        raise Unavailable("The store does not answer.")

    notes = Notes(store.uow)
    notes.refused(ANONYMOUS, Origin("req_1", ip="192.0.2.1"), _refusal("kept"))
    with monkeypatch.context() as during:
        during.setattr(store.uow, "begin", silent)
        notes.write()
    notes.write()
    assert _written(world) == ["kept"]
