"""Every route that asks for an atom, made into calls that are about things which are there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from calling import Caller
from fastapi import FastAPI
from httpx import Response
from key_desk import KeyDesk
from page_visitor import packed
from permission_calls import BODIES, furnish, route_of
from routes import ROUTES

from gatepost_server.apps import Desk, RuntimeStatus
from gatepost_server.authz import INSTANCE, ORGANIZATION, NodeKind, policy
from gatepost_server.authz.policy import Atom
from gatepost_server.web import declared_actions

SHARED = {
    "apps": NodeKind.APP, "sources": NodeKind.SOURCE, "projects": NodeKind.PROJECT,
    "groups": NodeKind.GROUP, "datasets": NodeKind.DATASET, "scenarios": NodeKind.SCENARIO,
    "dashboards": NodeKind.DASHBOARD, "apis": NodeKind.API, "connections": NodeKind.CONNECTION,
    "credentials": NodeKind.CREDENTIAL,
}  # fmt: skip
"""What is shared through one door, as addresses name it."""
OF_API = {
    (route.method, route.template.replace("{shared}", shared)): route for route in ROUTES for shared in SHARED
}
UPLOADS = (
    "/applications/new",
    "/sources/{source_id}/versions/new",
    "/sources/{source_id}/versions/{number}/upload-file",
    "/projects/import",
)
"""Forms whose files are read only after the rights were asked, but not when there can be none."""
OF_PROJECTS = {route_of(call): body for call, body in BODIES.items()}


@dataclass(frozen=True)
class Way:
    """A route, and the atom that its action needs on a kind of things."""

    method: str
    template: str
    atom: str
    on: NodeKind

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")


def ways(app: FastAPI) -> list[Way]:
    """Return every route whose action asks for an atom, those of pages too."""
    found = []
    for method, template, said in declared_actions(app):
        action = policy.actions.get(said or "")
        if "{shared}" in template:
            found += [_on_one_kind(method, template, shared, kind) for shared, kind in SHARED.items()]
        elif action is not None and action.atom is not None:
            found.append(Way(method, template, policy.names(1 << action.atom)[0], NodeKind(action.on)))
    return found


def _on_one_kind(method: str, template: str, shared: str, kind: NodeKind) -> Way:
    atom = policy.actions[f"{kind}:share"].atom
    assert atom is not None, "sharing is asked of a thing"
    return Way(method, template.replace("{shared}", shared), policy.names(1 << atom)[0], kind)


class Town:
    """An instance with one thing of every kind; its owners are others than those who try."""

    def __init__(self, desk: KeyDesk) -> None:
        self.desk = desk
        desk.owner.post("projects", {"key": "R", "name": "R"})
        house = furnish(desk, "P")
        folders = desk.api.house.folders
        Desk(desk.world.store.uow, folders, "test").report_runtime(RuntimeStatus("strict"))
        files = {"bundle": ("site.zip", packed({"index.html": "<h1>hello</h1>"}))}
        app = desk.owner.call("POST", "apps", data={"name": "Site"}, files=files).json()
        group = desk.root.post("groups", {"name": "Desk"}).json()["id"]
        desk.root.call("PUT", f"groups/{group}/members/user/ada", json={})
        desk.root.call("PUT", "variables/region", json={"value": "eu"})
        entry = desk.root.post("egress", {"entry": "10.1.0.0/16"}).json()["id"]
        project, ada = desk.project_id, desk.owner
        (desk.api.house.folders.logs / "control.log").write_text("started\n")
        run = ada.post("projects/P/scenarios/nightly/run").json()["run"]
        ada.patch("projects/P/dashboards/sales", {"tiles": [{"type": "table", "dataset": "orders"}]})
        objects = [{"type": "dataset", "name": "orders"}]
        shown = ada.call("PUT", "projects/P/dashboard-authorizations", json={"objects": objects})
        assert shown.status_code == 200, shown.text
        usecase = ada.post("usecases", {"name": "Churn"}).json()["id"]
        ada.post(f"usecases/{usecase}/links", {"type": "app", "id": app["id"]})
        desk.root.patch("settings", {"features": {"stored_credentials": True}})
        stored = ada.post("credentials", {"name": "Warehouse", "user": "reader", "password": "a long one"})
        place = {"host": "db.example.com", "database": "sales"}
        sales = ada.post("connections", {"name": "Sales", "type": "postgresql", "params": place}).json()["id"]
        self.kept = desk.person()
        groups = [desk.root.post("client-groups", {"name": name}).json()["id"] for name in ("Held", "Empty")]
        body = {"name": "Loader", "group": "Held", "app": app["id"]}
        client = desk.root.post("clients", body)
        assert client.status_code == 201, client.text
        ada.post(f"clients/{app['id']}/members", {"users": [self.kept.username], "validity": "permanent"})
        secrets = ada.get(f"clients/{app['id']}/secrets").json()["items"]
        given = ada.post(f"clients/{app['id']}/apis", {"api": "prices", "validity": "permanent"})
        assert given.status_code == 201, given.text
        self.nodes = {
            NodeKind.INSTANCE: INSTANCE, NodeKind.ORGANIZATION: ORGANIZATION, NodeKind.PROJECT: project,
            NodeKind.APP: app["id"], NodeKind.SOURCE: app["source_id"], NodeKind.GROUP: group,
            NodeKind.USECASE: usecase, NodeKind.CREDENTIAL: stored.json()["id"],
            NodeKind.CONNECTION: sales, NodeKind.API: house.ids["api"],
            NodeKind.CLIENT_GROUP: groups[1],
            NodeKind.DATASET: desk.owner.get("projects/P/datasets/orders").json()["id"],
            NodeKind.SCENARIO: desk.owner.get("projects/P/scenarios/nightly").json()["id"],
            NodeKind.DASHBOARD: desk.owner.get("projects/P/dashboards/sales").json()["id"],
        }  # fmt: skip
        robot = desk.made_global(projects={"R": ["READ_CONF"]})["id"]
        personal = desk.api.by_key(self.kept).key and desk.root.get(f"users/{self.kept.id}/keys").json()
        self.values = {
            **house.ids, "run": run, "project": "P",
            "dataset": "orders", "scenario": "nightly", "dashboard": "sales",
            "app_id": app["id"], "source_id": app["source_id"], "group": group, "group_id": group,
            "user_id": self.kept.id, "member_id": desk.ada.id, "kind": "user", "number": "1", "at": "0",
            "org_id": ORGANIZATION, "job_id": house.ids["job"],
            "guest_id": "gst_" + "0" * 24, "login_id": "lgn_" + "0" * 24,
            "credential_id": stored.json()["id"],
            "connection_id": sales, "api": "prices", "stage": "production",
            "usecase_id": usecase, "linked_id": app["id"], "giver": "nobody",
            "client_id": app["id"], "secret_id": secrets[-1]["id"], "user": self.kept.username,
            "client_group": groups[1], "entry_id": entry,
            "rule": "0", "path": "index.html", "robot": robot, "personal": personal["items"][0]["id"],
        }  # fmt: skip

    def path(self, way: Way, grants: dict[NodeKind, str]) -> str:
        """Return the address of a route's call about the things of this town."""
        values = dict(self.values)
        if "settings/dashboards" in way.template:
            values["dataset"] = self.nodes[NodeKind.DATASET]
        values["thing_id"] = self.nodes[way.on] if "{thing_id}" in way.template else ""
        values["grant_id"] = grants.get(way.on, "grt_" + "0" * 24)
        if way.template.startswith(("/api/v1/admin/keys/all", "/admin/keys/all", "/api/v1/users")):
            values["key_id"] = values["personal"]
        elif "admin/keys" in way.template:
            values["key_id"] = values["robot"]
        else:
            values["key_id"] = values["key"]
        values["name"] = (
            "ada" if way.on is NodeKind.GROUP else "control.log" if "log" in way.template else "region"
        )
        return way.template.replace(":path}", "}").format_map(values)

    def send(self, who: Caller, way: Way, grants: dict[NodeKind, str] | None = None) -> Response:
        """Call a route as its table has it, a page's form empty."""
        more: dict[str, Any] = {}
        row = OF_API.get((way.method, way.template))
        body = OF_PROJECTS.get(str(way), None if row is None else row.body)
        if row is not None and row.is_upload:
            more["files"] = {"bundle": ("bundle.tar.gz", b"not an archive", "application/gzip")}
        elif body is not None:
            more["json"] = body
        elif way.method == "POST" and not way.is_api:
            more["data"] = {"csrf_token": who.csrf}
            if way.template in UPLOADS:
                more["files"] = {"bundle": ("bundle.tar.gz", b"not an archive", "application/gzip")}
        if not way.is_api:
            more["headers"] = {"accept": "text/html", "x-gatepost-csrf": None}
        if way.template.endswith("/log"):
            more["params"] = {"offset": 0}
        if way.template.startswith("/api/") and way.template.endswith(("/columns", "/preview")):
            more["params"] = {"table": "orders"}
        if way.method == "DELETE" and way.template.endswith("/grants"):
            more["params"] = {"given_by": "nobody"}
        return who.call(way.method, self.path(way, grants or {}), **more)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Set the (SQLite) store back to what it was before."""
        engine = self.desk.world.store.engine
        kept = sqlite3.connect(":memory:")
        with engine.connect() as connection:
            connection.connection.driver_connection.backup(kept)
        try:
            yield
        finally:
            with engine.connect() as connection:
                kept.backup(connection.connection.driver_connection)
            kept.close()


def all_but(atom: str, kind: NodeKind) -> dict[NodeKind, int]:
    """Return the most that can be granted on things of each kind without *atom* on those of *kind*."""
    bit = policy.mask(atom).bit_length() - 1
    granted = {}
    for at in NodeKind:
        gives = policy.holders_of(bit) if at is kind else policy.flowing_to(bit, at, kind)
        granted[at] = sum(1 << one for one in Atom if not gives >> one & 1)
    return granted
