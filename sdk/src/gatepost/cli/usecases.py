"""`gatepost usecases`: what belongs to one purpose, linked without changing anybody's rights."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called, source_called, usecase_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.connected import Client
from gatepost.models import name_of

_TYPES = ("app", "source", "dataset", "scenario", "dashboard")
_usecase = click.argument("usecase")
_type = click.argument("type_", metavar="TYPE", type=click.Choice(_TYPES))
_thing = click.argument("thing")


@click.group(cls=Noun)
def usecases() -> None:
    """Gather what belongs to one purpose. USECASE is an id or a name."""


@usecases.command("list")
@list_options
@click.option("--app", metavar="APP", help="Only those that this application is linked to.")
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int, app: str | None) -> None:
    """List the use cases you may see."""
    client = call.client()
    columns = [
        ("NAME", lambda one: one.name),
        ("LINKED", lambda one: one.links),
        ("OWNER", lambda one: name_of(one.owner)),
        ("UPDATED", lambda one: one.updated_at),
        ("ID", lambda one: one.id),
    ]
    linked_to = app_called(client, app).id if app is not None else None
    found = client.usecases.list(q=search, linked_to=linked_to)
    call.rows(found, columns, limit=limit, empty="There are no use cases that you may see.")


@usecases.command("show")
@_usecase
@click.pass_obj
def show(call: Call, *, usecase: str) -> None:
    """Show one use case."""
    found = usecase_called(call.client(), usecase)
    pairs = [("name", found.name), ("description", found.description), ("owner", name_of(found.owner))]
    times = [("created", found.created_at), ("updated", found.updated_at)]
    call.one(found, [*pairs, ("linked", found.links), *times, ("id", found.id)])


@usecases.command("create")
@click.argument("name")
@click.option("--description", default="", help="What it is about.")
@click.pass_obj
def create(call: Call, *, name: str, description: str) -> None:
    """Make a use case."""
    made = call.client().usecases.create(name, description)
    call.done(made.raw, f"{made.name} is made ({made.id}).")


@usecases.command("edit")
@_usecase
@click.option("--name", help="Another name.")
@click.option("--description", help="Another description.")
@click.pass_obj
def edit(call: Call, *, usecase: str, name: str | None, description: str | None) -> None:
    """Give a use case another name or description."""
    if name is None and description is None:
        raise click.UsageError("Say --name or --description.")
    client = call.client()
    done = client.usecases.change(usecase_called(client, usecase).id, name=name, description=description)
    call.done(done.raw, f"{done.name} is saved.")


@usecases.command("delete")
@_usecase
@yes_option
@click.pass_obj
def delete(call: Call, *, usecase: str, is_agreed: bool) -> None:
    """Delete a use case with its links; what was linked stays."""
    client = call.client()
    meant = usecase_called(client, usecase)
    terminal.agree(f"Delete the use case {meant.name}? What is linked stays.", is_agreed=is_agreed)
    receipt = client.usecases.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted.")


@usecases.command("links")
@_usecase
@click.pass_obj
def links(call: Call, *, usecase: str) -> None:
    """List what is linked to a use case, as far as you may see it."""
    client = call.client()
    meant = usecase_called(client, usecase)
    columns = [
        ("TYPE", lambda one: one.type),
        ("NAME", lambda one: one.name),
        ("LINKED", lambda one: one.linked_at),
        ("BY", lambda one: name_of(one.by)),
        ("ID", lambda one: one.id),
    ]
    empty = f"Nothing is linked to {meant.name} that you may see."
    call.rows(client.usecases.links(meant.id), columns, limit=1000, empty=empty)


@usecases.command("link")
@_usecase
@_type
@_thing
@click.pass_obj
def link(call: Call, *, usecase: str, type_: str, thing: str) -> None:
    """Link a thing to a use case: an app or source by name or id, what is in a project by its id."""
    client = call.client()
    meant = usecase_called(client, usecase)
    done = client.usecases.link(meant.id, type_, _thing_id(client, type_, thing))
    call.done(done.raw, f"{done.name} is linked to {meant.name}.")


@usecases.command("unlink")
@_usecase
@_type
@click.argument("things", nargs=-1, required=True)
@click.pass_obj
def unlink(call: Call, *, usecase: str, type_: str, things: tuple[str, ...]) -> None:
    """Take one thing or several out of a use case."""
    client = call.client()
    meant = usecase_called(client, usecase)
    for thing in things:
        client.usecases.unlink(meant.id, _thing_id(client, type_, thing))
    call.done({"unlinked": list(things)}, f"{', '.join(things)}: unlinked from {meant.name}.")


def _thing_id(client: Client, type_: str, thing: str) -> str:
    if type_ == "app":
        return app_called(client, thing).id
    return source_called(client, thing).id if type_ == "source" else thing
