"""The broker of this instance: the one process that opens stored credentials and connections."""

from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.bootstrap.own_places import own_of
from gatepost_server.broker.desk import Desk
from gatepost_server.broker.hardening import harden
from gatepost_server.broker.serving import Server, end_on_sigterm
from gatepost_server.settings import Settings


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
