"""`gatepost dashboards`: what a project shows, and by whose rights."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option

if TYPE_CHECKING:
    from gatepost.dashboard_models import Authorized

_TILES = click.option(
    "--tiles", "file", type=click.Path(path_type=Path, exists=True), help="A JSON file with a list of tiles."
)


@click.group(cls=Noun)
def dashboards() -> None:
    """See and keep the dashboards of a project."""


@dashboards.command("list")
@click.argument("project")
@list_options
@click.pass_obj
def list_(call: Call, *, project: str, search: str | None, limit: int) -> None:
    """List the dashboards of a project that you may see."""
    columns = [
        ("NAME", lambda one: one.name),
        ("TILES", lambda one: None if one.tiles is None else len(one.tiles)),
        ("UPDATED", lambda one: one.updated_at),
        ("ID", lambda one: one.id),
    ]
    empty = f"There are no dashboards yet. Make one with `gatepost dashboards create {project} NAME`."
    call.rows(call.client().dashboards.list(project, q=search), columns, limit=limit, empty=empty)


@dashboards.command("show")
@click.argument("project")
@click.argument("dashboard")
@click.pass_obj
def show(call: Call, *, project: str, dashboard: str) -> None:
    """Show how a dashboard is made, as JSON that `create --tiles` takes."""
    found = call.client().dashboards.get(project, dashboard)
    terminal.as_json(found.raw if call.is_json else [dict(one) for one in found.tiles or ()])


@dashboards.command("create")
@click.argument("project")
@click.argument("dashboard", metavar="NAME")
@_TILES
@click.pass_obj
def create(call: Call, *, project: str, dashboard: str, file: Path | None) -> None:
    """Make a dashboard, empty or of the tiles in a file."""
    made = call.client().dashboards.create(project, dashboard, _tiles(file) if file is not None else [])
    call.done(made.raw, f"Dashboard {made.name} is there; you own it.")


@dashboards.command("change")
@click.argument("project")
@click.argument("dashboard")
@click.option("--name", help="A new name.")
@_TILES
@click.pass_obj
def change(call: Call, *, project: str, dashboard: str, name: str | None, file: Path | None) -> None:
    """Rename a dashboard, or replace its tiles."""
    if name is None and file is None:
        raise click.UsageError("Say --name, --tiles or both.")
    tiles = _tiles(file) if file is not None else None
    made = call.client().dashboards.change(project, dashboard, new_name=name, tiles=tiles)
    call.done(made.raw, f"Dashboard {made.name} is saved.")


@dashboards.command("view")
@click.argument("project")
@click.argument("dashboard")
@click.pass_obj
def view(call: Call, *, project: str, dashboard: str) -> None:
    """Show what a dashboard shows you now; `--json` has the data."""
    found = call.client().dashboards.view(project, dashboard)
    if call.is_json:
        terminal.as_json(found.raw)
        return
    rows = [[one.title or one.type, one.type, one.state, one.by or one.reason or ""] for one in found.tiles]
    terminal.table(["TILE", "TYPE", "STATE", "BY / WHY NOT"], rows)


@dashboards.command("delete")
@click.argument("project")
@click.argument("dashboard")
@yes_option
@click.pass_obj
def delete(call: Call, *, project: str, dashboard: str, is_agreed: bool) -> None:
    """Delete a dashboard; the data that it shows stay."""
    terminal.agree(f"Delete dashboard {dashboard} of {project}?", is_agreed=is_agreed)
    call.client().dashboards.delete(project, dashboard)
    call.done({"deleted": dashboard}, f"Dashboard {dashboard} is deleted.")


@dashboards.command("authorized")
@click.argument("project")
@click.pass_obj
def authorized(call: Call, *, project: str) -> None:
    """List the datasets that viewers of dashboards see by somebody else's rights."""
    _show(call, call.client().dashboards.authorized(project))


@dashboards.command("authorize")
@click.argument("project")
@click.argument("datasets", nargs=-1)
@click.pass_obj
def authorize(call: Call, *, project: str, datasets: tuple[str, ...]) -> None:
    """Make DATASETS the whole list of what is authorized; none withdraws them all."""
    _show(call, call.client().dashboards.authorize(project, datasets))


def _show(call: Call, found: "Iterable[Authorized]") -> None:
    columns = [
        ("DATASET", lambda one: one.name),
        ("BY", lambda one: one.by.get("name")),
        ("COUNTS", lambda one: "yes" if one.is_effective else "no: they may not read it any more"),
    ]
    call.rows(found, columns, limit=1000, empty="Nothing is authorized.")


def _tiles(file: Path) -> list[dict[str, object]]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as fault:
        raise click.UsageError(f"{file} is not JSON: {fault}.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise click.UsageError(f"{file} has to hold a JSON list of objects.")
    return found
