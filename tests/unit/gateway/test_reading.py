"""The standing reader: each `with` is one view of the store, and nothing of it stays behind."""

import gc

import pytest
from stores import Store

from gatepost_server.authz.facts import load_node
from gatepost_server.authz.model import ORGANIZATION
from gatepost_server.authz.tables import NodeRow
from gatepost_server.gateway.authorizer.reading import StandingReader


def rename(store: Store, name: str) -> None:
    with store.arranged() as tx:
        tx.session.get_one(NodeRow, ORGANIZATION).name = name


def test_each_time_sees_what_was_written_before(store: Store) -> None:
    standing = StandingReader(store.engine)
    for name in ("One", "Two"):
        rename(store, name)
        with standing as reader:
            assert load_node(reader, ORGANIZATION).name == name
    with pytest.raises(KeyError), standing:
        raise KeyError
    rename(store, "After an error")
    with standing as reader:
        assert load_node(reader, ORGANIZATION).name == "After an error"


def test_one_view_stands_as_long_as_it_is_open(store: Store) -> None:
    with StandingReader(store.engine) as reader:
        assert load_node(reader, ORGANIZATION).name == "Main"
        rename(store, "Meanwhile")
        assert load_node(reader, ORGANIZATION).name == "Main"


def test_one_that_is_dropped_leaves_a_connection_like_any_other(store: Store) -> None:
    standing = StandingReader(store.engine)
    with standing as reader:
        assert load_node(reader, ORGANIZATION) is not None
    del standing, reader
    gc.collect()
    with store.engine.connect() as connection:
        rename(store, "One")
        first = connection.exec_driver_sql("SELECT name FROM nodes WHERE name = 'One'").all()
        assert len(first) == 1
    assert store.engine.pool.checkedout() == 0
