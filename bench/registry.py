"""What a registry of 10,000 applications costs: its pages, filters and searches.

    .venv/bin/python bench/registry.py [--rounds 9]

On SQLite and PostgreSQL, as a person in 50 nested groups who sees 2,293 of them among 1,000,000
grants, and as an administrator who sees all. What is measured is the use-case behind the
Applications page, the API and `gatepost apps list`.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authz_world import APPS, ME
from measuring import by_store_and_caller, keep, middle, table_of
from registry_world import registries
from sqlalchemy import Engine

from gatepost_server import apps
from gatepost_server.apps import AppFilter
from gatepost_server.apps.model import AppState, Kind
from gatepost_server.audit import TrailRecorder
from gatepost_server.kernel.actor import Actor, ActorKind, Origin
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import UnitOfWork

PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    "second page": {"is_second": True},
    "by name": {"sort": "name"},
    "by number, downwards": {"sort": "-number"},
    "running ones": {"state": AppState.RUNNING},
    "failed ones": {"state": AppState.FAILED},
    "building ones (none)": {"state": AppState.BUILDING},
    "of a frequent kind": {"kind": Kind.FASTAPI},
    "of a rare kind, failed": {"kind": Kind.PLUMBER, "state": AppState.FAILED},
    "search: in every name": {"q": "e"},
    "search: a frequent word": {"q": "nigiri"},
    "search: one name": {"q": "route field 1029"},
    "search: in no name": {"q": "nosuchword"},
    "search: a number": {"q": "7777"},
}


def main() -> None:
    """Measure, print a table, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder, registries(Path(folder)) as engines:
        report(by_store_and_caller(engines, pages, rounds))


def pages(engine: Engine, cap: int, rounds: int) -> dict[str, float]:
    """Return the ms of each page."""
    uow = UnitOfWork(engine, SystemClock(), TrailRecorder())
    actor = Actor(ActorKind.SESSION, ME, "user0", cap=cap, session_id="ses_0")

    def asked(*, q: str = "", sort: str = "", is_second: bool = False, **wanted: Any) -> Callable[[], Any]:
        def ask(cursor: str | None = None) -> Any:
            with uow.read(actor, Origin("req_0000000000000000000000be")) as tx:
                return apps.list_apps(tx, PageRequest(q=q, sort=sort, cursor=cursor), AppFilter(**wanted))

        after = ask().next if is_second else None
        return lambda: ask(after)

    return {name: middle(asked(**wanted), rounds) * 1e3 for name, wanted in PAGES.items()}


def report(found: dict[str, dict[str, float]]) -> None:
    """Print the table and keep the numbers."""
    print(f"{APPS:,} applications, ms\n\n{table_of(found)}")
    keep("registry", {"apps": APPS, **found})


if __name__ == "__main__":
    main()
