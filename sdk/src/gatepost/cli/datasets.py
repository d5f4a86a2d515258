"""`gatepost datasets`: rows in, rows out, and their columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gatepost.cli import dataset_care, dataset_sources, terminal
from gatepost.cli.dataset_care import FORMS, column_of, keep
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import said_of

if TYPE_CHECKING:
    from gatepost.watched import Progress


@click.group(cls=Noun)
def datasets() -> None:
    """See, fill and read the datasets of a project."""


@datasets.command("list")
@click.argument("project", required=False)
@list_options
@click.pass_obj
def list_(call: Call, *, project: str | None, search: str | None, limit: int) -> None:
    """List the datasets of a project that you may see; without PROJECT, of all of them."""
    columns = [
        *([] if project else [("PROJECT", lambda dataset: dataset.project)]),
        ("NAME", lambda dataset: dataset.name),
        ("ROWS", lambda dataset: dataset.rows),
        ("SIZE", lambda dataset: None if dataset.size is None else terminal.size(dataset.size)),
        ("WRITTEN", lambda dataset: dataset.data_at),
        ("ID", lambda dataset: dataset.id),
    ]
    empty = (
        f"There are no datasets yet. Make one with `gatepost datasets put {project or 'PROJECT'} NAME FILE`."
    )
    calls = call.client().datasets
    found = calls.list(project, q=search) if project else calls.catalog(q=search)
    call.rows(found, columns, limit=limit, empty=empty)


@datasets.command("put")
@click.argument("project")
@click.argument("dataset")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--append", is_flag=True, help="Add the rows to those that are there.")
@click.pass_obj
def put(call: Call, *, project: str, dataset: str, file: Path, append: bool) -> None:
    """Send FILE as the rows of a dataset; it is made when there is none.

    FILE is .csv, .parquet, .arrow, .ndjson (.jsonl) or .json. A line that cannot be taken is
    named, and then nothing is changed.
    """
    client = call.client()
    with _bar(call, file) as progress:
        written = client.datasets.put(project, dataset, file, append=append, progress=progress)
    rows = "1 row" if written.rows == 1 else f"{written.rows} rows"
    held = "is written" if written.rows is None else f"has {rows} now"
    call.done(written.raw, f"{written.name} {held}.")


@datasets.command("get")
@click.argument("project")
@click.argument("dataset")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="csv", show_default=True, help="In which form."
)
@click.option("--limit", type=click.IntRange(0), help="At most so many rows.")
@click.option("--columns", help="Only these columns, separated by commas.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; default: standard output.")
@click.pass_obj
def get(
    call: Call,
    *,
    project: str,
    dataset: str,
    form: str,
    limit: int | None,
    columns: str | None,
    output: Path | None,
) -> None:
    """Read the rows of a dataset."""
    chosen = columns.split(",") if columns is not None else None
    client = call.client()
    with client.datasets.rows(project, dataset, form=form, limit=limit, columns=chosen) as chunks:
        keep(call, chunks, output)


@datasets.command("schema")
@click.argument("project")
@click.argument("dataset")
@click.option("--set", "columns", metavar="NAME:TYPE", multiple=True, help="Declare a column; repeatable.")
@click.pass_obj
def schema(call: Call, *, project: str, dataset: str, columns: tuple[str, ...]) -> None:
    """Show the columns of a dataset, or declare them for every write to come."""
    calls = call.client().datasets
    if columns:
        found = calls.set_schema(project, dataset, [column_of(one) for one in columns])
    else:
        found = calls.schema(project, dataset)
    if call.is_json:
        terminal.as_json(found.raw)
    else:
        terminal.table(["COLUMN", "TYPE"], [[one.name, one.type] for one in found.columns])


@datasets.command("query")
@click.argument("project")
@click.argument("dataset")
@click.option(
    "--set",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with one SELECT.",
)
@click.option("--clear", "is_cleared", is_flag=True, help="Read the upload again instead.")
@click.pass_obj
def query(call: Call, *, project: str, dataset: str, file: Path | None, is_cleared: bool) -> None:
    """Show the query that fills a dataset when it is refreshed, or save one.

    It stays within your rights from then on, whoever runs it.
    """
    if file is not None and is_cleared:
        raise click.UsageError("Either --set or --clear.")
    calls = call.client().datasets
    if file is not None or is_cleared:
        made = calls.set_query(project, dataset, None if file is None else file.read_text("utf-8"))
        by = "by its query" if made.query is not None else "from its upload"
        call.done(made.raw, f"{dataset} is refreshed {by} from now on.")
        return
    found = calls.query(project, dataset)
    call.one(found, [("query", found.query), ("acts as", found.acts_as), ("saved", found.saved_at)])


@datasets.command("history")
@click.argument("project")
@click.argument("dataset")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most this many."
)
@click.pass_obj
def history(call: Call, *, project: str, dataset: str, limit: int) -> None:
    """List what was done to a dataset, newest first."""
    columns = [
        ("AT", lambda one: one.at),
        ("WHO", lambda one: one.actor.get("name")),
        ("DID", lambda one: one.action),
    ]
    found = call.client().datasets.history(project, dataset)
    call.rows(found, columns, limit=limit, empty="Nothing was done yet.")


@datasets.command("delete")
@click.argument("project")
@click.argument("dataset")
@yes_option
@click.pass_obj
def delete(call: Call, *, project: str, dataset: str, is_agreed: bool) -> None:
    """Delete a dataset with its rows."""
    terminal.agree(f"Delete {dataset} of {project} with its rows?", is_agreed=is_agreed)
    receipt = call.client().datasets.delete(project, dataset)
    call.done(receipt.raw, f"{dataset} is deleted{said_of(receipt)}.")


dataset_care.add_to(datasets)
dataset_sources.add_to(datasets)


@contextmanager
def _bar(call: Call, file: Path) -> "Iterator[Progress]":
    if call.is_json:
        yield lambda _sent, _total: None
        return
    with terminal.progress("Uploading", file.stat().st_size) as tell:
        yield lambda sent, _total: tell(sent)
