"""Which driver opens which type; each is loaded when it is first needed."""
# ruff: noqa: PLC0415  (see above)

from gatepost_server.broker.drivers.ports import Driver
from gatepost_server.connections import ConnectionType


def driver_of(type_: ConnectionType) -> Driver:
    """Return what opens sessions at targets of *type_*."""
    if type_ is ConnectionType.POSTGRESQL:
        from gatepost_server.broker.drivers.postgresql import open_session

        return open_session
    if type_ is ConnectionType.MYSQL:
        from gatepost_server.broker.drivers.mysql import open_session as open_mysql

        return open_mysql
    if type_ in (ConnectionType.SQLITE, ConnectionType.DUCKDB):
        from gatepost_server.broker.drivers.files import open_session as open_file

        return open_file
    from gatepost_server.broker.drivers.web import open_session as open_web

    return open_web
