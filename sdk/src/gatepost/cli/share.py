"""`gatepost share` and `unshare`: let people and groups use, edit or own an application, or no more."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Verb, yes_option
from gatepost.cli.words import APP_ROLES, said_of, when
from gatepost.errors import NotFound
from gatepost.models import Grant, called

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
            click.echo(terminal.clean(f"{called(grant.to)} is {role} of {meant.name}{end} ({grant.id})."))
    if call.is_json:
        terminal.as_json({"items": [grant.raw for grant in made]})


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
@yes_option
@click.pass_obj
def unshare(call: Call, *, app: str, names: tuple[str, ...], is_agreed: bool) -> None:
    """Stop sharing an application with people and groups: every role they hold on it ends."""
    client = call.client()
    meant = app_called(client, app)
    held = _held(list(client.apps.grants.list(meant.id)), names, meant.name)
    whom = ", ".join(dict.fromkeys(called(grant.to) for grant in held))
    terminal.agree(f"Stop sharing {meant.name} with {whom}?", is_agreed=is_agreed)
    receipts = []
    for grant in held:
        receipt = client.apps.grants.revoke(meant.id, grant.id)
        receipts.append(receipt.raw)
        if not call.is_json:
            sentence = f"{called(grant.to)} is no longer {grant.role} of {meant.name}{said_of(receipt)}."
            click.echo(terminal.clean(sentence))
    if call.is_json:
        terminal.as_json({"items": receipts})


def _held(grants: list[Grant], names: tuple[str, ...], app_name: str) -> list[Grant]:
    """Return the grants of all *names*; nothing is taken away when one of them has none."""
    found = []
    for name in names:
        wanted = dict(zip(("type", "name"), _whom(name), strict=True))
        of_one = [grant for grant in grants if {key: grant.to.get(key) for key in wanted} == wanted]
        if not of_one:
            raise NotFound(f"{app_name} is not shared with {name}.")
        found += of_one
    return found


def _whom(text: str) -> tuple[str, str]:
    type_, colon, name = text.partition(":")
    if not colon:
        return "user", text
    if type_ not in _TYPES or not name:
        raise click.UsageError(f"{text!r} is not a username, group:NAME or organization:NAME.")
    return type_, name
