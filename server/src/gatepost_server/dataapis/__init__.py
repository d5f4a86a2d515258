"""Data APIs: SELECTs over stored connections, called through the gate by people and programs (product D9).

Use-cases take a `Tx`. What is saved was examined against its source first (`may_save`, then `examine`,
both outside of the transaction that saves). What a call runs comes from `plan`, which is pure; what the
gate reads for it from `find_api`, `authorization_of` and `api_facts`.
"""

from gatepost_server.dataapis.checking import RESERVED
from gatepost_server.dataapis.compiling import Planned, parameters_of, plan
from gatepost_server.dataapis.definitions import definition_of, kept
from gatepost_server.dataapis.describing import openapi_of
from gatepost_server.dataapis.errors import (
    AlreadyAuthorized,
    ApiNameTaken,
    AskRefused,
    DefinerLost,
    DefinitionRefused,
    NotTried,
    NotUsable,
    NotYourRows,
    OperationClosed,
    PersonNeeded,
    SlugTaken,
    SourceGiven,
    TemplateRefused,
    UnknownAuthorization,
    UnknownVersion,
)
from gatepost_server.dataapis.facts import (
    Allowed,
    ApiFacts,
    FoundApi,
    api_facts,
    authorization_of,
    caller_facts,
    find_api,
    may_define,
)
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
from gatepost_server.dataapis.service.authorizing import (
    authorize_client,
    authorized_now,
    end_authorization,
    let_go_of_api,
    list_authorizations,
    list_client_apis,
)
from gatepost_server.dataapis.service.calls import (
    ApiCall,
    CallTotal,
    ClientCall,
    RecentCaller,
    count_calls,
    count_client_calls,
    list_calls,
    list_client_calls,
    note_calls,
    recent_callers,
    sweep_calls,
)
from gatepost_server.dataapis.service.data_sources import (
    DataSource,
    authorize_source,
    end_source,
    let_go_of_source,
    list_readers,
    list_sources,
    source_of,
)
from gatepost_server.dataapis.service.examining import Draft, Fitted, examine
from gatepost_server.dataapis.service.finding import require_api, require_api_meant
from gatepost_server.dataapis.service.keeping import (
    ApiChange,
    NewApi,
    change_api,
    create_api,
    delete_api,
    get_api,
    get_api_meant,
    list_all_apis,
    list_apis,
    may_save,
)
from gatepost_server.dataapis.service.limiting import require_room, take_call
from gatepost_server.dataapis.service.publishing import get_version, list_versions, publish_api
from gatepost_server.dataapis.service.recording import WriteFacts, record_failed_write, record_write
from gatepost_server.dataapis.service.requests import UseApi
from gatepost_server.dataapis.service.source_requests import UseDataset
from gatepost_server.dataapis.service.trying import MOST_TRIED, Trial, TriedApi, try_api
from gatepost_server.dataapis.templates import named_in
from gatepost_server.dataapis.values import BadValue, bound, typed

__all__ = [
    "FIRST_PAGE", "MOST_TRIED", "RESERVED", "Allowed", "AlreadyAuthorized", "ApiCall", "ApiChange",
    "ApiFacts", "ApiNameTaken", "Ask", "AskRefused", "Authorization", "BadValue", "CallTotal",
    "CallerAttribute", "CallerFacts", "ClientCall", "DataApi", "DataSource", "DefinerLost", "Definition",
    "DefinitionRefused", "Draft", "Field", "Fitted", "FoundApi", "Limits", "NewApi", "NotTried",
    "NotUsable", "NotYourRows", "Operation", "OperationClosed", "Operator", "Ordering", "Parameter",
    "ParameterType", "PersonNeeded", "Planned", "RecentCaller", "RowRule", "SlugTaken", "SourceGiven",
    "SqlSource", "Stage", "TableSource", "TemplateRefused", "Trial", "TriedApi", "UnknownAuthorization",
    "UnknownVersion", "UseApi", "UseDataset", "Value", "Version", "WriteFacts", "api_facts",
    "authorization_of", "authorize_client", "authorize_source", "authorized_now", "bound",
    "caller_facts", "change_api", "count_calls", "count_client_calls", "create_api", "definition_of",
    "delete_api", "end_authorization", "end_source", "examine", "find_api", "get_api", "get_api_meant",
    "get_version", "kept", "let_go_of_api", "let_go_of_source", "list_all_apis", "list_apis",
    "list_authorizations", "list_calls", "list_client_apis", "list_client_calls", "list_readers",
    "list_sources", "list_versions", "may_define", "may_save", "named_in", "note_calls", "openapi_of",
    "parameters_of", "plan", "publish_api", "recent_callers", "record_failed_write", "record_write",
    "require_api", "require_api_meant", "require_room", "source_of", "sweep_calls", "take_call", "try_api",
    "typed",
]  # fmt: skip
