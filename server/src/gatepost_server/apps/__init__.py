"""Applications: sources, versions, builds, deployments and what should run.

Use-cases take a `Tx`; uploads go through `taken_in`, which opens before the transaction.
Runtime, gate and worker talk to the `Desk`; the gate reads `content_facts`.
"""

from gatepost_server.apps.detection import KindUnclear, ManifestInvalid, ParametersInvalid
from gatepost_server.apps.errors import (
    AlreadySo,
    AppStopped,
    AuthorsUnconfirmed,
    ChangedMeanwhile,
    DraftExists,
    FileChanged,
    FileExists,
    RuntimeSilent,
    SourceInUse,
    UnknownFile,
    UnknownVersion,
    UploadsRefused,
    VersionFailed,
    VersionFinal,
    VersionIsDraft,
)
from gatepost_server.apps.facts import content_facts, way_facts
from gatepost_server.apps.injections import FIRST_PORT, Environment, Given, Withheld, variables_of
from gatepost_server.apps.limits import SLACK, Held, Limit, held_in_words
from gatepost_server.apps.logs import LONGEST_WORDS, MOST_LINES, LogPart, lines_with, log_since, log_tail
from gatepost_server.apps.model import RUNGS, AppState, KeyScopeLevel, Kind, Resources, VersionState
from gatepost_server.apps.naming import Addresses, AppRef, app_id_of_label, app_ref, slug_of
from gatepost_server.apps.parameters import Parameter, ParameterType, Value, span_of, typed
from gatepost_server.apps.resources import MOST_REPLICAS, SIZES, Size, size_of
from gatepost_server.apps.service.app_connections import (
    AppConnection,
    add_connection,
    list_app_connections,
    open_connection,
    reachable_connections,
    remove_connection,
    require_connection_name,
)
from gatepost_server.apps.service.authors import authors_to_confirm
from gatepost_server.apps.service.comparing import Change, Comparison, FileChange, compare_versions
from gatepost_server.apps.service.deploying import (
    create_app,
    deploy_version,
    find_bundled_app,
    publish_bundle,
)
from gatepost_server.apps.service.desk import Desk
from gatepost_server.apps.service.drafts import build_draft, discard_draft, set_resources, start_draft
from gatepost_server.apps.service.duplicating import duplicate_source
from gatepost_server.apps.service.environment import change_env, list_env
from gatepost_server.apps.service.files import (
    ANY,
    list_files,
    open_file,
    pack_version,
    remove_file,
    write_file,
)
from gatepost_server.apps.service.injecting import Injection, injections, judge_injection
from gatepost_server.apps.service.keeping import (
    AppDeleted,
    AppEnding,
    delete_app,
    ending_of,
    rename_app,
    set_app_access,
)
from gatepost_server.apps.service.measuring import limits_in_force, read_usage
from gatepost_server.apps.service.own_keys import app_keys_among, list_app_keys, read_way
from gatepost_server.apps.service.parameters import AppParameter, change_parameters, list_parameters
from gatepost_server.apps.service.reading import (
    LogKind,
    get_app,
    last_used,
    list_apps,
    list_deployments,
    log_path,
    readable_apps,
    require_app,
)
from gatepost_server.apps.service.requests import AccessRequest
from gatepost_server.apps.service.running import (
    note_opened,
    request_wake,
    restart_app,
    start_app,
    stop_app,
)
from gatepost_server.apps.service.sources import (
    create_source,
    delete_source,
    get_source,
    list_sources,
    rename_source,
)
from gatepost_server.apps.service.status import count_states, runtime_status
from gatepost_server.apps.service.sweeping import sweep_sources
from gatepost_server.apps.service.uploads import Bundle, may_upload, taken_in
from gatepost_server.apps.service.versions import (
    add_version,
    get_version,
    list_versions,
    newest_final,
    version_log,
)
from gatepost_server.apps.steps import RestartStep
from gatepost_server.apps.tiles import AppTile
from gatepost_server.apps.usage_views import Usage, UsagePoint, UsageRange
from gatepost_server.apps.views import (
    App,
    AppFilter,
    AppKey,
    ContentFacts,
    Deployment,
    EnvVariable,
    Route,
    RuntimeStatus,
    Source,
    SourceVersion,
    WayFacts,
)
from gatepost_server.bundles import BundleLimits, BundleRefused, BundleTooLarge, TreeFile, pack_folder

