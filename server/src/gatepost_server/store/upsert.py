"""Inserting what may be there already; both engines say it alike, SQLAlchemy's core does not."""

from sqlalchemy.dialects import postgresql, sqlite

from gatepost_server.store.base import Base
from gatepost_server.store.uow import Tx


def insert_or(tx: Tx, rows: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an insert into *rows* that takes `on_conflict_do_nothing` or `…_update`.

    It is one statement, so that calls at the same moment never meet in between.
    """
    if tx.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(rows)
    return sqlite.insert(rows)
