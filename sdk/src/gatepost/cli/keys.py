"""`gatepost keys`: one's own API keys."""

from datetime import UTC, datetime, timedelta

import click

from gatepost.cli import terminal
from gatepost.cli.find import key_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import ROLES, said_of
from gatepost.models import IssuedKey
from gatepost.resources.keys import POLICY_DEFAULT


@click.group(cls=Noun)
def keys() -> None:
    """Make, list and delete your API keys."""


@keys.command("create")
@click.argument("name")
@click.option("--expires", metavar="DAYS|never", help="Days until it ends; default: what the server sets.")
@click.option("--role", type=click.Choice(ROLES), help="A role lower than yours, for the key.")
@click.pass_obj
def create(call: Call, *, name: str, expires: str | None, role: str | None) -> None:
    """Make a key. It is shown this once; it needs a login, since keys make no keys."""
    ends_at = POLICY_DEFAULT if expires is None else _end(expires)
    made = call.client().keys.create(name, expires_at=ends_at, role=role)
    if call.is_json:
        terminal.as_json(made.raw)
        return
    click.echo(made.key.reveal())
    terminal.note(f"This is your key {made.name!r}{_until(made)}. Copy it now: it cannot be shown again.")


@keys.command("list")
@list_options
@click.option("--all", "is_for_all", is_flag=True, help="Expired and deleted ones too.")
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int, is_for_all: bool) -> None:
    """List your keys, without the keys themselves."""
    found = call.client().keys.list(q=search, status=None if is_for_all else "active")
    columns = [
        ("NAME", lambda key: key.name),
        ("KEY", lambda key: f"{key.prefix}…{key.last_four or ''}"),
        ("STATUS", lambda key: key.status),
        ("CREATED", lambda key: key.created_at),
        ("LAST USED", lambda key: key.last_used_at or "never"),
        ("FROM", lambda key: key.last_used_ip),
        ("EXPIRES", lambda key: key.expires_at or "never"),
        ("ID", lambda key: key.id),
    ]
    empty = "No API key matches." if search else f"You have no {'' if is_for_all else 'active '}API keys."
    empty += " Make one with `gatepost keys create NAME`."
    call.rows(found, columns, limit=limit, empty=empty)


@keys.command("delete")
@click.argument("key")
@yes_option
@click.pass_obj
def delete(call: Call, *, key: str, is_agreed: bool) -> None:
    """Delete a key, by id, name or prefix. It stops working at once."""
    client = call.client()
    meant = key_called(client, key)
    terminal.agree(f"Delete the key {meant.name!r}? Programs that use it stop working.", is_agreed=is_agreed)
    receipt = client.keys.delete(meant.id)
    call.done(receipt.raw, f"The key {meant.name!r} is deleted{said_of(receipt)}.")


def _end(expires: str) -> datetime | None:
    if expires == "never":
        return None
    if not expires.isdecimal() or not 1 <= int(expires) <= 36_500:  # noqa: PLR2004 - a hundred years
        raise click.UsageError("--expires takes a number of days, or never.")
    return datetime.now(UTC) + timedelta(days=int(expires))


def _until(made: IssuedKey) -> str:
    return (
        f", good until {terminal.cell(made.expires_at)}"
        if made.expires_at is not None
        else ", without an end"
    )
