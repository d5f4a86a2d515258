"""Pages of projects with hand-made values, for the gallery."""

# ruff: noqa: E501  # a value a line reads better here

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gallery_connections import HOUSE, PLAIN

from gatepost_server.projects import Column, Feed, Project, Run, RunState, Scenario, StepRun, Wanted
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import (
    catalog,
    dataset,
    dataset_access,
    dataset_facts,
    dataset_from,
    dataset_schedule,
    dataset_source,
    datasets,
    project,
    project_settings,
    projects,
    scenario_forms,
    scenario_runs,
    scenarios,
    sharing,
)

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL = "http://localhost:8080"
CSRF = "csrf-of-the-gallery"
OLD = NOW - timedelta(days=9)
KEY = "SUPPLY"

PROJECT = Project("prj_1", KEY, "Supply planning", "Orders and depots.", OLD, NOW, 2, "usr_1", "Mira Kovač")
VIEW = project.ProjectView(
    "prj_1", KEY, "Supply planning", "Orders and depots.", "Mira Kovač", OLD, NOW,
    tabs=[
        project.Part("home", "Home", "", "settings"),
        project.Part("datasets", "Datasets", "/datasets", "settings", 2),
        project.Part("scenarios", "Scenarios", "/scenarios", "settings", 1),
    ],
    settings=[
        project.Part("permissions", "Permissions", "/settings/permissions", "shield"),
        project.Part("variables", "Variables", "/settings/variables", "variable"),
        project.Part("danger", "Danger zone", "/settings/danger", "alert-triangle"),
    ],
    may_edit=True, may_add=True, may_read=True,
)  # fmt: skip
COLUMNS = [Column("id", "integer"), Column("customer", "string"), Column("price", "decimal(18,2)")]
MAY = frozenset(
    {"read", "rows", "schema", "metadata", "export", "write", "edit", "share", "delete", "describe"}
)
DATASET = dataset.DatasetView(
    "dat_1", KEY, "Supply planning", "orders", MAY, 1_240_000, 48_000_000, OLD, COLUMNS, impersonate=True
)
GRANTS = [
    sharing.AccessRow("grt_1", "Mira Kovač", "mira", "user", "admin", OLD, None, "Mira Kovač", "created it", is_you=True),
    sharing.AccessRow("grt_2", "Analysts", "Analysts", "group", "", OLD, NOW + timedelta(days=30), "Mira Kovač",
                      permissions="Read data, read configuration", giver_id="usr_1"),
]  # fmt: skip
FEED = Feed(
    Wanted("con_1", "crd_1", sql="SELECT id, customer\nFROM orders"),
    "Shop", None, "Lena Hofer", NOW, None, None, NOW, None,
)  # fmt: skip
NIGHTLY = Scenario(
    "sce_2", "prj_1", "Refresh orders", [{"type": "refresh_dataset", "dataset": "orders"}], "30 5 * * 1",
    NOW + timedelta(hours=30), "usr_1", "mira", None, OLD, OLD,
)  # fmt: skip
REFRESHERS = [NIGHTLY, replace(NIGHTLY, id="sce_3", name="Month's end", cron="*/7 3 * * *", next_at=None)]
RULES = [dataset_access.RuleRow("r1", "lena", "user", "customer", ["ann", "bob"])]
RUN = Run(
    "run_1", "sce_1", "job_1", RunState.FAILED, "daily changed while your rows were read.", "mira", "mira", None, OLD,
    OLD, OLD + timedelta(seconds=3),
    [StepRun("sql", RunState.FAILED, "daily changed while your rows were read.", ["reads orders"], OLD, OLD),
     StepRun("mail", RunState.SKIPPED, None, [], None, None)],
)  # fmt: skip
SCENARIO = scenarios.ScenarioView(
    "sce_1", KEY, "Nightly", frozenset({"read", "runs", "run", "edit", "delete"}), "1",
    [{"type": "sql", "query": "SELECT 1 AS one", "into": "ones", "mode": "overwrite"},
     {"type": "mail", "to": "a@example.com", "subject": "Done", "text": "It is."}],
    "0 3 * * *", NOW + timedelta(hours=5), "mira", None, RUN,
)  # fmt: skip


