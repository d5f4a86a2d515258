"""One run of a scenario: each step with its state and what it wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from gatepost_server.projects import Run, RunState, StepRun
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Person, StateBadge, Timestamp
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, PostButton, Section, Stack
from gatepost_server.ui.pages.application import TwoColumns
from gatepost_server.ui.pages.scenario_step_lines import Steps
from gatepost_server.ui.pages.scenarios import Live, ScenarioView, crumbs_of, run_badge, same_running, took
from gatepost_server.ui.pages.step_forms import words_of


@dataclass(frozen=True)
class StepDone(Component):
    """One step of a run: its state, what it wrote, why it failed."""

    template: ClassVar[str] = "projects/step_done.html"
    number: int
    words: str
    badge: StateBadge
    took: str
    reason: str = ""
    log: Sequence[str] = field(default_factory=list)


def run_page(view: ScenarioView, project: str, run: Run, now: datetime, csrf: str, url: str) -> Component:
    """Return one run: each step with its state and what it wrote; drawn again until it has ended."""
    here = f"{view.base}/runs/{run.id}"
    actions: list[Component] = [SameWith(same_running(view.key, view.name, url))]
    if not run.state.is_ended and "run" in view.may:
        actions.append(PostButton("Cancel the run", f"{here}/cancel", csrf, "danger-line"))
    head = PageHead(
        f"Run of {view.name}", f"Asked for by {run.asked_by}; acts as {run.acts_as}.",
        crumbs_of(view, project, Crumb("Run")), actions, badge=run_badge(run.state),
    )  # fmt: skip
    facts = [Fact("Asked for", Timestamp(run.created_at, now)), Fact("By", Person(run.asked_by))]
    facts += [
        Fact("Acts as", Person(run.acts_as)),
        Fact("Took", took(run.started_at, run.ended_at, now) or "–"),
    ]
    steps = Steps([_done(at, one, now) for at, one in enumerate(run.steps)])
    notes: list[Component] = []
    if run.state is RunState.QUEUED:
        notes.append(Note("It waits for a worker.", "This page follows it by itself.", "blue", "clock"))
    if run.reason:
        notes.append(Note("The run failed.", run.reason, "red", "alert-triangle"))
    wide = Stack([*notes, Section("Steps", steps)])
    content = Stack([head, TwoColumns(wide, Card("About", Facts(facts)))])
    return Live("run", here, content, not run.state.is_ended)


def _done(at: int, one: StepRun, now: datetime) -> StepDone:
    took_words = took(one.started_at, one.ended_at, now)
    return StepDone(at + 1, words_of(one.type), run_badge(one.state), took_words, one.reason or "", one.log)
