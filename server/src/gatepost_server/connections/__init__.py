"""Data connections: where data lies, and which stored credentials sign in there (seed 001)."""

from gatepost_server.connections.drivers import (
    DRIVERS,
    TLS,
    address_of,
    checked_params,
    connection_type_of,
)
from gatepost_server.connections.errors import (
    BrokerSilent,
    ChooseLogin,
    Failure,
    NotAssociated,
    StatementFailed,
    TooManyTries,
)
from gatepost_server.connections.model import (
    HINTS,
    LARGEST_PREVIEW,
    Association,
    Code,
    Connection,
    ConnectionType,
    Login,
    NoLogin,
    OneTimeLogin,
    Param,
    Preview,
    Separated,
    SourceColumn,
    Sql,
    Statement,
    Step,
    StepName,
    StoredLogin,
    TableName,
    TableOf,
    Target,
    Tested,
)
from gatepost_server.connections.ports import Broker
from gatepost_server.connections.service.associating import (
    associate,
    delete_credential,
    list_connections_of,
    list_credentials_of,
    require_bound,
    separate,
)
from gatepost_server.connections.service.foreseeing import (
    Losing,
    count_connections,
    count_credentials,
    name_for,
    rehearse_edit,
)
from gatepost_server.connections.service.keeping import (
    Changes,
    create_connection,
    delete_connection,
    edit_connection,
    get_connection,
    is_nothing,
    list_connections,
    usable_target,
)
from gatepost_server.connections.service.looking import Sight, choose_login, look_into
from gatepost_server.connections.service.trying import Means, Tried, try_connection

__all__ = [
    "DRIVERS", "HINTS", "LARGEST_PREVIEW", "TLS", "Association", "Broker", "BrokerSilent", "Changes",
    "ChooseLogin", "Code", "Connection", "ConnectionType", "Failure", "Login", "Losing", "Means", "NoLogin",
    "NotAssociated", "OneTimeLogin", "Param", "Preview", "Separated", "Sight", "SourceColumn", "Sql",
    "Statement", "StatementFailed", "Step", "StepName", "StoredLogin", "TableName", "TableOf", "Target",
    "Tested", "TooManyTries", "Tried", "address_of", "associate", "checked_params", "choose_login",
    "connection_type_of", "count_connections", "count_credentials", "create_connection",
    "delete_connection", "delete_credential", "edit_connection", "get_connection", "is_nothing",
    "list_connections", "list_connections_of", "list_credentials_of", "look_into", "name_for",
    "rehearse_edit", "require_bound", "separate", "try_connection", "usable_target",
]  # fmt: skip
