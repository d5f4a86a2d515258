"""A project with one thing of every kind, and well-formed calls of all its routes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from api_desk import plant_api, plant_authorization, plant_source
from calling import Caller
from data_desk import CSV
from httpx import Response
from key_desk import KeyDesk

from gatepost_server.projects import require_project

STEP: Final = {"type": "sql", "query": "SELECT 1 AS one", "into": "copy"}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "PUT variables": {"region": "eu"},
    "PATCH datasets/orders": {"name": "orders"},
    "PUT datasets/orders/schema": {
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "name", "type": "string"},
            {"name": "amount", "type": "double"},
        ]
    },
    "PUT datasets/orders/metadata": {"description": "what was bought"},
    "PUT datasets/orders/rules": {"rules": []},
    "PUT datasets/orders/query": {"query": "SELECT 1 AS id"},
    "PUT datasets/orders/from": {"connection": "con_" + "0" * 24, "table": "orders"},
    "PATCH scenarios/nightly": {"name": "nightly"},
    "PATCH dashboards/sales": {"tiles": []},
    "PUT dashboard-authorizations": {"objects": []},
    "PUT permissions": {"grants": [{"to": {"type": "user", "name": "ada"}, "role": "admin"}]},
    "POST datasets": {"name": "more"},
    "POST apis": {"name": "more", "connection_id": "con_" + "0" * 24, "table": "orders"},
    "PATCH apis/prices": {"description": "what things cost"},
    "POST apis/prices/publish": {"version": 1},
    "POST apis/prices/test": {"stage": "production"},
    "POST scenarios": {"name": "more", "steps": [STEP]},
    "POST dashboards": {"name": "more"},
    "POST exposed": {"dataset": "spare", "to_project": "R"},
    "POST keys": {"name": "another"},
    "PATCH keys/{key}": {"description": "mine"},
    "PUT keys/{key}/permissions": {},
    "PUT keys/{key}/run-as": {"user": None},
    "PUT keys/{key}/allowed-origins": {"origins": []},
    "POST keys/{key}/rotate": {"overlap_seconds": 0},
    "PATCH": {"description": "all of it"},
}
_CALL_WIDTH: Final = 45
_ANSWERS: Final = ("export-not-ready", "not-from-connection", "api-definer-lost")
_PARTS: Final = [
    ("datasets/orders", "datasets/{dataset}"),
    ("scenarios/nightly", "scenarios/{scenario}"),
    ("scenarios/weekly", "scenarios/{scenario}"),
    ("datasets/more", "datasets/{dataset}"),
    ("scenarios/more", "scenarios/{scenario}"),
    ("dashboards/more", "dashboards/{dashboard}"),
    ("dashboards/sales", "dashboards/{dashboard}"),
    ("apis/prices", "apis/{api}"),
    ("{reader}", "{given}"),
    ("{key}", "{key_id}"),
    ("{job}", "{job_id}"),
]


@dataclass
class Furnished:
    """A project with one thing of every kind, and the ids of what has no name."""

    project: str
    ids: dict[str, str] = field(default_factory=dict)

    def send(self, who: Caller, call: str) -> Response:
        """Send a call of the table, such as `GET datasets/orders`, on this project."""
        method, _, rest = call.partition(" ")
        path = "/".join(part for part in (f"projects/{self.project}", rest.format(**self.ids)) if part)
        if call == "PUT datasets/orders/data":
            return who.call(method, path, content=CSV, headers={"content-type": "text/csv"})
        return who.call(method, path, json=BODIES[call]) if call in BODIES else who.call(method, path)


def furnish(desk: KeyDesk, project: str) -> Furnished:
    """Put one thing of every kind into a project of ada's; project R can be exposed to."""
    made = Furnished(project)
    at, ada = f"projects/{project}", desk.owner
    for name in ("orders", "spare"):
        sent = {"content-type": "text/csv"}
        ada.call("PUT", f"{at}/datasets/{name}/data", content=CSV, headers=sent)
    for name in ("nightly", "weekly"):
        ada.post(f"{at}/scenarios", {"name": name, "steps": [STEP]})
    ada.post(f"{at}/dashboards", {"name": "sales", "tiles": []})
    made.ids["run"] = ada.post(f"{at}/scenarios/weekly/run").json()["run"]
    made.ids["key"] = ada.post(f"{at}/keys", {"name": "other"}).json()["id"]
    ada.post(f"{at}/keys/{made.ids['key']}/rotate", {"overlap_seconds": 3600})
    made.ids["exposure"] = ada.post(f"{at}/exposed", {"dataset": "orders", "to_project": "R"}).json()["id"]
    made.ids["job"] = ada.post(f"{at}/export").json()["id"]
    made.ids["api"], made.ids["given"] = _priced(desk, project)  # archives carry none
    orders = ada.get(f"{at}/datasets/orders").json()["id"]
    made.ids["reader"] = plant_source(desk.world.store, desk.ada.actor, orders)
    return made


def _priced(desk: KeyDesk, project: str) -> tuple[str, str]:
    """Put a data API into a project, which an application may call."""
    store = desk.world.store
    with store.arranged(desk.ada.actor) as tx:
        project_id = require_project(tx, "project:list", project).id
    api = plant_api(store, desk.ada.actor, project_id, project, "con_" + "0" * 24)
    return api, plant_authorization(store, desk.ada.actor, api)


def sign(answer: Response) -> str:
    """Return a call's answer as the table has it; that an export is not written yet is an answer, too.

    The planted data API reads nowhere, which is said to who may call it.
    """
    if answer.status_code == 403:
        return "s" if answer.json()["code"] in ("session-required", "keys-cannot-make-keys") else "-"
    if answer.status_code == 404:
        return "."
    return (
        "+"
        if answer.is_success or answer.json()["code"] in _ANSWERS
        else f"{answer.status_code} {answer.text}"
    )


def route_of(call: str) -> str:
    """Return the route that a call of the table is of, as the routing table names it."""
    method, _, path = call.partition(" ")
    for name, part in _PARTS:
        path = path.replace(name, part)
    return f"{method} {'/'.join(one for one in ('/api/v1/projects/{project}', path) if one)}"


def table_of(path: Path) -> dict[str, dict[str, str]]:
    """Return the signs of a written table by column, each by call."""
    lines = path.read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(" " * _CALL_WIDTH + "RC"))
    columns: dict[str, dict[str, str]] = {column: {} for column in lines[start].split()}
    for line in lines[start + 1 :]:
        signs = line[_CALL_WIDTH:].split()
        for column, one in zip(columns, signs, strict=True):
            columns[column][line[:_CALL_WIDTH].strip()] = one
    return columns
