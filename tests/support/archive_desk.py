"""A dashboard desk whose project is exported and brought in again, whole or planted."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from calling import Api, Caller
from dashboard_desk import CHART, TABLE, TEXT, DashboardDesk
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.bootstrap.jobs import revive
from gatepost_server.jobs import Runner
from gatepost_server.projects import ProjectExports, Shelf

MORE = b"id,day,tags\n1,2026-01-02,a\n2,,b\n"


class ArchiveDesk(DashboardDesk):
    """A dashboard desk with a worker that writes its exports when a test says so."""

    def __init__(self, api: Api, world: World) -> None:
        super().__init__(api, world)
        self.folder = api.house.folders.exports
        kind = ProjectExports(self.folder, Shelf(api.house.folders.datasets))
        self.runner = Runner(world.store.uow, (SYSTEM, ORIGIN), {kind.name: kind}, revive, name="tests")

    def furnish(self) -> None:
        """Put something of every kind into P."""
        self.world.person("bob", "publisher")
        self.filled()
        self.put(b"id,name,amount\n4,dan,1\n", mode="append")
        self.filled(MORE, "more")
        self.dataset("empty", schema={"columns": [{"name": "x", "type": "list<integer>"}]})
        owner, orders = self.owner, "projects/P/datasets/orders"
        owner.call("PUT", "projects/P/variables", json={"region": "ünï"})
        owner.call(
            "PUT", f"{orders}/metadata", json={"description": "d", "tags": ["a"], "custom": {"k": [1]}}
        )
        owner.patch(orders, {"impersonate": True})
        rule = {"column": "name", "values": ["bob", None], "who": {"type": "user", "name": "bob"}}
        owner.call("PUT", f"{orders}/rules", json={"rules": [rule]})
        step = {"type": "sql", "query": "SELECT 1 AS x", "into": "one", "mode": "overwrite"}
        owner.post("projects/P/scenarios", {"name": "nightly", "steps": [step], "cron": "0 6 * * *"})
        self.made(TABLE, CHART, TEXT)
        self.authorize("orders")
        who = [{"to": {"type": "user", "name": name}, "role": role}
               for name, role in (("ada", "admin"), ("bob", "viewer"))]  # fmt: skip
        owner.call("PUT", "projects/P/permissions", json={"grants": who})
        key = {"name": "robot", "permissions": ["READ_CONF"], "datasets": {"orders": ["READ_DATA"]}}
        made = owner.post("projects/P/keys", key)
        assert made.status_code == 201, made.text
        self.secret = made.json()["key"]

    def export(self, project: str = "P", who: Caller | None = None) -> dict[str, Any]:
        """Export a project and return the job, once it has ended."""
        asked = (who or self.owner).post(f"projects/{project}/export")
        assert asked.status_code == 202, asked.text
        self.runner.step()
        assert self.runner.wait(60)
        job: dict[str, Any] = (who or self.owner).get(f"jobs/{asked.json()['id']}").json()
        return job

    def archive(self, project: str = "P") -> bytes:
        """Export a project and return its archive."""
        job = self.export(project)
        assert job["state"] == "done", job
        fetched = self.owner.get(job["result"]["download"].removeprefix("/api/v1/"))
        assert fetched.status_code == 200, fetched.text
        return fetched.content

    def bring(self, archive: bytes, key: str = "Q", who: Caller | None = None, **fields: str) -> Any:
        """Import an archive and return the answer."""
        files = {"bundle": ("p.tar.gz", archive, "application/gzip")}
        return (who or self.owner).call("POST", "projects/import", data={"key": key, **fields}, files=files)


def contents(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def manifest_of(archive: bytes) -> dict[str, Any]:
    """Return what an archive says of itself, `orders` first."""
    found: dict[str, Any] = json.loads(contents(archive)["manifest.json"])
    found["datasets"].sort(key=lambda one: one["name"] != "orders")
    return found


def packed(files: Mapping[str, bytes | tarfile.TarInfo]) -> bytes:
    """Return an archive of *files*; a ready member stands for itself, without content."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            member = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            body = b"" if isinstance(content, tarfile.TarInfo) else content
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return gzip.compress(out.getvalue())


def planted(archive: bytes, manifest: object) -> bytes:
    """Return *archive* with another manifest."""
    said = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    return packed({**contents(archive), "manifest.json": said})
