"""Data connections: where data lies, and which stored credentials sign in there (seed 001)."""

from gatepost_server.connections.errors import BrokerSilent, Failure, StatementFailed
from gatepost_server.connections.model import (
    HINTS,
    LARGEST_PREVIEW,
    Code,
    Connection,
    ConnectionType,
    Login,
    NoLogin,
    OneTimeLogin,
    Param,
    Preview,
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

__all__ = [
    "HINTS", "LARGEST_PREVIEW", "Broker", "BrokerSilent", "Code", "Connection", "ConnectionType", "Failure",
    "Login", "NoLogin", "OneTimeLogin", "Param", "Preview", "SourceColumn", "Sql", "Statement",
    "StatementFailed", "Step", "StepName", "StoredLogin", "TableName", "TableOf", "Target", "Tested",
]  # fmt: skip
