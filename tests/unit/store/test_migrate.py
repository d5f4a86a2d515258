"""Migrations: they lead to exactly the tables there are, on both engines."""

from pathlib import Path

from sqlalchemy import Engine, MetaData, inspect, text

from gatepost_server.bootstrap import metadata
from gatepost_server.store import make_engine, migrate, sqlite_url


def test_a_migrated_store_has_exactly_the_tables_of_this_release(engine: Engine) -> None:
    assert migrate.drift(engine, metadata()) == []


def test_drift_is_seen(engine: Engine) -> None:
    assert migrate.drift(engine, MetaData()) != []


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    before = _tables_and_nodes(engine)
    migrate.upgrade(engine, metadata())
    assert _tables_and_nodes(engine) == before


def test_a_migrated_store_is_at_the_newest_revision(engine: Engine) -> None:
    assert migrate.current(engine) == migrate.head()


def test_a_new_store_is_at_no_revision(tmp_path: Path) -> None:
    engine = make_engine(sqlite_url(tmp_path / "new.db"))
    assert migrate.current(engine) is None
    engine.dispose()


def _tables_and_nodes(engine: Engine) -> tuple[list[str], int]:
    with engine.connect() as connection:
        nodes: int = connection.execute(text("SELECT count(*) FROM nodes")).scalar_one()
    return sorted(inspect(engine).get_table_names()), nodes
