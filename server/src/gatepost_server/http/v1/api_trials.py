"""The console of a data API: a call tried, with what the source was asked for it."""

from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from gatepost_server import dataapis
from gatepost_server.dataapis import Operation, Stage, Trial
from gatepost_server.http.v1.connection_tests import means_of
from gatepost_server.http.v1.wire import Body
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["data APIs"])


class TrialIn(Body):
    """What is tried, as a call would send it; with `client` as that application would see it."""

    stage: Literal["development", "production"] = "development"
    operation: Operation = Operation.LIST
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=200)
    fields: list[str] | None = Field(None, max_length=1000)
    limit: int | None = Field(None, ge=1, le=dataapis.MOST_TRIED)
    client: str | None = Field(None, max_length=60)

    def read(self) -> Trial:
        """Return it as the domain knows it."""
        return Trial(Stage(self.stage), self.operation, self.parameters, self.fields, self.limit, self.client)


class TriedOut(BaseModel):
    """The rows that came; `ms` are the source's, `left_out` fields that were not asked for or not granted.

    `sql` is what the source was asked, with placeholders for values, for who may edit the API.
    """

    version: int
    columns: list[dict[str, str]]
    rows: list[list[Any]]
    truncated: bool
    ms: int
    left_out: list[str]
    sql: str | None

    @classmethod
    def of(cls, one: dataapis.TriedApi) -> Self:
        """Present *one* trial."""
        return cls(
            version=one.version,
            columns=[{"name": each.name, "type": each.type} for each in one.columns],
            rows=[list(row) for row in one.rows],
            truncated=one.truncated,
            ms=one.ms,
            left_out=list(one.left_out),
            sql=one.sql,
        )


@router.makes("/projects/{project}/apis/{api}/test", action="api:call")
def try_api(call: ApiCall, project: str, api: str, body: TrialIn) -> TriedOut:
    """Try a data API as oneself, a hundred rows at most; what is in development, by who may edit it."""
    return TriedOut.of(dataapis.try_api(means_of(call), project, api, body.read()))
