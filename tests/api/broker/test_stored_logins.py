"""Stored credentials, opened in the broker: as who asks, for the endpoint they were meant for."""

from pathlib import Path

import pytest
from fake_servers import fake_server
from source_servers import PASSWORD
from world import Person

from gatepost_server import connections, instance, vault
from gatepost_server.authz import Hidden
from gatepost_server.broker import Client
from gatepost_server.connections import BrokerSilent, NotAssociated, Sql, StoredLogin, Target
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import CredentialType

from .conftest import Rig, target_of


def stored(
    rig: Rig, who: Person, params: dict[str, object], user: str = "reader"
) -> tuple[Target, StoredLogin]:
    """Return a connection of *who* and a credential that signs in there."""
    with rig.world.begin(rig.root) as tx:
        instance.change_features(tx, {"stored_credentials": True}, is_managed=False)
    with rig.world.begin(who) as tx:
        made = connections.create_connection(tx, "Shop", "postgresql", params)
        kept = vault.save_credential(
            tx, rig.desk.safe, "Mine", CredentialType.BASIC, user, {"password": Secret(PASSWORD)}
        )
        connections.associate(tx, made.id, kept.id)
    with rig.world.read(who) as tx:
        return connections.usable_target(tx, made.id), StoredLogin(kept.id)


@pytest.fixture
def ada(rig: Rig) -> Person:
    """Who stores a credential."""
    return rig.world.person("ada", "publisher")


def test_a_stored_credential_signs_in_for_its_owner_and_for_nobody_else(rig, postgresql, ada):
    rig.allow(postgresql.port)
    target, using = stored(rig, ada, postgresql.params)
    assert rig.client.test(ada.actor, target, using).ok
    bob = rig.world.person("bob", "publisher")
    for call in (rig.client.test, rig.client.schemas):
        with pytest.raises(Hidden) as refused:
            call(bob.actor, target, using)
        assert refused.value.action in {"connection:use", "credential:use"}
    with pytest.raises(Hidden), rig.client.stream(bob.actor, target, using, Sql("SELECT 1")) as batches:
        next(batches)


def test_another_user_may_be_tried_with_the_stored_secret_in_a_test_alone(rig, postgresql, ada):
    rig.allow(postgresql.port)
    target, using = stored(rig, ada, postgresql.params, user="renamed")
    other = StoredLogin(using.credential_id, "reader")
    assert not rig.client.test(ada.actor, target, using).ok
    assert rig.client.test(ada.actor, target, other).ok
    with pytest.raises(connections.StatementFailed):
        rig.client.schemas(ada.actor, target, other)


def test_a_connection_that_was_turned_elsewhere_takes_no_password_along(rig, postgresql, ada):
    target, using = stored(rig, ada, postgresql.params)
    with fake_server(lambda connection, recorded: None) as recorded:
        rig.allow(postgresql.port, recorded.port)
        elsewhere = target_of(postgresql, port=recorded.port, host="127.0.0.1", tls="disable", ca=None)
        for wrong in (elsewhere, Target(target.org_id, target.connection_id, target.type, elsewhere.params)):
            with pytest.raises((NotAssociated, Hidden)):
                rig.client.test(ada.actor, wrong, using)
        with rig.world.begin(rig.root) as tx:
            connections.edit_connection(
                tx, target.connection_id, connections.Changes(params=dict(elsewhere.params))
            )
        with rig.world.read(ada) as tx:
            now = connections.usable_target(tx, target.connection_id)
        with pytest.raises(NotAssociated):
            rig.client.test(ada.actor, now, using)
        assert bytes(recorded.sent) == b""


def test_a_broker_that_is_not_there_is_silent_and_nothing_else(rig, postgresql, tmp_path: Path):
    client = Client(tmp_path / "nobody.sock")
    with pytest.raises(BrokerSilent):
        client.test(rig.actor, target_of(postgresql), StoredLogin("crd_1"))
