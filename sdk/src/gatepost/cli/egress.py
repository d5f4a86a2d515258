"""`gatepost egress`: which private places connections may lead to."""

import click

from gatepost.cli import terminal
from gatepost.cli.exit_codes import Exit
from gatepost.cli.verb import Call, Noun, list_options, yes_option


@click.group(cls=Noun)
def egress() -> None:
    """Say which private places connections may lead to; administrators only."""


@egress.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the private places that are let through, oldest first."""
    columns = [
        ("ENTRY", lambda one: one.entry),
        ("NOTE", lambda one: one.note),
        ("ADDED", lambda one: one.added_at),
        ("BY", lambda one: one.by),
    ]
    found = call.client().egress.list(q=search)
    call.rows(found, columns, limit=limit, empty="The list is empty: private addresses are refused.")


@egress.command("add")
@click.argument("entry")
@click.option("--note", default="", metavar="TEXT", help="What it is for.")
@click.pass_obj
def add(call: Call, *, entry: str, note: str) -> None:
    """Let connections lead to ENTRY: an address with port, a network, or a host name."""
    made = call.client().egress.add(entry, note=note)
    call.done(made.raw, f"{made.entry} is let through from the next connection on.")


@egress.command("remove")
@click.argument("entry")
@yes_option
@click.pass_obj
def remove(call: Call, *, entry: str, is_agreed: bool) -> int:
    """Take ENTRY (as it is listed, or its id) from the list."""
    client = call.client()
    found = next((one for one in client.egress.list() if entry in (one.entry, one.id)), None)
    if found is None:
        terminal.note(f"{entry} is not on the list.")
        return Exit.NOT_FOUND
    terminal.agree(f"Refuse connections to {found.entry} from now on?", is_agreed=is_agreed)
    client.egress.remove(found.id)
    call.done(found.raw, f"{found.entry} is taken from the list.")
    return Exit.OK


@egress.command("check")
@click.argument("host")
@click.argument("port", type=click.IntRange(1, 65535))
@click.pass_obj
def check(call: Call, *, host: str, port: int) -> int:
    """Say whether connections may lead to HOST at PORT, address by address; nothing is connected."""
    found = call.client().egress.check(host, port)
    if call.is_json:
        terminal.as_json(found.raw)
    elif not found.addresses:
        terminal.note(f"Nobody knows the name {host}.")
    else:
        rows = [
            [one.address, "allowed" if one.allowed else "refused", one.entry or one.rule, one.says]
            for one in found.addresses
        ]
        terminal.table(["ADDRESS", "ANSWER", "RULE", "SAYS"], rows)
    return Exit.OK if found.allowed else Exit.FAILED
