"""What administrators decide for the whole server: policies, variables, logs; stored and audited."""

from gatepost_server.instance.errors import (
    AlreadyListed,
    UnknownEgressEntry,
    UnknownLogFile,
    UnknownVariable,
)
from gatepost_server.instance.model import (
    LEVELS,
    EgressEntry,
    Features,
    LogFile,
    LogLevels,
    Policies,
    Variable,
)
from gatepost_server.instance.service.egress import (
    add_egress,
    allowlist,
    asking_dialer,
    change_egress,
    egress_entry,
    judge_place,
    list_egress,
    read_egress,
    remove_egress,
)
from gatepost_server.instance.service.features import change_features, features, read_features
from gatepost_server.instance.service.logs import (
    list_log_files,
    log_file,
    log_levels,
    read_log_levels,
    set_log_level,
)
from gatepost_server.instance.service.policies import change_policies, policies, read_policies
from gatepost_server.instance.service.variables import (
    get_variable,
    list_variables,
    remove_variable,
    set_variable,
    variables,
)

__all__ = [
    "LEVELS",
    "AlreadyListed",
    "EgressEntry",
    "Features",
    "LogFile",
    "LogLevels",
    "Policies",
    "UnknownEgressEntry",
    "UnknownLogFile",
    "UnknownVariable",
    "Variable",
    "add_egress",
    "allowlist",
    "asking_dialer",
    "change_egress",
    "change_features",
    "change_policies",
    "egress_entry",
    "features",
    "get_variable",
    "judge_place",
    "list_egress",
    "list_log_files",
    "list_variables",
    "log_file",
    "log_levels",
    "policies",
    "read_egress",
    "read_features",
    "read_log_levels",
    "read_policies",
    "remove_egress",
    "remove_variable",
    "set_log_level",
    "set_variable",
    "variables",
]
