"""A server with a million keys, on each engine: 1,000 owners, names of two or three words."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from httpx import ASGITransport, AsyncClient
from sqlalchemy import Engine, insert, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from postgres import create_database, find_postgres, postgres_server, url_of
from stores import lay

from gatepost_server import keys, projects
from gatepost_server.audit import TrailRecorder
from gatepost_server.authn import Means
from gatepost_server.authz import ORGANIZATION, NodeKind, own_new_node, register_node
from gatepost_server.authz.tables import PrincipalRow
from gatepost_server.bootstrap import Foundation
from gatepost_server.bootstrap.control import build_control, build_house, with_edge
from gatepost_server.crypto import Peppers
from gatepost_server.identity import SignIn
from gatepost_server.kernel.actor import Actor, ActorKind, Origin
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.keys import ExpiryChoice, KeyRules
from gatepost_server.keys.tables import KeyRow, KeyWordRow, VerifierRow
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import UnitOfWork, make_engine, sqlite_url

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
ADMIN: Final = f"usr_{0:024x}"
OWNERS: Final = 1_000
WORDS: Final = ("nightly", "laptop", "loader", "export", "nigiri", "report", "notebook", "ci")
_STEP: Final = 10_000


@dataclass(frozen=True)
class Stand:
    """A filled store, and the control plane over it."""

    name: str
    uow: UnitOfWork
    peppers: Peppers
    rules: KeyRules
    project_id: str
    client: AsyncClient
    runner: asyncio.Runner
    headers: dict[str, str]

    def actor(self) -> Actor:
        """Return an administrator who has just given their password."""
        moment = self.uow.clock.now()
        return Actor(ActorKind.SESSION, ADMIN, "user0", cap=5, session_id="ses_0", confirmed_at=moment)

    def get(self, path: str, **params: str) -> bytes:
        """Send a call, and return the JSON of its answer."""
        answer = self.runner.run(self.client.get(f"/api/v1/{path}", params=params, headers=self.headers))
        answer.raise_for_status()
        return answer.content


def stands(folder: Path, count: int) -> Iterator[Stand]:
    """Fill a store on SQLite and, where PostgreSQL is installed, on PostgreSQL."""
    yield from _stand("sqlite", make_engine(sqlite_url(folder / "keys.db")), folder / "sqlite", count)
    programs = find_postgres()
    if programs is None:
        return
    with postgres_server(programs) as server:
        create_database(server, "keys")
        yield from _stand("postgresql", make_engine(url_of(server, "keys")), folder / "postgresql", count)


def _stand(name: str, engine: Engine, folder: Path, count: int) -> Iterator[Stand]:
    lay(engine)
    fill(engine, count)
    settings = Settings(data_dir=folder, url="http://gatepost.bench")
    folders = Folders(settings.data_dir.resolve())
    folders.prepare()
    peppers = Peppers.load(folders.secrets)
    uow = UnitOfWork(engine, SystemClock(), TrailRecorder())
    laid = Foundation(
        settings=settings, folders=folders, clock=uow.clock, uow=uow, peppers=peppers,
        means=Means(peppers, timedelta(hours=1)), sign_in=SignIn(peppers, timedelta(days=1)),
    )  # fmt: skip
    house = build_house(laid)
    rules, runner = house.key_rules, asyncio.Runner()
    app = build_control(house)
    client = AsyncClient(transport=ASGITransport(with_edge(app, house)), base_url="http://gatepost.bench")
    stand = Stand(name, uow, peppers, rules, "", client, runner, {})
    with uow.begin(stand.actor(), Origin("req_0")) as tx:
        made = keys.issue_personal_key(tx, peppers, rules, name="bench", expiry=ExpiryChoice())
        project = projects.create_project(tx, key="P", name="Sales")
        own_new_node(tx, register_node(tx, f"ds_{0:024x}", NodeKind.DATASET, "orders", parent_id=project.id))
    headers = {"authorization": f"Key {made.text.reveal()}"}
    yield Stand(name, uow, peppers, rules, project.id, client, runner, headers)
    runner.run(client.aclose())
    runner.close()
    engine.dispose()


def fill(engine: Engine, count: int) -> None:
    """Write people and *count* keys; the oldest hundredth are called ancient, a third has an end."""
    with engine.begin() as connection:
        connection.execute(insert(PrincipalRow), _people())
    for start in range(0, count, _STEP):
        numbers = range(start, min(start + _STEP, count))
        with engine.begin() as connection:
            connection.execute(insert(KeyRow), [_key(at) for at in numbers])
            connection.execute(insert(KeyWordRow), [row for at in numbers for row in _words(at, count)])
            connection.execute(insert(VerifierRow), [_verifier(at) for at in numbers])
    if engine.dialect.name == "postgresql":
        # A server does this by itself after so many rows; the measured one is kept from it.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _people() -> list[dict[str, Any]]:
    return [
        {"id": f"usr_{at:024x}", "kind": "user", "name": f"user{at}", "label": f"User {at}",
         "org_id": ORGANIZATION, "is_active": True, "cap": 4 if at else 5}
        for at in range(OWNERS)
    ]  # fmt: skip


def _key(at: int) -> dict[str, Any]:
    kind, letter = ("global", "g") if at % 50 == 0 else ("personal", "p")
    public_id = f"{at:010d}"[::-1]
    return {
        "id": f"key_{at:024x}", "kind": kind, "public_id": public_id, "name": f"Key {at}", "description": "",
        "prefix": f"gp{letter}_{public_id}", "last_four": "0000", "owner_id": f"usr_{at % OWNERS:024x}",
        "created_by": ADMIN, "project_id": None, "reach": None, "run_as_id": None,
        "is_run_as_consented": False, "cap": None, "ip_allowlist": None, "is_enabled": at % 10_000 != 7,
        "created_at": NOW, "expires_at": None if at % 3 else NOW + timedelta(minutes=at),
        "revoked_at": None, "revoked_by": None,
    }  # fmt: skip


def _words(at: int, count: int) -> list[dict[str, Any]]:
    own = "ancient" if at < count // 100 else WORDS[at % len(WORDS)]
    return [{"key_id": f"key_{at:024x}", "word": word} for word in ("key", str(at), own)]


def _verifier(at: int) -> dict[str, Any]:
    return {
        "id": f"ver_{at:024x}", "key_id": f"key_{at:024x}", "last_four": "0000", "mac": b"\0" * 32,
        "pepper_version": 1, "until_at": None,
    }  # fmt: skip
