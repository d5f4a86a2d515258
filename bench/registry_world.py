"""A registry with 10,000 applications of 2,000 sources, on the world that rights are measured on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from authz_world import APPS, NOW, app_id, engines
from sqlalchemy import Engine, insert, text

from gatepost_server.apps.model import Desired, Kind, ReplicaState, VersionState
from gatepost_server.apps.tables import AppRow, BuildRow, DeploymentRow, LiveRow, ReplicaRow, SourceRow
from gatepost_server.apps.tables import SourceVersionRow as VersionRow
from gatepost_server.authz import ORGANIZATION, NodeKind
from gatepost_server.authz.tables import NodeRow

SOURCES: Final = 2_000
_KINDS: Final = (*[Kind.FASTAPI] * 5, *[Kind.STREAMLIT] * 3, Kind.STATIC, Kind.PLUMBER)
_WORDS: Final = ("forecast", "churn", "stock", "report", "margin", "route", "price", "nigiri")
_PLACES: Final = ("north", "south", "port", "head office", "field")
_STEP: Final = 2_000


@contextmanager
def registries(folder: Path) -> Iterator[dict[str, Engine]]:
    """Open the world of rights with all that a registry knows of its applications, on each engine."""
    with engines(folder) as found:
        for engine in found.values():
            _fill(engine)
        yield found


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(NodeRow), [_node(at) for at in range(SOURCES)])
        connection.execute(insert(SourceRow), [_source(at) for at in range(SOURCES)])
        connection.execute(insert(VersionRow), [_version(at) for at in range(SOURCES)])
        connection.execute(insert(BuildRow), [_build(at) for at in range(SOURCES)])
    for start in range(0, APPS, _STEP):
        numbers = range(start, start + _STEP)
        with engine.begin() as connection:
            for table, row in ((AppRow, _app), (DeploymentRow, _deployment), (ReplicaRow, _replica)):
                connection.execute(insert(table), [row(at) for at in numbers])
            connection.execute(insert(LiveRow), [_live(at) for at in numbers])
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _source_id(at: int) -> str:
    return f"src_{at:024x}"


def _node(at: int) -> dict[str, Any]:
    return {"id": _source_id(at), "kind": NodeKind.SOURCE, "name": f"Source {at}", "parent_id": ORGANIZATION,
            "org_id": ORGANIZATION, "number": None, "is_restricted": False, "created_at": NOW}  # fmt: skip


def _source(at: int) -> dict[str, Any]:
    return {"id": _source_id(at), "name": f"Source {at}", "latest": 1, "created_at": NOW, "updated_at": NOW}


def _version(at: int) -> dict[str, Any]:
    return {
        "id": f"ver_{at:024x}", "source_id": _source_id(at), "number": 1, "folder": f"v{at}",
        "based_on": None, "kind": _KINDS[at % len(_KINDS)], "entrypoint": "app.py", "because": "",
        "requirements": None, "python": None, "parameters": [], "author_id": "usr_0", "author_name": "User 0",
        "authors": [], "created_at": NOW, "sha256": "0" * 64, "size": 100, "files": 1, "resources": {},
        "is_bundled": False,
    }  # fmt: skip


def _build(at: int) -> dict[str, Any]:
    state = VersionState.FAILED if at % 50 == 7 else VersionState.BUILT
    return {"version_id": f"ver_{at:024x}", "state": state, "reason": None, "env_dir": None,
            "lease_until": None, "started_at": NOW, "finished_at": NOW}  # fmt: skip


def _app(at: int) -> dict[str, Any]:
    name = f"{_WORDS[at % 8]} {_PLACES[at % 5]} {at}"
    return {
        "id": app_id(at), "number": at + 1, "name": name.capitalize(), "slug": name.replace(" ", "-"),
        "source_id": _source_id(at % SOURCES), "desired": Desired.STOPPED if at % 9 == 0 else Desired.RUNNING,
        "revision": 1, "wanted_id": f"dep_{at:024x}", "is_bundled": False, "created_at": NOW,
        "updated_at": NOW + timedelta(minutes=at * 7 % APPS),
    }  # fmt: skip


def _deployment(at: int) -> dict[str, Any]:
    return {"id": f"dep_{at:024x}", "app_id": app_id(at), "version_id": f"ver_{at % SOURCES:024x}", "at": NOW,
            "by_id": "usr_0", "by_name": "User 0"}  # fmt: skip


def _replica(at: int) -> dict[str, Any]:
    state = (ReplicaState.READY, ReplicaState.IDLE, ReplicaState.IDLE, ReplicaState.FAILED)[at % 4]
    return {"deployment_id": f"dep_{at:024x}", "app_id": app_id(at), "revision": 1, "state": state, "at": NOW,
            "socket_path": None, "reason": None, "restarts": 0, "isolation": "strict", "is_sticky": False,
            "processes": []}  # fmt: skip


def _live(at: int) -> dict[str, Any]:
    return {"app_id": app_id(at), "deployment_id": f"dep_{at:024x}", "promoted_at": NOW,
            "wake_requested_at": None, "last_used_at": NOW}  # fmt: skip
