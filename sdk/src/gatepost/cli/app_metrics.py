"""`gatepost apps metrics`: what an application used of CPU and memory, and its requests."""

from typing import Final

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Noun
from gatepost.metric_models import Limit, Metrics, MetricsRange

_UNITS: Final = {"memory": "MiB", "cpu": "cores", "tasks": "processes and threads"}
_HELD: Final = {
    "exactly": "held exactly",
    "each_process": "each process alone, and up to twice as much",
    "by_user": "counted by the user that it runs as",
    "not": "not held on this machine",
}


def add_to(apps: Noun) -> None:
    """Add the verb to `gatepost apps`."""
    apps.add_command(metrics)


@click.command("metrics", cls=Noun.command_class)
@click.argument("app")
@click.option(
    "--range", "span", type=click.Choice(("hour", "day", "month")), default="day", show_default=True,
    help="How far back; a month is 30 days.",
)  # fmt: skip
@click.pass_obj
def metrics(call: Call, *, app: str, span: MetricsRange) -> None:
    """Show what an application used, step by step, and its limits. What did not run has no line."""
    client = call.client()
    meant = app_called(client, app)
    found = client.apps.metrics(meant.id, span)
    if call.is_json:
        terminal.as_json(found.raw)
        return
    if found.points:
        _table(found)
    else:
        terminal.note(f"No figures yet: {meant.name} did not run in the last {span}.")
    for limit in found.limits:
        click.echo(_limit_words(limit))


def _table(found: Metrics) -> None:
    heads = ("FROM", "CPU (CORES)", "MEMORY", "MOST", "REQUESTS", "REFUSED", "FAILED")
    rows = [
        (
            one.at,
            f"{one.cpu_cores:.3f}",
            terminal.size(one.memory_bytes),
            terminal.size(one.memory_peak_bytes),
            one.requests,
            one.refused,
            one.failed,
        )
        for one in found.points
    ]
    terminal.table(heads, rows)


def _limit_words(limit: Limit) -> str:
    each = f" for each of {limit.processes} processes" if limit.processes > 1 else ""
    unit, held = _UNITS.get(limit.name, ""), _HELD.get(limit.held, limit.held)
    unit = "core" if unit == "cores" and limit.value == 1 else unit
    return f"Limit of {limit.name}: {limit.value:g} {unit}{each}, {held}."
