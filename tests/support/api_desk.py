"""Data APIs in tests: sources that a fake broker knows, and APIs planted without asking one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from stores import Store

from gatepost_server.authz import NodeKind, own_new_node, register_node
from gatepost_server.connections import (
    Bounds,
    Failure,
    Login,
    Preview,
    SourceColumn,
    Sql,
    Statement,
    StatementFailed,
    TableName,
    Target,
    Tested,
)
from gatepost_server.dataapis import Definition, Field, SqlSource, kept
from gatepost_server.dataapis.tables import ApiVersionRow, DataApiRow
from gatepost_server.jobs import facts_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects import token_of

PRICES = Definition(SqlSource("SELECT id FROM prices"), fields=(Field("id", "integer"),))
COLUMNS = (
    SourceColumn("id", "integer", "bigint"), SourceColumn("city", "string", "text"),
    SourceColumn("owner", "string", "text"),
)  # fmt: skip


class SourceBroker:
    """Knows one table, `orders`, and answers every query with one empty row of its columns."""

    def __init__(self) -> None:
        self.asked: list[Statement] = []

    def test(self, actor: Actor, target: Target, login: Login) -> Tested:
        raise NotImplementedError

    def schemas(self, actor: Actor, target: Target, login: Login) -> Sequence[str]:
        raise NotImplementedError

    def tables(self, actor: Actor, target: Target, login: Login, schema: str | None) -> Sequence[TableName]:
        raise NotImplementedError

    def preview(self, *_: Any, **__: Any) -> Preview:
        raise NotImplementedError

    def write(self, *_: Any, **__: Any) -> int:
        raise NotImplementedError

    def columns(
        self, actor: Actor, target: Target, login: Login, schema: str | None, table: str
    ) -> Sequence[SourceColumn]:
        if table != "orders":
            raise StatementFailed(Failure.TABLE_UNKNOWN)
        return COLUMNS

    @contextmanager
    def stream(
        self, actor: Actor, target: Target, login: Login, statement: Statement, bounds: Bounds | None = None
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        self.asked.append(statement)
        if isinstance(statement, Sql) and "nowhere" in statement.text:
            raise StatementFailed(Failure.TABLE_UNKNOWN)
        schema = pa.schema([("id", pa.int64()), ("city", pa.string()), ("owner", pa.string())])
        yield iter([pa.RecordBatch.from_pylist([{}], schema=schema)])


def plant_api(
    store: Store, owner: Actor, project_id: str, key: str, connection_id: str, *, name: str = "prices"
) -> str:
    """Put a published data API with one version into a project, asking no source; return its id."""
    with store.arranged(owner) as tx:
        api = new_id("api", tx.now)
        node = register_node(tx, api, NodeKind.API, name, parent_id=project_id, is_numbered=True)
        own_new_node(tx, node)
        tx.session.add(
            DataApiRow(
                id=api, project_id=project_id, project_key=key, slug=name, number_text=str(node.number),
                name=name, folded=name, description="", development_version=1, production_version=1,
                created_at=tx.now, updated_at=tx.now,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(
            ApiVersionRow(
                api_id=api, number=1, connection_id=connection_id, credential_id=None,
                definition=kept(PRICES), definer=facts_of(token_of(tx.actor)), at=tx.now, note="",
            )
        )  # fmt: skip
    return api
