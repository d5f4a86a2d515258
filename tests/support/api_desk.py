"""Data APIs in tests: sources that a fake broker knows, and APIs planted without asking one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from calling import Api, Caller
from fastapi import FastAPI
from httpx import Response
from stores import Store
from world import Person, World

from gatepost_server.authz import (
    ORGANIZATION,
    NodeKind,
    own_new_node,
    policy,
    register_holder,
    register_node,
)
from gatepost_server.authz.service.writing import add_grant
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
from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiVersionRow, DataApiRow, DataSourceRow
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

    def hold(self, *_: Any) -> str:
        raise NotImplementedError

    def let_go(self, *_: Any) -> None:
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


PLACE = {"host": "db.example.com", "database": "sales"}
SQL = "SELECT id, city FROM orders WHERE city = :city"


def plant_authorization(store: Store, owner: Actor, api: str) -> str:
    """Let an application that is there for nothing else call a data API; return the authorization's id."""
    with store.arranged(owner) as tx:
        client = new_id("app", tx.now)
        register_holder(tx, client, "application", "Caller", ORGANIZATION)
        grant = add_grant(tx, api, client, policy.mask("USE")).id
        tx.session.add(
            ApiAuthorizationRow(
                grant_id=grant, api_id=api, client_id=client, stage="production", fields=None
            )
        )  # fmt: skip
    return grant


def plant_source(store: Store, owner: Actor, dataset: str) -> str:
    """Let an application that is there for nothing else read a dataset; return what lets it."""
    with store.arranged(owner) as tx:
        client = new_id("app", tx.now)
        register_holder(tx, client, "application", "Reader", ORGANIZATION)
        grant = add_grant(tx, dataset, client, policy.mask("READ_DATA")).id
        tx.session.add(DataSourceRow(grant_id=grant, dataset_id=dataset, client_id=client, columns=None))
    return grant


@dataclass
class ApiDesk:
    """Ada administers P; eve edits its things, vic is given what a test gives; nobody else sees it."""

    api: Api
    world: World
    broker: SourceBroker
    root: Caller
    ada: Caller
    eve: Caller
    vic: Caller
    people: dict[str, Person]
    project: str
    connection: str

    def make(self, who: Caller | None = None, **more: Any) -> Response:
        """Ask for a data API on the table `orders`."""
        body = {
            "name": "Orders",
            "connection_id": self.connection,
            "table": "orders",
            "slug": "orders",
            **more,
        }
        return (who or self.ada).post("projects/P/apis", {k: v for k, v in body.items() if v is not None})

    def made(self, who: Caller | None = None, **more: Any) -> dict[str, Any]:
        """Make one and return it."""
        answer = self.make(who, **more)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def of_sql(self, **more: Any) -> dict[str, Any]:
        """Make one on SQL."""
        return self.made(table=None, sql=SQL, parameters=[{"name": "city", "required": True}], **more)

    def give(self, who: str, atoms: str, on: str) -> None:
        """Let somebody hold *atoms* on a thing."""
        self.world.grant(on, self.people[who].id, policy.mask(atoms))

    def client(self, **more: Any) -> str:
        """Make a client application of ada's and return its id."""
        self.root.post("client-groups", {"name": "Partners"})
        answer = self.root.post("clients", {"name": "Loader", "group": "Partners", "owners": ["ada"], **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def api_desk(api: Api, world: World, app: FastAPI) -> ApiDesk:
    """Set the instance up, with a broker that a test can ask."""
    people = {"root": world.person("root", "administrator")}
    people |= {name: world.person(name, "publisher") for name in ("ada", "eve", "vic")}
    callers = {name: api.session(who) for name, who in people.items()}
    broker = SourceBroker()
    app.state.house = replace(api.house, broker=broker)
    root, ada = callers["root"], callers["ada"]
    root.patch("settings", {"features": {"stored_credentials": True}})
    project = ada.post("projects", {"key": "P", "name": "P"}).json()["id"]
    place = {"name": "Sales", "type": "postgresql", "params": PLACE}
    connection = ada.post("connections", place).json()["id"]
    stored = {"name": "Warehouse", "user": "reader", "password": "a long one"}
    credential = ada.post("credentials", stored).json()["id"]
    assert ada.call("PUT", f"connections/{connection}/credentials/{credential}").status_code == 200
    made = ApiDesk(api, world, broker, root, ada, callers["eve"], callers["vic"], people, project, connection)
    made.give("eve", "WRITE_CONF", project)
    return made
