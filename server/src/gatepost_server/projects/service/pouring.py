"""Reading a dataset from its connection: batch by batch into a file aside, then all at once in its place."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from gatepost_server.authz import subject_of
from gatepost_server.connections import Broker, Statement, StatementFailed
from gatepost_server.jobs import JobContext, actor_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied, GatepostError
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects.errors import DatasetChanged, NotFed
from gatepost_server.projects.feeds import FEED
from gatepost_server.projects.intake.streaming import write_stream
from gatepost_server.projects.intake.writing import Written
from gatepost_server.projects.ports import Opening, ReadAs
from gatepost_server.projects.queries import projects as project_queries
from gatepost_server.projects.service.datasets import present_dataset
from gatepost_server.projects.service.feeding import Way, wanted_of, way_to
from gatepost_server.projects.service.finding import require_dataset
from gatepost_server.projects.service.writing import Incoming, Mode, expected_columns, write_rows
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.tables import DatasetRow, FeedRow
from gatepost_server.store import Tx

_TELL_S: Final = 0.5


@dataclass(frozen=True)
class Spring:
    """What a dataset is filled from: whose rights that stays within, and which version of it was read."""

    key: str
    dataset_id: str
    name: str
    version: int
    by: str
    definer: Actor


@dataclass(frozen=True)
class Hands:
    """Who works: transactions as who writes, reading ones as anybody, and who hears of rows so far."""

    begin: Opening
    read_as: ReadAs
    told: Callable[[int], None]


class DatasetFeeds:
    """Reads datasets from their connections. What was there stays until all of the new is.

    Not run again after its worker died: the source may be slow or dear, and people decide.
    """

    name = FEED
    is_idempotent = False

    def __init__(self, broker: Broker, shelf: Shelf) -> None:
        self._broker, self._shelf = broker, shelf

    def run(self, context: JobContext) -> Mapping[str, Any]:
        """Read the rows as the job's actor, and put them in the place of the former ones."""
        dataset_id, version = context.job.subject_id or "", context.job.params["version"]
        with context.read() as tx:
            spring = spring_of(tx, dataset_id)
            before = present_dataset(tx, dataset_id).rows if spring is not None else 0
        if spring is None or spring.version != version:
            raise NotFed("The dataset")
        hands = Hands(context.begin, context.read, _telling(context, before))
        try:
            written = pour(hands, self._broker, self._shelf, spring, context.actor)
        except GatepostError as refusal:
            _note_failure(context, spring, word_of(refusal))
            raise
        return {"dataset": dataset_id, "rows": written.rows}


def spring_of(tx: Tx, dataset_id: str) -> Spring | None:
    """Return what a dataset is filled from, None when from no connection; asks for no right."""
    row, dataset = tx.session.get(FeedRow, dataset_id), tx.session.get(DatasetRow, dataset_id)
    if row is None or dataset is None:
        return None
    key = project_queries.keys_of(tx.session, [dataset.project_id])[dataset.project_id]
    definer = actor_of(row.definer)
    return Spring(key, dataset_id, dataset.name, row.version, definer.name, definer)


def pour(hands: Hands, broker: Broker, shelf: Shelf, spring: Spring, reader: Actor) -> Written:
    """Fill a dataset from its connection, signed in there as *reader* may: all of it, or nothing is changed.

    Raises:
        Denied: the reader has no active account, or may not write the dataset any more.
        StatementFailed, BrokerSilent: the source refused, or broke off.
        DataRefused: the rows do not fit the columns that the dataset has.
        DatasetChanged: it was said meanwhile that it is filled in another way.
    """
    with hands.read_as(reader) as tx:
        way, statement = _way_of(tx, spring)
    with hands.begin() as tx:
        expected, now = expected_columns(tx, spring.key, spring.dataset_id, Mode.OVERWRITE), tx.now
    part_id = new_id("prt", now)
    with (
        _laid_aside(shelf, part_id),
        broker.stream(reader, way.target, way.login, statement) as rows,
    ):
        written = write_stream(rows, shelf.aside(part_id), expected, hands.told)
        incoming = Incoming(part_id, written, shelf.keep(part_id), expected)
        hands.told(written.rows)
        with hands.begin() as tx:
            _put(tx, spring, incoming, shelf, is_personal=way.connection.impersonate)
    return written


def word_of(refusal: GatepostError) -> str:
    """Return the fixed word of why reading failed."""
    return refusal.failure.value if isinstance(refusal, StatementFailed) else refusal.error_code


def _way_of(tx: Tx, spring: Spring) -> tuple[Way, Statement]:
    if not subject_of(tx).is_active:
        raise Denied(
            f"{spring.by}, within whose rights {spring.name} is read, has no active account any more.",
            code="definer-gone",
        )
    require_dataset(tx, "dataset:write", spring.key, spring.dataset_id)
    wanted = wanted_of(tx.session.get_one(FeedRow, spring.dataset_id))
    return way_to(tx, wanted), wanted.statement


@contextmanager
def _laid_aside(shelf: Shelf, part_id: str) -> Iterator[None]:
    """Remove what was laid aside, and put on the shelf, when the block raises."""
    try:
        yield
    except BaseException:
        shelf.forget([part_id])
        raise


def _put(tx: Tx, spring: Spring, incoming: Incoming, shelf: Shelf, *, is_personal: bool) -> None:
    """Let what arrived be the rows of the dataset, unless it is to be filled in another way by now."""
    require_dataset(tx, "dataset:write", spring.key, spring.dataset_id)
    row = tx.session.get(FeedRow, spring.dataset_id, with_for_update=True, populate_existing=True)
    if row is None or row.version != spring.version:
        raise DatasetChanged(spring.name)
    write_rows(tx, spring.key, spring.dataset_id, Mode.OVERWRITE, incoming, shelf)
    row.read_at, row.failure = tx.now, None
    if is_personal:
        tx.session.get_one(DatasetRow, spring.dataset_id).impersonate = True


def _telling(context: JobContext, before: int) -> Callable[[int], None]:
    """Return what says how many rows have come; of a known dataset also which part that is, about."""
    last = 0.0

    def told(rows: int) -> None:
        nonlocal last
        context.check()
        if time.monotonic() - last >= _TELL_S or not rows:
            last = time.monotonic()
            fraction = min(0.99, rows / before) if before else 0.0
            context.progress(fraction, f"{rows:,} {'row' if rows == 1 else 'rows'} so far")

    return told


def _note_failure(context: JobContext, spring: Spring, word: str) -> None:
    with context.begin() as tx:
        row = tx.session.get(FeedRow, spring.dataset_id, with_for_update=True)
        if row is not None and row.version == spring.version:
            row.failure = word
            after = {"failure": word}
            tx.audit("dataset:refresh-failed", "dataset", spring.dataset_id, spring.name, after=after)
