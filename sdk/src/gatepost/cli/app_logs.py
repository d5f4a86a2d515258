"""`gatepost apps logs`: what an application's build and its runs said."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Noun
from gatepost.resources.logs import MAX_TAIL, LogKind


def add_to(apps: Noun) -> None:
    """Add the verb that reads logs to `gatepost apps`."""
    apps.add_command(logs)


@click.command("logs", cls=Noun.command_class)
@click.argument("app")
@click.option("-f", "--follow", is_flag=True, help="Go on showing new lines until Ctrl-C.")
@click.option(
    "--kind", type=click.Choice(("build", "run")), default="run", show_default=True, help="Which log."
)
@click.option(
    "--tail", type=click.IntRange(1, MAX_TAIL), default=200, show_default=True, help="Last lines to show."
)
@click.option("--search", metavar="TEXT", help="Only lines with this text, of all that is kept.")
@click.pass_obj
def logs(call: Call, *, app: str, follow: bool, kind: LogKind, tail: int, search: str | None) -> None:
    """Show what an application's build or run said. With --json -f: one object per line."""
    if follow and search:
        raise click.UsageError("--search looks at what was written; leave out --follow.")
    client = call.client()
    meant = app_called(client, app)
    if follow:
        for line in client.apps.logs.follow(meant.id, kind=kind, tail=tail):
            terminal.log_line(line, is_json=call.is_json)
        return
    lines = client.apps.logs.read(meant.id, kind=kind, tail=tail, q=search)
    if call.is_json:
        terminal.as_json({"kind": kind, "lines": lines})
        return
    for line in lines:
        terminal.log_line(line, is_json=False)
