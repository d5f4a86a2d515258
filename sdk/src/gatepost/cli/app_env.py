"""`gatepost apps env`: what an application finds in its environment."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Noun
from gatepost.models import name_of


def add_to(apps: Noun) -> None:
    """Add the verb to `gatepost apps`."""
    apps.add_command(env)


@click.command("env", cls=Noun.command_class)
@click.argument("app")
@click.option(
    "--set", "sets", multiple=True, metavar="NAME[=VALUE]", help="Set it; without a value it is asked for."
)
@click.option("--unset", "unsets", multiple=True, metavar="NAME", help="Remove it.")
@click.pass_obj
def env(call: Call, *, app: str, sets: tuple[str, ...], unsets: tuple[str, ...]) -> None:
    """List the environment variables of an application, or change them.

    Values are sealed and never shown again. The application sees a change at its next start:
    `gatepost apps restart APP`.
    """
    client = call.client()
    meant = app_called(client, app)
    if not sets and not unsets:
        columns = [
            ("NAME", lambda one: one.name),
            ("SET", lambda one: one.set_at),
            ("BY", lambda one: name_of(one.set_by)),
        ]
        call.rows(client.apps.env(meant.id), columns, limit=1000, empty=f"{meant.name} has no variables.")
        return
    changes: dict[str, str | None] = dict.fromkeys(unsets)
    changes.update(_named(text) for text in sets)
    client.apps.change_env(meant.id, changes)
    names = ", ".join(sorted(changes))
    said = f"{names}: changed. {meant.name} sees it at its next start: gatepost apps restart {meant.id}"
    call.done({"changed": sorted(changes)}, said)


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if equals:
        return name, value
    asked = terminal.ask_hidden(f"Value of {name}")
    if asked is None:
        raise click.UsageError(
            f"Write --set {name}=VALUE, or run it at a terminal, which asks for the value."
        )
    return name, asked.reveal()
