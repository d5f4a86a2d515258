"""Notes that the store refuses: one bad entry costs itself, never the others or the loop."""

import logging
from datetime import timedelta

import pytest
from deployments import app_of, deployed
from sqlalchemy import func, select
from stores import Store
from world import World

from gatepost_server.apps import get_app
from gatepost_server.audit import EntryFilter, Refusal, list_entries
from gatepost_server.gateway.authorizer import notes as authorizer_notes
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.kernel.actor import ANONYMOUS, Origin
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import MOST_CALLERS, forget_old_callers, get_key, rotate_key
from gatepost_server.keys.tables import OldCallerRow, VerifierRow


def _refusal(name: str) -> Refusal:
    return Refusal("app:open", "app", name, "hidden")


def _secret(world: World, key_id: str, *, is_old: bool) -> str:
    """Return the id of a key's secret: of the one that was replaced, or of the other."""
    with world.read(ANONYMOUS) as tx:
        rows = tx.session.scalars(select(VerifierRow).where(VerifierRow.key_id == key_id))
        return next(one.id for one in rows if (one.until_at is not None) is is_old)


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


def test_uses_of_an_old_secret_are_counted_by_caller(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = world.person("ada")
    key, other = world.key(ada).key, world.key(ada, "other").key
    with world.begin(ada) as tx:
        rotate_key(tx, world.peppers, key.id, timedelta(days=1))
    old, good = _secret(world, key.id, is_old=True), _secret(world, other.id, is_old=False)
    notes, began = Notes(store.uow), store.clock.now()

    def silent(*_who: object) -> object:
        raise Unavailable("The store does not answer.")

    for at in range(60):
        notes.used_old(old, began + timedelta(seconds=at), f"192.0.2.{at}", "a" * 500)
    with monkeypatch.context() as during:
        during.setattr(store.uow, "begin", silent)
        notes.write()
    notes.used_old(old, began + timedelta(seconds=61), "192.0.2.0", "a" * 500)
    notes.used_old(old, began + timedelta(seconds=62), "192.0.2.3", None, app_of(world, deployed(world, ada)))
    notes.used_old(good, began, "192.0.2.1", "not old")
    notes.used_old("ver_" + "0" * 24, began, "192.0.2.1", "of nobody")
    notes.write()
    notes.used_old(old, began + timedelta(seconds=5), "192.0.2.0", "a" * 300)
    notes.write()
    with world.read(ada) as tx:
        secret, none = get_key(tx, key.id).old_secret, get_key(tx, other.id).old_secret
    assert none is None
    assert secret is not None
    seen = [(one.ip, one.agent, one.app_name, one.uses) for one in secret.callers]
    assert seen[:2] == [("192.0.2.3", None, "Report", 1), ("192.0.2.0", "a" * 200, None, 3)]
    assert (secret.callers[1].first_at, secret.callers[1].last_at) == (began, began + timedelta(seconds=61))
    assert seen[2:] == [(f"192.0.2.{at}", "a" * 200, None, 1) for at in range(59, 11, -1)]
    assert (len(seen), secret.other_uses, secret.uses) == (MOST_CALLERS, 11, 63)


def test_too_many_callers_at_once_are_counted_as_somebody(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorizer_notes, "_MOST", 60)
    ada = world.person("ada")
    key = world.key(ada).key
    with world.begin(ada) as tx:
        rotate_key(tx, world.peppers, key.id, timedelta(days=1))
    old, notes, began = _secret(world, key.id, is_old=True), Notes(store.uow), store.clock.now()
    for at in range(62):
        notes.used_old(old, began, None, f"agent {at}")
    notes.write()
    store.clock.advance(days=1)
    with world.begin(ada.actor) as tx:
        assert tx.session.scalar(select(func.sum(OldCallerRow.uses))) == MOST_CALLERS + 1
        assert get_key(tx, key.id).old_secret is None
        forget_old_callers(tx)
        assert tx.session.scalar(select(func.count()).select_from(OldCallerRow)) == 0
    notes.used_old(old, began, None, "late")
    notes.write()
    with world.read(ada) as tx:
        assert tx.session.scalar(select(func.count()).select_from(OldCallerRow)) == 0


def test_when_an_app_was_used_is_noted_once_a_minute(store: Store, world: World) -> None:
    ada = world.person("ada", "publisher")
    app_id = app_of(world, deployed(world, ada))
    notes, began = Notes(store.uow), store.clock.now()
    seen = []
    for later in (0, 59, 60):
        notes.opened(app_id, began + timedelta(seconds=later))
        notes.opened("app_" + "0" * 24, began)
        notes.write()
        with world.read(ada) as tx:
            seen.append(get_app(tx, app_id).last_used_at)
    assert seen == [began, began, began + timedelta(seconds=60)]
