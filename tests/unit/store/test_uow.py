"""The unit of work: commits what is audited, rolls back the rest, translates the driver."""

import threading

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz.tables import CounterRow, NodeRow
from gatepost_server.instance.tables import SettingRow
from gatepost_server.kernel.errors import Conflict, Invalid, Unavailable
from gatepost_server.store import Tx, UnauditedWrite


def _values(store: Store) -> dict[str, object]:
    with store.uow.read(SYSTEM, ORIGIN) as tx:
        return {row.name: row.value["n"] for row in tx.session.scalars(select(SettingRow))}


def _add(tx: Tx, name: str = "a", n: object = 1) -> None:
    tx.session.add(SettingRow(name=name, value={"n": n}))


def _audit(tx: Tx) -> None:
    tx.audit("settings:change", "instance", "ins", "settings")


def test_leaving_commits_an_audited_change(store: Store) -> None:
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        _add(tx)
        _audit(tx)
    assert _values(store) == {"a": 1}


def test_an_exception_rolls_everything_back_the_audit_too(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.uow.begin(SYSTEM, ORIGIN) as tx:
        _add(tx)
        _audit(tx)
        tx.session.flush()
        raise ZeroDivisionError
    assert _values(store) == {}
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entries")).scalar_one() == 0


@pytest.mark.parametrize("how", ["add", "insert", "update", "core update", "delete", "core delete", "merge"])
def test_an_unaudited_change_of_any_kind_is_refused(store: Store, how: str) -> None:
    with store.arranged() as tx:
        _add(tx, "there")
    changes = {
        "add": lambda tx: _add(tx),
        "insert": lambda tx: tx.session.execute(insert(SettingRow).values(name="b", value={"n": 2})),
        "update": lambda tx: setattr(tx.session.get_one(SettingRow, "there"), "value", {"n": 2}),
        "core update": lambda tx: tx.session.execute(update(SettingRow).values(value={"n": 2})),
        "delete": lambda tx: tx.session.delete(tx.session.get_one(SettingRow, "there")),
        "core delete": lambda tx: tx.session.execute(delete(SettingRow)),
        "merge": lambda tx: tx.session.merge(SettingRow(name="there", value={"n": 3})),
    }
    with pytest.raises(UnauditedWrite, match="instance_settings"), store.uow.begin(SYSTEM, ORIGIN) as tx:
        changes[how](tx)
    assert _values(store) == {"there": 1}


def test_bookkeeping_needs_no_audit(store: Store) -> None:
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        tx.session.add(CounterRow(name="c", value=7))
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        assert tx.session.get_one(CounterRow, "c").value == 7


def test_reading_only_needs_no_audit(store: Store) -> None:
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        assert len(tx.session.scalars(select(NodeRow)).all()) == 2


def test_a_row_that_is_set_to_what_it_is_was_not_changed(store: Store) -> None:
    with store.arranged() as tx:
        _add(tx)
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        tx.session.get_one(SettingRow, "a").value = {"n": 1}


def test_one_call_happens_at_one_moment(store: Store) -> None:
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        before = tx.now
        store.clock.advance(hours=1)
        assert tx.now == before


def test_effects_run_after_the_commit_and_only_then(store: Store) -> None:
    seen: list[dict[str, object]] = []
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        tx.after_commit(lambda: seen.append(_values(store)))
        _add(tx)
        _audit(tx)
        tx.session.flush()
        assert seen == []
    assert seen == [{"a": 1}]


def test_effects_of_a_failed_call_do_not_run(store: Store) -> None:
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), store.uow.begin(SYSTEM, ORIGIN) as tx:
        tx.after_commit(lambda: seen.append(1))
        raise ZeroDivisionError
    assert seen == []


def test_a_failing_effect_is_logged_and_the_others_run(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []
    with store.uow.begin(SYSTEM, ORIGIN) as tx:
        tx.after_commit(lambda: seen.append(1 // 0))
        tx.after_commit(lambda: seen.append(1))
    assert seen == [1]
    assert "effect after commit failed" in caplog.text


def test_a_broken_uniqueness_is_a_conflict(store: Store) -> None:
    with store.arranged() as tx:
        _add(tx)
    with pytest.raises(Conflict), store.uow.begin(SYSTEM, ORIGIN) as tx:
        tx.session.execute(insert(SettingRow).values(name="a", value={"n": 2}))
        _audit(tx)
    assert _values(store) == {"a": 1}


def test_a_store_that_does_not_answer_is_unavailable(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unavailable) as refused, store.uow.begin(SYSTEM, ORIGIN):
        raise OperationalError("SELECT secret FROM t", {}, Exception("host 10.0.0.1 is down"))
    assert refused.value.error_code == "store-unavailable"
    assert "10.0.0.1" not in refused.value.detail
    assert "10.0.0.1" in caplog.text


def test_a_store_that_is_too_busy_is_unavailable(store: Store) -> None:
    with pytest.raises(Unavailable), store.uow.read(SYSTEM, ORIGIN):
        raise PoolTimeout


@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_a_text_that_no_store_can_hold_is_refused_as_input(store: Store, name: str) -> None:
    if not store.is_postgres and "\0" in name:
        pytest.skip("SQLite holds NUL in texts")
    with pytest.raises(Invalid) as refused, store.uow.read(SYSTEM, ORIGIN) as tx:
        tx.session.get(SettingRow, name)
    assert refused.value.error_code == "unstorable"


def test_a_read_sees_one_state_of_the_store(store: Store) -> None:
    with store.uow.read(SYSTEM, ORIGIN) as tx:
        assert tx.session.scalars(select(SettingRow)).all() == []
        other = threading.Thread(target=_commit_one, args=(store,))
        other.start()
        other.join()
        assert tx.session.scalars(select(SettingRow)).all() == []
    assert _values(store) == {"a": 1}


def test_a_read_keeps_nothing_that_it_writes(store: Store) -> None:
    with store.uow.read(SYSTEM, ORIGIN) as tx:
        _add(tx)
    assert _values(store) == {}


def _commit_one(store: Store) -> None:
    with store.arranged() as tx:
        _add(tx)
