"""The world that rights are measured on: 10,000 applications, 1,000,000 grants, nested groups."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, insert, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from postgres import create_database, find_postgres, postgres_server, url_of
from stores import lay

from gatepost_server.authz import ORGANIZATION, NodeKind, policy
from gatepost_server.authz.tables import GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import make_engine, sqlite_url

APPS: Final = 10_000
GRANTS: Final = 1_000_000
PEOPLE: Final = 20_000
GROUPS: Final = 200
CHAINS, DEPTH = 10, 5
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
ME: Final = f"usr_{0:024x}"
_STEP: Final = 20_000


@contextmanager
def engines(folder: Path) -> Iterator[dict[str, Engine]]:
    """Open a filled store on SQLite and, where PostgreSQL is installed, on PostgreSQL."""
    found = {"sqlite": make_engine(sqlite_url(folder / "rights.db"))}
    fill(found["sqlite"])
    programs = find_postgres()
    if programs is None:
        yield found
        return
    with postgres_server(programs) as server:
        create_database(server, "rights")
        found["postgresql"] = make_engine(url_of(server, "rights"))
        fill(found["postgresql"])
        yield found
        for engine in found.values():
            engine.dispose()


def app_id(number: int) -> str:
    """Return the id of an application of the world."""
    return f"app_{number:024x}"


def fill(engine: Engine) -> None:
    """Write the world; one person stands in 50 groups, ten chains of five."""
    lay(engine)
    chance = random.Random(7)  # the same world each time, not a secret
    with engine.begin() as connection:
        _write(connection, PrincipalRow, [*_people(), *_groups()])
        _write(connection, NodeRow, _apps())
        _write(connection, MembershipRow, _memberships())
        for start in range(0, GRANTS, _STEP):
            _write(connection, GrantRow, _grants(chance, start))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _write(connection: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(table), rows)


def _people() -> list[dict[str, Any]]:
    return [
        {"id": f"usr_{at:024x}", "kind": "user", "name": f"user{at}", "label": f"User {at}",
         "org_id": ORGANIZATION, "is_active": True, "cap": 4}
        for at in range(PEOPLE)
    ]  # fmt: skip


def _groups() -> list[dict[str, Any]]:
    return [
        {"id": f"grp_{at:024x}", "kind": "group", "name": f"group{at}", "label": f"Group {at}",
         "org_id": ORGANIZATION, "is_active": True, "cap": 0}
        for at in range(GROUPS)
    ]  # fmt: skip


def _apps() -> list[dict[str, Any]]:
    return [
        {"id": app_id(at), "kind": NodeKind.APP, "name": f"Application {at}", "parent_id": ORGANIZATION,
         "org_id": ORGANIZATION, "number": at + 1, "is_restricted": False, "created_at": NOW}
        for at in range(APPS)
    ]  # fmt: skip


def _memberships() -> list[dict[str, Any]]:
    rows = []
    for chain in range(CHAINS):
        member = ME
        for step in range(DEPTH):
            group = f"grp_{chain * DEPTH + step:024x}"
            rows.append((group, member))
            member = group
    return [
        {"id": f"mem_{at:024x}", "set_id": group, "member_id": member, "from_at": NOW, "until_at": None}
        for at, (group, member) in enumerate(rows)
    ]


def _grants(chance: random.Random, start: int) -> list[dict[str, Any]]:
    """One grant in a hundred goes to a group, the others to a person; USE, or EDIT and USE."""
    rows = []
    for at in range(start, start + _STEP):
        is_group = at % 100 == 0
        who = f"grp_{chance.randrange(GROUPS):024x}" if is_group else f"usr_{chance.randrange(PEOPLE):024x}"
        atoms = policy.mask("USE") if at % 3 else policy.mask("EDIT USE")
        rows.append(
            {"id": f"grt_{at:024x}", "who_id": who, "node_id": app_id(chance.randrange(APPS)), "atoms": atoms,
             "role": None, "from_at": NOW, "until_at": None, "by_id": ME, "reason": ""}
        )  # fmt: skip
    return rows
