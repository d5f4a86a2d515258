"""`gatepost external`: let people outside use one application, by mail and without an account."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Noun, yes_option
from gatepost.cli.words import said_of
from gatepost.errors import NotFound
from gatepost.external_models import External


@click.group(cls=Noun)
def external() -> None:
    """Share an application with people outside: who may come in, who has, and their end."""


@external.command()
@click.argument("app")
@click.pass_obj
def show(call: Call, *, app: str) -> None:
    """Show the switch, the list, the link, and who is signed in."""
    client = call.client()
    meant = app_called(client, app)
    found = client.apps.external.get(meant.id)
    _tell(call, found.raw, _said(found, meant.name))


@external.command("set")
@click.argument("app")
@click.option("--on/--off", "is_on", default=None, help="Turn it on or off; off ends every guest.")
@click.option(
    "--allow", "added", multiple=True, metavar="ENTRY", help="Let @domain or an address in; repeatable."
)
@click.option(
    "--remove", "removed", multiple=True, metavar="ENTRY", help="Take an entry off the list; repeatable."
)
@click.option("--whole-provider", is_flag=True, help="Mean domains where everybody can have an address.")
@yes_option
@click.pass_obj
def set_(
    call: Call, *, app: str, is_on: bool | None, added: tuple[str, ...], removed: tuple[str, ...],
    whole_provider: bool, is_agreed: bool,
) -> None:  # fmt: skip
    """Turn external sharing on or off, and change its list.

    Who is not let in any more is out at once, and for good: it takes a new invitation.
    """
    client = call.client()
    meant = app_called(client, app)
    before = client.apps.external.get(meant.id)
    gone = {entry.lower() for entry in removed}
    unknown = sorted(gone - {*before.allowed})
    if unknown:
        raise NotFound(f"{', '.join(unknown)} is not on the list of {meant.name}.")
    is_enabled = before.enabled if is_on is None else is_on
    if before.guests and (gone or not is_enabled):
        count = f"{len(before.guests)} {'guest is' if len(before.guests) == 1 else 'guests are'}"
        terminal.agree(f"{count} signed in to {meant.name}. Go on?", is_agreed=is_agreed)
    allowed = [entry for entry in before.allowed if entry not in gone] + list(added)
    found = client.apps.external.set(
        meant.id, enabled=is_enabled, allowed=allowed, confirmed=added if whole_provider else ()
    )
    _tell(call, found.raw, _said(found, meant.name))


@external.command()
@click.argument("app")
@click.option("--to", "emails", multiple=True, metavar="EMAIL", help="Only this address; repeatable.")
@click.pass_obj
def invite(call: Call, *, app: str, emails: tuple[str, ...]) -> None:
    """Mail a way in to every full address of the list, or to some that it lets in."""
    client = call.client()
    meant = app_called(client, app)
    sent = client.apps.external.invite(meant.id, emails or None)
    lines = [f"{one.email}: {'invited' if one.sent else one.reason}" for one in sent]
    _tell(call, {"items": [one.raw for one in sent]}, lines or ["There is no full address on the list."])


@external.command()
@click.argument("app")
@click.argument("email")
@yes_option
@click.pass_obj
def end(call: Call, *, app: str, email: str, is_agreed: bool) -> None:
    """End every session of a guest; while the address is listed they can ask for a new mail."""
    client = call.client()
    meant = app_called(client, app)
    theirs = [one for one in client.apps.external.get(meant.id).guests if one.email == email.lower()]
    if not theirs:
        raise NotFound(f"{email} is no guest of {meant.name}.")
    email = theirs[0].email
    terminal.agree(f"End the session of {email} in {meant.name}?", is_agreed=is_agreed)
    receipts = [client.apps.external.end(meant.id, one.id) for one in theirs]
    said = f"{email} is out of {meant.name}{said_of(receipts[-1])}."
    call.done({"items": [one.raw for one in receipts]}, said)


def _said(found: External, name: str) -> list[str]:
    """Say how external sharing of an application stands."""
    lines = [f"External sharing of {name} is {'on' if found.enabled else 'off'}."]
    lines += [f"Lets in: {', '.join(found.allowed)}"] if found.allowed else []
    lines += [f"Link: {found.link}"] if found.link and found.enabled else []
    for guest in found.guests:
        lines.append(f"{guest.email}: in until {terminal.cell(guest.ends_at)} ({guest.id})")
    lines += [f"{one.email}: invited until {terminal.cell(one.expires_at)}" for one in found.invited]
    return lines


def _tell(call: Call, answer: object, lines: list[str]) -> None:
    """Say what was done or found, a line each, or give the server's answer with --json."""
    if call.is_json:
        terminal.as_json(answer)
        return
    for line in lines:
        click.echo(terminal.clean(line))
