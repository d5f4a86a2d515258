"""Applications: sources, versions, builds, deployments and what should run.

Use-cases take a `Tx`; uploads go through `taken_in`, which opens before the transaction.
Runtime, gate and worker talk to the `Desk`; the gate reads `content_facts`.
"""

from gatepost_server.apps.detection import KindUnclear, ManifestInvalid
from gatepost_server.apps.errors import (
    AlreadySo,
    AppStopped,
    RuntimeSilent,
    SourceInUse,
    UnknownVersion,
    UploadsRefused,
    VersionFailed,
)
from gatepost_server.apps.facts import content_facts, way_facts
from gatepost_server.apps.logs import MOST_LINES, LogPart, log_since, log_tail
from gatepost_server.apps.model import AppState, KeyScopeLevel, Kind, VersionState
from gatepost_server.apps.naming import Addresses, AppRef, app_id_of_label, app_ref, slug_of
from gatepost_server.apps.service.deploying import (
    create_app,
    deploy_version,
    find_bundled_app,
    publish_bundle,
)
from gatepost_server.apps.service.desk import Desk
from gatepost_server.apps.service.keeping import AppDeleted, delete_app, rename_app, set_app_access
from gatepost_server.apps.service.reading import (
    LogKind,
    get_app,
    list_apps,
    list_deployments,
    log_path,
    readable_apps,
    require_app,
)
from gatepost_server.apps.service.running import request_wake, restart_app, start_app, stop_app
from gatepost_server.apps.service.sources import (
    add_version,
    create_source,
    delete_source,
    get_source,
    get_version,
    list_sources,
    list_versions,
    rename_source,
    version_log,
)
from gatepost_server.apps.service.status import runtime_status
from gatepost_server.apps.service.sweeping import sweep_sources
from gatepost_server.apps.service.uploads import Bundle, may_upload, taken_in
from gatepost_server.apps.steps import RestartStep
from gatepost_server.apps.tiles import AppTile
from gatepost_server.apps.views import (
    App,
    AppFilter,
    ContentFacts,
    Deployment,
    RuntimeStatus,
    Source,
    SourceVersion,
    WayFacts,
)
from gatepost_server.bundles import BundleLimits, BundleRefused, BundleTooLarge, pack_folder

__all__ = [
    "MOST_LINES",
    "Addresses",
    "AlreadySo",
    "App",
    "AppDeleted",
    "AppFilter",
    "AppRef",
    "AppState",
    "AppStopped",
    "AppTile",
    "Bundle",
    "BundleLimits",
    "BundleRefused",
    "BundleTooLarge",
    "ContentFacts",
    "Deployment",
    "Desk",
    "KeyScopeLevel",
    "Kind",
    "KindUnclear",
    "LogKind",
    "LogPart",
    "ManifestInvalid",
    "RestartStep",
    "RuntimeSilent",
    "RuntimeStatus",
    "Source",
    "SourceInUse",
    "SourceVersion",
    "UnknownVersion",
    "UploadsRefused",
    "VersionFailed",
    "VersionState",
    "WayFacts",
    "add_version",
    "app_id_of_label",
    "app_ref",
    "content_facts",
    "create_app",
    "create_source",
    "delete_app",
    "delete_source",
    "deploy_version",
    "find_bundled_app",
    "get_app",
    "get_source",
    "get_version",
    "list_apps",
    "list_deployments",
    "list_sources",
    "list_versions",
    "log_path",
    "log_since",
    "log_tail",
    "may_upload",
    "pack_folder",
    "publish_bundle",
    "readable_apps",
    "rename_app",
    "rename_source",
    "request_wake",
    "require_app",
    "restart_app",
    "runtime_status",
    "set_app_access",
    "slug_of",
    "start_app",
    "stop_app",
    "sweep_sources",
    "taken_in",
    "version_log",
    "way_facts",
]  # fmt: skip
