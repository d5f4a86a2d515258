"""Filling a dataset from a data connection: said, read again, ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost_server import connections, vault
from gatepost_server.authz import Hidden
from gatepost_server.connections import Connection, HeldLogin, Login, StoredLogin, Target
from gatepost_server.jobs import Job, JobEnded, JobState, actor_of, end_or_ask, facts_of, queue, state_of
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.projects import naming
from gatepost_server.projects.errors import (
    DatasetExists,
    FedByQuery,
    NotFed,
    ReadingAlready,
)
from gatepost_server.projects.feeds import FEED, Feed, Wanted, checked
from gatepost_server.projects.model import Dataset
from gatepost_server.projects.queries import datasets as queries
from gatepost_server.projects.queries import scenarios as scenario_queries
from gatepost_server.projects.scenarios import token_of
from gatepost_server.projects.service.datasets import plant_dataset, present_dataset
from gatepost_server.projects.service.finding import require_dataset, require_project
from gatepost_server.projects.service.saving import saved_query
from gatepost_server.projects.tables import DatasetRow, FeedRow
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import Column, checked_columns

_PEOPLE = (ActorKind.SESSION, ActorKind.PERSONAL_KEY)


@dataclass(frozen=True)
class Way:
    """How to get at a source now, as one who may: where it is, and whom to sign in as."""

    connection: Connection
    target: Target
    login: Login

    @property
    def credential_id(self) -> str | None:
        """The stored credential, or the login for one time; None where nobody signs in."""
        if isinstance(self.login, HeldLogin):
            return self.login.id
        return self.login.credential_id if isinstance(self.login, StoredLogin) else None


def way_to(tx: Tx, wanted: Wanted) -> Way:
    """Return how the caller gets at what is *wanted*, if both connection and credential are theirs to use.

    With a one-time login a dataset is read once, or again while that is held for who gave it.

    Raises:
        Hidden, ActionDenied: one of them is not.
        NotAssociated, ChooseLogin: no credential of theirs signs in there, or it was not said which.
        KeyIsNobody: over this connection everybody works as themselves, and a key is nobody.
    """
    target = connections.usable_target(tx, wanted.connection_id)
    connection = connections.get_connection(tx, wanted.connection_id)
    return Way(connection, target, connections.login_meant(tx, target, wanted.credential_id))


def add_from(
    tx: Tx,
    key: str,
    name: str,
    wanted: Wanted,
    *,
    columns: Sequence[Column] | None = None,
    impersonate: bool = False,
) -> tuple[Dataset, Job]:
    """Make a dataset that is filled from a connection, and begin to read its rows.

    With *columns* they are declared, and the source is held to them. Over a connection on which
    everybody works as themselves the dataset is used on behalf of persons.

    Raises:
        Invalid: the name or a column cannot be used, or it is not said what to read.
        DatasetExists: the project has one of this name.
        Hidden, ActionDenied, NotAssociated, ChooseLogin, KeyIsNobody: as `way_to`.
    """
    project = require_project(tx, "project:add", key)
    name, wanted = naming.checked_dataset_name(name), checked(wanted)
    if queries.dataset_id_of(tx.session, key, name) is not None:
        raise DatasetExists(name)
    way = way_to(tx, wanted)

    declared = checked_columns(columns) if columns is not None else None
    is_personal = impersonate or way.connection.impersonate
    dataset_id = plant_dataset(tx, project.id, name, declared, impersonate=is_personal)
    row = _said(tx, FeedRow(dataset_id=dataset_id, version=0), wanted, way)
    _audited(tx, "dataset:set-from", row, name)
    job = _begun(tx, row, name, tx.actor)
    return present_dataset(tx, dataset_id), job


def set_feed(tx: Tx, key: str, ref: str, wanted: Wanted) -> Job:
    """Let a dataset be filled from a connection from now on, within the caller's rights, and read it.

    Raises:
        FedByQuery: it has a saved query already.
        ReadingAlready: its rows are being read now.
        Invalid, Hidden, ActionDenied, NotAssociated, ChooseLogin, KeyIsNobody: as `add_from`.
    """
    node = require_dataset(tx, "dataset:edit", key, ref)
    require_dataset(tx, "dataset:write", key, ref)
    if saved_query(tx, node.id) is not None:
        raise FedByQuery(node.name)
    row = tx.session.get(FeedRow, node.id, with_for_update=True) or FeedRow(dataset_id=node.id, version=0)
    _require_idle(tx, row, node.name)
    way = way_to(tx, wanted := checked(wanted))

    row = _said(tx, row, wanted, way)
    if way.connection.impersonate:
        require_dataset(tx, "dataset:share", key, ref)
        tx.session.get_one(DatasetRow, node.id, with_for_update=True).impersonate = True
    _audited(tx, "dataset:set-from", row, node.name)
    return _begun(tx, row, node.name, tx.actor)


def end_feed(tx: Tx, key: str, ref: str) -> None:
    """Let a dataset stand by itself: its rows stay, and are read from no connection any more.

    Raises:
        NotFed: it is filled from none.
    """
    node = require_dataset(tx, "dataset:edit", key, ref)
    row = _fed(tx, node.id, node.name)
    if row.job_id is not None:
        end_or_ask(tx, row.job_id)
    _audited(tx, "dataset:end-from", row, node.name, is_over=True)
    tx.session.delete(row)
    tx.session.flush()


def read_feed(tx: Tx, key: str, ref: str) -> Feed | None:
    """Return where a dataset's rows come from, None when from no connection.

    Connection and credential are named for who may see them.
    """
    node = require_dataset(tx, "dataset:read", key, ref)
    row = tx.session.get(FeedRow, node.id)
    return None if row is None else _presented(tx, row)


def refresh(tx: Tx, key: str, ref: str) -> Job:
    """Read a dataset's rows again, within the rights of whoever last said from where.

    In their own session that is the session itself: it opens connections that are for people alone.

    Raises:
        NotFed: it is filled from no connection.
        ReadingAlready: its rows are being read now.
    """
    node = require_dataset(tx, "dataset:refresh", key, ref)
    row = _fed(tx, node.id, node.name)
    _require_idle(tx, row, node.name)
    definer = actor_of(row.definer)
    is_own = (
        tx.actor.kind in _PEOPLE and definer.behind is None and tx.actor.principal_id == definer.principal_id
    )
    return _begun(tx, row, node.name, tx.actor if is_own else definer)


def cancel_refresh(tx: Tx, key: str, ref: str) -> Job:
    """Stop reading a dataset's rows; those that it had stay.

    Raises:
        NotFed: it is filled from no connection.
        JobEnded: its rows are not being read.
    """
    node = require_dataset(tx, "dataset:refresh", key, ref)
    row = _fed(tx, node.id, node.name)
    job = _job(tx, row)
    if job is None or job.state.is_ended:
        raise JobEnded
    end_or_ask(tx, job.id)
    tx.audit("dataset:cancel-refresh", "dataset", node.id, node.name, after={"job": job.id})
    tx.session.flush()
    return state_of(tx, job.id) or job


def is_fed(tx: Tx, dataset_id: str) -> bool:
    """Tell whether a dataset is filled from a connection, without asking for rights."""
    return tx.session.get(FeedRow, dataset_id) is not None


def is_read_once(tx: Tx, dataset_id: str) -> bool:
    """Tell whether a dataset was read with a one-time login, which does not last."""
    row = tx.session.get(FeedRow, dataset_id)
    return row is not None and connections.is_held(row.credential_id)


def is_from_impersonating(tx: Tx, dataset_id: str) -> bool:
    """Tell whether a dataset comes from a connection on which everybody works as themselves."""
    row = tx.session.get(FeedRow, dataset_id)
    return row is not None and connections.is_impersonating(tx, row.connection_id)


def wanted_of(row: FeedRow) -> Wanted:
    """Return what a dataset is filled with."""
    return Wanted(row.connection_id, row.credential_id, row.schema_name, row.table_name, row.sql)


def _said(tx: Tx, row: FeedRow, wanted: Wanted, way: Way) -> FeedRow:
    row.connection_id, row.credential_id = wanted.connection_id, way.credential_id
    row.schema_name, row.table_name, row.sql = wanted.schema, wanted.table, wanted.sql
    row.definer, row.saved_at, row.version = facts_of(token_of(tx.actor)), tx.now, row.version + 1
    tx.session.add(row)
    tx.session.flush()
    return row


def _begun(tx: Tx, row: FeedRow, name: str, actor: Actor) -> Job:
    job = queue(tx, FEED, row.dataset_id, {"version": row.version}, actor=actor)
    row.job_id, row.failure = job.id, None
    tx.audit("dataset:refresh", "dataset", row.dataset_id, name, after={"job": job.id, "as": actor.name})
    tx.session.flush()
    return job


def _audited(tx: Tx, action: str, row: FeedRow, name: str, *, is_over: bool = False) -> None:
    told = {
        "connection_id": row.connection_id,
        "credential_id": row.credential_id,
        "schema": row.schema_name,
        "table": row.table_name,
        "sql": row.sql,
    }
    after = None if is_over else told
    tx.audit(action, "dataset", row.dataset_id, name, before=told if is_over else None, after=after)


def _fed(tx: Tx, dataset_id: str, name: str) -> FeedRow:
    row = tx.session.get(FeedRow, dataset_id, with_for_update=True)
    if row is None:
        raise NotFed(name)
    return row


def _require_idle(tx: Tx, row: FeedRow, name: str) -> None:
    job = _job(tx, row)
    if job is not None and not job.state.is_ended:
        raise ReadingAlready(name)


def _job(tx: Tx, row: FeedRow) -> Job | None:
    return None if row.job_id is None else state_of(tx, row.job_id)


def _presented(tx: Tx, row: FeedRow) -> Feed:
    job, failure = _job(tx, row), row.failure
    if failure is None and job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
        failure = "stopped" if job.state is JobState.FAILED else "cancelled"
    dataset = present_dataset(tx, row.dataset_id)
    return Feed(
        wanted=wanted_of(row),
        connection_name=_connection_name(tx, row.connection_id),
        credential_name=_credential_name(tx, row.credential_id),
        by=actor_of(row.definer).name,
        saved_at=row.saved_at,
        job=job,
        failure=failure,
        read_at=row.read_at,
        next_at=scenario_queries.next_refresh_of(
            tx.session, dataset.project_id, (dataset.id, dataset.name.casefold())
        ),
    )


def _connection_name(tx: Tx, connection_id: str) -> str | None:
    try:
        return connections.get_connection(tx, connection_id).name
    except Hidden:
        return None


def _credential_name(tx: Tx, credential_id: str | None) -> str | None:
    if credential_id is None:
        return None
    try:
        return vault.get_credential(tx, credential_id).name
    except Hidden:
        return None
