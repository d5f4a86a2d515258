"""`gatepost clients members` and `gatepost clients secrets`."""

import click

from gatepost.cli import terminal
from gatepost.cli.client_words import application, validity_options, validity_said
from gatepost.cli.find import client_called
from gatepost.cli.verb import Call, Noun, yes_option
from gatepost.cli.words import said_of
from gatepost.connected import Client

_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_NAMED = 5
_user = click.argument("user")


@click.group(cls=Noun)
def members() -> None:
    """Say who may use an application, each with a secret of their own."""


@members.command("list")
@application
@click.pass_obj
def list_members(call: Call, *, application: str) -> None:
    """List the members."""
    client = call.client()
    meant = client_called(client, application)
    columns = [
        ("USER", lambda one: one.username),
        ("NAME", lambda one: one.name),
        ("SINCE", lambda one: one.since),
        ("UNTIL", lambda one: one.until),
        ("ADDED BY", lambda one: one.added_by),
    ]
    call.rows(client.clients.members(meant.id), columns, limit=1000, empty=f"{meant.name} has no members.")


@members.command("add")
@application
@click.argument("users", nargs=-1, required=True)
@validity_options
@click.pass_obj
def add(call: Call, *, application: str, users: tuple[str, ...], days: int | None, until: str | None) -> None:
    """Let people use it; all of them or nobody."""
    client = call.client()
    meant = client_called(client, application)
    client.clients.add_members(meant.id, users, validity_said(days, until))
    call.done({"added": list(users)}, f"{', '.join(users)}: added to {meant.name}.")


@members.command("extend")
@application
@_user
@validity_options
@click.pass_obj
def extend(call: Call, *, application: str, user: str, days: int | None, until: str | None) -> None:
    """Let a membership end at another time, counted from now."""
    client = call.client()
    meant = client_called(client, application)
    done = client.clients.change_member(meant.id, user, validity_said(days, until))
    end = f"until {done.until:%Y-%m-%d}" if done.until is not None else "for good"
    call.done(done.raw, f"{done.username} is a member of {meant.name} {end}.")


@members.command("remove")
@application
@_user
@yes_option
@click.pass_obj
def remove(call: Call, *, application: str, user: str, is_agreed: bool) -> None:
    """End a membership, and the member's secret."""
    client = call.client()
    meant = client_called(client, application)
    terminal.agree(f"Remove {user} from {meant.name}? Their secret stops at once.", is_agreed=is_agreed)
    receipt = client.clients.remove_member(meant.id, user)
    call.done(receipt.raw, f"{user} is no member of {meant.name} any more{said_of(receipt)}.")


@click.group(cls=Noun)
def secrets() -> None:
    """Keep the AppSecrets of an application. SECRET is an id."""


@secrets.command("list")
@application
@click.pass_obj
def list_secrets(call: Call, *, application: str) -> None:
    """List the secrets, never their texts."""
    client = call.client()
    meant = client_called(client, application)
    columns = [
        ("MADE", lambda one: one.created_at),
        ("OF", lambda one: one.member.username if one.member is not None else "the application"),
        ("ACTIVE", lambda one: one.active),
        ("UNTIL", lambda one: one.valid_until),
        ("WEAK", lambda one: one.weak),
        ("ID", lambda one: one.id),
    ]
    call.rows(client.clients.secrets(meant.id), columns, limit=1000, empty=f"{meant.name} has no secrets.")


@secrets.command("create")
@application
@click.option("--member", metavar="USER", help="A secret of this member's own.")
@click.option("--custom", "is_custom", is_flag=True, help="Ask for a text of your own.")
@click.option("--overlap", type=click.IntRange(0), metavar="SECONDS", help="End earlier ones after so long.")
@validity_options
@click.pass_obj
def create(
    call: Call,
    *,
    application: str,
    member: str | None,
    is_custom: bool,
    overlap: int | None,
    days: int | None,
    until: str | None,
) -> None:
    """Make another secret; with --overlap it takes the place of the earlier ones (0 to 604800)."""
    client = call.client()
    meant = client_called(client, application)
    if overlap is not None and not call.is_json:
        _warn(client, meant.id)
    custom = terminal.new_secret("AppSecret") if is_custom else None
    made = client.clients.make_secret(
        meant.id, member=member, custom=custom, overlap_seconds=overlap, validity=validity_said(days, until)
    )
    text = made.app_secret.reveal() if made.app_secret is not None else ""
    if call.is_json:
        terminal.as_json({**made.raw, "app_secret": text})
        return
    if overlap is not None:
        ends = "now" if overlap == 0 else f"in {_lasting(overlap)}"
        terminal.note(f"The earlier secrets end {ends}.")
    if not text:
        terminal.note(f"{member} has a new AppSecret of {meant.name}, and reads it by `secrets show`.")
        return
    terminal.note(f"An AppSecret of {meant.name}:")
    click.echo(text)


@secrets.command("show")
@application
@click.argument("secret")
@click.pass_obj
def show(call: Call, *, application: str, secret: str) -> None:
    """Show a secret once more; asks for your password."""
    client = call.client()
    text = client.clients.reveal_secret(client_called(client, application).id, secret).reveal()
    if call.is_json:
        terminal.as_json({"id": secret, "app_secret": text})
        return
    click.echo(text)


@secrets.command("end")
@application
@click.argument("secret")
@yes_option
@click.pass_obj
def end(call: Call, *, application: str, secret: str, is_agreed: bool) -> None:
    """Delete a secret; the next call signed with it is refused."""
    client = call.client()
    meant = client_called(client, application)
    terminal.agree(f"Delete this AppSecret of {meant.name}? It stops at once.", is_agreed=is_agreed)
    receipt = client.clients.end_secret(meant.id, secret)
    call.done(receipt.raw, f"The secret is deleted{said_of(receipt)}.")


def _warn(client: Client, client_id: str) -> None:
    """Say from where the application called lately: programs there need the new secret."""
    found = list(client.clients.recent_callers(client_id))
    if found:
        named = ", ".join(f"{one.ip or 'somewhere unknown'} ({one.calls})" for one in found[:_NAMED])
        more = f", and {len(found) - _NAMED} more addresses" if len(found) > _NAMED else ""
        terminal.note(f"Called in the last seven days from {named}{more}: programs there need the new one.")


def _lasting(seconds: int) -> str:
    """Say how long that is, in the largest unit that says it exactly."""
    unit, long = next((unit, long) for unit, long in _UNITS.items() if seconds % long == 0)
    count = seconds // long
    return f"{count} {unit}{'' if count == 1 else 's'}"
