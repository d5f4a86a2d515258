"""`gatepost connections credentials`: which stored credentials sign in at a connection."""

import click

from gatepost.cli.find import connection_called, credential_called
from gatepost.cli.verb import Call, Noun, list_options


@click.group(cls=Noun)
def credentials() -> None:
    """See, add and remove the stored credentials of a connection; only their owners do."""


@credentials.command("list")
@click.argument("connection")
@list_options
@click.pass_obj
def list_(call: Call, *, connection: str, search: str | None, limit: int) -> None:
    """List the credentials of a connection that you may see."""
    client = call.client()
    found = client.connections.credentials(connection_called(client, connection).id)
    word = (search or "").casefold()
    fitting = (one for one in found if word in f"{one.credential.name} {one.credential.user}".casefold())
    columns = [
        ("NAME", lambda one: one.credential.name),
        ("USER", lambda one: one.credential.user),
        ("STATE", lambda one: one.state),
        ("LAST TEST", lambda one: one.tested and one.tested.code),
        ("ID", lambda one: one.credential.id),
    ]
    call.rows(fitting, columns, limit=limit, empty="No credential that you may see signs in there.")


@credentials.command("add")
@click.argument("connection")
@click.argument("credential")
@click.pass_obj
def add(call: Call, *, connection: str, credential: str) -> None:
    """Let a credential of yours sign in at a connection."""
    client = call.client()
    meant, stored = connection_called(client, connection), credential_called(client, credential)
    done = client.connections.associate(meant.id, stored.id)
    call.done(done.raw, f"{stored.name} signs in at {meant.name}.")


@credentials.command("remove")
@click.argument("connection")
@click.argument("credential")
@click.option("--delete", "is_deleted", is_flag=True, help="Delete it too if no connection is left to it.")
@click.pass_obj
def remove(call: Call, *, connection: str, credential: str, is_deleted: bool) -> None:
    """Take a credential of yours from a connection."""
    client = call.client()
    meant, stored = connection_called(client, connection), credential_called(client, credential)
    done = client.connections.separate(meant.id, stored.id, delete_credential=is_deleted)
    said = f"{stored.name} signs in at {meant.name} no more"
    if done.credential_deleted:
        said += ", and is deleted"
    elif done.is_last:
        said += "; no connection is left to it"
    call.done(done.raw, f"{said}.")
