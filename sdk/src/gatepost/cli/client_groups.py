"""`gatepost client-groups`: where client applications are, and who approves there."""

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option

_group = click.argument("group")
_approver = click.option("--approver", "approvers", multiple=True, metavar="USER", help="Who decides there.")


@click.group("client-groups", cls=Noun)
def client_groups() -> None:
    """Keep groups of client applications. GROUP is an id or a name."""


@client_groups.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the application groups of your organization."""
    columns = [
        ("NAME", lambda one: one.name),
        ("APPLICATIONS", lambda one: one.clients),
        ("APPROVERS", lambda one: ", ".join(one.approvers)),
        ("ID", lambda one: one.id),
    ]
    found = call.client().clients.groups.list(q=search)
    call.rows(found, columns, limit=limit, empty="There are no application groups.")


@client_groups.command("show")
@_group
@click.pass_obj
def show(call: Call, *, group: str) -> None:
    """Show one application group."""
    one = call.client().clients.groups.get(group)
    pairs = [("name", one.name), ("approvers", ", ".join(one.approvers)), ("applications", one.clients)]
    call.one(one, [*pairs, ("created", one.created_at), ("id", one.id)])


@client_groups.command("create")
@click.argument("name")
@_approver
@click.pass_obj
def create(call: Call, *, name: str, approvers: tuple[str, ...]) -> None:
    """Make an application group."""
    made = call.client().clients.groups.create(name, approvers)
    call.done(made.raw, f"{made.name} is made ({made.id}).")


@client_groups.command("edit")
@_group
@click.option("--name", help="Another name.")
@_approver
@click.option("--no-approvers", "is_bare", is_flag=True, help="Leave decisions to administrators.")
@click.pass_obj
def edit(call: Call, *, group: str, name: str | None, approvers: tuple[str, ...], is_bare: bool) -> None:
    """Give a group another name, or other approvers instead of those it has."""
    if name is None and not approvers and not is_bare:
        raise click.UsageError("Say --name, --approver or --no-approvers.")
    wanted = list(approvers) if approvers or is_bare else None
    done = call.client().clients.groups.change(group, name=name, approvers=wanted)
    call.done(done.raw, f"{done.name} is saved.")


@client_groups.command("delete")
@_group
@yes_option
@click.pass_obj
def delete(call: Call, *, group: str, is_agreed: bool) -> None:
    """Delete a group that holds no application."""
    client = call.client()
    meant = client.clients.groups.get(group)
    terminal.agree(f"Delete the application group {meant.name}?", is_agreed=is_agreed)
    receipt = client.clients.groups.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted.")
