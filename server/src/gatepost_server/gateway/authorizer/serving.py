"""Building the authorizer from an instance's foundation, and serving it on its socket."""

import gc

import uvicorn

from gatepost_server.authn import Means, parse_proxies
from gatepost_server.gateway.authorizer.bad_keys import BadKeys
from gatepost_server.gateway.authorizer.door import Authorizer
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.gateway.authorizer.reading import StandingReader
from gatepost_server.gateway.envoy.desired import gate_of
from gatepost_server.identity import SignIn
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import UnitOfWork

_MEBIBYTE = 1024 * 1024
_KEEP_ALIVE_S = 75
"""Longer than Envoy keeps an idle connection, so that it is always Envoy that closes."""


def build_authorizer(
    settings: Settings, folders: Folders, uow: UnitOfWork, authn: Means, sign_in: SignIn
) -> Authorizer:
    """Return the authorizer of this instance."""
    return Authorizer(
        GateMeans(
            uow=uow,
            reader=StandingReader(uow.engine),
            authn=authn,
            sign_in=sign_in,
            proxies=parse_proxies(settings.trusted_proxies),
            gate=gate_of(settings, folders),
            folders=folders,
            body_limit=settings.body_limit_mb * _MEBIBYTE,
            notes=Notes(uow),
            bad_keys=BadKeys(),
        )
    )


def serve(authorizer: Authorizer, folders: Folders) -> None:
    """Serve on the authorizer's socket until SIGTERM; blocks."""
    # What was loaded stays; the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    server_of(authorizer, folders).run()


def server_of(authorizer: Authorizer, folders: Folders) -> uvicorn.Server:
    """Return the server that `serve` runs."""
    config = uvicorn.Config(
        authorizer,
        uds=str(folders.authorizer_socket),
        http="httptools",
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
