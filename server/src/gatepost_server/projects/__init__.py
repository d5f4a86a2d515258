"""Projects, the datasets in them, and who sees which rows.

Use-cases take a `Tx`. Rows come in through `taken_in`, which opens before the transaction,
and go out through `stream_rows`, which outlives it.
"""

from gatepost_server.projects.dashboards import (
    Authorization,
    Dashboard,
    DashboardChange,
    SeenDashboard,
    SeenTile,
    TileState,
    Width,
)
from gatepost_server.projects.errors import (
    ArchiveRefused,
    ColumnRuled,
    DashboardExists,
    DataRefused,
    DatasetChanged,
    DatasetExists,
    NotFed,
    ProjectExists,
    ProjectNotEmpty,
    QueryRefused,
    RowsHeld,
    RunAsDenied,
    RunAsNeeded,
    UnknownContent,
)
from gatepost_server.projects.feeds import FEED, Feed, Wanted
from gatepost_server.projects.intake.writing import Content
from gatepost_server.projects.model import Dataset, Metadata, Project, Rule, SavedQuery
from gatepost_server.projects.ports import Easel, StepKind, TileKind, Workplace
from gatepost_server.projects.scenarios import Run, RunState, Scenario, StepRun, token_for, token_of
from gatepost_server.projects.service.authorizing import (
    authorize_dataset,
    list_authorizations,
    replace_authorizations,
    withdraw_dataset,
)
from gatepost_server.projects.service.behalf import allowed_on_datasets, narrowing
from gatepost_server.projects.service.changing import (
    change_dataset,
    declare_columns,
    delete_dataset,
    describe_dataset,
    read_columns,
    read_metadata,
)
from gatepost_server.projects.service.dashboards import (
    change_dashboard,
    create_dashboard,
    delete_dashboard,
    get_dashboard,
    list_dashboards,
    require_dashboard,
)
from gatepost_server.projects.service.datasets import (
    create_dataset,
    dataset_meant,
    get_dataset,
    list_all_datasets,
    list_datasets,
    present_dataset,
)
from gatepost_server.projects.service.exporting import (
    EXPORT,
    ProjectExports,
    find_export,
    start_export,
    sweep_exports,
)
from gatepost_server.projects.service.feeding import (
    add_from,
    cancel_refresh,
    end_feed,
    read_feed,
    refresh,
    set_feed,
)
from gatepost_server.projects.service.finding import (
    require_dataset,
    require_dataset_of,
    require_project,
    require_project_meant,
)
from gatepost_server.projects.service.importing import (
    Arrival,
    Imported,
    Trade,
    arriving,
    import_project,
    may_import,
)
from gatepost_server.projects.service.keeping import (
    change_project,
    delete_project,
    read_variables,
    set_variables,
)
from gatepost_server.projects.service.looking import first_rows
from gatepost_server.projects.service.people import Named
from gatepost_server.projects.service.pouring import DatasetFeeds
from gatepost_server.projects.service.projects import create_project, get_project, list_projects
from gatepost_server.projects.service.rows import Plan, plan_rows, plan_rows_of, stream_rows
from gatepost_server.projects.service.ruling import NamedRule, read_rules, replace_rules
from gatepost_server.projects.service.runs import (
    cancel_run,
    get_run,
    last_runs,
    list_runs,
    run_scenario,
    start_due,
)
from gatepost_server.projects.service.saving import may_save_query, read_query, save_query
from gatepost_server.projects.service.scenarios import (
    ScenarioChange,
    change_scenario,
    create_scenario,
    delete_scenario,
    get_scenario,
    list_scenarios,
    require_scenario,
)
from gatepost_server.projects.service.scheduling import refreshers_of, schedule_refresh
from gatepost_server.projects.service.sharing import (
    Wish,
    end_exposure,
    expose_dataset,
    get_exposure,
    list_exposed,
    list_permissions,
    page_of_permissions,
    project_ids,
    project_keys,
    read_history,
    read_timeline,
    replace_permissions,
)
from gatepost_server.projects.service.standing_in import run_as_names
from gatepost_server.projects.service.sweeping import sweep_datasets
from gatepost_server.projects.service.viewing import Gallery, view_dashboard
from gatepost_server.projects.service.writing import Incoming, Mode, expected_columns, taken_in, write_rows
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.steps.process import examine_archive, examine_steps, examined
from gatepost_server.tabular.columns import Column, Type, read_type
from gatepost_server.tabular.engine import DataTooHeavy, DataUnreadable, Limits, opened
from gatepost_server.tabular.reading import Form

__all__ = [
    "EXPORT", "FEED", "ArchiveRefused", "Arrival", "Authorization", "Column", "ColumnRuled", "Content",
    "Dashboard", "DashboardChange", "DashboardExists", "DataRefused", "DataTooHeavy", "DataUnreadable",
    "Dataset", "DatasetChanged", "DatasetExists", "DatasetFeeds", "Easel", "Feed", "Form", "Gallery",
    "Imported", "Incoming", "Limits", "Metadata", "Mode", "Named", "NamedRule", "NotFed", "Plan",
    "Project", "ProjectExists", "ProjectExports", "ProjectNotEmpty", "QueryRefused", "RowsHeld", "Rule",
    "Run", "RunAsDenied", "RunAsNeeded", "RunState", "SavedQuery", "Scenario", "ScenarioChange",
    "SeenDashboard", "SeenTile", "Shelf", "StepKind", "StepRun", "TileKind", "TileState", "Trade",
    "Type", "UnknownContent", "Wanted", "Width", "Wish", "Workplace", "add_from", "allowed_on_datasets",
    "arriving", "authorize_dataset", "cancel_refresh", "cancel_run", "change_dashboard",
    "change_dataset", "change_project", "change_scenario", "create_dashboard", "create_dataset",
    "create_project", "create_scenario", "dataset_meant", "declare_columns", "delete_dashboard",
    "delete_dataset", "delete_project", "delete_scenario", "describe_dataset", "end_exposure",
    "end_feed", "examine_archive", "examine_steps", "examined", "expected_columns", "expose_dataset",
    "find_export", "first_rows", "get_dashboard", "get_dataset", "get_exposure", "get_project",
    "get_run", "get_scenario", "import_project", "last_runs", "list_all_datasets", "list_authorizations",
    "list_dashboards", "list_datasets", "list_exposed", "list_permissions", "list_projects", "list_runs",
    "list_scenarios", "may_import", "may_save_query", "narrowing", "opened", "page_of_permissions",
    "plan_rows", "plan_rows_of", "present_dataset", "project_ids", "project_keys", "read_columns",
    "read_feed", "read_history", "read_metadata", "read_query", "read_rules", "read_timeline",
    "read_type", "read_variables", "refresh", "refreshers_of", "replace_authorizations",
    "replace_permissions", "replace_rules", "require_dashboard", "require_dataset", "require_dataset_of",
    "require_project", "require_project_meant", "require_scenario", "run_as_names", "run_scenario",
    "save_query", "schedule_refresh", "set_feed", "set_variables", "start_due", "start_export",
    "stream_rows", "sweep_datasets", "sweep_exports", "taken_in", "token_for", "token_of",
    "view_dashboard", "withdraw_dataset", "write_rows",
]  # fmt: skip
