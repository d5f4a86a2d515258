"""Ada keeps a connection, bob may use it; both store a credential of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from calling import Api, Caller
from fastapi import FastAPI
from world import Person, World

from gatepost_server.broker.holding import Holding
from gatepost_server.connections import (
    BrokerSilent,
    Code,
    Failure,
    HeldLogin,
    Login,
    OneTimeLogin,
    Preview,
    SourceColumn,
    Statement,
    StatementFailed,
    Step,
    StepName,
    StoredLogin,
    TableName,
    Target,
    Tested,
    require_bound,
)
from gatepost_server.kernel.actor import Actor

PLANTED = "correct-horse-battery-7c1f"
PLACE = {"host": "db.example.com", "database": "sales"}


@dataclass
class ConnectionDesk:
    """An instance on which credentials are stored, with a connection of ada's."""

    api: Api
    world: World
    root: Caller
    ada_person: Person
    bob_person: Person
    ada: Caller
    bob: Caller
    sales: str

    def stored(self, who: Caller, **more: Any) -> str:
        """Store a credential and return its id."""
        body = {"name": "Warehouse", "user": "reader", "password": PLANTED, **more}
        answer = who.post("credentials", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def share(self, path: str, who: str, role: str = "consumer", by: Caller | None = None) -> str:
        """Give somebody a role and return the grant's id."""
        body = {"to": {"type": "user", "name": who}, "role": role}
        answer = (by or self.ada).post(f"{path}/grants", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def associated(self, who: Caller, credential: str, connection: str | None = None) -> None:
        """Associate a credential with a connection."""
        answer = who.call("PUT", f"connections/{connection or self.sales}/credentials/{credential}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "attached"

    def states(self, who: Caller) -> dict[str, str]:
        """Return the state of each credential of the connection that somebody sees."""
        found = who.pages(f"connections/{self.sales}/credentials")
        return {one["credential"]["id"]: one["state"] for one in found}


def made(who: Caller, **more: Any) -> dict[str, Any]:
    """Make a connection and return the answer."""
    answer = who.post("connections", {"name": "Sales", "type": "postgresql", "params": PLACE, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def connection_desk(api: Api, world: World) -> ConnectionDesk:
    root = api.session(world.person("root", "administrator"))
    assert root.patch("settings", {"features": {"stored_credentials": True}}).status_code == 200
    ada_person, bob_person = world.person("ada", "publisher"), world.person("bob", "publisher")
    ada, bob = api.session(ada_person), api.session(bob_person)
    found = ConnectionDesk(api, world, root, ada_person, bob_person, ada, bob, made(ada)["id"])
    found.share(f"connections/{found.sales}", "bob")
    return found


@dataclass
class HeardBroker:
    """Stands for the broker: asks what it has to ask, notes what it was sent, answers as told."""

    world: World
    codes: tuple[tuple[StepName, Code], ...] = ()
    is_silent: bool = False
    failure: Failure | None = None
    heard: list[tuple[Target, Login]] = field(default_factory=list)
    holding: Holding = field(default_factory=Holding)

    def test(self, actor: Actor, target: Target, login: Login) -> Tested:
        self._hear(actor, target, login)
        failed = dict(self.codes)
        steps = []
        for name in StepName:
            steps.append(Step(name, failed.get(name, Code.OK), 3))
            if not steps[-1].ok:
                break
        return Tested(tuple(steps))

    def hold(self, actor: Actor, target: Target, login: OneTimeLogin) -> str:
        return self.holding.hold(actor, target, login)

    def let_go(self, actor: Actor, target: Target, login: HeldLogin) -> None:
        self.holding.let_go(actor, target, login)

    def schemas(self, actor: Actor, target: Target, login: Login) -> Sequence[str]:
        self._hear(actor, target, login)
        return ["public"]

    def tables(self, actor: Actor, target: Target, login: Login, schema: str | None) -> Sequence[TableName]:
        self._hear(actor, target, login)
        return [TableName(schema or "public", "orders", "table")]

    def columns(
        self, actor: Actor, target: Target, login: Login, schema: str | None, table: str
    ) -> Sequence[SourceColumn]:
        self._hear(actor, target, login)
        return [SourceColumn("id", "integer", "int8")]

    def preview(
        self, actor: Actor, target: Target, login: Login, schema: str | None, table: str, *, limit: int = 100
    ) -> Preview:
        return Preview(self.columns(actor, target, login, schema, table), [[1], [None]], truncated=True)

    def stream(self, actor: Actor, target: Target, login: Login, statement: Statement) -> Any:
        raise NotImplementedError("nothing is streamed here")

    def _hear(self, actor: Actor, target: Target, login: Login) -> None:
        if self.is_silent:
            raise BrokerSilent
        if isinstance(login, HeldLogin):
            login = self.holding.login_of(actor, target, login)
        if isinstance(login, StoredLogin):
            with self.world.read(actor) as tx:
                require_bound(tx, target, login.credential_id)
        self.heard.append((target, login))
        if self.failure is not None:
            raise StatementFailed(self.failure)


def with_broker(desk: ConnectionDesk, app: FastAPI) -> HeardBroker:
    """Let the instance ask a broker that notes what it was sent."""
    broker = HeardBroker(desk.world)
    app.state.house = replace(desk.api.house, broker=broker)
    return broker
