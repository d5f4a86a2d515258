"""Data sources of client applications: datasets that they may read, which columns of them, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from gatepost_server.approvals import Validity
from gatepost_server.authz import (
    end_holdings,
    give_application,
    grant_called,
    living_grants,
    node_names,
    policy,
    principals,
)
from gatepost_server.clients import require_client
from gatepost_server.dataapis.errors import SourceGiven, UnknownAuthorization
from gatepost_server.dataapis.tables import DataSourceRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.projects import (
    Dataset,
    dataset_meant,
    present_dataset,
    require_dataset,
    require_dataset_of,
)
from gatepost_server.store import Tx

_READ: Final = policy.mask("READ_DATA")


@dataclass(frozen=True)
class DataSource:
    """What a client application may read: a dataset, some columns (None: all), until when."""

    grant_id: str
    dataset_id: str
    dataset_name: str
    project_key: str
    client_id: str
    client_name: str
    columns: tuple[str, ...] | None
    since: datetime
    until: datetime | None
    by_name: str


def authorize_source(
    tx: Tx,
    dataset_ref: str,
    client_id: str,
    validity: Validity,
    *,
    columns: Sequence[str] | None = None,
    reason: str = "",
) -> DataSource:
    """Let a client application read a dataset (its id, or PROJECT/name); *columns* None are all.

    Columns that come later are not among those that were named; of all, they are. Row rules hold for
    applications as for anybody.

    Raises:
        Hidden, ActionDenied: the caller may not share the dataset, or not know of the application.
        RunAsNeeded, RunAsDenied: it is used on behalf of a person, who is not named or may not.
        Invalid: it has no such column, or the end has passed.
        SourceGiven: the application may read it now.
        TooWide: beyond what the caller holds on the dataset.
    """
    node = require_dataset_of(tx, "dataset:share", dataset_meant(tx, dataset_ref) or "")
    require_client(tx, "app:list", client_id)
    return authorize_source_asked(tx, node.id, client_id, validity, columns=columns, reason=reason)


def authorize_source_asked(
    tx: Tx,
    dataset_id: str,
    client_id: str,
    validity: Validity,
    *,
    columns: Sequence[str] | None = None,
    reason: str = "",
) -> DataSource:
    """Do the same for an application whose owner asked: the caller need not know of it otherwise."""
    node = require_dataset_of(tx, "dataset:share", dataset_id)
    wanted = _checked_columns(present_dataset(tx, node.id), columns)
    name = node_names(tx, [client_id]).get(client_id, "The application")
    if source_of(tx, node.id, client_id) is not None:
        raise SourceGiven(name)
    until = validity.ends_at(tx.now)
    grant = give_application(tx, "dataset:share", node.id, client_id, _READ, until=until, reason=reason)
    row = DataSourceRow(grant_id=grant.id, dataset_id=node.id, client_id=client_id, columns=wanted)
    tx.session.add(row)
    tx.session.flush()
    after = {
        "client": name, "client_id": client_id, "columns": wanted,
        "until": None if until is None else until.isoformat(),
    }  # fmt: skip
    tx.audit("dataset:authorize", "dataset", node.id, node.name, after=after)
    return _presented(tx, [row])[0]


def source_of(tx: Tx, dataset_id: str, client_id: str) -> DataSource | None:
    """Return what lets an application read a dataset now; rights are the caller's matter."""
    query = select(DataSourceRow).where(
        DataSourceRow.dataset_id == dataset_id, DataSourceRow.client_id == client_id
    )
    rows = tx.session.scalars(query.order_by(DataSourceRow.grant_id.desc())).all()
    living = living_grants(tx, [one.grant_id for one in rows])
    return next(iter(_presented(tx, [one for one in rows if one.grant_id in living][:1])), None)


def list_sources(tx: Tx, client_id: str, page: PageRequest) -> Page[DataSource]:
    """Return a page of what a client application may read now; for its owners and members."""
    client = require_client(tx, "app:open", client_id)
    return _page(tx, page, DataSourceRow.client_id == client.id)


def list_readers(tx: Tx, project_key: str, dataset: str, page: PageRequest) -> Page[DataSource]:
    """Return a page of the applications that may read a dataset now; for who may share it."""
    node = require_dataset(tx, "dataset:share", project_key, dataset)
    return _page(tx, page, DataSourceRow.dataset_id == node.id)


def end_source(tx: Tx, project_key: str, dataset: str, grant_id: str) -> DataSource:
    """Let an application read a dataset no more, at its next call; for who may share the dataset.

    Raises:
        UnknownAuthorization: there is none of that id on this dataset.
    """
    node = require_dataset(tx, "dataset:share", project_key, dataset)
    row = tx.session.get(DataSourceRow, grant_id)
    if row is None or row.dataset_id != node.id:
        raise UnknownAuthorization
    return _end(tx, row)


def let_go_of_source(tx: Tx, client_id: str, dataset_ref: str) -> DataSource:
    """Let a client application do without a dataset; for who owns the application.

    Raises:
        UnknownAuthorization: it may not read that dataset now.
    """
    client = require_client(tx, "app:edit-client", client_id)
    found = source_of(tx, dataset_meant(tx, dataset_ref) or "", client.id)
    if found is None:
        raise UnknownAuthorization
    row = tx.session.get_one(DataSourceRow, found.grant_id)
    return _end(tx, row)


def _end(tx: Tx, row: DataSourceRow) -> DataSource:
    ended = _presented(tx, [row])[0]
    tx.session.delete(row)
    tx.session.flush()
    end_holdings(tx, [ended.grant_id])
    before = {"client": ended.client_name, "client_id": ended.client_id}
    tx.audit("dataset:end-authorization", "dataset", ended.dataset_id, ended.dataset_name, before=before)
    return ended


def _checked_columns(dataset: Dataset, columns: Sequence[str] | None) -> list[str] | None:
    if columns is None:
        return None
    known = [one.name for one in dataset.columns]
    unknown = [one for one in columns if one not in known]
    if unknown or not columns:
        said = f"no such column: {unknown[0][:100]}" if unknown else "at least one, or none said"
        raise Invalid("These columns cannot be granted.", faults=[FieldFault("columns", said)])
    return [one for one in known if one in set(columns)]


def _page(tx: Tx, page: PageRequest, whose: ColumnElement[bool]) -> Page[DataSource]:
    after = page.position()
    query = select(DataSourceRow).where(whose, DataSourceRow.grant_id > (after[0] if after else ""))
    rows = tx.session.scalars(query.order_by(DataSourceRow.grant_id).limit(page.limit + 1)).all()
    cut = page_from(rows, page, lambda one: (one.grant_id,))
    living = living_grants(tx, [one.grant_id for one in cut.items])
    return Page(_presented(tx, [one for one in cut.items if one.grant_id in living]), cut.next)


def _presented(tx: Tx, rows: Sequence[DataSourceRow]) -> list[DataSource]:
    grants = {row.grant_id: grant_called(tx, row.grant_id) for row in rows}
    givers = [grant.by_id for grant in grants.values() if grant is not None]
    names = principals(tx, [*(row.client_id for row in rows), *givers])
    found = []
    for row in rows:
        grant, dataset = grants[row.grant_id], present_dataset(tx, row.dataset_id)
        assert grant is not None, "the row goes with its grant"
        giver = names.get(grant.by_id)
        found.append(
            DataSource(
                row.grant_id, row.dataset_id, dataset.name, dataset.project_key, row.client_id,
                names[row.client_id].label, None if row.columns is None else tuple(row.columns),
                grant.from_at, grant.until_at, grant.by_name if giver is None else giver.label,
            )
        )  # fmt: skip
    return found
