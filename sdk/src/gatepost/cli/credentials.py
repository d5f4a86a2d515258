"""`gatepost credentials`: what you sign in with elsewhere, stored and never shown again."""

from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.exit_codes import Exit
from gatepost.cli.find import credential_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.models import name_of
from gatepost.secret import Secret

_FIELDS = {
    "basic": "password",
    "key_pair": "private_key",
    "token": "token",
    "s3": "secret_key",
    "oauth_client": "client_secret",
}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_credential = click.argument("credential")


@click.group(cls=Noun)
def credentials() -> None:
    """Store what you sign in with elsewhere. CREDENTIAL is an id or a name."""


@credentials.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the credentials you may see."""
    columns = [
        ("NAME", lambda one: one.name),
        ("TYPE", lambda one: one.type),
        ("USER", lambda one: one.user),
        ("HEALTH", lambda one: one.health),
        ("OWNER", lambda one: name_of(one.owner)),
        ("ID", lambda one: one.id),
    ]
    found = call.client().credentials.list(q=search)
    call.rows(found, columns, limit=limit, empty="There are no credentials that you may see.")


@credentials.command("show")
@_credential
@click.pass_obj
def show(call: Call, *, credential: str) -> None:
    """Show one credential; never its secret."""
    found = credential_called(call.client(), credential)
    pairs = [("name", found.name), ("type", found.type), ("user", found.user), ("health", found.health)]
    times = [("created", found.created_at), ("updated", found.updated_at)]
    call.one(found, [*pairs, ("owner", name_of(found.owner)), *times, ("id", found.id)])


@credentials.command("create")
@click.argument("name")
@click.option("--type", "type_", type=click.Choice(list(_FIELDS)), default="basic", show_default=True)
@click.option("--user", default="", help="User name; access key id of s3; client id of oauth_client.")
@click.option(
    "--file", "file", type=_FILE, metavar="FILE", help="Read the secret from a file: a private key."
)
@click.pass_obj
def create(call: Call, *, name: str, type_: str, user: str, file: Path | None) -> None:
    """Store a credential; asks for its secret, which is not echoed."""
    made = call.client().credentials.create(name, _asked(type_, file), user=user, type_=type_)
    call.done(made.raw, f"{made.name} is stored ({made.id}).")


@credentials.command("edit")
@_credential
@click.option("--name", help="Another name.")
@click.option("--user", help="Another user.")
@click.option("--secret", "is_asked", is_flag=True, help="Ask for another secret.")
@click.pass_obj
def edit(call: Call, *, credential: str, name: str | None, user: str | None, is_asked: bool) -> None:
    """Change a credential for all its connections."""
    if name is None and user is None and not is_asked:
        raise click.UsageError("Say --name, --user or --secret.")
    client = call.client()
    meant = credential_called(client, credential)
    secret = _asked(meant.type, None) if is_asked else None
    done = client.credentials.change(meant.id, name=name, user=user, secret=secret)
    call.done(done.raw, f"{done.name} is saved.")


@credentials.command("connections")
@_credential
@click.pass_obj
def connections(call: Call, *, credential: str) -> None:
    """List the connections that a credential signs in at, as far as you may see them."""
    client = call.client()
    found = list(client.credentials.connections(credential_called(client, credential).id))
    columns = [
        ("NAME", lambda one: one.connection["name"]),
        ("TYPE", lambda one: one.connection["type"]),
        ("STATE", lambda one: one.state),
        ("ID", lambda one: one.connection["id"]),
    ]
    call.rows(found, columns, limit=len(found) + 1, empty="It signs in nowhere that you may see.")


@credentials.command("check")
@_credential
@click.option("--user", help="With another user.")
@click.option("--secret", "is_asked", is_flag=True, help="With another secret; asks for it.")
@click.pass_obj
def check(call: Call, *, credential: str, user: str | None, is_asked: bool) -> None:
    """Try a credential at all its connections, before you edit it; saves nothing."""
    client = call.client()
    meant = credential_called(client, credential)
    secret = _asked(meant.type, None) if is_asked else None
    found = client.credentials.check(meant.id, user=user, secret=secret)
    if call.is_json:
        terminal.as_json(found.raw)
    elif not found.connections:
        terminal.note("It signs in nowhere.")
    else:
        failed = [next((step for step in one.steps if not step.ok), None) for one in found.connections]
        rows = [
            [one.connection["name"], "ok" if step is None else step.code, "" if step is None else step.hint]
            for one, step in zip(found.connections, failed, strict=True)
        ]
        rows += [[name, "not tried", "There are ten tests a minute."] for name in found.untried]
        terminal.table(["CONNECTION", "RESULT", "HINT"], rows)
    if not found.ok:
        click.get_current_context().exit(Exit.FAILED)


@credentials.command("delete")
@_credential
@yes_option
@click.pass_obj
def delete(call: Call, *, credential: str, is_agreed: bool) -> None:
    """Delete a credential."""
    client = call.client()
    meant = credential_called(client, credential)
    terminal.agree(f"Delete the stored credential {meant.name}?", is_agreed=is_agreed)
    receipt = client.credentials.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted.")


def _asked(type_: str, file: Path | None) -> dict[str, Secret]:
    field = _FIELDS[type_]
    if file is not None:
        return {field: Secret(file.read_text())}
    return {field: terminal.hidden(f"{field.replace('_', ' ').capitalize()}")}
