"""Where the rows of a dataset come from, when that is a data connection; pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.connections import Sql, Statement, TableOf
from gatepost_server.jobs import Job
from gatepost_server.kernel.errors import FieldFault, Invalid

FEED: Final = "dataset.refresh"
"""The kind of job that reads a dataset from its connection."""
LONGEST_SQL: Final = 100_000
_LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Wanted:
    """What to fill a dataset with: a table, or one query in the source's own language.

    Without `credential_id` it is the only credential there is that the caller may use there.
    """

    connection_id: str
    credential_id: str | None = None
    schema: str | None = None
    table: str | None = None
    sql: str | None = None

    @property
    def statement(self) -> Statement:
        """What is run at the source."""
        if self.sql is not None:
            return Sql(self.sql)
        return TableOf(self.schema, self.table or "")


@dataclass(frozen=True)
class Feed:
    """A dataset's connection, as the caller may know it, and how reading it went.

    A name is None for who may not see the connection or credential, or when it is gone. `failure`
    is the fixed word of why the latest reading failed; `read_at` is when one last succeeded.
    """

    wanted: Wanted
    connection_name: str | None
    credential_name: str | None
    by: str
    saved_at: datetime
    job: Job | None
    failure: str | None
    read_at: datetime | None
    next_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """True while rows are being read, or wait to be."""
        return self.job is not None and not self.job.state.is_ended


def checked(wanted: Wanted) -> Wanted:
    """Return *wanted* in the one way it is kept.

    Raises:
        Invalid: it names no table and no query, or both.
    """
    if (wanted.table is None) == (wanted.sql is None):
        raise _unusable("from", "either a table or sql")
    if wanted.table is not None:
        for field, name in (("from.schema", wanted.schema), ("from.table", wanted.table)):
            if name is not None and (not name or len(name) > _LONGEST_NAME or "\0" in name):
                raise _unusable(field, f"1 to {_LONGEST_NAME} characters")
        return wanted
    sql = (wanted.sql or "").replace("\r\n", "\n").strip()
    if not sql or len(sql) > LONGEST_SQL or "\0" in sql:
        raise _unusable("from.sql", f"1 to {LONGEST_SQL:,} characters")
    if wanted.schema is not None:
        raise _unusable("from.schema", "goes with a table only")
    return Wanted(wanted.connection_id, wanted.credential_id, sql=sql)


def _unusable(field: str, wrong: str) -> Invalid:
    return Invalid("The dataset cannot be filled like that.", faults=[FieldFault(field, wrong)])
