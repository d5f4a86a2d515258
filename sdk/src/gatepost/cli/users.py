"""`gatepost users`: people and their accounts."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import user_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import ROLES, said_of


@click.group(cls=Noun)
def users() -> None:
    """See people, and administer their accounts."""


@users.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List people; administrators see all of an account."""
    columns = [
        ("USERNAME", lambda user: user.username),
        ("NAME", lambda user: user.display_name),
        ("ROLE", lambda user: user.role),
        ("EMAIL", lambda user: user.email),
        ("ACTIVE", lambda user: user.is_active),
        ("ID", lambda user: user.id),
    ]
    call.rows(call.client().users.list(q=search), columns, limit=limit, empty="Nobody matches.")


@users.command("create")
@click.argument("username")
@click.option("--email", required=True, help="Address for mail to this person.")
@click.option("--name", "display_name", help="Name to show; default: the username.")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="Server role.")
@click.option("--organization", metavar="NAME", help="Where they belong; default: your organization.")
@click.option("--password", "asks_password", is_flag=True, help="Ask for a first password.")
@click.pass_obj
def create(
    call: Call,
    *,
    username: str,
    email: str,
    display_name: str | None,
    role: str,
    organization: str | None,
    asks_password: bool,
) -> None:
    """Add a person. Without --password the server makes a one-time one and shows it."""
    password = terminal.ask_hidden("First password of this person") if asks_password else None
    if asks_password and password is None:
        raise click.UsageError("There is no terminal to ask for the password at; leave --password out.")
    made = call.client().users.create(
        username,
        email=email,
        display_name=display_name or username,
        role=role,
        password=password,
        organization=organization,
    )
    if call.is_json:
        terminal.as_json(made.raw)
        return
    click.echo(terminal.clean(f"{made.username} is added as {role} ({made.id})."))
    if made.one_time_password is not None:
        click.echo(f"One-time password: {made.one_time_password.reveal()}")
        terminal.note("Hand it over now: it cannot be shown again, and is changed at the first login.")


@users.command("show")
@click.argument("user")
@click.pass_obj
def show(call: Call, *, user: str) -> None:
    """Show a person's account, for administrators."""
    client = call.client()
    one = client.users.get(user_called(client, user).id)
    pairs = [("username", one.username), ("name", one.display_name), ("email", one.email), ("role", one.role)]
    pairs += [("organization", one.organization), ("active", str(one.is_active).lower())]
    call.one(one, [*pairs, ("created", one.created_at), ("last login", one.last_login_at), ("id", one.id)])


@users.command("keys")
@click.argument("user")
@list_options
@click.option("--delete", "key", metavar="KEY", help="Delete this key of theirs, by its id.")
@yes_option
@click.pass_obj
def keys(call: Call, *, user: str, search: str | None, limit: int, key: str | None, is_agreed: bool) -> None:
    """List a person's keys, or delete one, for administrators. Nobody makes keys for others."""
    client = call.client()
    meant = user_called(client, user)
    if key is not None:
        question = f"Delete the key {key} of {meant.username}? Programs that use it stop working."
        terminal.agree(question, is_agreed=is_agreed)
        receipt = client.users.delete_key(meant.id, key)
        call.done(receipt.raw, f"The key {key} is deleted{said_of(receipt)}.")
        return
    columns = [
        ("NAME", lambda one: one.name),
        ("KEY", lambda one: f"{one.prefix}…{one.last_four or ''}"),
        ("STATUS", lambda one: "deleted" if one.status == "revoked" else one.status),
        ("LAST USED", lambda one: one.last_used_at or "never"),
        ("EXPIRES", lambda one: one.expires_at or "never"),
        ("ID", lambda one: one.id),
    ]
    found = client.users.keys(meant.id, q=search)
    call.rows(found, columns, limit=limit, empty=f"{meant.username} has no such keys.")


@users.command("sign-out")
@click.argument("user")
@yes_option
@click.pass_obj
def sign_out(call: Call, *, user: str, is_agreed: bool) -> None:
    """Sign a person out everywhere; their keys go on counting."""
    client = call.client()
    meant = user_called(client, user)
    terminal.agree(f"Sign {meant.username} out everywhere?", is_agreed=is_agreed)
    receipt = client.users.end_sessions(meant.id)
    call.done(receipt.raw, f"{meant.username} is signed out everywhere{said_of(receipt)}.")


@users.command("role")
@click.argument("user")
@click.argument("role", type=click.Choice(ROLES))
@click.pass_obj
def role_(call: Call, *, user: str, role: str) -> None:
    """Change a person's server role."""
    client = call.client()
    meant = user_called(client, user)
    receipt = client.users.set_role(meant.id, role)
    call.done(receipt.raw, f"{meant.username} is {role} now{said_of(receipt)}.")


@users.command("email")
@click.argument("user")
@click.argument("address")
@click.pass_obj
def email(call: Call, *, user: str, address: str) -> None:
    """Say which mail address is a person's; one that they wrote themselves is confirmed by that."""
    client = call.client()
    meant = user_called(client, user)
    changed = client.users.set_email(meant.id, address)
    call.done(changed.raw, f"{address} is the address of {meant.username}.")


@users.command("move")
@click.argument("user")
@click.argument("organization")
@yes_option
@click.pass_obj
def move(call: Call, *, user: str, organization: str, is_agreed: bool) -> None:
    """Let a person belong to another organization; what they held elsewhere ends."""
    client = call.client()
    meant = user_called(client, user)
    question = f"Move {meant.username} to {organization}? What they hold elsewhere ends."
    terminal.agree(question, is_agreed=is_agreed)
    receipt = client.users.move(meant.id, organization)
    call.done(receipt.raw, f"{meant.username} belongs to {organization} now{said_of(receipt)}.")


@users.command("deactivate")
@click.argument("user")
@yes_option
@click.pass_obj
def deactivate(call: Call, *, user: str, is_agreed: bool) -> None:
    """Close an account; sessions and keys of the person end at once."""
    client = call.client()
    meant = user_called(client, user)
    question = f"Deactivate {meant.username}? All sessions and keys of this person end."
    terminal.agree(question, is_agreed=is_agreed)
    receipt = client.users.deactivate(meant.id)
    call.done(receipt.raw, f"{meant.username} is deactivated{said_of(receipt)}.")


@users.command("activate")
@click.argument("user")
@click.pass_obj
def activate(call: Call, *, user: str) -> None:
    """Open a closed account again."""
    client = call.client()
    meant = user_called(client, user)
    receipt = client.users.activate(meant.id)
    call.done(receipt.raw, f"{meant.username} can sign in again.")


@users.command("reset")
@click.argument("user")
@yes_option
@click.pass_obj
def reset(call: Call, *, user: str, is_agreed: bool) -> None:
    """Start a password reset of a person."""
    client = call.client()
    meant = user_called(client, user)
    terminal.agree(f"Reset the password of {meant.username}?", is_agreed=is_agreed)
    answer = client.users.reset(meant.id)
    call.done(
        answer.raw, f"The reset of {meant.username} is started; the old password and sessions are ended."
    )
    if answer.reset_code is not None and not call.is_json:
        click.echo(f"Reset code: {answer.reset_code.reveal()}")
        terminal.note("Hand it over now: it cannot be shown again.")
