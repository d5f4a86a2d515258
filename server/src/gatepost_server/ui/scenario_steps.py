"""The steps of a scenario: added, changed, moved, taken out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import Hidden
from gatepost_server.kernel.errors import Conflict
from gatepost_server.projects import ScenarioChange
from gatepost_server.store import Tx
from gatepost_server.ui.pages import scenario_forms as forms
from gatepost_server.ui.pages.scenario_forms import ScenarioForm
from gatepost_server.ui.pages.scenarios import ScenarioView
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.scenario_views import INPUT, faulty, scenario_view, typed_step
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Steps = list[Mapping[str, Any]]
Change = Callable[[Steps], Steps]

_ONE = "/projects/{project}/scenarios/{scenario}/steps"


@dataclass(frozen=True)
class Wish:
    """What is to become of the steps, what is said then, and the step that was typed for it, if any."""

    change: Change
    said: str
    step: Mapping[str, Any] = field(default_factory=dict)
    at: int | None = None


@router.reads(f"{_ONE}/new", action="scenario:edit")
def new_page(visit: SignedIn, project: str, scenario: str, type: str = "sql", seen: str = "") -> Response:  # noqa: A002  # its name on the wire
    """Show the form that adds a step."""
    view = _view(visit, project, scenario)
    known = type if type in visit.call.house.steps else "sql"
    return _form(visit, view, known, f"{view.base}/steps/new?seen={seen}", "Add step", ScenarioForm())


@router.makes(f"{_ONE}/new", action="scenario:edit")
async def add(visit: SignedIn, project: str, scenario: str, seen: str = "") -> Response:
    """Add a step at the end."""
    step = typed_step(await visit.request.form())

    def save() -> Response:
        view = _view(visit, project, scenario)
        action = f"{view.base}/steps/new?seen={seen}"
        again = partial(_form, visit, view, str(step["type"]), action, "Add step", code=400)
        wish = Wish(lambda steps: [*steps, step], "The step is added.", step, len(view.steps or ()))
        return _save(visit, view, seen, wish, again)

    return await run_in_threadpool(save)


@router.reads(_ONE + "/{at}/edit", action="scenario:edit")
def edit_page(visit: SignedIn, project: str, scenario: str, at: int, seen: str = "") -> Response:
    """Show a step in its form."""
    view = _view(visit, project, scenario)
    step = _step(view, at)
    action = f"{view.base}/steps/{at}/edit?seen={seen}"
    return _form(visit, view, str(step.get("type")), action, "Save step", ScenarioForm(step=step))


@router.makes(_ONE + "/{at}/edit", action="scenario:edit")
async def edit(visit: SignedIn, project: str, scenario: str, at: int, seen: str = "") -> Response:
    """Change a step."""
    step = typed_step(await visit.request.form())

    def save() -> Response:
        view = _view(visit, project, scenario)
        _step(view, at)
        action = f"{view.base}/steps/{at}/edit?seen={seen}"
        again = partial(_form, visit, view, str(step["type"]), action, "Save step", code=400)
        wish = Wish(lambda steps: [*steps[:at], step, *steps[at + 1 :]], "The step is saved.", step, at)
        return _save(visit, view, seen, wish, again)

    return await run_in_threadpool(save)


@router.makes(_ONE + "/{at}/up", action="scenario:edit")
def up(visit: SignedIn, project: str, scenario: str, at: int, seen: str = "") -> Response:
    """Let a step come before the one that is before it."""
    return _move(visit, project, scenario, at, -1, seen)


@router.makes(_ONE + "/{at}/down", action="scenario:edit")
def down(visit: SignedIn, project: str, scenario: str, at: int, seen: str = "") -> Response:
    """Let a step come after the one that is after it."""
    return _move(visit, project, scenario, at, 1, seen)


@router.reads(_ONE + "/{at}/remove", action="scenario:edit")
def remove_page(visit: SignedIn, project: str, scenario: str, at: int) -> Response:
    """Ask before a step is taken out."""
    view = _view(visit, project, scenario)
    _step(view, at)
    content = forms.remove_step_dialog(view, at, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Take out a step", content, "projects")


@router.makes(_ONE + "/{at}/remove", action="scenario:edit")
def remove(visit: SignedIn, project: str, scenario: str, at: int, seen: str = "") -> Response:
    """Take a step out."""
    view = _view(visit, project, scenario)
    _step(view, at)
    wish = Wish(lambda steps: [*steps[:at], *steps[at + 1 :]], "The step is taken out.")
    return _save(visit, view, seen, wish)


def _move(visit: Visit, project: str, scenario: str, at: int, by: int, seen: str) -> Response:
    view = _view(visit, project, scenario)
    moved = _step(view, at)
    if not 0 <= at + by < len(view.steps or ()):
        return visit.go(view.base)

    def change(steps: Steps) -> Steps:
        rest = [*steps[:at], *steps[at + 1 :]]
        return [*rest[: at + by], moved, *rest[at + by :]]

    return _save(visit, view, seen, Wish(change, "The steps are in their new order."))


def _save(
    visit: Visit,
    view: ScenarioView,
    seen: str,
    wish: Wish,
    again: Callable[[ScenarioForm], Response] | None = None,
) -> Response:
    """Change the steps as they were seen; nothing is changed when they are others by now."""
    house = visit.call.house
    try:
        # Of the steps that stay where they are, or only move, the queries were read when they came.
        projects.examine_steps(house.steps, [{}] * (wish.at or 0) + [wish.step], house.folders.datasets)
        with visit.call.begin() as tx:
            _require_seen(tx, view, seen)
            wanted = ScenarioChange(steps=wish.change(list(view.steps or ())))
            projects.change_scenario(tx, view.key, view.id, house.steps, wanted)
    except Conflict as error:
        return visit.go(view.base, error.detail, is_good=False)
    except INPUT as error:
        found = faulty(ScenarioForm(step=wish.step), error, at=wish.at)
        if again is None:
            return visit.go(view.base, found.fault or error.detail, is_good=False)
        return again(found)
    return visit.go(view.base, wish.said)


def _require_seen(tx: Tx, view: ScenarioView, seen: str) -> None:
    if seen and scenario_view(tx, view.key, view.id).seen != seen:
        raise Conflict("The scenario was changed meanwhile; nothing was saved. Look at it and do it again.")


def _view(visit: Visit, project: str, scenario: str) -> ScenarioView:
    with visit.call.read() as tx:
        projects.require_scenario(tx, "scenario:edit", project, scenario)
        return scenario_view(tx, project, scenario)


def _step(view: ScenarioView, at: int) -> Mapping[str, Any]:
    steps = view.steps or ()
    if not 0 <= at < len(steps):
        raise Hidden("scenario:edit", view.id)
    return steps[at]


def _form(
    visit: Visit,
    view: ScenarioView,
    kind: str,
    action: str,
    submit: str,
    form: ScenarioForm,
    *,
    code: int = 200,
) -> Response:
    content = forms.step_dialog(view, kind, action, submit, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog(submit, content, "projects", code=code)
