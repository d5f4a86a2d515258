"""What the gate reads of a data API: the version of a stage, as whom it reads, what a client may call."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from world import Person, World

from gatepost_server.authz import NodeKind, own_new_node, policy, register_holder, register_node, set_active
from gatepost_server.connections import StoredLogin, create_connection
from gatepost_server.dataapis import (
    Allowed,
    ApiFacts,
    Definition,
    Field,
    Operation,
    Parameter,
    ParameterType,
    SqlSource,
    Stage,
    api_facts,
    authorization_of,
    definition_of,
    find_api,
    kept,
)
from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiVersionRow, DataApiRow
from gatepost_server.jobs import facts_of
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects import create_project, token_of
from gatepost_server.store import raw_reader

PLACE = {"host": "db.example.com", "database": "sales"}
FIRST = Definition(
    SqlSource("SELECT id FROM orders WHERE id >= :low"),
    frozenset({Operation.LIST, Operation.GET}),
    (Field("id", "integer"),),
    (Parameter("low", ParameterType.INTEGER, min="1", choices=("1", "2")),),
)
SECOND = replace(FIRST, source=SqlSource("SELECT id FROM orders"), parameters=())


@dataclass
class Planted:
    """Ada's API in two versions, the first published, and a client application."""

    world: World
    ada: Person
    connection: str
    api: str
    client: str

    def found(self, text: str, stage: Stage = Stage.PRODUCTION) -> ApiFacts | None:
        with raw_reader(self.world.store.engine) as reader:
            api = find_api(reader, text, stage)
            return None if api is None else api_facts(reader, api, self.world.now)

    def facts(self, text: str = "orders", stage: Stage = Stage.PRODUCTION) -> ApiFacts:
        found = self.found(text, stage)
        assert found is not None
        return found

    def fields(self, stage: Stage = Stage.PRODUCTION) -> frozenset[str] | str | None:
        found = self.allowed(stage)
        return "nothing" if found is None else found.fields

    def allowed(self, stage: Stage = Stage.PRODUCTION) -> Allowed | None:
        with raw_reader(self.world.store.engine) as reader:
            return authorization_of(reader, self.api, self.client, stage, self.world.now)

    def authorize(self, stage: Stage, fields: list[str] | None, *, hours: int | None = None) -> None:
        until = None if hours is None else self.world.now + timedelta(hours=hours)
        grant = self.world.grant(self.api, self.client, policy.mask("USE"), until)
        with self.world.store.arranged() as tx:
            tx.session.add(
                ApiAuthorizationRow(
                    grant_id=grant, api_id=self.api, client_id=self.client, stage=stage, fields=fields
                )
            )


@pytest.fixture
def planted(world: World) -> Planted:
    ada = world.person("ada", "publisher")
    with world.store.arranged(ada.actor) as tx:
        project = create_project(tx, key="SHOP", name="Shop")
        connection = create_connection(tx, "Sales", "postgresql", PLACE)
        api = new_id("api", tx.now)
        node = register_node(tx, api, NodeKind.API, "Orders", parent_id=project.id, is_numbered=True)
        own_new_node(tx, node)
        tx.session.add(
            DataApiRow(
                id=api, project_id=project.id, project_key="SHOP", slug="orders",
                number_text=str(node.number), name="Orders",
                folded="orders", description="", development_version=2, production_version=1,
                created_at=tx.now, updated_at=tx.now,
            )
        )  # fmt: skip
        tx.session.flush()
        for number, one in ((1, FIRST), (2, SECOND)):
            tx.session.add(
                ApiVersionRow(
                    api_id=api, number=number, connection_id=connection.id, credential_id=None,
                    definition=kept(one), definer=facts_of(token_of(tx.actor)), at=tx.now, note="",
                )
            )  # fmt: skip
        client = new_id("app", tx.now)
        register_holder(tx, client, "application", "Loader", project.id)
    return Planted(world, ada, connection.id, api, client)


def test_a_definition_is_read_as_it_was_kept() -> None:
    assert definition_of(kept(FIRST)) == FIRST


def test_each_stage_has_its_version_by_id_slug_and_number(planted: Planted) -> None:
    found = planted.facts("orders")
    number = found.node.number
    assert (found.version, found.definition) == (1, FIRST)
    assert found == planted.facts(planted.api) == planted.facts(str(number))
    assert planted.facts("orders", Stage.DEVELOPMENT).definition == SECOND
    assert found.target is not None
    assert (planted.connection, planted.ada.id) == (found.target.connection_id, found.definer.principal_id)
    assert found.is_definer_able
    assert planted.found("order") is None


def test_nothing_is_called_that_is_not_published(planted: Planted) -> None:
    with planted.world.store.arranged() as tx:
        tx.session.get_one(DataApiRow, planted.api).production_version = None
    assert planted.found("orders") is None
    assert planted.found("orders", Stage.DEVELOPMENT) is not None


def test_a_definer_who_may_use_the_source_no_more_is_lost(planted: Planted) -> None:
    with planted.world.store.arranged() as tx:
        tx.session.get_one(ApiVersionRow, (planted.api, 1)).credential_id = "crd_" + "0" * 24
    found = planted.facts("orders")
    assert StoredLogin("crd_" + "0" * 24) == found.login
    assert not found.is_definer_able
    assert planted.facts("orders", Stage.DEVELOPMENT).is_definer_able
    with planted.world.store.arranged() as tx:
        set_active(tx, planted.ada.id, is_active=False)
    assert not planted.facts("orders", Stage.DEVELOPMENT).is_definer_able


def test_a_client_may_call_in_its_stage_until_the_grant_ends(planted: Planted) -> None:
    assert planted.fields() == "nothing"
    planted.authorize(Stage.PRODUCTION, ["id"], hours=1)
    planted.authorize(Stage.DEVELOPMENT, None)
    assert planted.fields() == {"id"}
    assert planted.fields(Stage.DEVELOPMENT) is None
    planted.world.store.clock.advance(hours=1)
    assert planted.fields() == "nothing"
    assert planted.fields(Stage.DEVELOPMENT) is None
