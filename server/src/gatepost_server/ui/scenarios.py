"""A project's scenarios: listed, made, changed, run, deleted."""

from dataclasses import replace
from typing import Annotated

from fastapi import Form
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.kernel.errors import Conflict
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.projects import ScenarioChange
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import scenario_forms as forms
from gatepost_server.ui.pages import scenario_runs
from gatepost_server.ui.pages import scenarios as pages
from gatepost_server.ui.pages.scenario_forms import ScenarioForm
from gatepost_server.ui.project_views import paged, project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.scenario_views import (
    INPUT,
    faulty,
    home_of,
    scenario_view,
    scenario_views,
    sources_of,
    typed_step,
)
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]

_ALL, _ONE = "/projects/{project}/scenarios", "/projects/{project}/scenarios/{scenario}"
_ON_A_PAGE = 25
_RUNS_ON_A_PAGE = 20


@router.reads(_ALL, action="project:list")
def scenario_list(visit: SignedIn, project: str) -> Response:
    """List the scenarios of a project that one may see."""
    state = ListState(f"/projects/{project}/scenarios", visit.query("q", "cursor"))
    wanted = PageRequest(limit=_ON_A_PAGE, q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        view = project_view(tx, project)
        found = projects.list_scenarios(tx, project, wanted)
        content = pages.scenario_list(
            view, scenario_views(tx, project, found.items), state, tx.now, visit.csrf, visit.url,
            next_cursor=found.next,
        )  # fmt: skip
    return shown(visit, f"Scenarios of {view.name}", content)


@router.reads(f"{_ALL}/new", action="project:add")
def new_page(visit: SignedIn, project: str, type: str = "sql") -> Response:  # noqa: A002  # its name on the wire
    """Show the form that makes a scenario with its first step."""
    return _new_form(visit, project, type, ScenarioForm())


@router.makes(f"{_ALL}/new", action="project:add")
async def create(visit: SignedIn, project: str) -> Response:
    """Make a scenario with its first step."""
    sent = await visit.request.form()
    form = ScenarioForm(str(sent.get("name", "")), str(sent.get("cron", "")).strip(), step=typed_step(sent))
    return await run_in_threadpool(_create, visit, project, form)


def _create(visit: Visit, project: str, form: ScenarioForm) -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:add", project)
    house, wanted = visit.call.house, ScenarioChange(form.name, [form.step], form.cron or None)
    try:
        projects.examine_steps(house.steps, [form.step], house.folders.datasets)
        with visit.call.begin() as tx:
            made = projects.create_scenario(tx, project, house.steps, wanted)
    except INPUT as error:
        kind = str(form.step.get("type", ""))
        return _new_form(visit, project, kind, faulty(form, error, at=0), code=400)
    return visit.go(f"/projects/{project}/scenarios/{made.id}", f"{made.name} is there. Run it to try it.")


@router.reads(_ONE, action="scenario:list")
def scenario_page(visit: SignedIn, project: str, scenario: str) -> Response:
    """Show a scenario: its steps and its runs."""
    state = ListState(f"/projects/{project}/scenarios/{scenario}", visit.query("cursor"))
    with visit.call.read() as tx:
        view = scenario_view(tx, project, scenario)
        view = replace(view, sources=sources_of(tx, view))
        runs, older = None, None
        if "runs" in view.may:
            wanted = PageRequest(limit=_RUNS_ON_A_PAGE, cursor=paged(state).cursor)
            found = projects.list_runs(tx, project, scenario, wanted)
            runs, older = found.items, found.next
        content = pages.scenario_page(
            view,
            home_of(tx, project),
            runs,
            state,
            tx.now,
            csrf=visit.csrf,
            url=visit.url,
            next_cursor=older,
        )
    return shown(visit, view.name, content)


@router.reads(f"{_ONE}/edit", action="scenario:edit")
def edit_page(visit: SignedIn, project: str, scenario: str) -> Response:
    """Show the form that changes name, schedule and whom it runs as."""
    with visit.call.read() as tx:
        projects.require_scenario(tx, "scenario:edit", project, scenario)
        view = scenario_view(tx, project, scenario)
    form = ScenarioForm(view.name, view.cron or "", view.run_as or "")
    content = forms.edit_dialog(view, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Edit {view.name}", content, "projects")


@router.makes(f"{_ONE}/edit", action="scenario:edit")
def edit(
    visit: SignedIn, project: str, scenario: str, name: Field = "", cron: Field = "", run_as: Field = ""
) -> Response:
    """Change a scenario's name, schedule and whom it runs as."""
    form = ScenarioForm(name, cron.strip(), run_as.strip().lower())
    clears = frozenset(one for one in ("cron", "run_as") if not getattr(form, one))
    wanted = ScenarioChange(name, None, form.cron or None, form.run_as or None, clears)
    with visit.call.read() as tx:
        projects.require_scenario(tx, "scenario:edit", project, scenario)
        view = scenario_view(tx, project, scenario)
    try:
        with visit.call.begin() as tx:
            projects.change_scenario(tx, project, scenario, visit.call.house.steps, wanted)
    except INPUT as error:
        content = forms.edit_dialog(view, faulty(form, error), visit.csrf, is_over=visit.is_over)
        return visit.dialog(f"Edit {view.name}", content, "projects", code=400)
    return visit.go(view.base, f"{name.strip()} is saved; it acts as you now.")


@router.makes(f"{_ONE}/run", action="scenario:run")
def run(visit: SignedIn, project: str, scenario: str) -> Response:
    """Start a scenario and show the run."""
    here = f"/projects/{project}/scenarios/{scenario}"
    try:
        with visit.call.begin() as tx:
            started = projects.run_scenario(tx, project, scenario)
            may_read = "runs" in scenario_view(tx, project, scenario).may
    except Conflict as error:
        return visit.go(here, error.detail, is_good=False)
    return visit.go(f"{here}/runs/{started.id}" if may_read else here, "It has been started.")


@router.reads(f"{_ONE}/runs/{{run}}", action="scenario:runs")
def run_page(visit: SignedIn, project: str, scenario: str, run: str) -> Response:
    """Show a run, step by step."""
    with visit.call.read() as tx:
        found = projects.get_run(tx, project, scenario, run)
        view = scenario_view(tx, project, scenario)
        content = scenario_runs.run_page(view, home_of(tx, project), found, tx.now, visit.csrf, visit.url)
    return shown(visit, f"Run of {view.name}", content)


@router.makes(f"{_ONE}/runs/{{run}}/cancel", action="scenario:run")
def cancel(visit: SignedIn, project: str, scenario: str, run: str) -> Response:
    """Cancel a run."""
    here = f"/projects/{project}/scenarios/{scenario}/runs/{run}"
    try:
        with visit.call.begin() as tx:
            projects.cancel_run(tx, project, scenario, run)
    except Conflict as error:
        return visit.go(here, error.detail, is_good=False)
    return visit.go(here, "The run is being cancelled; its step stops as soon as it can.")


@router.reads(f"{_ONE}/delete", action="scenario:delete")
def delete_page(visit: SignedIn, project: str, scenario: str) -> Response:
    """Ask before a scenario is deleted."""
    with visit.call.read() as tx:
        projects.require_scenario(tx, "scenario:delete", project, scenario)
        view = scenario_view(tx, project, scenario)
    content = forms.delete_dialog(view, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Delete {view.name}", content, "projects")


@router.makes(f"{_ONE}/delete", action="scenario:delete")
def delete(visit: SignedIn, project: str, scenario: str) -> Response:
    """Delete a scenario with its runs."""
    with visit.call.begin() as tx:
        name = projects.get_scenario(tx, project, scenario).name
        projects.delete_scenario(tx, project, scenario)
    return visit.go(f"/projects/{project}/scenarios", f"{name} is deleted.")


def _new_form(visit: Visit, project: str, kind: str, form: ScenarioForm, *, code: int = 200) -> Response:
    known = kind if kind in visit.call.house.steps else "sql"
    with visit.call.read() as tx:
        projects.require_project(tx, "project:add", project)
    content = forms.new_dialog(project, known, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("New scenario", content, "projects", code=code)
