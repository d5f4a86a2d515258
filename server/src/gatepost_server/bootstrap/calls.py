"""Calls of data APIs: a process of their own, which goes on while the control plane is away."""

import uvicorn

from gatepost_server.bootstrap.control import build_house, with_edge
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.bootstrap.signatures import verifier_of
from gatepost_server.http.gw.door import build_calls
from gatepost_server.kernel.collecting import collect_seldom
from gatepost_server.settings import Settings

_KEEP_ALIVE_S = 75
"""Longer than Envoy keeps an idle connection, so that it is always Envoy that closes."""


def serve(settings: Settings) -> None:
    """Serve on the socket of calls until SIGTERM; blocks."""
    base = Foundation.lay(settings, pool_size=16)
    follow_log_levels(base)
    house = build_house(base)
    app = build_calls(house, verifier_of(base.uow, base.signing(), "gate"))
    collect_seldom()
    uvicorn.run(
        with_edge(app, house),
        uds=str(base.folders.calls_socket),
        http="httptools",
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
    )
