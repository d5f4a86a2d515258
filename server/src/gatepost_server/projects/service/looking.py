"""Looking at what a query of a source gives, before a dataset is made of it."""

from typing import Any

from gatepost_server.connections import LARGEST_PREVIEW, Bounds, Preview, Sight, SourceColumn
from gatepost_server.projects.feeds import Wanted, checked
from gatepost_server.projects.intake.streaming import columns_of
from gatepost_server.tabular.plain import plain

_SECONDS = 60.0


def first_rows(sight: Sight, sql: str) -> Preview:
    """Return the first rows of a query; the source is asked for no more.

    Raises:
        Invalid: it is empty or too long.
        StatementFailed, BrokerSilent: the source refused.
        DataRefused: two columns have one name.
    """
    wanted, bounds = checked(Wanted("", sql=sql)), Bounds(seconds=_SECONDS)
    found: list[list[Any]] = []
    with sight.broker.stream(sight.actor, sight.target, sight.login, wanted.statement, bounds) as rows:
        columns = [SourceColumn(one.name, one.type, one.type) for one in columns_of(rows.schema)]
        for batch in rows:
            some = batch.slice(0, LARGEST_PREVIEW + 1 - len(found))
            found += [[plain(cell) for cell in row.values()] for row in some.to_pylist()]
            if len(found) > LARGEST_PREVIEW:
                break
    return Preview(columns, found[:LARGEST_PREVIEW], len(found) > LARGEST_PREVIEW)
