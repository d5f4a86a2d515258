"""Prepared reads: the same statement on both drivers, with errors in our words."""

import threading

import pytest
from sqlalchemy import BigInteger, String, bindparam, literal, select
from stores import Store

from gatepost_server.authz.model import INSTANCE, ORGANIZATION
from gatepost_server.authz.tables import NodeRow
from gatepost_server.kernel.errors import Invalid, Unavailable
from gatepost_server.store import Prepared, micros, raw_reader

BY_ID = Prepared(
    select(NodeRow.name, NodeRow.kind, literal(7)).where(NodeRow.id == bindparam("node", type_=String()))
)
BEFORE = Prepared(
    select(NodeRow.id)
    .where(NodeRow.created_at.expression < bindparam("now", type_=BigInteger()))
    .order_by(NodeRow.id)
)


def test_a_row_comes_as_plain_values(store: Store) -> None:
    with raw_reader(store.engine) as reader:
        assert reader.first(BY_ID, node=ORGANIZATION) == ("Main", "organization", 7)


def test_no_row_is_none(store: Store) -> None:
    with raw_reader(store.engine) as reader:
        assert reader.first(BY_ID, node="nothing") is None


def test_moments_are_passed_as_microseconds(store: Store) -> None:
    now = micros(store.clock.now())
    with raw_reader(store.engine) as reader:
        assert reader.all(BEFORE, now=now) == []
        assert reader.all(BEFORE, now=now + 1) == [(INSTANCE,), (ORGANIZATION,)]


def test_a_statement_is_written_once_per_engine(store: Store) -> None:
    assert BY_ID.text_for(store.engine.dialect) is BY_ID.text_for(store.engine.dialect)


@pytest.mark.parametrize(
    "text", ["a'b", 'a"b', "a%b", "a:b", "a?b", "%(node)s", ":node", "'; DROP TABLE nodes; --"]
)
def test_a_parameter_is_never_read_as_sql(store: Store, text: str) -> None:
    with raw_reader(store.engine) as reader:
        assert reader.first(BY_ID, node=text) is None
        assert reader.first(BY_ID, node=INSTANCE) is not None


def test_connections_go_back_after_use_and_after_failure(store: Store) -> None:
    for _ in range(60):
        with raw_reader(store.engine) as reader:
            reader.first(BY_ID, node=INSTANCE)
        with pytest.raises(ZeroDivisionError), raw_reader(store.engine):
            raise ZeroDivisionError
    with raw_reader(store.engine) as reader:
        assert reader.first(BY_ID, node=INSTANCE) is not None


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
def test_a_text_that_no_store_can_hold_is_refused_as_input(store: Store, text: str) -> None:
    if not store.is_postgres and "\0" in text:
        pytest.skip("SQLite holds NUL in texts")
    with pytest.raises(Invalid), raw_reader(store.engine) as reader:
        reader.first(BY_ID, node=text)


def test_a_driver_that_fails_is_a_store_that_does_not_answer(store: Store) -> None:
    with pytest.raises(Unavailable), raw_reader(store.engine):
        raise store.engine.dialect.loaded_dbapi.OperationalError("no")


def test_a_reader_sees_one_state_of_the_store(store: Store) -> None:
    with raw_reader(store.engine) as reader:
        assert reader.first(BY_ID, node=INSTANCE) == ("Gatepost", "instance", 7)
        other = threading.Thread(target=_rename, args=(store,))
        other.start()
        other.join()
        assert reader.first(BY_ID, node=INSTANCE) == ("Gatepost", "instance", 7)
    with raw_reader(store.engine) as reader:
        assert reader.first(BY_ID, node=INSTANCE) == ("Renamed", "instance", 7)


def _rename(store: Store) -> None:
    with store.arranged() as tx:
        tx.session.get_one(NodeRow, INSTANCE).name = "Renamed"
