"""Data APIs: SELECTs over stored connections, called through the gate by people and programs (product D9)."""

from gatepost_server.dataapis.definitions import definition_of, kept
from gatepost_server.dataapis.errors import (
    AlreadyAuthorized,
    ApiNameTaken,
    AskRefused,
    DefinerLost,
    DefinitionRefused,
    NotUsable,
    NotYourRows,
    OperationClosed,
    PersonNeeded,
    SlugTaken,
    TemplateRefused,
    UnknownVersion,
)
from gatepost_server.dataapis.facts import Allowed, ApiFacts, api_facts, authorization_of, may_define
from gatepost_server.dataapis.model import (
    FIRST_PAGE,
    Ask,
    Authorization,
    CallerAttribute,
    CallerFacts,
    DataApi,
    Definition,
    Field,
    Limits,
    Operation,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    RowRule,
    SqlSource,
    Stage,
    TableSource,
    Value,
    Version,
)

__all__ = [
    "FIRST_PAGE", "Allowed", "AlreadyAuthorized", "ApiFacts", "ApiNameTaken", "Ask", "AskRefused",
    "Authorization", "CallerAttribute", "CallerFacts", "DataApi", "DefinerLost", "Definition",
    "DefinitionRefused", "Field", "Limits", "NotUsable", "NotYourRows", "Operation", "OperationClosed",
    "Operator", "Ordering", "Parameter", "ParameterType", "PersonNeeded", "RowRule", "SlugTaken",
    "SqlSource", "Stage", "TableSource", "TemplateRefused", "UnknownVersion", "Value", "Version",
    "api_facts", "authorization_of", "definition_of", "kept", "may_define",
]  # fmt: skip
