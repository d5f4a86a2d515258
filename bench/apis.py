"""What 10,000 data APIs with 1,000,000 calls in their log cost: lists, searches, logs and charts.

    .venv/bin/python bench/apis.py [--rounds 9]

On SQLite and PostgreSQL, as a person who sees some 1,900 of them among 1,000,000 grants, and as an
administrator who sees all. What is measured are the use-cases behind the pages, the API and the
command line. Two calls in five are of one API, half of all are made by one application.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from apis_world import APIS, BUSY, CALLS, client_id, offers
from authz_world import ME
from measuring import by_store_and_caller, keep, middle, table_of
from sqlalchemy import Engine

from gatepost_server import dataapis
from gatepost_server.audit import TrailRecorder
from gatepost_server.kernel.actor import Actor, ActorKind, Origin
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx, UnitOfWork

PROJECT, API = f"P{BUSY}", f"stock-{BUSY}"
Ask = Callable[[Tx], Any]


def main() -> None:
    """Measure, print a table, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder, offers(Path(folder)) as engines:
        report(by_store_and_caller(engines, pages, rounds))


def pages(engine: Engine, cap: int, rounds: int) -> dict[str, float]:
    """Return the ms of each page."""
    uow = UnitOfWork(engine, SystemClock(), TrailRecorder())
    actor = Actor(ActorKind.SESSION, ME, "user0", cap=cap, session_id="ses_0")

    def once(ask: Ask) -> Any:
        with uow.read(actor, Origin("req_0000000000000000000000be")) as tx:
            return ask(tx)

    after = once(lambda tx: dataapis.list_all_apis(tx, PageRequest())).next
    return {name: middle(partial(once, ask), rounds) * 1e3 for name, ask in _asked(after).items()}


def _asked(after: str | None) -> dict[str, Ask]:
    every, one, client = dataapis.list_all_apis, dataapis.list_calls, dataapis.list_client_calls
    busy = {"project_key": PROJECT, "ref": API}
    return {
        "APIs: first page": lambda tx: every(tx, PageRequest()),
        "APIs: second page": lambda tx: every(tx, PageRequest(cursor=after)),
        "APIs: search, a frequent word": lambda tx: every(tx, PageRequest(q="nigiri")),
        "APIs: search, one name": lambda tx: every(tx, PageRequest(q="orders 2025")),
        "APIs: search, in no name": lambda tx: every(tx, PageRequest(q="nosuchword")),
        "APIs of a project": lambda tx: dataapis.list_apis(tx, PROJECT, PageRequest()),
        "calls of the busy API": lambda tx: one(tx, page=PageRequest(), **busy),
        "its refused ones": lambda tx: one(tx, page=PageRequest(), is_refused=True, **busy),
        "its calls by a name": lambda tx: one(tx, page=PageRequest(q="User 77"), **busy),
        "its calls by a name that has none": lambda tx: one(tx, page=PageRequest(q="nosuchword"), **busy),
        "its chart of a day": lambda tx: _chart(tx, 1),
        "its chart of 30 days": lambda tx: _chart(tx, 30),
        "calls of the busy application": lambda tx: client(tx, client_id(), PageRequest()),
        "its refused ones, too": lambda tx: client(tx, client_id(), PageRequest(), is_refused=True),
        "its chart of 30 days, too": lambda tx: _client_chart(tx, 30),
    }


def _chart(tx: Tx, days: int) -> Any:
    return dataapis.count_calls(tx, PROJECT, API, tx.now - timedelta(days=days), timedelta(hours=days))


def _client_chart(tx: Tx, days: int) -> Any:
    since, step = tx.now - timedelta(days=days), timedelta(hours=days)
    return dataapis.count_client_calls(tx, client_id(), since, step)


def report(found: dict[str, dict[str, float]]) -> None:
    """Print the table and keep the numbers."""
    print(f"{APIS:,} data APIs, {CALLS:,} calls, ms\n\n{table_of(found)}")
    keep("apis", {"apis": APIS, "calls": CALLS, **found})


if __name__ == "__main__":
    main()
