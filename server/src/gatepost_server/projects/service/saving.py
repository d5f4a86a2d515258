"""The saved query of a dataset: what it is filled by when it is refreshed, and within whose rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.authz import Hidden, exposed_to
from gatepost_server.jobs import actor_of, facts_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects.errors import FedAlready
from gatepost_server.projects.model import SavedQuery
from gatepost_server.projects.queries import datasets, projects
from gatepost_server.projects.scenarios import token_of
from gatepost_server.projects.service.finding import require_dataset, require_dataset_of
from gatepost_server.projects.tables import FeedRow, QueryRow
from gatepost_server.store import Tx

LONGEST: Final = 100_000
_MAIN: Final = "main"


@dataclass(frozen=True)
class ReadQuery:
    """A query that the engine reads as one SELECT, and what it names: schema (may be empty) and name."""

    sql: str
    tables: Sequence[tuple[str, str]]


def checked_sql(text: str) -> str:
    """Return *text* as a query to be kept; whether it is SQL, the engine says.

    Raises:
        Invalid: it is empty, or longer than 100,000 characters.
    """
    sql = text.replace("\r\n", "\n").strip()
    if not sql or len(sql) > LONGEST:
        raise Invalid("The query cannot be used.", faults=[FieldFault("query", "1 to 100,000 characters")])
    return sql


def may_save_query(tx: Tx, key: str, ref: str) -> None:
    """Refuse a query before the engine reads it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the caller may not edit the dataset, or not write its rows.
    """
    require_dataset(tx, "dataset:edit", key, ref)
    require_dataset(tx, "dataset:write", key, ref)


def read_query(tx: Tx, key: str, ref: str) -> SavedQuery | None:
    """Return the query that a dataset is refreshed by, None when it has none."""
    node = require_dataset(tx, "dataset:read", key, ref)
    return saved_query(tx, node.id)


def save_query(tx: Tx, key: str, ref: str, query: ReadQuery | None) -> SavedQuery | None:
    """Let a dataset be filled by *query* when it is refreshed; None: its upload is read again.

    It reads as the caller may, whoever runs it: they must be able to read all that it names now,
    and see less of it later when their rights do.

    Raises:
        Hidden, ActionDenied: the caller may not edit and write the dataset, or not read what it names.
        Invalid: it names something that is no dataset of the project, or exposed to it.
        FedAlready: it is filled from a connection.
    """
    may_save_query(tx, key, ref)
    node = require_dataset(tx, "dataset:edit", key, ref)
    if query is not None:
        if tx.session.get(FeedRow, node.id) is not None:
            raise FedAlready(node.name)
        _require_readable(tx, key, query)

    row = tx.session.get(QueryRow, node.id, with_for_update=True)
    before = None if row is None else row.sql
    if query is None and row is not None:
        tx.session.delete(row)
    elif query is not None:
        plant_query(tx, node.id, query.sql)
    after = {"query": None if query is None else query.sql}
    tx.audit("dataset:set-query", "dataset", node.id, node.name, before={"query": before}, after=after)
    tx.session.flush()
    return saved_query(tx, node.id)


def plant_query(tx: Tx, dataset_id: str, sql: str) -> None:
    """Write the query of a dataset, which acts as the caller; rights have been asked."""
    row = tx.session.get(QueryRow, dataset_id) or QueryRow(dataset_id=dataset_id)
    row.sql, row.definer, row.saved_at = sql, facts_of(token_of(tx.actor)), tx.now
    tx.session.add(row)
    tx.session.flush()


def saved_query(tx: Tx, dataset_id: str) -> SavedQuery | None:
    """Return a dataset's query, without asking for rights."""
    row = tx.session.get(QueryRow, dataset_id)
    return None if row is None else SavedQuery(row.sql, row.definer["name"], row.saved_at)


def definer_of_query(tx: Tx, dataset_id: str) -> Actor:
    """Return within whose rights a dataset's query stays."""
    return actor_of(tx.session.get_one(QueryRow, dataset_id).definer)


def _require_readable(tx: Tx, key: str, query: ReadQuery) -> None:
    there = _datasets(tx, key)
    faults = []
    for schema, name in query.tables:
        try:
            require_dataset_of(tx, "dataset:rows", there.get((schema.casefold(), name.casefold()), ""))
        except Hidden:
            called = f"{schema}.{name}" if schema else name
            faults.append(FieldFault("query", f"there is no dataset {called[:200]} to be read here"))
    if faults:
        raise Invalid("The query cannot be used.", faults=faults[:10], code="unknown-dataset")


def _datasets(tx: Tx, key: str) -> dict[tuple[str, str], str]:
    """Return the ids of what a query of this project may name, by schema and name in lower case."""
    project_id = projects.project_id_of(tx.session, key) or ""
    own = datasets.names_of_datasets(tx.session, project_id)
    there = {(schema, name): one for name, one in own.items() for schema in ("", _MAIN, key.casefold())}
    try:
        exposed = exposed_to(tx, project_id)
    except Hidden:
        return there
    homes = projects.keys_of(tx.session, [one.from_project_id for one in exposed])
    for one in exposed:
        there[(homes[one.from_project_id].casefold(), one.dataset_name.casefold())] = one.dataset_id
    return there
