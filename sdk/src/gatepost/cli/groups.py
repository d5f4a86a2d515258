"""`gatepost groups`: groups of people, and who is in them for how long."""

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import said_of, when
from gatepost.shape import moment


@click.group(cls=Noun)
def groups() -> None:
    """See groups, and say who is in them."""


@groups.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List groups; administrators see those of all organizations."""
    columns = [
        ("NAME", lambda group: group.name),
        ("ORGANIZATION", lambda group: group.organization),
        ("CREATED", lambda group: group.created_at),
        ("ID", lambda group: group.id),
    ]
    call.rows(call.client().groups.list(q=search), columns, limit=limit, empty="No group matches.")


@groups.command("create")
@click.argument("name")
@click.option("--organization", metavar="NAME", help="Whose group it is; default: your organization's.")
@click.pass_obj
def create(call: Call, *, name: str, organization: str | None) -> None:
    """Make an empty group."""
    made = call.client().groups.create(name, organization=organization)
    call.done(made.raw, f"{made.name} is made ({made.id}).")


@groups.command("rename")
@click.argument("group")
@click.argument("name")
@click.pass_obj
def rename(call: Call, *, group: str, name: str) -> None:
    """Give a group another name; what it holds stays."""
    changed = call.client().groups.rename(group, name)
    call.done(changed.raw, f"It is called {changed.name} now.")


@groups.command("delete")
@click.argument("group")
@yes_option
@click.pass_obj
def delete(call: Call, *, group: str, is_agreed: bool) -> None:
    """Delete a group with every role that it holds."""
    terminal.agree(f"Delete the group {group}? Every role that it holds ends.", is_agreed=is_agreed)
    receipt = call.client().groups.delete(group)
    call.done(receipt.raw, f"{group} is deleted{said_of(receipt)}.")


@groups.command("members")
@click.argument("group")
@list_options
@click.pass_obj
def members(call: Call, *, group: str, search: str | None, limit: int) -> None:
    """List who is in a group, or will be."""
    columns = [
        ("NAME", lambda member: member.name),
        ("KIND", lambda member: member.type),
        ("SHOWN AS", lambda member: member.label),
        ("FROM", lambda member: moment(str(member.raw["from"]))),
        ("UNTIL", lambda member: member.until or "for good"),
    ]
    found = call.client().groups.members(group, q=search)
    call.rows(found, columns, limit=limit, empty="Nobody is in it.")


@groups.command("add")
@click.argument("group")
@click.argument("name")
@click.option("--from", "begin", metavar="WHEN", help="When it begins: 2027-01-31, 7d or 12h; default: now.")
@click.option("--until", metavar="WHEN", help="When it ends; default: never.")
@click.pass_obj
def add(call: Call, *, group: str, name: str, begin: str | None, until: str | None) -> None:
    """Put a person, or group:NAME, into a group, for a time or for good."""
    kind, bare = _whom(name)
    from_, end = (when(text) if text is not None else None for text in (begin, until))
    made = call.client().groups.add(group, bare, kind=kind, from_=from_, until=end)
    closing = f" until {terminal.cell(made.until)}" if made.until is not None else ""
    call.done(made.raw, f"{made.name} is in {group}{closing}.")


@groups.command("remove")
@click.argument("group")
@click.argument("name")
@yes_option
@click.pass_obj
def remove(call: Call, *, group: str, name: str, is_agreed: bool) -> None:
    """Take a person, or group:NAME, out of a group."""
    kind, bare = _whom(name)
    terminal.agree(f"Take {bare} out of {group}?", is_agreed=is_agreed)
    receipt = call.client().groups.remove(group, bare, kind=kind)
    call.done(receipt.raw, f"{bare} is not in {group} any more{said_of(receipt)}.")


def _whom(text: str) -> tuple[str, str]:
    kind, colon, name = text.partition(":")
    if not colon:
        return "user", text
    if kind not in ("user", "group") or not name:
        raise click.UsageError(f"{text!r} is not a username or group:NAME.")
    return kind, name
