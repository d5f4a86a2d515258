"""Reads that are remembered: as long as the store is the same, and never longer."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import BigInteger, String, bindparam, select
from stores import Store

from gatepost_server.authz.model import INSTANCE, ORGANIZATION
from gatepost_server.authz.tables import NodeRow
from gatepost_server.store import Prepared, RememberingReader, Rows, remembering

BY_ID = Prepared(select(NodeRow.name).where(NodeRow.id == bindparam("node", type_=String())))
NOT_OVER = Prepared(
    select(NodeRow.id).where(NodeRow.created_at.expression > bindparam("now", type_=BigInteger())),
    only_ends=True,
)


@dataclass
class Standing:
    """A connection of its own with a remembering reader, and how many statements reached the store."""

    driver: Any
    reader: RememberingReader
    statements: list[str] = field(default_factory=list)

    def name(self, node: str = ORGANIZATION) -> str:
        """Return a node's name as a transaction of its own sees it."""
        self.driver.execute("BEGIN")
        self.reader.begun()
        try:
            return str(self.reader.all(BY_ID, node=node)[0][0])
        finally:
            self.driver.rollback()

    @property
    def selects(self) -> int:
        return sum(text.startswith("SELECT") for text in self.statements)


@pytest.fixture
def standing(store: Store) -> Iterator[Standing]:
    if store.is_postgres:
        pytest.skip("PostgreSQL is read anew each time")
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        found = Standing(driver, RememberingReader(driver, store.engine.dialect))
        driver.set_trace_callback(found.statements.append)
        yield found
        driver.set_trace_callback(None)


def rename(store: Store, name: str, node: str = ORGANIZATION) -> None:
    with store.arranged() as tx:
        tx.session.get_one(NodeRow, node).name = name


def test_the_same_is_read_once(standing: Standing) -> None:
    assert [standing.name() for _ in range(3)] == ["Main"] * 3
    assert standing.selects == 1


def test_other_parameters_are_another_read(standing: Standing) -> None:
    assert (standing.name(), standing.name(INSTANCE)) == ("Main", "Gatepost")


def test_any_commit_makes_it_forget(store: Store, standing: Standing) -> None:
    for name in ("One", "Two"):
        rename(store, name)
        assert standing.name() == name
    rename(store, "Elsewhere", INSTANCE)
    assert standing.name() == "Two"
    assert standing.selects == 3


def test_what_was_rolled_back_was_never_there(store: Store, standing: Standing) -> None:
    assert standing.name() == "Main"
    with pytest.raises(ZeroDivisionError), store.arranged() as tx:
        tx.session.get_one(NodeRow, ORGANIZATION).name = "Never"
        tx.session.flush()
        assert standing.name() == "Main"
        raise ZeroDivisionError
    assert standing.name() == "Main"


def test_a_transaction_keeps_its_view_even_of_what_it_had_not_read_yet(
    store: Store, standing: Standing
) -> None:
    standing.driver.execute("BEGIN")
    standing.reader.begun()
    rename(store, "Meanwhile")
    assert standing.reader.all(BY_ID, node=ORGANIZATION) == [("Main",)]
    standing.driver.rollback()
    assert standing.name() == "Meanwhile"


def test_what_is_made_of_rows_is_made_once(store: Store, standing: Standing) -> None:
    made: list[Rows] = []

    def shouted(rows: Rows) -> str:
        made.append(rows)
        return str(rows[0][0]).upper()

    standing.reader.begun()
    both = [standing.reader.made(BY_ID, shouted, node=ORGANIZATION) for _ in range(2)]
    assert (both, len(made)) == (["MAIN"] * 2, 1)
    rename(store, "Other")
    standing.reader.begun()
    assert standing.reader.made(BY_ID, shouted, node=ORGANIZATION) == "OTHER"


def test_rows_that_only_end_serve_later_moments_and_not_earlier_ones(standing: Standing) -> None:
    standing.reader.begun()
    early = standing.reader.all(NOT_OVER, now=5)
    assert early
    assert standing.reader.all(NOT_OVER, now=7) is early
    assert standing.reader.all(NOT_OVER, now=4) is not early
    assert standing.selects == 2


def test_it_never_holds_more_than_it_may(monkeypatch: pytest.MonkeyPatch, standing: Standing) -> None:
    monkeypatch.setattr(remembering, "_MOST", 3)
    standing.reader.begun()
    for at in range(7):
        standing.reader.all(BY_ID, node=f"node {at}")
    assert standing.reader.all(BY_ID, node=ORGANIZATION) == [("Main",)]
    assert len(standing.reader._read) <= 3