def project_list(found: list[Project]) -> Component:
    state = ListState("/projects", {})
    return projects.project_list(found, state, NOW, URL, may_create=True, next_cursor=None)


def dataset_list() -> Component:
    state = ListState(f"/projects/{KEY}/datasets", {})
    return datasets.dataset_list(VIEW, [DATASET], {}, state, NOW, csrf=CSRF, url=URL, next_cursor="abc")


def preview(rows: list[dict[str, object]] | None) -> Component:
    return dataset.preview(DATASET, rows, NOW, CSRF, URL)


def schema_editor() -> Component:
    lines = dataset_facts.ColumnLines([*COLUMNS, Column("", "")], {1: "One of integer, string."})
    return dataset_facts.schema(DATASET, lines, NOW, CSRF, URL, fault="The columns cannot be used.")


def scenario_list() -> Component:
    state = ListState(f"/projects/{KEY}/scenarios", {})
    return scenarios.scenario_list(VIEW, [SCENARIO], state, NOW, CSRF, URL, next_cursor=None)


def scenario_page() -> Component:
    state = ListState(SCENARIO.base, {})
    return scenarios.scenario_page(
        SCENARIO, "Supply planning", [RUN], state, NOW, csrf=CSRF, url=URL, next_cursor=None
    )


PAGES: dict[str, Callable[[], Component]] = {
    "projects": lambda: project_list([PROJECT]),
    "projects-empty": lambda: project_list([]),
    "project-home": lambda: project.home(VIEW, None, ListState("/p", {}), NOW, URL, next_cursor=None),
    "project-permissions": lambda: project_settings.permissions(VIEW, sharing.AccessPage(GRANTS), NOW, URL),
    "project-variables": lambda: project_settings.variables(VIEW, "{}", CSRF, URL, may_set=False),
    "project-danger": lambda: project_settings.danger(VIEW),
    "datasets": dataset_list,
    "catalog": lambda: catalog.catalog(
        [DATASET],
        {DATASET.id: "By depot and day"},
        ListState("/datasets", {}),
        NOW,
        url=URL,
        next_cursor=None,
    ),
    "dataset": lambda: preview([{"id": 1, "customer": "ann", "price": None}]),
    "dataset-source": lambda: dataset_source.source(DATASET, FEED, REFRESHERS, NOW, CSRF, URL),
    "dataset-source-failed": lambda: dataset_source.source(
        DATASET, replace(FEED, failure="dropped"), [], NOW, CSRF, URL
    ),
    "dataset-source-none": lambda: dataset_source.source(DATASET, None, [], NOW, CSRF, URL),
    "dataset-schedule": lambda: dataset_schedule.schedule_dialog(DATASET, NIGHTLY, None, CSRF, is_over=False),
    "dataset-schedule-own": lambda: dataset_schedule.schedule_dialog(
        DATASET, REFRESHERS[1], None, CSRF, fault="A right is missing.", is_over=False
    ),
    "dataset-schedule-wrong": lambda: dataset_schedule.schedule_dialog(
        DATASET,
        None,
        dataset_schedule.Rhythm("day", "25:00", errors={"at": "Hour and minute, as 06:00."}),
        CSRF,
        is_over=False,
    ),
    "dataset-from": lambda: dataset_from.choose_connection(
        VIEW, [HOUSE, PLAIN], ListState("/projects/SUPPLY/datasets/from-connection", {}), next_cursor=None
    ),
    "dataset-from-none": lambda: dataset_from.choose_connection(
        VIEW, [], ListState("/x", {}), next_cursor=None
    ),
    "dataset-hidden": lambda: preview(None),
    "dataset-schema": schema_editor,
    "dataset-rules": lambda: dataset_access.rules(DATASET, RULES, NOW, CSRF, URL),
    "dataset-access": lambda: dataset_access.access(DATASET, sharing.AccessPage(GRANTS), NOW, CSRF, URL),
    "scenarios": scenario_list,
    "scenario": scenario_page,
    "scenario-run": lambda: scenario_runs.run_page(SCENARIO, "", RUN, NOW, CSRF, URL),
    "scenario-new": lambda: scenario_forms.new_dialog(
        KEY, "sql", scenario_forms.ScenarioForm(faults={"cron": "Five fields."}), CSRF, is_over=False
    ),
}
