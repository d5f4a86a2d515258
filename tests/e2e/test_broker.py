"""The broker of a real instance: it dies in the middle of a stream, and comes back."""

import pytest
from callers import sign_in
from instances import Instance
from source_servers import PASSWORD, postgres_source
from waiting import until

from gatepost_server.broker import Client, is_answering
from gatepost_server.connections import BrokerSilent, ConnectionType, OneTimeLogin, Sql, Target
from gatepost_server.kernel.actor import system_actor
from gatepost_server.kernel.secret import Secret
from gatepost_server.settings import Folders
from gatepost_server.vault import CredentialType

pytestmark = pytest.mark.e2e
ENDLESS = Sql("SELECT generate_series(1, 100000000) AS n, repeat('x', 1000) AS t")


def test_a_broker_that_is_killed_in_the_middle_is_told_and_comes_back(start_instance):
    instance: Instance = start_instance()
    admin = sign_in(instance, "admin", instance.password)
    folders = Folders(instance.data)
    client = Client(folders.broker_socket)
    with postgres_source() as source:
        entries = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
        admin.ok("PATCH", "settings", {"egress": {"allow": entries}})
        target = Target("org_1", "con_1", ConnectionType.POSTGRESQL, source.params)
        login = OneTimeLogin(CredentialType.BASIC, "reader", {"password": Secret(PASSWORD)})
        with client.stream(system_actor("test"), target, login, ENDLESS) as batches:
            assert next(batches).num_rows > 0
            instance.kill("broker")
            with pytest.raises(BrokerSilent):
                for _ in batches:
                    pass
        until(lambda: is_answering(folders.broker_socket), 20, what="a broker that answers")
        assert client.test(system_actor("test"), target, login).ok
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in folders.logs.glob("*.log*"))
    until(lambda: "broker:silent" not in admin.get("/healthz").json()["reasons"], 10)
