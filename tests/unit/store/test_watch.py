"""Whether anybody wrote: no commit is missed, and silence is told as silence."""

import gc

import pytest
from sqlalchemy import text
from stores import Store

from gatepost_server.authz.model import ORGANIZATION
from gatepost_server.authz.tables import NodeRow
from gatepost_server.store import ChangeWatch, make_engine


@pytest.fixture
def watch(store: Store) -> ChangeWatch:
    """A watch that has been asked once."""
    made = ChangeWatch(store.engine)
    assert made.has_moved()
    yield made
    made.close()


def renamed(store: Store, name: str) -> None:
    with store.arranged() as tx:
        tx.session.get_one(NodeRow, ORGANIZATION).name = name


def test_silence_is_silence(store: Store, watch: ChangeWatch) -> None:
    assert not watch.has_moved()
    with store.engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM nodes"))
    assert not watch.has_moved()


def test_every_commit_is_told_once(store: Store, watch: ChangeWatch) -> None:
    for name in ("One", "Two"):
        renamed(store, name)
        assert watch.has_moved()
        assert not watch.has_moved()


def test_a_commit_is_told_even_when_asked_in_the_midst_of_the_write(store: Store, watch: ChangeWatch) -> None:
    with store.arranged() as tx:
        tx.session.get_one(NodeRow, ORGANIZATION).name = "Not yet"
        tx.session.flush()
        watch.has_moved()
    assert watch.has_moved()


def test_commits_of_other_engines_are_told_too(store: Store, watch: ChangeWatch) -> None:
    other = make_engine(store.engine.url.render_as_string(hide_password=False))
    with other.begin() as connection:
        connection.execute(text("UPDATE nodes SET name = 'Elsewhere'"))
    other.dispose()
    assert watch.has_moved()


def test_trouble_is_told_as_news(store: Store, watch: ChangeWatch) -> None:
    watch._connection.connection.driver_connection.close()
    assert watch.has_moved()
    assert watch.has_moved()
    assert not watch.has_moved()


def test_one_that_is_dropped_unclosed_leaves_a_connection_that_can_roll_back(store: Store) -> None:
    ChangeWatch(store.engine).has_moved()
    gc.collect()
    with pytest.raises(KeyError), store.arranged() as tx:
        tx.session.get_one(NodeRow, ORGANIZATION).name = "Not kept"
        tx.session.flush()
        raise KeyError
    with store.arranged() as tx:
        assert tx.session.get_one(NodeRow, ORGANIZATION).name == "Main"
