"""`gatepost share`, `unshare` and `grants`: who may do what with a thing, of every kind that is shared."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import Thing, thing_called
from gatepost.cli.verb import Call, Verb, list_options, yes_option
from gatepost.cli.words import GRANT_ROLES, said_of, when
from gatepost.errors import NotFound
from gatepost.models import Effect, Grant, called

_TYPES = ("user", "group", "organization")
_thing = click.argument("thing")


@click.command(cls=Verb)
@_thing
@click.option(
    "--with",
    "names",
    metavar="NAME",
    multiple=True,
    required=True,
    help="A username, group:NAME or organization:NAME; repeatable.",
)
@click.option(
    "--role", type=click.Choice(GRANT_ROLES), help="What they may do; default: consumer, in a project viewer."
)
@click.option("--until", metavar="WHEN", help="When it ends: 2027-01-31, 30d or 12h; default: never.")
@click.option("--notify", is_flag=True, help="Send them a mail.")
@click.option("--note", default="", metavar="TEXT", help="A word for that mail.")
@click.option("--rehearse", "is_rehearsal", is_flag=True, help="Only say whom it would let in.")
@click.pass_obj
def share(
    call: Call, *, thing: str, names: tuple[str, ...], role: str | None, until: str | None, notify: bool,
    note: str, is_rehearsal: bool,
) -> None:  # fmt: skip
    """Share a thing with people, groups and organizations.

    THING is an application by name, number or id, or source:NAME, group:NAME, connection:NAME,
    credential:NAME, client:NAME, project:KEY, dataset:KEY/NAME, scenario:KEY/NAME,
    dashboard:KEY/NAME or api:KEY/NAME. People you share an application with may see each other's work in it.
    """
    meant = thing_called(call.client(), thing)
    role = role or ("viewer" if meant.kind == "project" else "consumer")
    if is_rehearsal:
        effect = meant.grants.rehearse(meant.ref, to=[_whom(name) for name in names], role=role)
        call.done(effect.raw, _said(effect))
        return
    ends_at = when(until) if until is not None else None
    made = []
    for name in names:
        type_, bare = _whom(name)
        grant = meant.grants.give(
            meant.ref, to_type=type_, to_name=bare, role=role, until=ends_at, notify=notify, note=note
        )
        made.append(grant)
        if not call.is_json:
            end = f" until {terminal.cell(ends_at)}" if ends_at is not None else ""
            click.echo(terminal.clean(f"{called(grant.to)} is {role} of {meant.name}{end} ({grant.id})."))
    unsent = {grant.mail.reason for grant in made if grant.mail is not None and grant.mail.reason}
    for reason in sorted(unsent):
        terminal.note(reason)
    if call.is_json:
        terminal.as_json({"items": [grant.raw for grant in made]})


@click.command(cls=Verb)
@_thing
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
def unshare(call: Call, *, thing: str, names: tuple[str, ...], is_agreed: bool) -> None:
    """Stop sharing a thing with people and groups: all that they were given on it ends.

    THING is named as for `gatepost share`.
    """
    meant = thing_called(call.client(), thing)
    held = _held(list(meant.grants.list(meant.ref)), names, meant.name)
    whom = ", ".join(dict.fromkeys(called(grant.to) for grant in held))
    terminal.agree(f"Stop sharing {meant.name} with {whom}?", is_agreed=is_agreed)
    receipts = []
    for grant in held:
        receipt = meant.grants.revoke(meant.ref, grant.id)
        receipts.append(receipt.raw)
        if not call.is_json:
            was = f"is no longer {grant.role} of" if grant.role else "has lost these permissions on"
            click.echo(terminal.clean(f"{called(grant.to)} {was} {meant.name}{said_of(receipt)}."))
    if call.is_json:
        terminal.as_json({"items": receipts})


@click.command(cls=Verb)
@_thing
@list_options
@click.option("--remove", metavar="GRANT", help="Take this grant away.")
@click.option("--remove-given-by", "giver", metavar="NAME", help="Take away all that they gave on it.")
@yes_option
@click.pass_obj
def grants(
    call: Call, *, thing: str, search: str | None, limit: int, remove: str | None, giver: str | None,
    is_agreed: bool,
) -> None:  # fmt: skip
    """List who holds what on a thing, or take something away.

    THING is named as for `gatepost share`.
    """
    if giver is not None and remove is not None:
        raise click.UsageError("Use --remove or --remove-given-by, not both.")
    meant = thing_called(call.client(), thing)
    if giver is None:
        show_grants(call, meant, search, limit, remove, is_agreed=is_agreed)
        return
    terminal.agree(f"Take all that {giver} gave on {meant.name} away?", is_agreed=is_agreed)
    receipt = meant.grants.revoke_given_by(meant.ref, giver)
    call.done(receipt.raw, f"All that {giver} gave on {meant.name} is taken away{said_of(receipt)}.")


def show_grants(
    call: Call, meant: Thing, search: str | None, limit: int, remove: str | None, *, is_agreed: bool
) -> None:
    """List who holds what on *meant*; with *remove*, take that grant away instead."""
    if remove is not None:
        terminal.agree(f"Take {remove} on {meant.name} away?", is_agreed=is_agreed)
        receipt = meant.grants.revoke(meant.ref, remove)
        call.done(receipt.raw, f"The grant is taken away{said_of(receipt)}.")
        return
    columns = [
        ("WHO", lambda grant: grant.to.get("name")),
        ("NAME", lambda grant: grant.to.get("label")),
        ("TYPE", lambda grant: grant.to.get("type")),
        ("ROLE", lambda grant: grant.role or ", ".join(grant.permissions)),
        ("UNTIL", lambda grant: grant.until or "for good"),
        ("BY", lambda grant: grant.by and grant.by.name),
        ("ID", lambda grant: grant.id),
    ]
    found = meant.grants.list(meant.ref, q=search)
    call.rows(found, columns, limit=limit, empty=f"{meant.name} is shared with nobody.")


def _said(effect: Effect) -> str:
    """Say whom a share would let in."""
    people = "1 person gains" if effect.gain_entry == 1 else f"{effect.gain_entry} people gain"
    names = f" ({', '.join(effect.names)})" if effect.names else ""
    outside = f" {effect.from_outside} of them from outside." if effect.from_outside else ""
    unread = f" Also whoever is in {', '.join(effect.not_counted)}." if effect.not_counted else ""
    return f"{people} entry{names}, {effect.have_it_already} had it already.{outside}{unread}"


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
