"""Data sources of client applications: datasets that they may read."""

from typing import Self

from pydantic import BaseModel, Field

from gatepost_server import dataapis
from gatepost_server.http.v1.client_shapes import ValidityIn, validity_of
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, page_out
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["data APIs"])
_MINE, _READERS = "/clients/{client_id}/datasets", "/projects/{project}/datasets/{dataset}/applications"


class DataSourceIn(Body):
    """A dataset (its id, or PROJECT/name) to be read; without `columns` all of them."""

    dataset: str = Field(max_length=200)
    columns: list[str] | None = Field(None, max_length=500)
    validity: ValidityIn


class DataSourceOut(BaseModel):
    """That a client application may read a dataset; `columns` null are all of them."""

    id: str
    dataset: dict[str, str]
    client: dict[str, str]
    columns: list[str] | None
    since: Time
    until: Time | None
    by: str

    @classmethod
    def of(cls, one: dataapis.DataSource) -> Self:
        """Present *one* data source."""
        return cls(
            id=one.grant_id,
            dataset={"id": one.dataset_id, "name": one.dataset_name, "project": one.project_key},
            client={"id": one.client_id, "name": one.client_name},
            columns=None if one.columns is None else list(one.columns),
            since=one.since,
            until=one.until,
            by=one.by_name,
        )


@router.reads(_MINE, action="app:open")
def list_sources(call: ApiCall, client_id: str, page: PageQuery) -> PageOut[DataSourceOut]:
    """List the datasets that a client application may read; for its owners and members."""
    with call.read() as tx:
        return page_out(dataapis.list_sources(tx, client_id, page), DataSourceOut.of)


@router.makes(_MINE, status_code=201, action="dataset:share")
def authorize_source(call: ApiCall, client_id: str, body: DataSourceIn) -> DataSourceOut:
    """Let a client application read a dataset that one may share, for a time."""
    with call.begin() as tx:
        validity = validity_of(tx, body.validity)
        given = dataapis.authorize_source(tx, body.dataset, client_id, validity, columns=body.columns)
        return DataSourceOut.of(given)


@router.removes(_MINE + "/{dataset}", action="app:edit-client")
def let_go_of_source(call: ApiCall, client_id: str, dataset: str) -> ReceiptOut:
    """Let one's client application do without a dataset, by its id."""
    with call.begin() as tx:
        dataapis.let_go_of_source(tx, client_id, dataset)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads(_READERS, action="dataset:share")
def list_readers(call: ApiCall, project: str, dataset: str, page: PageQuery) -> PageOut[DataSourceOut]:
    """List the applications that may read a dataset."""
    with call.read() as tx:
        return page_out(dataapis.list_readers(tx, project, dataset, page), DataSourceOut.of)


@router.removes(_READERS + "/{given}", action="dataset:share")
def end_source(call: ApiCall, project: str, dataset: str, given: str) -> ReceiptOut:
    """Let an application read a dataset no more."""
    with call.begin() as tx:
        dataapis.end_source(tx, project, dataset, given)
    return ReceiptOut.of(call.house.collect_receipt())
