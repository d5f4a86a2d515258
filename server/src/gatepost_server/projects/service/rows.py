"""Reading rows: which files, which columns, which rows for whom; and the stream itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from gatepost_server.authz import Node, ids_for, may
from gatepost_server.kernel.errors import Denied, FieldFault, Invalid, Unavailable
from gatepost_server.projects.model import Dataset
from gatepost_server.projects.queries import datasets as queries
from gatepost_server.projects.rules import Behalf, behalf_of, rules_for
from gatepost_server.projects.service.behalf import does_associated
from gatepost_server.projects.service.datasets import present_dataset
from gatepost_server.projects.service.finding import (
    require_dataset,
    require_dataset_of,
    require_impersonating,
)
from gatepost_server.projects.shelf import Shelf
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import Column
from gatepost_server.tabular.engine import Limits
from gatepost_server.tabular.reading import Filter, Form, Query, stream

_TRIES = 5


@dataclass(frozen=True)
class Plan:
    """What to read: the files, and the query over them."""

    dataset: Dataset
    part_ids: Sequence[str]
    query: Query


def plan_rows(
    tx: Tx,
    key: str,
    ref: str,
    *,
    columns: Sequence[str] | None = None,
    limit: int | None = None,
    is_export: bool = False,
) -> Plan:
    """Say which rows of a dataset the caller gets: all, or those that its row rules let through.

    Raises:
        Unauthenticated, Hidden, ActionDenied: no right to the rows (or to take them away).
        RunAsNeeded, RunAsDenied: it is read on behalf of a person, who is not named or may not.
        Invalid: an unknown column.
    """
    action = "dataset:export" if is_export else "dataset:rows"
    node = require_dataset(tx, action, key, ref)
    made = _planned(tx, node, columns, limit)
    if is_export:
        tx.audit("dataset:export", "dataset", node.id, node.name, after={"rows": made.dataset.rows})
    return made


def plan_rows_of(
    tx: Tx,
    dataset_id: str,
    *,
    columns: Sequence[str] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Plan:
    """Say which rows of the dataset of that id the caller gets, without the first *offset* of them.

    Raises:
        Unauthenticated, Hidden, ActionDenied, RunAsNeeded, RunAsDenied, Invalid: as `plan_rows`.
    """
    return _planned(tx, require_dataset_of(tx, "dataset:rows", dataset_id), columns, limit, offset)


def _planned(tx: Tx, node: Node, columns: Sequence[str] | None, limit: int | None, offset: int = 0) -> Plan:
    dataset = present_dataset(tx, node.id)
    chosen = _chosen(dataset, columns)
    filters = _filters(tx, node, dataset)
    parts = [one.id for one in queries.parts_of(tx.session, node.id)]
    return Plan(dataset, parts, Query(chosen, limit, filters, dataset.columns, offset))


def require_every_row(tx: Tx, project: Node) -> None:
    """Let an archive of a project go only to who may take out every row that is in it.

    Raises:
        RunAsNeeded, RunAsDenied: a dataset is read on behalf of a person, who is not named or may not.
        Denied: row rules hide rows from the caller.
    """
    for node in require_impersonating(tx, "dataset:export", project):
        refuse_hidden(node.name, _filters(tx, node, present_dataset(tx, node.id)))


def refuse_hidden(name: str, filters: Sequence[Filter] | None) -> None:
    """Refuse to put a dataset into an archive if row rules hide rows of it.

    Raises:
        Denied: they do.
    """
    if filters is not None:
        raise Denied(f"Row rules hide rows of {name}; the archive would lack them.", code="rows-hidden")


def stream_rows(plan: Callable[[], Plan], shelf: Shelf, form: Form, limits: Limits) -> Iterator[bytes]:
    """Return the rows as bytes of *form*; *plan* opens a transaction of its own, maybe again.

    What can go wrong at the start goes wrong here, not in the middle of an answer.

    Raises:
        DataUnreadable, DataTooHeavy: the files cannot be read so.
        Unavailable: the dataset is overwritten all the time.
    """
    for _ in range(_TRIES):
        wanted = plan()
        with ExitStack() as stack:
            try:
                paths = stack.enter_context(shelf.lent(wanted.part_ids))
            except FileNotFoundError:
                continue  # overwritten since; what is there now is what is asked for
            chunks = stream(form, paths, wanted.query, limits)
            first = next(chunks, b"")
            return _going_on(first, chunks, stack.pop_all())
    raise Unavailable("The dataset is being overwritten. Try again.", code="dataset-busy")


def _going_on(first: bytes, chunks: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    with held:
        yield first
        yield from chunks


def _chosen(dataset: Dataset, names: Sequence[str] | None) -> Sequence[Column]:
    if names is None:
        return dataset.columns
    known = {one.name: one for one in dataset.columns}
    faults = [FieldFault("columns", f"there is no column {name}") for name in names if name not in known]
    if faults or not names:
        raise Invalid("Unknown columns.", faults=faults[:10], code="unknown-column")
    return [known[name] for name in dict.fromkeys(names)]


def _filters(tx: Tx, node: Node, dataset: Dataset) -> Sequence[Filter] | None:
    behalf = behalf_of(tx.actor, impersonate=dataset.impersonate)
    if behalf is Behalf.NOBODY_ASKED:
        return None
    starter = tx.actor.starter
    if behalf is Behalf.ASSOCIATED:
        who = starter.run_as_id or ""
        may_share = does_associated(tx, starter, "dataset:share", node)
    else:
        who = tx.actor.answerable_id or ""
        may_share = may(tx, "dataset:share", node.id)
    let_through = rules_for(dataset.rules, frozenset(ids_for(tx, who)), may_share=may_share)
    return None if let_through is None else [Filter(one.column, one.values) for one in let_through]
