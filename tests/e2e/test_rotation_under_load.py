"""Another wrapping key while credentials are in use, killed at any moment: nothing is lost, no call fails."""

import json
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from callers import Caller, People, sign_in, with_key
from instances import GATEPOST, Instance
from source_servers import PASSWORD, postgres_source
from waiting import until

from gatepost_server import bootstrap
from gatepost_server.crypto import FileKeys
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.settings import Folders, Settings

pytestmark = pytest.mark.e2e
ORGANIZATIONS = 300
STEPS = ORGANIZATIONS // 50 + 1
"""So many data keys are moved in several steps, between which a rotation may be ended."""
AWAY = {"502", "503", "504"}
NETWORK = {"ReadError", "RemoteProtocolError", "ConnectError"}
"""What a call may come to when the part that answers it is killed, beside `AWAY`."""


class Uses:
    """Programs that read through a stored credential again and again."""

    def __init__(self, instance: Instance, key: str) -> None:
        self.seen: Counter[str] = Counter()
        self._over = threading.Event()
        self._asked = (instance, key)

    def _use(self) -> None:
        with with_key(*self._asked) as program:
            while not self._over.is_set():
                try:
                    answer = program.get("/gw/orders")
                except httpx.HTTPError as error:
                    self.seen[type(error).__name__] += 1
                    continue
                code = "" if answer.status_code == 200 else str(answer.json().get("code"))
                self.seen[f"{answer.status_code} {code}".strip()] += 1
                self._over.wait(0.05)  # leaves the machine to the rotation, too

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Use it until the end of the block, by two programs."""
        threads = [threading.Thread(target=self._use) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def taken(self) -> Counter[str]:
        """Return what was answered since the last time, once some more was."""
        then = self.seen["200"]
        until(lambda: self.seen["200"] > then + 5, 30, what="answers")
        found = Counter(self.seen)
        self.seen.clear()
        return found


def vault(instance: Instance, verb: str) -> dict[str, Any]:
    """Run a verb to its end and return how the vault is then."""
    argv = [GATEPOST, "admin", "vault", verb, "--data-dir", str(instance.data), "--json"]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def killed_rotation(instance: Instance, chance: random.Random, *, beside: str | None = None) -> bool:
    """Begin a rotation and kill it after some of its steps, and another part *beside* it.

    Returns whether something was left to be done.
    """
    argv = [GATEPOST, "admin", "vault", "rotate", "--data-dir", str(instance.data)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as rotation:
        assert rotation.stderr is not None
        for _ in range(chance.randint(1, STEPS - 2)):
            rotation.stderr.readline()
        if beside is not None:
            instance.part(beside).kill()
        time.sleep(chance.random() * 0.01)
        rotation.kill()
    return len(keys_of(instance)) > 1


def keys_of(instance: Instance) -> set[str]:
    """Return the fingerprints of the wrapping keys that there are."""
    found = FileKeys(Folders(instance.data).secrets).keys(b"")
    assert found is not None
    return set(found.keys)


def fill_vault(instance: Instance) -> None:
    """Let as many organizations have a data key."""
    base = bootstrap.Foundation.lay(Settings(data_dir=instance.data))
    with base.uow.begin(system_actor("test"), Origin("test", door="test")) as tx:
        for number in range(ORGANIZATIONS):
            base.vault.data_key_for(tx, f"org_{number}", "credential")
    base.uow.engine.dispose()


def served(owner: Caller, params: dict[str, Any]) -> tuple[str, list[str]]:
    """Store credentials for a source and serve a table by one of them; return the connection and them."""
    connection = owner.ok("POST", "connections", {"name": "Shop", "type": "postgresql", "params": params})[
        "id"
    ]
    owner.ok("POST", "projects", {"key": "SHOP", "name": "Shop"})
    ids = [stored(owner, connection, f"Reader {number}") for number in range(2)]
    api = {"name": "Orders", "slug": "orders", "table": "orders", "key": ["id"], "operations": ["list"],
           "connection_id": connection, "credential_id": ids[0],
           "fields": [{"name": "id"}], "sortable": ["id"], "parameters": [],
           "limits": {"calls_per_minute": 0}}  # fmt: skip
    made = owner.ok("POST", "projects/SHOP/apis", api)
    owner.ok("POST", f"projects/SHOP/apis/{made['id']}/publish", {"version": 1})
    return connection, ids


def stored(owner: Caller, connection: str, name: str) -> str:
    """Store a credential for a connection and return its id."""
    one: str = owner.ok("POST", "credentials", {"name": name, "user": "reader", "password": PASSWORD})["id"]
    owner.ok("PUT", f"connections/{connection}/credentials/{one}")
    return one


def test_no_call_fails_and_no_credential_is_lost_however_a_rotation_ends(start_instance):
    instance, chance = start_instance(), random.Random(1105)
    admin = sign_in(instance, "admin", instance.password)
    with postgres_source() as source:
        source.run("CREATE TABLE orders AS SELECT 1::bigint AS id")
        allow = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
        admin.ok("PATCH", "settings", {"egress": {"allow": allow}, "features": {"stored_credentials": True}})
        owner = People(instance, admin).someone()
        connection, credentials = served(owner, source.params)
        fill_vault(instance)
        first, uses = keys_of(instance), Uses(instance, owner.make_key("uses")["key"])
        with uses.going_on():
            cut = []
            for number in range(2):
                cut.append(killed_rotation(instance, chance))
                credentials.append(stored(owner, connection, f"Made in round {number}"))
            assert set(uses.taken()) == {"200"}, "ends of the rotating command are nobody's trouble"

            for name in ("broker", "control"):
                cut.append(killed_rotation(instance, chance, beside=name))
                until(instance.is_healthy, 60, what="everything is back")
            assert any(cut), "a rotation was ended in the middle"
            hurt = uses.taken()
            assert {one for one in hurt if one.split()[0] not in {"200", "502", "503", "504"}} <= NETWORK, (
                hurt
            )
            until(lambda: set(uses.taken()) == {"200"}, 20, what="answers again")

            assert vault(instance, "rotate")["remaining"] == 0
            assert set(uses.taken()) == {"200"}, "nor is a rotation that goes to its end"
        standing = vault(instance, "status")
        assert (standing["state"], standing["remaining"]) == ("open", 0)
        assert standing["data_keys"] == ORGANIZATIONS + 1
        assert len(keys_of(instance)) == 1
        assert not first & keys_of(instance)
        assert [path.name for path in Folders(instance.data).secrets.glob(".*")] == []
        instance.kill("broker")  # it knows no key from before
        for one in credentials:
            read = f"connections/{connection}/preview?table=orders&schema=public&credential_id={one}"
            until(lambda read=read: owner.api("GET", read).status_code == 200, 20, what="its rows")
