"""`gatepost projects`: what holds datasets, and who may do what in it."""

from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.json_file import list_in, object_in
from gatepost.cli.project_archives import export, import_
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import said_of, when
from gatepost.models import name_of


@click.group(cls=Noun)
def projects() -> None:
    """See and keep projects; they are named by their keys."""


@projects.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the projects you may see."""
    columns = [
        ("KEY", lambda project: project.key),
        ("NAME", lambda project: project.name),
        ("DATASETS", lambda project: project.counts.get("datasets")),
        ("OWNER", lambda project: name_of(project.owner)),
        ("UPDATED", lambda project: project.updated_at),
    ]
    empty = "There are no projects yet. Make one with `gatepost projects create KEY --name NAME`."
    call.rows(call.client().projects.list(q=search), columns, limit=limit, empty=empty)


@projects.command("show")
@click.argument("project")
@click.pass_obj
def show(call: Call, *, project: str) -> None:
    """Show one project."""
    found = call.client().projects.get(project)
    pairs = [("key", found.key), ("name", found.name), ("description", found.description)]
    rest = [("datasets", found.counts.get("datasets")), ("owner", name_of(found.owner)), ("id", found.id)]
    call.one(found, [*pairs, *rest])


@projects.command("create")
@click.argument("project", metavar="KEY")
@click.option("--name", help="What people read; default: the key.")
@click.option("--description", default="", help="A few words.")
@click.pass_obj
def create(call: Call, *, project: str, name: str | None, description: str) -> None:
    """Make a project; KEY is a letter A-Z and more of A-Z, 0-9 and _."""
    made = call.client().projects.create(project, name or project, description)
    call.done(made.raw, f"Project {made.key} is there; you administer it.")


@projects.command("change")
@click.argument("project")
@click.option("--name", help="What people read.")
@click.option("--description", help="A few words; empty takes them away.")
@click.pass_obj
def change(call: Call, *, project: str, name: str | None, description: str | None) -> None:
    """Give a project another name or description; its key stays."""
    changed = call.client().projects.change(project, name=name, description=description)
    call.done(changed.raw, f"Project {changed.key} is called {changed.name}.")


@projects.command("delete")
@click.argument("project")
@yes_option
@click.pass_obj
def delete(call: Call, *, project: str, is_agreed: bool) -> None:
    """Delete a project with its datasets and their rows."""
    terminal.agree(f"Delete project {project} with all its rows?", is_agreed=is_agreed)
    receipt = call.client().projects.delete(project)
    call.done(receipt.raw, f"Project {project} is deleted{said_of(receipt)}.")


@projects.command("variables")
@click.argument("project")
@click.option(
    "--set", "file", type=click.Path(path_type=Path, exists=True), help="A JSON file to replace them by."
)
@click.pass_obj
def variables(call: Call, *, project: str, file: Path | None) -> None:
    """Show a project's variables as JSON, or replace them."""
    calls = call.client().projects
    if file is None:
        terminal.as_json(calls.variables(project))
        return
    terminal.as_json(calls.set_variables(project, object_in(file)))


@projects.command("timeline")
@click.argument("project")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most this many."
)
@click.pass_obj
def timeline(call: Call, *, project: str, limit: int) -> None:
    """List what was done to a project and in it, newest first."""
    columns = [
        ("AT", lambda one: one.at),
        ("WHO", lambda one: one.actor.get("name")),
        ("DID", lambda one: one.action),
        ("WHAT", lambda one: one.resource.get("name")),
    ]
    call.rows(call.client().projects.timeline(project), columns, limit=limit, empty="Nothing was done yet.")


@projects.command("permissions")
@click.argument("project")
@click.option(
    "--set", "file", type=click.Path(path_type=Path, exists=True), help="A JSON file to replace them by."
)
@click.pass_obj
def permissions(call: Call, *, project: str, file: Path | None) -> None:
    """List who holds what on a project, or replace the list.

    The file holds `{"grants": [{"to": {"type", "name"}, "role" or "permissions", "until"}]}`.
    """
    calls = call.client().projects
    if file is not None:
        found = calls.set_permissions(project, list_in(file, "grants"))
    else:
        found = calls.permissions(project)
    columns = [
        ("WHO", lambda one: one.to.get("name")),
        ("TYPE", lambda one: one.to.get("type")),
        ("HOLDS", lambda one: one.role or ", ".join(one.permissions)),
        ("UNTIL", lambda one: one.until or "for good"),
    ]
    call.rows(found, columns, limit=1000, empty="Nobody holds anything on it.")


@projects.command("exposed")
@click.argument("project")
@list_options
@click.pass_obj
def exposed(call: Call, *, project: str, search: str | None, limit: int) -> None:
    """List what a project exposes to others, and what others expose to it."""
    columns = [
        ("DATASET", lambda one: one.dataset.get("name")),
        ("FROM", lambda one: one.from_project),
        ("TO", lambda one: one.to_project),
        ("PERMISSIONS", lambda one: ", ".join(one.permissions)),
        ("UNTIL", lambda one: one.until or "for good"),
        ("ID", lambda one: one.id),
    ]
    found = call.client().projects.exposed(project, q=search)
    call.rows(found, columns, limit=limit, empty="Nothing is exposed.")


@projects.command("expose")
@click.argument("project")
@click.argument("dataset")
@click.option("--to", "to_project", metavar="KEY", required=True, help="The project whose people may use it.")
@click.option("--permission", "permissions", multiple=True, help="READ_DATA, EXPORT_DATA, …; repeatable.")
@click.option("--until", metavar="WHEN", help="When it ends: 2027-01-31, 30d or 12h; default: never.")
@click.pass_obj
def expose(
    call: Call,
    *,
    project: str,
    dataset: str,
    to_project: str,
    permissions: tuple[str, ...],
    until: str | None,
) -> None:
    """Let the people of another project use a dataset."""
    made = call.client().projects.expose(
        project, dataset, to_project,
        permissions=permissions or None, until=when(until) if until is not None else None,
    )  # fmt: skip
    call.done(made.raw, f"{dataset} of {project} is exposed to {to_project} ({made.id}).")


@projects.command("unexpose")
@click.argument("project")
@click.argument("exposure")
@click.pass_obj
def unexpose(call: Call, *, project: str, exposure: str) -> None:
    """Take back an exposure, by its id."""
    receipt = call.client().projects.unexpose(project, exposure)
    call.done(receipt.raw, f"{exposure} is taken back{said_of(receipt)}.")


projects.add_command(export)
projects.add_command(import_)
