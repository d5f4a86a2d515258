"""What rights cost: one decision, one page of a list, and the same question put to two libraries.

    .venv/bin/python bench/authz.py [--rounds 7]

10,000 applications, 1,000,000 grants, a person in 50 nested groups; SQLite and PostgreSQL.
casbin and cedarpy are run in an environment of their own, on the grants that can matter to
the person, since neither reads a store of a million rows.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authz_world import ME, NOW, app_id, engines
from measuring import keep, middle
from sqlalchemy import Engine, func, select

from gatepost_server.audit import TrailRecorder
from gatepost_server.authz import NodeKind, decide, load_facts, load_node, subject_for, visible
from gatepost_server.authz.model import judge
from gatepost_server.authz.tables import GrantRow, NodeRow
from gatepost_server.kernel.actor import Actor, ActorKind, Origin
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.store import UnitOfWork, micros, raw_reader

ACTOR = Actor(ActorKind.SESSION, ME, "user0", cap=5)
ORIGIN = Origin("req_0000000000000000000000be")
PAGE = 50
LIBRARIES = Path(__file__).parent / "authz_libraries"


def main() -> None:
    """Measure, print a table, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder, engines(Path(folder)) as each:
        for name, engine in each.items():
            found[name] = {**decisions(engine, rounds), **lists(engine, rounds)}
        libraries = against(each["sqlite"], rounds)
    report(found, libraries)


def decisions(engine: Engine, rounds: int) -> dict[str, float]:
    """Return the µs of a decision: facts at hand (warm), and read from the store each time."""
    with raw_reader(engine) as reader:
        subject = subject_for(reader, ACTOR)
        nodes = [load_node(reader, app_id(at)) for at in range(0, 10_000, 200)]
        at = micros(NOW) + 1
        known = [(node, load_facts(reader, subject, node, at)) for node in nodes if node]
        moment = SystemClock().now()
        warm = [lambda: [judge(subject, "app:open", node, facts) for node, facts in known]]
        cold = [
            lambda: [decide(reader, subject, "app:open", node.id, NodeKind.APP, moment) for node, _ in known]
        ]
        return {
            "decide_warm_us": middle(warm[0], rounds * 20) / len(known) * 1e6,
            "decide_from_store_us": middle(cold[0], rounds * 5) / len(known) * 1e6,
        }


def lists(engine: Engine, rounds: int) -> dict[str, float]:
    """Return the ms of the first page of what the person may open, and of a search in it."""
    uow = UnitOfWork(engine, SystemClock(), TrailRecorder())

    def page(like: str | None) -> Callable[[], Any]:
        def ask() -> Any:
            with uow.read(ACTOR, ORIGIN) as tx:
                wanted = select(NodeRow.id, NodeRow.name).where(NodeRow.id.in_(visible(tx, "app:open")))
                if like is not None:
                    wanted = wanted.where(func.lower(NodeRow.name).contains(like))
                return tx.session.execute(wanted.order_by(NodeRow.name).limit(PAGE)).all()

        return ask

    with uow.read(ACTOR, ORIGIN) as tx:
        seen = tx.session.scalar(select(func.count()).select_from(visible(tx, "app:open").subquery()))
    return {
        "apps_visible": float(seen or 0),
        "first_page_ms": middle(page(None), rounds) * 1000,
        "search_ms": middle(page("77"), rounds) * 1000,
    }


def against(engine: Engine, rounds: int) -> dict[str, float]:
    """Put the same question to casbin and cedarpy, and to `judge`; µs each."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(GrantRow.who_id, GrantRow.node_id)
            .where(GrantRow.who_id.like("grp_%") | (GrantRow.who_id == ME))
            .order_by(GrantRow.id)
            .limit(2_000)
        ).all()
    groups = [[f"grp_{chain * 5 + step:024x}" for step in range(5)] for chain in range(10)]
    world = {"me": ME, "groups": groups, "grants": [list(row) for row in rows], "rounds": rounds}
    argv = ["uv", "run", "--no-project", "--with", "casbin==1.*", "--with", "cedarpy==4.*", "python"]
    shown = subprocess.run(
        [*argv, str(LIBRARIES / "ask.py")],
        input=json.dumps(world),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: dict[str, float] = json.loads(shown.stdout)
    return answers


def report(found: dict[str, dict[str, float]], libraries: dict[str, float]) -> None:
    """Print the tables and keep the numbers."""
    names = list(found)
    print(f"| what | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for what in found["sqlite"]:
        print(f"| {what} | {' | '.join(f'{found[name][what]:.1f}' for name in names)} |")
    ours = found["sqlite"]["decide_warm_us"]
    print("\n| the same question | µs | times ours |\n|---|---|---|")
    print(f"| Gatepost, facts at hand | {ours:.1f} | 1.0 |")
    for name, spent in libraries.items():
        print(f"| {name} | {spent:.1f} | {spent / ours:.1f} |")
    keep("authz", {"stores": found, "libraries": libraries})


if __name__ == "__main__":
    main()
