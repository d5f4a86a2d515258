"""Verbs of `gatepost datasets` about connections: filled from one, read again, shown from where."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gatepost.cli import terminal
from gatepost.cli.find import connection_called, login_called
from gatepost.cli.verb import Call, Noun
from gatepost.errors import Conflict

if TYPE_CHECKING:
    from gatepost.connected import Client
    from gatepost.project_models import Begun
    from gatepost.work_models import Job

_LOOK_S: Final = 0.5
_PARTS: Final = 1000
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_project = click.argument("project")
_dataset = click.argument("dataset")
_no_wait = click.option("--no-wait", is_flag=True, help="Return when reading has begun.")


def add_to(datasets: Noun) -> None:
    """Add these verbs to `gatepost datasets`."""
    for verb in (add_from, source, refresh):
        datasets.add_command(verb)


@click.command("add-from", cls=Noun.command_class)
@_project
@_dataset
@click.argument("connection")
@click.option("--credential", help="Sign in with this stored credential; default: the only one there is.")
@click.option("--schema", metavar="NAME", help="The schema of the table; default: where the login starts.")
@click.option("--table", metavar="NAME", help="Read this table.")
@click.option("--sql", metavar="QUERY", help="Read what this query selects, in the source's language.")
@click.option("--sql-file", type=_FILE, help="The same, from a file.")
@click.option("--existing", is_flag=True, help="Fill a dataset that is there from now on, not a new one.")
@_no_wait
@click.pass_obj
def add_from(
    call: Call,
    *,
    project: str,
    dataset: str,
    connection: str,
    credential: str | None,
    schema: str | None,
    table: str | None,
    sql: str | None,
    sql_file: Path | None,
    existing: bool,
    no_wait: bool,
) -> None:
    """Fill a dataset from a connection: a table of it, or a query.

    CONNECTION and --credential are ids or names. The dataset is read with your rights from then
    on, whoever refreshes it. Ctrl-C stops the reading; a dataset is never left half filled.
    """
    if [table, sql, sql_file].count(None) != len((table, sql, sql_file)) - 1:
        raise click.UsageError("Give one of --table, --sql and --sql-file.")
    client = call.client()
    query = sql if sql_file is None else sql_file.read_text("utf-8")
    login = None if credential is None else login_called(client, credential)
    make = client.datasets.set_source if existing else client.datasets.add_from
    where = connection_called(client, connection).id
    begun = make(project, dataset, where, credential=login, schema=schema, table=table, sql=query)
    _end(call, client, project, dataset, begun, no_wait=no_wait)


@click.command("refresh", cls=Noun.command_class)
@_project
@_dataset
@_no_wait
@click.pass_obj
def refresh(call: Call, *, project: str, dataset: str, no_wait: bool) -> None:
    """Read a dataset from its connection again; the former rows stay until all the new are there."""
    client = call.client()
    begun = client.datasets.refresh(project, dataset)
    _end(call, client, project, dataset, begun, no_wait=no_wait)


@click.command("source", cls=Noun.command_class)
@_project
@_dataset
@click.option("--end", is_flag=True, help="Read it from no connection any more; its rows stay.")
@click.pass_obj
def source(call: Call, *, project: str, dataset: str, end: bool) -> None:
    """Show from which connection a dataset is filled, as whom, and when."""
    calls = call.client().datasets
    if end:
        call.done(calls.end_source(project, dataset).raw, f"{dataset} is filled from no connection any more.")
        return
    found = calls.source(project, dataset)
    if call.is_json:
        terminal.as_json(found.raw)
        return
    if found.connection is None:
        terminal.note("It is filled from no connection.")
        return
    read = found.sql or ".".join(one for one in (found.schema, found.table) if one)
    login = "nobody" if found.credential is None else _called(found.credential)
    lines: list[list[object]] = [["connection", _called(found.connection)], ["signed in as", login]]
    lines += [["reads", read], ["acts as", found.acts_as], ["read", found.read_at], ["next", found.next_at]]
    if found.failure:
        lines.append(["failed", found.failure])
    terminal.table(["", ""], lines)


def _called(one: object) -> str:
    if not isinstance(one, dict):
        return ""
    return str(one["name"] or f"{one['id']} (gone, or not for you to see)")


def _end(call: Call, client: "Client", project: str, dataset: str, begun: "Begun", *, no_wait: bool) -> None:
    if no_wait:
        call.done(begun.raw, f"The rows of {dataset} are being read ({begun.job}).")
        return
    try:
        job = _followed(call, client, project, dataset)
    except KeyboardInterrupt:
        client.datasets.cancel_refresh(project, dataset)
        raise
    if job.state != "done":
        raise Conflict(job.reason or "The reading was cancelled.", code="not-read")
    rows = (job.result or {}).get("rows")
    call.done(job.raw, f"{dataset} has {rows} {'row' if rows == 1 else 'rows'} now.")


def _followed(call: Call, client: "Client", project: str, dataset: str) -> "Job":
    with terminal.progress("Reading", _PARTS) as tell:
        while True:
            job = client.datasets.source(project, dataset).job
            if job is None:
                raise Conflict("It is filled from no connection any more.", code="not-from-connection")
            if not call.is_json:
                tell(int(job.progress * _PARTS))
            if job.is_ended:
                return job
            time.sleep(_LOOK_S)
