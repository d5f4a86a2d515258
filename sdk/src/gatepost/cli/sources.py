"""`gatepost sources`: the files that applications are made from."""

import click

from gatepost.cli.find import source_called
from gatepost.cli.verb import Call, Noun, list_options
from gatepost.models import name_of


@click.group(cls=Noun)
def sources() -> None:
    """See sources and their versions."""


@sources.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the sources you may see."""
    columns = [
        ("NAME", lambda source: source.name),
        ("VERSION", lambda source: source.latest_version),
        ("OWNER", lambda source: name_of(source.owner)),
        ("UPDATED", lambda source: source.updated_at),
        ("ID", lambda source: source.id),
    ]
    empty = "There are no sources yet. Make one with `gatepost deploy DIR`."
    call.rows(call.client().sources.list(q=search), columns, limit=limit, empty=empty)


@sources.command("show")
@click.argument("source")
@click.pass_obj
def show(call: Call, *, source: str) -> None:
    """Show one source, by id or name."""
    found = source_called(call.client(), source)
    pairs = [("name", found.name), ("newest version", found.latest_version), ("owner", name_of(found.owner))]
    call.one(found, [*pairs, ("created", found.created_at), ("updated", found.updated_at), ("id", found.id)])
