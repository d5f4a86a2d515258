"""The control plane: the native API, the pages, health; one ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from gatepost_server.authn import parse_proxies
from gatepost_server.bootstrap.approvals import request_kinds
from gatepost_server.bootstrap.dashboards import tile_kinds
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.health import health_of
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.bootstrap.mail import note_mail_environment, post_of
from gatepost_server.bootstrap.metrics import metrics_of
from gatepost_server.bootstrap.own_places import own_of
from gatepost_server.bootstrap.scenarios import step_kinds
from gatepost_server.broker import Client, Places
from gatepost_server.crypto import Assertions
from gatepost_server.gateway import receipts
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.http import health
from gatepost_server.http.v1.door import install_api
from gatepost_server.keys import KeyRules
from gatepost_server.settings import Settings
from gatepost_server.store import micros
from gatepost_server.ui.door import install_pages, present
from gatepost_server.web import CrossOrigin, Edge, House, document_refusals, install_problems
from gatepost_server.web.ways import Ways

_KEEP_ALIVE_S: Final = 75
"""Longer than Envoy keeps an idle connection, so that it is always Envoy that closes."""
_WAITING, _WAITING_OF_ONE = 16, 5
"""Of the forty threads that answer requests: those that may wait for somebody's source at a time."""


def build_house(base: Foundation) -> House:
    """Return what the doors need."""
    settings, signing = base.settings, base.signing()
    broker = Client(base.folders.broker_socket, places=Places(_WAITING, _WAITING_OF_ONE))
    return House(
        settings=settings,
        folders=base.folders,
        uow=base.uow,
        means=base.means,
        sign_in=base.sign_in,
        peppers=base.peppers,
        safe=base.safe(),
        vault=base.vault,
        broker=broker,
        own=own_of(settings),
        signing=signing,
        key_rules=KeyRules(timedelta(days=settings.key_default_days), settings.keys_may_never_expire),
        post=post_of(base),
        steps=step_kinds(broker),
        tiles=tile_kinds(settings),
        requests=request_kinds(signing),
        proxies=parse_proxies(settings.trusted_proxies),
        notes=Notes(base.uow, "control"),
        collect_receipt=lambda: receipts.collect(base.folders, base.clock, epoch=micros(base.clock.now())),
        health=lambda: health_of(base),
        metrics=lambda: metrics_of(base),
        assertions=Assertions(base.folders.secrets),
    )


def build_control(house: House) -> FastAPI:
    """Return the control plane's routes."""

    @asynccontextmanager
    async def noting(served: FastAPI) -> AsyncIterator[None]:
        writing = asyncio.create_task(house.notes.keep_writing())
        ways = Ways(_edge(served, house), house.uow.clock, house.folders.ways_socket)
        await ways.open()
        yield
        ways.close()
        writing.cancel()
        await asyncio.wait([writing])

    app = FastAPI(
        title="Gatepost",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=noting,
    )
    app.state.house = house
    install_api(app)
    app.include_router(health.router)
    install_pages(app)
    install_problems(app, present)
    document_refusals(app)
    return app


def with_edge(app: ASGIApp, house: House) -> ASGIApp:
    """Put the outermost layer around *app*: request ids, limits, headers."""
    return _edge(CrossOrigin(app, house.uow), house)


def _edge(app: ASGIApp, house: House) -> ASGIApp:
    settings = house.settings
    return Edge(
        app,
        clock=house.uow.clock,
        upload_limit_mb=settings.upload_limit_mb,
        is_secure=settings.is_secure(),
    )


def serve(settings: Settings) -> None:
    """Serve on the control plane's socket until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    follow_log_levels(base)
    note_mail_environment(base)
    house = build_house(base)
    uvicorn.run(
        with_edge(build_control(house), house),
        uds=str(base.folders.control_socket),
        http="httptools",
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
    )
