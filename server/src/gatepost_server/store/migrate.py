"""Migrations: bring a store to the shape that this release's tables have."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

from gatepost_server.store.engine import WRITE

_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, metadata: MetaData) -> None:
    """Run every revision that the store has not seen; does nothing when there is none.

    SQLite runs all of them in one transaction: a failed upgrade changes nothing.
    """
    with engine.execution_options(**{WRITE: True}).connect() as connection, connection.begin():
        command.upgrade(_config(connection, metadata), "head")


def revise(engine: Engine, metadata: MetaData, message: str, revision: str, folder: Path = _FOLDER) -> None:
    """Write a new revision with what *metadata* has and the store has not."""
    with engine.connect() as connection:
        command.revision(_config(connection, metadata, folder), message, autogenerate=True, rev_id=revision)


def head() -> str | None:
    """Return the newest revision of this release."""
    return ScriptDirectory(str(_FOLDER)).get_current_head()


def current(engine: Engine) -> str | None:
    """Return the revision that a store is at, None when it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def drift(engine: Engine, metadata: MetaData) -> list[object]:
    """Return the differences between a migrated store and *metadata*; a test wants none."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def _config(connection: object, metadata: MetaData, folder: Path = _FOLDER) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config