__all__ = [
    "ANY",
    "FIRST_PORT",
    "LONGEST_WORDS",
    "MOST_LINES",
    "MOST_REPLICAS",
    "RUNGS",
    "SIZES",
    "SLACK",
    "AccessRequest",
    "Addresses",
    "AlreadySo",
    "App",
    "AppConnection",
    "AppDeleted",
    "AppEnding",
    "AppFilter",
    "AppKey",
    "AppParameter",
    "AppRef",
    "AppState",
    "AppStopped",
    "AppTile",
    "AuthorsUnconfirmed",
    "Bundle",
    "BundleLimits",
    "BundleRefused",
    "BundleTooLarge",
    "Change",
    "ChangedMeanwhile",
    "Comparison",
    "ContentFacts",
    "Deployment",
    "Desk",
    "DraftExists",
    "EnvVariable",
    "Environment",
    "FileChange",
    "FileChanged",
    "FileExists",
    "Given",
    "Held",
    "Injection",
    "KeyScopeLevel",
    "Kind",
    "KindUnclear",
    "Limit",
    "LogKind",
    "LogPart",
    "ManifestInvalid",
    "Parameter",
    "ParameterType",
    "ParametersInvalid",
    "Resources",
    "RestartStep",
    "Route",
    "RuntimeSilent",
    "RuntimeStatus",
    "Size",
    "Source",
    "SourceInUse",
    "SourceVersion",
    "TreeFile",
    "UnknownFile",
    "UnknownVersion",
    "UploadsRefused",
    "Usage",
    "UsagePoint",
    "UsageRange",
    "Value",
    "VersionFailed",
    "VersionFinal",
    "VersionIsDraft",
    "VersionState",
    "WayFacts",
    "Withheld",
    "add_connection",
    "add_version",
    "app_id_of_label",
    "app_keys_among",
    "app_ref",
    "authors_to_confirm",
    "build_draft",
    "change_env",
    "change_parameters",
    "compare_versions",
    "content_facts",
    "count_states",
    "create_app",
    "create_source",
    "delete_app",
    "delete_source",
    "deploy_version",
    "discard_draft",
    "duplicate_source",
    "ending_of",
    "find_bundled_app",
    "get_app",
    "get_source",
    "get_version",
    "held_in_words",
    "injections",
    "judge_injection",
    "last_used",
    "limits_in_force",
    "lines_with",
    "list_app_connections",
    "list_app_keys",
    "list_apps",
    "list_deployments",
    "list_env",
    "list_files",
    "list_parameters",
    "list_sources",
    "list_versions",
    "log_path",
    "log_since",
    "log_tail",
    "may_upload",
    "newest_final",
    "note_opened",
    "open_connection",
    "open_file",
    "pack_folder",
    "pack_version",
    "publish_bundle",
    "reachable_connections",
    "read_usage",
    "read_way",
    "readable_apps",
    "remove_connection",
    "remove_file",
    "rename_app",
    "rename_source",
    "request_wake",
    "require_app",
    "require_connection_name",
    "restart_app",
    "runtime_status",
    "set_app_access",
    "set_resources",
    "size_of",
    "slug_of",
    "span_of",
    "start_app",
    "start_draft",
    "stop_app",
    "sweep_sources",
    "taken_in",
    "typed",
    "variables_of",
    "version_log",
    "way_facts",
    "write_file",
]  # fmt: skip
