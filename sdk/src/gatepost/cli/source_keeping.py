"""Verbs of `gatepost sources` that make, rename and delete them."""

from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.find import source_called
from gatepost.cli.verb import Call, Noun, yes_option
from gatepost.cli.words import KINDS, said_of


def add_to(sources: Noun) -> None:
    """Add these verbs to `gatepost sources`."""
    for verb in (create, duplicate, rename, delete):
        sources.add_command(verb)


@click.command("create", cls=Noun.command_class)
@click.argument("name")
@click.option(
    "--bundle", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A .tar.gz or .zip as its first version.",
)  # fmt: skip
@click.option("--kind", type=click.Choice(KINDS), help="What the bundle is; default: found out.")
@click.pass_obj
def create(call: Call, *, name: str, bundle: Path | None, kind: str | None) -> None:
    """Make a source without an application; `gatepost deploy` makes both of a folder."""
    made = call.client().sources.create(name, bundle, kind=kind)
    call.done(made.raw, f"{made.name} is made ({made.id}).")


@click.command("duplicate", cls=Noun.command_class)
@click.argument("source")
@click.argument("name")
@click.option("--version", type=click.IntRange(1), help="Which version of it; default: the newest.")
@click.pass_obj
def duplicate(call: Call, *, source: str, name: str, version: int | None) -> None:
    """Make a source of your own from a version of another: its files, resources and authors."""
    client = call.client()
    meant = source_called(client, source)
    found = (one.version for one in client.sources.versions(meant.id) if one.state != "draft")
    number = version if version is not None else next(found, 1)
    made = client.sources.duplicate(meant.id, number, name)
    call.done(made.raw, f"{made.name} is made from version {number} of {meant.name} ({made.id}).")


@click.command("rename", cls=Noun.command_class)
@click.argument("source")
@click.argument("name")
@click.pass_obj
def rename(call: Call, *, source: str, name: str) -> None:
    """Give a source another name."""
    client = call.client()
    changed = client.sources.rename(source_called(client, source).id, name)
    call.done(changed.raw, f"It is called {changed.name} now.")


@click.command("delete", cls=Noun.command_class)
@click.argument("source")
@yes_option
@click.pass_obj
def delete(call: Call, *, source: str, is_agreed: bool) -> None:
    """Delete a source with all its versions; not while an application is made from it."""
    client = call.client()
    meant = source_called(client, source)
    terminal.agree(f"Delete {meant.name} with all its versions?", is_agreed=is_agreed)
    receipt = client.sources.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted{said_of(receipt)}.")
