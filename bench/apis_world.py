"""10,000 data APIs in 100 projects, and 1,000,000 calls of them, on the world that rights are measured on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from authz_world import ME, NOW, app_id, engines
from sqlalchemy import Engine, insert, text

from gatepost_server.authz import ORGANIZATION, NodeKind, policy
from gatepost_server.authz.tables import GrantRow, NodeRow
from gatepost_server.clients.tables import ClientGroupRow, ClientRow
from gatepost_server.dataapis.definitions import kept
from gatepost_server.dataapis.model import Definition, Field, TableSource
from gatepost_server.dataapis.tables import ApiCallRow, ApiVersionRow, DataApiRow
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects.tables import ProjectRow

APIS: Final = 10_000
CALLS: Final = 1_000_000
PROJECTS: Final = 100
BUSY: Final = 1
"""The number of the API that two calls in five are of, and of the application that makes half of all."""
_DAYS: Final = 30
_STEP: Final = 20_000
_DEFINITION: Final = kept(Definition(TableSource("items"), fields=(Field("id", "integer"),)))
_WORDS: Final = ("orders", "stock", "prices", "routes", "claims", "margins", "forecast", "nigiri")


@contextmanager
def offers(folder: Path) -> Iterator[dict[str, Engine]]:
    """Open the world of rights with the APIs and their calls, on each engine."""
    with engines(folder) as found:
        for engine in found.values():
            _fill(engine)
        yield found


def client_id() -> str:
    """Return the application that makes half of the calls; the person of the world owns it."""
    return app_id(BUSY)


def _fill(engine: Engine) -> None:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        connection.execute(insert(NodeRow), [_node("prj", NodeKind.PROJECT, at) for at in range(PROJECTS)])
        connection.execute(insert(ProjectRow), [_project(at) for at in range(PROJECTS)])
        connection.execute(insert(NodeRow), [_node("api", NodeKind.API, at) for at in range(APIS)])
        connection.execute(insert(DataApiRow), [_api(at) for at in range(APIS)])
        connection.execute(insert(ApiVersionRow), [_version(at) for at in range(APIS)])
        connection.execute(insert(GrantRow), list(_grants()))
        connection.execute(insert(NodeRow), [_node("cgr", NodeKind.CLIENT_GROUP, 0)])
        group = {"id": f"cgr_{0:024x}", "org_id": ORGANIZATION, "name": "Partners", "name_key": "partners"}
        connection.execute(insert(ClientGroupRow), [{**group, "created_at": NOW}])
        connection.execute(insert(ClientRow), [_client()])
    for start in range(0, CALLS, _STEP):
        with engine.begin() as connection:
            connection.execute(insert(ApiCallRow), [_call(at, now) for at in range(start, start + _STEP)])
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _id(prefix: str, at: int) -> str:
    return f"{prefix}_{at:024x}"


def _node(prefix: str, kind: NodeKind, at: int) -> dict[str, Any]:
    parent = _id("prj", at % PROJECTS) if kind is NodeKind.API else ORGANIZATION
    return {"id": _id(prefix, at), "kind": kind, "name": f"{kind} {at}", "parent_id": parent,
            "org_id": ORGANIZATION, "number": None, "is_restricted": False, "created_at": NOW}  # fmt: skip


def _project(at: int) -> dict[str, Any]:
    return {"id": _id("prj", at), "key": f"P{at}", "name": f"Project {at}", "description": "",
            "variables": {}, "created_at": NOW, "updated_at": NOW}  # fmt: skip


def _api(at: int) -> dict[str, Any]:
    name = f"{_WORDS[at % 8].capitalize()} {at}"
    return {
        "id": _id("api", at), "project_id": _id("prj", at % PROJECTS), "project_key": f"P{at % PROJECTS}",
        "slug": f"{_WORDS[at % 8]}-{at}", "number_text": f"{10_000 + at}", "name": name,
        "folded": name.lower(), "description": "", "development_version": 1, "production_version": 1,
        "created_at": NOW, "updated_at": NOW + timedelta(minutes=at * 7 % APIS),
    }  # fmt: skip


def _version(at: int) -> dict[str, Any]:
    return {"api_id": _id("api", at), "number": 1, "connection_id": "con_0", "credential_id": None,
            "definition": _DEFINITION, "definer": {"actor": {}}, "at": NOW, "note": ""}  # fmt: skip


def _grants() -> Iterator[dict[str, Any]]:
    """The person edits ten projects, may use a thousand APIs besides, and owns the busy application."""
    every = policy.mask("EDIT USE")
    nodes = [(_id("prj", at), every) for at in range(10)]
    nodes += [(_id("api", at * 10 + 5), policy.mask("USE")) for at in range(1000)]
    nodes.append((client_id(), policy.mask("EDIT USE SHARE OWN")))
    for at, (node, atoms) in enumerate(nodes):
        yield {"id": f"grt_a{at:023x}", "who_id": ME, "node_id": node, "atoms": atoms, "role": None,
               "from_at": NOW, "until_at": None, "by_id": ME, "reason": ""}  # fmt: skip


def _client() -> dict[str, Any]:
    return {
        "id": client_id(), "group_id": f"cgr_{0:024x}", "name": "Dispatch_board", "scenario": "",
        "name_key": "dispatch_board", "app_key": "Dispatch", "is_hosted": False, "is_listed": True,
        "is_ip_checked": False, "ip_allowlist": "", "is_ip_trusted": False, "debug_until": None,
        "is_compatible": False, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def _call(at: int, now: datetime) -> dict[str, Any]:
    moment = now - timedelta(days=_DAYS) * (CALLS - at) / CALLS
    api = BUSY if at % 5 < 2 else at * 7 % APIS
    is_client, is_refused = at % 2 == 0, at % 20 == 3
    status, code = (403, "api-not-authorized") if is_refused else (500 if at % 997 == 0 else 200, None)
    return {
        "id": new_id("cal", moment), "at": moment, "api_id": _id("api", api), "version": 1,
        "stage": "production", "operation": "list", "caller_kind": "client" if is_client else "user",
        "caller_id": client_id() if is_client else f"usr_{at % 500:024x}",
        "caller_name": "Dispatch_board" if is_client else f"User {at % 500}", "ip": "192.0.2.7",
        "status": status, "code": code, "rows": 100, "ms": at % 90, "request_id": f"req_{at:024x}",
    }  # fmt: skip
