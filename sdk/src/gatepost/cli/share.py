"""`gatepost share`: let people and groups use, edit or own an application."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Verb
from gatepost.cli.words import APP_ROLES, when

_TYPES = ("user", "group", "organization")


@click.command(cls=Verb)
@click.argument("app")
@click.option(
    "--with",
    "names",
    metavar="NAME",
    multiple=True,
    required=True,
    help="A username, or group:NAME; repeatable.",
)
@click.option(
    "--role", type=click.Choice(APP_ROLES), default="consumer", show_default=True, help="What they may do."
)
@click.option("--until", metavar="WHEN", help="When it ends: 2027-01-31, 30d or 12h; default: never.")
@click.option("--notify", is_flag=True, help="Send them a mail.")
@click.option("--note", default="", metavar="TEXT", help="A word for that mail.")
@click.pass_obj
def share(
    call: Call, *, app: str, names: tuple[str, ...], role: str, until: str | None, notify: bool, note: str
) -> None:
    """Share an application with people and groups.

    People you share it with may see each other's work in the application.
    """
    client = call.client()
    meant = app_called(client, app)
    ends_at = when(until) if until is not None else None
    made = []
    for name in names:
        type_, bare = _whom(name)
        grant = client.apps.grants.give(
            meant.id, to_type=type_, to_name=bare, role=role, until=ends_at, notify=notify, note=note
        )
        made.append(grant)
        if not call.is_json:
            end = f" until {terminal.cell(ends_at)}" if ends_at is not None else ""
            click.echo(terminal.clean(f"{bare} is {role} of {meant.name}{end} ({grant.id})."))
    if call.is_json:
        terminal.as_json({"items": [grant.raw for grant in made]})


def _whom(text: str) -> tuple[str, str]:
    type_, colon, name = text.partition(":")
    if not colon:
        return "user", text
    if type_ not in _TYPES or not name:
        raise click.UsageError(f"{text!r} is not a username, group:NAME or organization:NAME.")
    return type_, name
