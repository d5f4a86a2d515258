"""`gatepost scenarios`: steps that run together, by hand or by a schedule."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.errors import Failed
from gatepost.resources.scenarios import SAME
from gatepost.work_models import Run

_PAUSE = 0.5
_project = click.argument("project")
_scenario = click.argument("scenario")
_steps = click.option(
    "--steps", "steps_file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON file with the list of steps.",
)  # fmt: skip


@click.group(cls=Noun)
def scenarios() -> None:
    """See, make and run the scenarios of a project."""


@scenarios.command("list")
@_project
@list_options
@click.pass_obj
def list_(call: Call, *, project: str, search: str | None, limit: int) -> None:
    """List the scenarios of a project that you may see."""
    columns = [
        ("NAME", lambda one: one.name),
        ("STEPS", lambda one: None if one.steps is None else len(one.steps)),
        ("SCHEDULE", lambda one: one.cron),
        ("NEXT", lambda one: one.next_at),
        ("ACTS AS", lambda one: one.run_as or one.acts_as),
        ("ID", lambda one: one.id),
    ]
    empty = (
        f"There are no scenarios yet. Make one with `gatepost scenarios create {project} NAME --steps FILE`."
    )
    call.rows(call.client().scenarios.list(project, q=search), columns, limit=limit, empty=empty)


@scenarios.command("show")
@_project
@_scenario
@click.pass_obj
def show(call: Call, *, project: str, scenario: str) -> None:
    """Show a scenario: steps, schedule, whom it acts as."""
    found = call.client().scenarios.get(project, scenario)
    facts: list[tuple[str, object]] = [
        ("name", found.name),
        ("schedule", found.cron),
        ("next", found.next_at),
        ("acts as", found.acts_as),
        ("runs as", found.run_as),
    ]
    facts += [(f"step {at}", json.dumps(dict(step))) for at, step in enumerate(found.steps or (), 1)]
    call.one(found, facts)


@scenarios.command("create")
@_project
@click.argument("name")
@_steps
@click.option("--cron", help="Five fields of cron, in UTC: `0 6 * * 1-5`.")
@click.option("--run-as", metavar="USER", help="Run as somebody who agreed, within what you may.")
@click.pass_obj
def create(
    call: Call, *, project: str, name: str, steps_file: Path | None, cron: str | None, run_as: str | None
) -> None:
    """Make a scenario. It acts as you, with the rights that you have whenever it runs."""
    if steps_file is None:
        raise click.UsageError("--steps names the JSON file with the list of steps.")
    made = call.client().scenarios.create(project, name, _read(steps_file), cron=cron, run_as=run_as)
    call.done(made.raw, f"{made.name} is made; it acts as {made.run_as or made.acts_as}.")


@scenarios.command("change")
@_project
@_scenario
@_steps
@click.option("--name", help="Another name.")
@click.option("--cron", help="Another schedule; `never` for none.")
@click.option("--run-as", metavar="USER", help="Somebody else; `nobody` for none.")
@click.pass_obj
def change(
    call: Call, *, project: str, scenario: str, steps_file: Path | None,
    name: str | None, cron: str | None, run_as: str | None,
) -> None:  # fmt: skip
    """Change a scenario; from then on it acts as you."""
    changed = call.client().scenarios.change(
        project,
        scenario,
        name=SAME if name is None else name,
        steps=SAME if steps_file is None else _read(steps_file),
        cron=SAME if cron is None else (None if cron == "never" else cron),
        run_as=SAME if run_as is None else (None if run_as == "nobody" else run_as),
    )
    call.done(changed.raw, f"{changed.name} is changed; it acts as {changed.run_as or changed.acts_as}.")


@scenarios.command("delete")
@_project
@_scenario
@yes_option
@click.pass_obj
def delete(call: Call, *, project: str, scenario: str, is_agreed: bool) -> None:
    """Delete a scenario with its runs."""
    terminal.agree(f"Delete the scenario {scenario!r} with its runs?", is_agreed=is_agreed)
    call.client().scenarios.delete(project, scenario)
    call.done({"deleted": scenario}, f"{scenario} is deleted.")


@scenarios.command("run")
@_project
@_scenario
@click.option("--no-wait", is_flag=True, help="Do not wait for the end.")
@click.pass_obj
def run(call: Call, *, project: str, scenario: str, no_wait: bool) -> None:
    """Run a scenario now, and wait for its end."""
    client = call.client()
    found = client.scenarios.run(project, scenario)
    told = ""
    while not no_wait and not found.is_ended:
        if found.state != told and not call.is_json:
            told = found.state
            terminal.note(f"{told} …")
        time.sleep(_PAUSE)
        found = client.scenarios.run_of(project, scenario, found.id)
    if found.is_ended and found.state != "done":
        raise Failed(f"{scenario} {found.state}: {found.reason or 'no reason was given'}", code="failed")
    _show_run(call, found)


@scenarios.command("runs")
@_project
@_scenario
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.pass_obj
def runs(call: Call, *, project: str, scenario: str, limit: int) -> None:
    """List the runs of a scenario, latest first."""
    columns = [
        ("STATE", lambda one: one.state),
        ("ASKED BY", lambda one: one.asked_by),
        ("ACTS AS", lambda one: one.acts_as),
        ("STARTED", lambda one: one.started_at),
        ("ENDED", lambda one: one.ended_at),
        ("REASON", lambda one: one.reason),
        ("ID", lambda one: one.id),
    ]
    found = call.client().scenarios.runs(project, scenario)
    call.rows(found, columns, limit=limit, empty="It did not run yet.")


@scenarios.command("log")
@_project
@_scenario
@click.argument("run_id", metavar="RUN")
@click.pass_obj
def log(call: Call, *, project: str, scenario: str, run_id: str) -> None:
    """Show what each step of a run said."""
    _show_run(call, call.client().scenarios.run_of(project, scenario, run_id))


@scenarios.command("cancel")
@_project
@_scenario
@click.argument("run_id", metavar="RUN")
@yes_option
@click.pass_obj
def cancel(call: Call, *, project: str, scenario: str, run_id: str, is_agreed: bool) -> None:
    """Cancel a run."""
    terminal.agree(f"Cancel the run {run_id}?", is_agreed=is_agreed)
    found = call.client().scenarios.cancel(project, scenario, run_id)
    said = "is cancelled" if found.is_ended else "will end as soon as it can"
    call.done(found.raw, f"{found.id} {said}.")


def _show_run(call: Call, found: Run) -> None:
    facts: list[tuple[str, object]] = [("run", found.id), ("state", found.state), ("reason", found.reason)]
    for at, step in enumerate(found.steps, 1):
        facts.append((f"step {at}", f"{step.type}: {step.state}{f' ({step.reason})' if step.reason else ''}"))
        facts += [("", line) for line in step.log]
    call.one(found, facts)


def _read(file: Path) -> Sequence[Mapping[str, object]]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise click.UsageError(f"{file} is not JSON: {fault}") from None
    if not isinstance(found, list) or not all(isinstance(step, dict) for step in found):
        raise click.UsageError(f"{file} has to hold a list of objects, one a step.")
    return found
