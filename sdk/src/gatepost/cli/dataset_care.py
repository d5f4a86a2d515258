"""Verbs of `gatepost datasets` beside the rows: made empty, described, exported, and whose rows are whose."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from gatepost.cli import terminal
from gatepost.cli.json_file import json_file, list_in, object_in
from gatepost.cli.verb import Call, Noun
from gatepost.project_models import RowRule

FORMS: Final = ("json", "ndjson", "csv", "arrow", "parquet")
_project = click.argument("project")
_dataset = click.argument("dataset")


def add_to(datasets: Noun) -> None:
    """Add these verbs to `gatepost datasets`."""
    for verb in (create, change, describe, rules, export):
        datasets.add_command(verb)


@click.command("create", cls=Noun.command_class)
@_project
@_dataset
@click.option("--column", "columns", metavar="NAME:TYPE", multiple=True, help="Declare it; repeatable.")
@click.option("--impersonate", is_flag=True, help="Programs use it on behalf of persons only.")
@click.pass_obj
def create(call: Call, *, project: str, dataset: str, columns: tuple[str, ...], impersonate: bool) -> None:
    """Make a dataset without rows."""
    declared = [column_of(one) for one in columns] if columns else None
    made = call.client().datasets.create(project, dataset, columns=declared, impersonate=impersonate)
    call.done(made.raw, f"{made.name} is there, without rows ({made.id}).")


@click.command("change", cls=Noun.command_class)
@_project
@_dataset
@click.option("--name", help="What it is called from now on.")
@click.option(
    "--impersonate/--no-impersonate", default=None, help="Whether programs use it on behalf of persons only."
)
@click.pass_obj
def change(call: Call, *, project: str, dataset: str, name: str | None, impersonate: bool | None) -> None:
    """Rename a dataset, or say whether programs use it on behalf of persons only."""
    changed = call.client().datasets.change(project, dataset, new_name=name, impersonate=impersonate)
    said = "on behalf of persons only" if changed.impersonate else "by their own rights"
    call.done(changed.raw, f"Programs use {changed.name} {said}.")


@click.command("describe", cls=Noun.command_class)
@_project
@_dataset
@click.option("--set", "file", type=json_file, help="A JSON file to replace it by.")
@click.pass_obj
def describe(call: Call, *, project: str, dataset: str, file: Path | None) -> None:
    """Show what is said of a dataset as JSON (`description`, `tags`, `custom`), or replace it."""
    calls = call.client().datasets
    if file is None:
        found = calls.metadata(project, dataset)
    else:
        said = object_in(file)
        tags, custom = said.get("tags", []), said.get("custom", {})
        if not isinstance(tags, list) or not isinstance(custom, dict) or said.keys() - _SAID:
            raise click.UsageError(f"{file} has to hold description, a list of tags, and custom, an object.")
        description = str(said.get("description", ""))
        found = calls.describe(project, dataset, description=description, tags=tags, custom=custom)
    terminal.as_json({"description": found.description, "tags": found.tags, "custom": dict(found.custom)})


_SAID: Final = {"description", "tags", "custom"}


@click.command("rules", cls=Noun.command_class)
@_project
@_dataset
@click.option("--set", "file", type=json_file, help="A JSON file to replace them by.")
@click.pass_obj
def rules(call: Call, *, project: str, dataset: str, file: Path | None) -> None:
    """List who sees which rows where a dataset is used on behalf of persons, or replace the list.

    The file holds `{"rules": [{"column": "region", "values": ["north"], "who": {"type":
    "user", "name": "bob"}}]}`.
    """
    calls = call.client().datasets
    if file is None:
        found = calls.rules(project, dataset)
    else:
        found = calls.set_rules(project, dataset, list_in(file, "rules"))
    if call.is_json:
        terminal.as_json({"rules": [one.raw for one in found]})
    elif found:
        terminal.table(["COLUMN", "VALUES", "SEEN BY"], [_row(one) for one in found])
    else:
        terminal.note("There are no rules: who may read the rows sees all of them.")


@click.command("export", cls=Noun.command_class)
@_project
@_dataset
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="csv", show_default=True, help="In which form."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; default: standard output.")
@click.pass_obj
def export(call: Call, *, project: str, dataset: str, form: str, output: Path | None) -> None:
    """Take all rows of a dataset away as a file; the trail says so."""
    with call.client().datasets.exported(project, dataset, form=form) as chunks:
        keep(call, chunks, output)


def keep(call: Call, chunks: Iterable[bytes], output: Path | None) -> None:
    """Write *chunks* to a file, and say how much that was; without one to standard output."""
    if output is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    written = 0
    with output.open("wb") as file:
        for chunk in chunks:
            written += file.write(chunk)
    call.done({"file": str(output), "bytes": written}, f"{output} has {terminal.size(written)}.")


def column_of(text: str) -> dict[str, str]:
    """Read `NAME:TYPE` as a column.

    Raises:
        click.UsageError: it is none.
    """
    name, colon, kind = text.rpartition(":") if "<" not in text else text.partition(":")
    if not colon or not name or not kind:
        raise click.UsageError(f"{text!r} is not NAME:TYPE.")
    return {"name": name, "type": kind}


def _row(one: RowRule) -> list[object]:
    kind, name = one.who.get("type", ""), one.who.get("name", "")
    who = name if kind == "user" else f"{kind}:{name}"
    return [one.column, ", ".join("null" if value is None else str(value) for value in one.values), who]
