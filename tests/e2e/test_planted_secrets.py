"""Secrets planted in a real instance are found nowhere: in no process's start, in no file it wrote."""

import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from callers import Caller, nobody, sign_in, with_key
from instances import PARTS, Instance
from source_servers import Source, postgres_source
from spellings import basic
from traces import seen_in_proc, spellings, traces_in, traces_on_disk
from waiting import until

from gatepost.errors import GatepostError
from gatepost.signed import SignedClient

pytestmark = pytest.mark.e2e
OPERATORS = {"passphrase": "Zr8?x/planted+vault~ü", "mail server's password": "mx/planted+mail?9~ö"}
"""What the operator gives; with letters that each way of spelling changes."""
TWIN = {"twin": "seen/by+everybody?~ä"}
_APP = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"here"]
"""
_OURS = {
    name: f'{name}/pl+nted?"~7Q' + str(number)
    for number, name in enumerate(
        ("password", "private key", "passphrase of it", "token", "s3", "client", "once", "wrong",
         "person", "mistyped", "variable")
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """Lend an instance whose secrets the operator gives in the environment, beside one open value."""
    given = {
        "GATEPOST_VAULT_KEY_FROM": "passphrase",
        "GATEPOST_VAULT_PASSPHRASE": OPERATORS["passphrase"],
        "GATEPOST_MAIL_HOST": "mail.invalid",
        "GATEPOST_MAIL_PASSWORD": OPERATORS["mail server's password"],
        "OPEN_VALUE": TWIN["twin"],
    }
    with tempfile.TemporaryDirectory(prefix="gp-planted-") as folder:
        temporary = Path(folder, "tmp")
        temporary.mkdir(mode=0o1777)
        running = Instance(Path(folder) / "data", "--no-demo", env=given | {"TMPDIR": str(temporary)})
        yield running
        running.close()


@pytest.fixture(scope="module")
def admin(instance: Instance) -> Caller:
    """The administrator, signed in."""
    return sign_in(instance, "admin", instance.password)


@pytest.fixture(scope="module")
def app(admin: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An application that runs."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(_APP)
    return admin.publish(folder, "Reader", kind="wsgi")


def test_what_the_operator_gives_stands_in_the_start_of_no_process(
    instance: Instance, app: dict[str, Any]
) -> None:
    assert app["state"] == "running"
    everybody = [psutil.Process(instance.process.pid), *instance.family()]
    shown = {process.pid: seen_in_proc(process) for process in everybody}
    assert {pid: found for pid, seen in shown.items() if (found := traces_in(seen, OPERATORS))} == {}

    ours = [instance.process.pid, *(instance.part(name).pid for name in PARTS)]
    blind = [pid for pid in ours if not traces_in(shown[pid], TWIN)]
    assert blind == [], "the same search sees what is in the environment"
    assert instance.relays()


def test_no_process_of_ours_leaves_a_core_or_lets_itself_be_looked_into(instance: Instance) -> None:
    everybody = [psutil.Process(instance.process.pid), *instance.family()]
    limits = {Path("/proc", str(one.pid), "limits").read_text() for one in everybody}
    cores = {line.split()[4] for text in limits for line in text.splitlines() if "core file" in line}
    assert cores == {"0"}


@dataclass
class Town:
    """Somebody who plants secrets through the doors, and uses them."""

    admin: Caller
    owner: Caller
    source: Source
    made: dict[str, str] = field(default_factory=dict)
    """Secrets that the instance made and told once."""

    def credentials(self) -> None:
        """Store one of each type; the first signs in at the source."""
        stored = [
            {"type": "basic", "user": "reader", "password": _OURS["password"]},
            {"type": "key_pair", "user": "k", "private_key": _OURS["private key"],
             "passphrase": _OURS["passphrase of it"]},
            {"type": "token", "token": _OURS["token"]},
            {"type": "s3", "user": "s", "secret_key": _OURS["s3"]},
            {"type": "oauth_client", "user": "c", "client_secret": _OURS["client"]},
        ]  # fmt: skip
        ids = [self.owner.ok("POST", "credentials", {"name": one["type"], **one})["id"] for one in stored]
        params = {"name": "Shop", "type": "postgresql", "params": self.source.params}
        self.connection = self.owner.ok("POST", "connections", params)["id"]
        self.credential = ids[0]
        self.owner.ok("PUT", f"connections/{self.connection}/credentials/{self.credential}")
        self.owner.ok("DELETE", f"credentials/{ids[2]}")

    def sign_ins(self) -> None:
        """Sign in at the source with what is stored, once with another login, and wrongly."""
        here = f"connections/{self.connection}"
        for login, is_good in (
            ({"credential_id": self.credential}, True),
            ({"user": "plain", "password": _OURS["once"]}, True),
            ({"user": "reader", "password": _OURS["wrong"]}, False),
        ):
            assert self.owner.ok("POST", f"{here}/test", login)["ok"] is is_good
        assert self.owner.ok("GET", f"{here}/preview?table=orders&schema=public")["rows"] == [[1], [2]]
        once = {"user": "plain", "password": _OURS["once"], "hold": True}
        self.held = self.owner.ok("POST", f"{here}/test", once)["login_id"]
        seen = self.owner.ok("GET", f"{here}/preview?table=orders&schema=public&credential_id={self.held}")
        assert seen["rows"] == [[1], [2]]
        changed = self.owner.ok("POST", f"credentials/{self.credential}/check", {"password": _OURS["wrong"]})
        assert not changed["ok"]

    def serve_rows(self) -> None:
        """Take a table into a dataset, serve it as an API, and call that with a key and signed."""
        owner, place = self.owner, {"connection": self.connection, "credential": self.credential}
        owner.ok("POST", "projects", {"key": "SHOP", "name": "Shop"})
        owner.ok("POST", "projects", {"key": "KEPT", "name": "Kept"})
        owner.ok("PUT", "projects/KEPT/variables", {"region": TWIN["twin"]})
        taken = {
            "name": "kept",
            "from": {**place, "credential": self.held, "table": "orders", "schema": "public"},
        }
        owner.ok("POST", "projects/KEPT/datasets", taken)
        until(lambda: owner.ok("GET", "projects/KEPT/datasets/kept/from")["read_at"], 30, what="its rows")
        api = {"name": "Orders", "slug": "orders", "table": "orders", "key": ["id"], "operations": ["list"],
               "connection_id": self.connection, "credential_id": self.credential,
               "fields": [{"name": "id"}], "sortable": ["id"], "parameters": []}  # fmt: skip
        made = owner.ok("POST", "projects/SHOP/apis", api)
        owner.ok("POST", f"projects/SHOP/apis/{made['id']}/publish", {"version": 1})
        self.made["key"] = owner.make_key("reader")["key"]
        with with_key(owner.instance, self.made["key"]) as program:
            assert program.get("/gw/orders").json()["items"] == [{"id": 1}, {"id": 2}]
        self.admin.ok("POST", "client-groups", {"name": "Partners", "approvers": []})
        client = self.admin.ok(
            "POST", "clients", {"name": "Loader", "group": "Partners", "owners": ["owner"]}
        )
        self.made["app secret"] = owner.ok("POST", f"clients/{client['id']}/secrets", {})["app_secret"]
        given = {"api": "orders", "validity": "permanent"}
        owner.ok("POST", f"clients/{client['id']}/apis", given)
        with SignedClient(owner.instance.url, client["app_key"], self.made["app secret"]) as signed:
            assert len(signed.get("/gw/orders")["items"]) == 2
        with SignedClient(owner.instance.url, client["app_key"], _OURS["wrong"]) as forged:
            with pytest.raises(GatepostError) as refused:
                forged.get("/gw/orders")
            assert refused.value.status == 401

    def exports(self, folder: Path) -> None:
        """Take out everything that can be taken out, into files of *folder*."""
        folder.mkdir()
        job = self.owner.ok("POST", "projects/KEPT/export")
        here = f"/api/v1/projects/KEPT/export/{job['id']}"
        archive = until(lambda: (a := self.owner.get(here)).status_code == 200 and a.content, 30)
        (folder / "kept.tar.gz").write_bytes(archive)
        for name, caller, path in (
            ("calls.csv", self.owner, "projects/SHOP/apis/orders/calls?format=csv"),
            ("audit.json", self.admin, "audit?limit=200"),
            ("credentials.json", self.owner, "credentials"),
            ("settings.json", self.admin, "settings"),
        ):
            answer = caller.api("GET", path)
            assert answer.status_code == 200, answer.text
            (folder / name).write_bytes(answer.content)


@pytest.fixture(scope="module")
def town(instance: Instance, admin: Caller, app: dict[str, Any]) -> Iterator[Town]:
    """Plant everything, and use it."""
    with postgres_source() as source:
        for user, name in (("reader", "password"), ("plain", "once")):
            source.run(f"ALTER ROLE {user} PASSWORD '{_OURS[name]}'")
        source.run("CREATE TABLE orders AS SELECT n::bigint AS id FROM generate_series(1, 2) AS n")
        source.run("GRANT SELECT ON orders TO PUBLIC")
        allow = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
        admin.ok("PATCH", "settings", {"egress": {"allow": allow}, "features": {"stored_credentials": True}})
        admin.ok("PUT", "log-level", {"level": "DEBUG"})
        account = {"username": "owner", "email": "owner@example.com", "role": "publisher"}
        admin.ok("POST", "users", {**account, "password": _OURS["person"]})
        owner = sign_in(instance, "owner", _OURS["person"])
        with nobody(instance) as stranger:
            login = {"username": "owner", "password": _OURS["mistyped"]}
            assert stranger.api("POST", "login", login, headers={"Origin": instance.url}).status_code == 401
        admin.ok("PATCH", f"apps/{app['id']}/env", {"PLANTED": _OURS["variable"]})
        town = Town(admin, owner, source)
        town.credentials()
        town.sign_ins()
        town.serve_rows()
        yield town


def test_no_file_that_was_written_holds_a_secret(instance: Instance, town: Town) -> None:
    """Nor does one after a crash of the processes that hold them, or after the end of it all."""
    folder = instance.data.parent
    town.exports(folder / "exports")
    for name in ("broker", "control"):
        os.kill(instance.part(name).pid, signal.SIGSEGV)
        until(lambda: instance.is_healthy(), 60, what="another one")
    until(lambda: town.owner.ok("POST", f"connections/{town.connection}/test",
                                {"credential_id": town.credential})["ok"], 20)  # fmt: skip
    while_it_runs = traces_on_disk([folder], _secrets(town))
    (folder / "backup").mkdir()
    with sqlite3.connect(instance.data / "gatepost.db") as store:
        store.execute("VACUUM INTO ?", (str(folder / "backup" / "gatepost.db"),))
    instance.end()
    assert while_it_runs | traces_on_disk([folder], _secrets(town)) == set()
    assert [
        path for path in folder.rglob("core*") if path.is_file() and "site-packages" not in path.parts
    ] == []

    found = {(Path(path).name, spelling) for path, _, spelling in traces_on_disk([folder], TWIN)}
    assert {name for name, _ in found} >= {"gatepost.db", "kept.tar.gz"}, (
        "the same search sees what is no secret"
    )


def test_the_search_knows_each_spelling(tmp_path: Path) -> None:
    for secret in (*_OURS.values(), *OPERATORS.values(), "gpp_0123456789abcdef"):
        for spelling, shape in spellings(secret).items():
            (tmp_path / spelling).write_bytes(b"-" * 70 + shape + b"-" * 70)
        found = traces_on_disk([tmp_path], {"it": secret})
        missing = set(spellings(secret)) - {
            spelling for path, _, spelling in found if Path(path).name == spelling
        }
        assert missing == set()
        for user in ("a", "ab", "abc"):
            header = basic(user, secret)
            assert traces_in(header.encode(), {"it": secret}), user


def _secrets(town: Town) -> dict[str, str]:
    """Return everything that must not be found; of what is generated also its secret part alone."""
    return _OURS | OPERATORS | town.made | {"part of the key": town.made["key"][14:46]}
