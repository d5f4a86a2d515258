"""Where the rows of a dataset come from, and what was done to it."""

from pydantic import BaseModel

from gatepost_server import projects
from gatepost_server.http.v1.projects import HappeningOut
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.projects import SavedQuery
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["datasets"])


class QueryBody(Body):
    """The query that fills a dataset when it is refreshed; null: what was uploaded is read again."""

    query: str | None


class QueryOut(BaseModel):
    """The query of a dataset, and within whose rights it stays; all null when it has none."""

    query: str | None
    acts_as: str | None
    saved_at: Time | None

    @classmethod
    def of(cls, found: SavedQuery | None) -> "QueryOut":
        """Present *found*."""
        if found is None:
            return cls(query=None, acts_as=None, saved_at=None)
        return cls(query=found.sql, acts_as=found.by, saved_at=found.saved_at)


@router.reads("/projects/{project}/datasets/{dataset}/query", action="dataset:read")
def read_query(call: ApiCall, project: str, dataset: str) -> QueryOut:
    """Return the query that fills a dataset when it is refreshed."""
    with call.read() as tx:
        return QueryOut.of(projects.read_query(tx, project, dataset))


@router.replaces("/projects/{project}/datasets/{dataset}/query", action="dataset:edit")
def save_query(call: ApiCall, project: str, dataset: str, body: QueryBody) -> QueryOut:
    """Let a dataset be filled by a query of yours when it is refreshed, or by its upload again."""
    with call.read() as tx:
        projects.may_save_query(tx, project, dataset)
    query = None if body.query is None else projects.examined(body.query, call.house.folders.datasets)
    with call.begin() as tx:
        return QueryOut.of(projects.save_query(tx, project, dataset, query))


@router.reads("/projects/{project}/datasets/{dataset}/history", action="dataset:read")
def read_history(call: ApiCall, project: str, dataset: str, page: PageQuery) -> PageOut[HappeningOut]:
    """List what was done to a dataset, newest first."""
    with call.read() as tx:
        return page_out(projects.read_history(tx, project, dataset, page), HappeningOut.of)
