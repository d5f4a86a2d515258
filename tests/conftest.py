"""What all tests start from: time, stores on both engines, people, the house, its API."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from clocks import SettableClock
from hypothesis import HealthCheck, settings
from postgres import create_database, find_postgres, postgres_server, url_of
from sqlalchemy import Engine
from stores import Reset, Store, lay, make_sqlite_template, sqlite_copy, store_on
from world import World

from gatepost_server.authn import Means
from gatepost_server.bootstrap import Foundation
from gatepost_server.crypto import Peppers
from gatepost_server.identity import SignIn
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import make_engine

if TYPE_CHECKING:
    from calling import Api
    from documented import Documented
    from fastapi import FastAPI

    from gatepost_server.web import House

# A busy machine must not decide whether a law holds.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# A shell starts what runs beside something else deaf to Ctrl-C; whole instances have to be ended even so.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
_SERVER = pytest.StashKey[ExitStack]()


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still."""
    return SettableClock()


@pytest.fixture(scope="session")
def peppers(tmp_path_factory: pytest.TempPathFactory) -> Peppers:
    """Peppers in a file."""
    return Peppers.load(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the roots planted; copied per test."""
    return make_sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest, worker_id: str) -> Iterator[str]:
    """An empty database of this process, on the one server of this run."""
    programs = find_postgres()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with ExitStack() as stack:
        shared = getattr(request.config, "workerinput", {}).get("postgres")
        server = shared or stack.enter_context(postgres_server(programs))
        create_database(server, f"tests_{worker_id}")
        yield url_of(server, f"tests_{worker_id}")


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[tuple[Engine, Reset]]:
    """A migrated PostgreSQL database with the roots planted, and what sets it back."""
    engine = make_engine(postgres_url)
    lay(engine)
    yield engine, Reset(engine)
    engine.dispose()


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated store, on SQLite and on PostgreSQL."""
    if request.param == "postgres":
        shared, reset = request.getfixturevalue("postgres_engine")
        reset()
        yield shared
        return
    with sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path) as own:
        yield own


@pytest.fixture
def store(engine: Engine) -> Store:
    """A store with a clock of its own (`store.clock`) and its unit of work."""
    return store_on(engine)


@pytest.fixture
def world(store: Store, peppers: Peppers) -> World:
    """Makes people, things, sets, sessions and keys in `store`."""
    return World(store, peppers)


@pytest.fixture
def house(tmp_path: Path, store: Store, peppers: Peppers) -> "Iterator[House]":
    """What the doors need, on `store`, with folders of its own and no gate running."""
    from gatepost_server.bootstrap.control import build_house

    settings = Settings(data_dir=tmp_path / "data", url="http://gatepost.test", upload_limit_mb=1)
    folders = Folders(settings.data_dir.resolve())
    folders.prepare()
    laid = Foundation(
        settings=settings,
        folders=folders,
        clock=store.clock,
        uow=store.uow,
        peppers=peppers,
        means=Means(peppers, timedelta(seconds=settings.session_idle_ttl)),
        sign_in=SignIn(peppers, timedelta(seconds=settings.session_absolute_ttl)),
    )
    yield build_house(laid)
    shutil.rmtree(folders.run, ignore_errors=True)


@pytest.fixture(scope="session")
def control_app() -> "FastAPI":
    """The control plane's routes, built once; `api` gives them the house of the test."""
    from gatepost_server.bootstrap.control import build_control

    return build_control(cast("House", None))


@pytest.fixture(scope="session")
def documented(control_app: "FastAPI") -> "Documented":
    """The OpenAPI document, as a judge of answers."""
    from documented import Documented

    return Documented(control_app.openapi())


@pytest.fixture
def api(house: "House", world: World, control_app: "FastAPI", documented: "Documented") -> "Iterator[Api]":
    """The control plane, called in this process."""
    from calling import Api

    from gatepost_server.bootstrap.control import with_edge

    control_app.state.house = house
    made = Api(with_edge(control_app, house), house, world, documented)
    yield made
    made.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start one PostgreSQL for all workers of xdist."""
    config, programs = node.config, find_postgres()
    if programs is None or "not postgres" in config.option.markexpr:
        return
    if _SERVER not in config.stash:
        config.stash[_SERVER] = ExitStack()
        config.postgres = config.stash[_SERVER].enter_context(postgres_server(programs))
    node.workerinput["postgres"] = config.postgres


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it."""
    if _SERVER in config.stash:
        config.stash[_SERVER].close()
