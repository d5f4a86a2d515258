"""Verbs of `gatepost apps` about the versions that an application is made from."""

from collections.abc import Callable, Sequence

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called, client_called, source_called
from gatepost.cli.verb import Call, Noun, yes_option
from gatepost.connected import Client
from gatepost.errors import Conflict, NotFound
from gatepost.models import App, Source, name_of


def add_to(apps: Noun) -> None:
    """Add these verbs to `gatepost apps`."""
    for verb in (create, deployments, replace_source):
        apps.add_command(verb)


def with_authors(act: Callable[[Sequence[str]], App], *, is_agreed: bool) -> App:
    """Deploy by *act*, which is given the ids of confirmed authors; ask when it holds work of others.

    Raises:
        click.UsageError: there is nobody to ask.
        click.Abort: the answer is no.
    """
    try:
        return act(())
    except Conflict as refusal:
        if refusal.error_code != "authors-unconfirmed":
            raise
        others = dict(fault.detail.split(": ", 1) for fault in refusal.errors)
    names = ", ".join(others.values())
    terminal.agree(f"It holds work of {names}, which will act with your rights. Go on?", is_agreed=is_agreed)
    return act([*others])


@click.command("create", cls=Noun.command_class)
@click.argument("name")
@click.option("--source", required=True, help="The source that it is made from: an id or a name.")
@click.option("--version", type=click.IntRange(1), required=True, help="Which version of it.")
@click.option("--client", "served", metavar="APP", help="Host this client application; it keeps its AppKey.")
@yes_option
@click.pass_obj
def create(call: Call, *, name: str, source: str, version: int, served: str | None, is_agreed: bool) -> None:
    """Make another application of a source that is there; `gatepost deploy` publishes a folder."""
    client = call.client()
    meant = source_called(client, source).id
    whose = None if served is None else client_called(client, served).id

    def act(authors: Sequence[str]) -> App:
        return client.apps.create_from(meant, version, name, confirmed_authors=authors, client=whose)

    made = with_authors(act, is_agreed=is_agreed)
    call.done(made.raw, f"{made.name} is being built ({made.id}).")


@click.command("replace-source", cls=Noun.command_class)
@click.argument("app")
@click.option("--source", required=True, help="The source that it is made from then: an id or a name.")
@click.option("--version", type=click.IntRange(1), help="Which version of it; default: the newest built.")
@yes_option
@click.pass_obj
def replace_source(call: Call, *, app: str, source: str, version: int | None, is_agreed: bool) -> None:
    """Let an application go over to a version of another source; `rollback --source` leads back."""
    client = call.client()
    meant, other = app_called(client, app), source_called(client, source)
    number = version if version is not None else _newest_built(client, other)

    def act(authors: Sequence[str]) -> App:
        return client.apps.deploy(meant.id, number, source_id=other.id, confirmed_authors=authors)

    done = with_authors(act, is_agreed=is_agreed)
    said = f"{done.name} goes over to version {number} of {other.name}"
    call.done(done.raw, f"{said}; until it answers, the present one serves.")


def _newest_built(client: Client, source: Source) -> int:
    found = (one.version for one in client.sources.versions(source.id) if one.state == "built")
    number = next(found, None)
    if number is None:
        raise NotFound(f"{source.name} has no version that is built; name one with --version.")
    return number


@click.command("deployments", cls=Noun.command_class)
@click.argument("app")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most this many."
)
@click.pass_obj
def deployments(call: Call, *, app: str, limit: int) -> None:
    """List which versions were put to work for an application, latest first."""
    client = call.client()
    meant = app_called(client, app)
    columns = [
        ("AT", lambda one: one.at),
        ("VERSION", lambda one: one.version),
        ("SOURCE", lambda one: one.source_id),
        ("BY", lambda one: name_of(one.by)),
        ("SERVES", lambda one: one.is_live),
        ("ID", lambda one: one.id),
    ]
    call.rows(client.apps.deployments(meant.id), columns, limit=limit, empty="Nothing was deployed yet.")
