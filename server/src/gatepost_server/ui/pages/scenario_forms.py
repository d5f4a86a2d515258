"""The forms that make a scenario, change it and its steps, and the questions before it is gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.fields import Hidden, TextField
from gatepost_server.ui.pages.scenarios import ScenarioView
from gatepost_server.ui.pages.step_forms import fields_of, symbol_of, words_of


@dataclass(frozen=True)
class ScenarioForm:
    """What was typed of a scenario, and what is wrong with it."""

    name: str = ""
    cron: str = ""
    run_as: str = ""
    step: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def new_dialog(key: str, kind: str, form: ScenarioForm, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that makes a scenario with its first step."""
    return FormDialog(
        "New scenario",
        f"/projects/{key}/scenarios/new",
        "Create scenario",
        [
            Hidden("type", kind),
            TextField(
                "name", "Name", form.name, error=form.faults.get("name", ""), is_first=True, max_length=100
            ),
            *fields_of(kind, form.step, form.faults),
            _cron(form),
        ],
        csrf,
        f"/projects/{key}/scenarios",
        sentence=f"Its first step: {words_of(kind).lower()}. It acts as you, within what you may do then.",
        fault=form.fault,
        is_over=is_over,
        symbol=symbol_of(kind),
    )


def edit_dialog(view: ScenarioView, form: ScenarioForm, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that changes name, schedule and whom it runs as."""
    return FormDialog(
        f"Edit {view.name}",
        f"{view.base}/edit",
        "Save",
        [
            TextField(
                "name", "Name", form.name, error=form.faults.get("name", ""), is_first=True, max_length=100
            ),
            _cron(form),
            TextField(
                "run_as", "Runs as", form.run_as, error=form.faults.get("run_as", ""), is_required=False,
                hint="A user name. They see less than you? Then so does the run. They have to agree to it.",
            ),
        ],
        csrf,
        view.base,
        sentence="From then on it acts as you, who must hold all that its steps do.",
        fault=form.fault,
        is_over=is_over,
        symbol="player-play",
    )  # fmt: skip


def step_dialog(
    view: ScenarioView, kind: str, action: str, submit: str, form: ScenarioForm, csrf: str, *, is_over: bool
) -> FormDialog:
    """Return the form of one step, to be added or changed."""
    fields: list[Component] = [Hidden("type", kind), *fields_of(kind, form.step, form.faults)]
    return FormDialog(
        words_of(kind), action, submit, fields, csrf, view.base,
        sentence=f"A step of {view.name}. From then on the scenario acts as you.", fault=form.fault,
        is_over=is_over, symbol=symbol_of(kind),
    )  # fmt: skip


def remove_step_dialog(view: ScenarioView, at: int, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a step is taken out."""
    kind = str((view.steps or ())[at].get("type"))
    return ConfirmDialog(
        f"Take step {at + 1} out of {view.name}?",
        f"{words_of(kind)}. What it did so far stays.",
        f"{view.base}/steps/{at}/remove?seen={view.seen}",
        "Take out the step",
        csrf,
        view.base,
        ["The steps after it move up.", "From then on the scenario acts as you."],
        is_over=is_over,
    )


def delete_dialog(view: ScenarioView, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a scenario is deleted."""
    return ConfirmDialog(
        f"Delete the scenario {view.name}?",
        "This cannot be undone.",
        f"{view.base}/delete",
        f"Delete {view.name}",
        csrf,
        view.base,
        [
            "Its runs and their logs go with it; one that runs is cancelled.",
            "What it wrote into datasets stays.",
        ],
        is_over=is_over,
    )


def _cron(form: ScenarioForm) -> TextField:
    return TextField(
        "cron", "Schedule", form.cron, error=form.faults.get("cron", ""), is_required=False, max_length=100,
        hint="As of cron, in UTC: minute hour day month weekday. 0 3 * * 1-5 is 3:00 on workdays.",
    )  # fmt: skip
