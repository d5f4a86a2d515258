"""The broker of this instance: the one process that opens stored credentials and connections."""

import socket
from typing import Final

from sqlalchemy import make_url

from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.broker.desk import Desk
from gatepost_server.broker.hardening import harden
from gatepost_server.broker.serving import Server, end_on_sigterm
from gatepost_server.egress import Own, is_of_this_machine
from gatepost_server.settings import Settings

_POSTGRESQL_PORT: Final = 5432


def serve(settings: Settings) -> None:
    """Serve on the broker's socket until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    follow_log_levels(base)
    harden()
    for left in base.folders.spool.iterdir():
        left.unlink()
    desk = Desk(base.uow, base.vault, base.folders.files, base.folders.spool, own_of(settings))
    server = Server(base.folders.broker_socket, desk)
    end_on_sigterm(server)
    server.serve()


def own_of(settings: Settings) -> Own:
    """Return where this instance listens and where its store is: nothing of it is ever dialed."""
    return Own(frozenset({settings.port}), _stores(settings), is_of_this_machine)


def _stores(settings: Settings) -> frozenset[tuple[str, int]]:
    url = None if settings.store is None else make_url(settings.store)
    host = None if url is None else url.host or url.query.get("host")
    if url is None or not isinstance(host, str) or host.startswith("/"):
        return frozenset()
    port = url.port or _POSTGRESQL_PORT
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return frozenset((str(one[4][0]), port) for one in found)
