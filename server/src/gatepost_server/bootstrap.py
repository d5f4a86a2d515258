"""The only place that builds objects, picks implementations and fills the doors' needs."""

import logging
from dataclasses import dataclass
from datetime import timedelta

import uvicorn
from fastapi import FastAPI
from sqlalchemy import MetaData

from gatepost_server import apps, audit, authn, authz, identity, instance, keys
from gatepost_server.audit import TrailRecorder
from gatepost_server.authn import Means, parse_proxies
from gatepost_server.crypto import Peppers
from gatepost_server.gateway import receipts
from gatepost_server.http import health
from gatepost_server.http.v1.door import api_router
from gatepost_server.identity import SignIn
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.clock import Clock, clock_from
from gatepost_server.keys import KeyRules
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import Base, UnitOfWork, make_engine, micros, sqlite_url
from gatepost_server.web import Edge, House, install_problems
from gatepost_server.web.health import Health

log = logging.getLogger(__name__)

DOMAINS = (authz, audit, instance, identity, keys, apps, authn)
"""Loading these facades maps every table there is."""


def metadata() -> MetaData:
    """Return every table of the house, for migrations."""
    assert all(domain.__all__ for domain in DOMAINS)
    return Base.metadata


@dataclass(frozen=True)
class Foundation:
    """What every process of an instance is built on."""

    settings: Settings
    folders: Folders
    clock: Clock
    uow: UnitOfWork
    peppers: Peppers
    means: Means

    @classmethod
    def lay(cls, settings: Settings, *, pool_size: int = 8) -> "Foundation":
        """Open the store and the secrets of the instance that *settings* name."""
        folders = Folders(settings.data_dir.resolve())
        clock = clock_from(settings.test_clock)
        engine = make_engine(settings.store or sqlite_url(folders.database), pool_size=pool_size)
        peppers = Peppers.load(folders.secrets)
        return cls(
            settings=settings,
            folders=folders,
            clock=clock,
            uow=UnitOfWork(engine, clock, TrailRecorder()),
            peppers=peppers,
            means=Means(peppers, timedelta(seconds=settings.session_idle_ttl)),
        )


def build_house(base: Foundation) -> House:
    """Return what the doors need."""
    settings = base.settings
    return House(
        settings=settings,
        folders=base.folders,
        uow=base.uow,
        means=base.means,
        sign_in=SignIn(base.peppers, timedelta(seconds=settings.session_absolute_ttl)),
        peppers=base.peppers,
        key_rules=KeyRules(timedelta(days=settings.key_default_days), settings.keys_may_never_expire),
        proxies=parse_proxies(settings.trusted_proxies),
        collect_receipt=lambda: receipts.collect(base.folders, epoch=micros(base.clock.now())),
        health=lambda: health_of(base),
    )


def build_control(house: House) -> FastAPI:
    """Return the control plane: the native API, the pages, health."""
    app = FastAPI(title="Gatepost", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.house = house
    app.include_router(api_router())
    app.include_router(health.router)
    install_problems(app)
    return app


def health_of(base: Foundation) -> Health:
    """Return how the instance is, from its settings and what its parts have reported."""
    settings = base.settings
    details: dict[str, str] = {}
    with base.uow.read(system_actor("health"), Origin("health")) as tx:
        runtime = apps.runtime_status(tx)
    if not settings.is_secure() and not _is_loopback(settings.host):
        details["insecure-transport"] = "People reach this server by plain http. Put TLS in front of it."
    if settings.test_clock is not None:
        details["test-clock"] = "The clock is shifted by a file. This is for tests only."
    if runtime is None:
        details["runtime:silent"] = "The runtime has not reported yet; applications do not start."
    elif runtime.isolation == "none":
        details["isolation:none"] = runtime.advice or "Applications are not confined on this machine."
    parts = {"isolation": runtime.isolation, "r": runtime.r_version or runtime.r_missing} if runtime else {}
    return Health(tuple(details), details, parts)


def serve_control(settings: Settings) -> None:
    """Serve the control plane on its socket until SIGTERM."""
    base = Foundation.lay(settings)
    app = Edge(build_control(build_house(base)), clock=base.clock, upload_limit_mb=settings.upload_limit_mb)
    uvicorn.run(
        app,
        uds=str(base.folders.control_socket),
        http="httptools",
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
