"""The broker of this instance: the one process that opens stored credentials and connections."""

from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.bootstrap.own_places import own_of
from gatepost_server.broker.desk import Desk
from gatepost_server.broker.handing import Handing
from gatepost_server.broker.hardening import harden
from gatepost_server.broker.reception import Reception
from gatepost_server.broker.serving import Server, end_on_sigterm
from gatepost_server.broker.tunnels import Tunnels
from gatepost_server.kernel.collecting import collect_seldom
from gatepost_server.settings import Settings
from gatepost_server.store import ChangeWatch


def serve(settings: Settings) -> None:
    """Serve on the broker's socket until SIGTERM; blocks."""
    base = Foundation.lay(settings, pool_size=16)
    follow_log_levels(base)
    harden()
    for left in base.folders.spool.iterdir():
        left.unlink()
    own, spool = own_of(settings), base.folders.spool
    desk = Desk(base.uow, base.vault, base.folders.files, spool, own)
    handing = Handing(base.uow, base.vault, own, spool)
    server = Server(base.folders.broker_socket, Reception(desk, handing))
    end_on_sigterm(server)
    Tunnels(base.folders.tunnels_socket, handing, ChangeWatch(base.uow.engine).has_moved).start()
    collect_seldom()
    server.serve()
