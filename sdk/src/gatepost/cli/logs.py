"""`gatepost logs`: the instance's own log files, and how much is written into them."""

import click

from gatepost.administered import LogLevels
from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun

LEVELS = ("debug", "info", "warning", "error", "critical")


@click.group(cls=Noun)
def logs() -> None:
    """Read the server's own logs. Those of an application: `gatepost apps logs`."""


@logs.command("list")
@click.pass_obj
def list_(call: Call) -> None:
    """List the log files."""
    columns = [
        ("NAME", lambda file: file.name),
        ("SIZE", lambda file: terminal.size(file.size)),
        ("CHANGED", lambda file: file.changed_at),
    ]
    call.rows(call.client().log_files.list(), columns, limit=10_000, empty="There is none.")


@logs.command("show")
@click.argument("name")
@click.option("--tail", type=click.IntRange(0, 10_000), default=200, show_default=True, help="Last lines.")
@click.pass_obj
def show(call: Call, *, name: str, tail: int) -> None:
    """Show the end of a log file."""
    for line in call.client().log_files.read(name, tail=tail).lines:
        terminal.log_line(line, is_json=call.is_json)


@logs.command("level")
@click.argument("level", required=False, type=click.Choice([*LEVELS, "inherit"], case_sensitive=False))
@click.option("--logger", metavar="NAME", help="One logger, as gatepost_server.runtime; default: all.")
@click.pass_obj
def level_(call: Call, *, level: str | None, logger: str | None) -> None:
    """Show how much is written, or set it; `inherit` takes a logger's own level away."""
    calls = call.client().log_files
    if level is None:
        _show(call, calls.levels())
    else:
        _show(call, calls.set_level(None if level == "inherit" else level.upper(), logger))


def _show(call: Call, found: LogLevels) -> None:
    if call.is_json:
        terminal.as_json(found.raw)
    else:
        terminal.facts([("all", found.level), *found.loggers.items()])
