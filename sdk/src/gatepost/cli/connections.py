"""`gatepost connections`: where data lies, and which stored credentials sign in there."""

from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.connection_credentials import credentials
from gatepost.cli.exit_codes import Exit
from gatepost.cli.find import connection_called, credential_called, login_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.connected import Client
from gatepost.models import name_of

TYPES = ("postgresql", "mysql", "sqlite", "duckdb", "s3", "http")
_EPILOG = (
    "Parameters: host, port, database, tls (verify-full, require, disable) and ca of postgresql and mysql; "
    "file of sqlite and duckdb; endpoint, region, bucket, prefix and path_style of s3; base_url of http."
)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_connection = click.argument("connection")
_params = click.option(
    "--set", "params", metavar="NAME=VALUE", multiple=True, help="A parameter; repeatable."
)
_ca = click.option("--ca", type=_FILE, metavar="FILE", help="Certificates (PEM) of who signed the server's.")
_credential = click.option("--credential", metavar="CREDENTIAL", help="Sign in with this, stored or held.")
_schema = click.option("--schema", metavar="NAME", help="The schema; default: the one the login starts in.")
_restricted = click.option("--restricted/--unrestricted", default=None, help="For people only, not for keys.")
_impersonate = click.option("--impersonate/--no-impersonate", default=None, help="Each works as themselves.")


@click.group(cls=Noun)
def connections() -> None:
    """Say where data lies, and sign in there. CONNECTION and CREDENTIAL are ids or names.

    Share one by `gatepost share connection:NAME --with WHOM`.
    """


connections.add_command(credentials)


@connections.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the connections you may see."""
    columns = [
        ("NAME", lambda one: one.name),
        ("TYPE", lambda one: one.type),
        ("ADDRESS", lambda one: one.address or ""),
        ("OWNER", lambda one: name_of(one.owner)),
        ("ID", lambda one: one.id),
    ]
    found = call.client().connections.list(q=search)
    call.rows(found, columns, limit=limit, empty="There are no connections that you may see.")


@connections.command("show")
@_connection
@click.pass_obj
def show(call: Call, *, connection: str) -> None:
    """Show one connection; its parameters to who may read them."""
    found = connection_called(call.client(), connection)
    params = [(name, str(value)) for name, value in (found.params or {}).items() if name != "ca"]
    flags = [("restricted", _yes(found.restricted)), ("impersonate", _yes(found.impersonate))]
    pairs = [("name", found.name), ("type", found.type), ("address", found.address or ""), *params, *flags]
    times = [("created", found.created_at), ("updated", found.updated_at)]
    call.one(found, [*pairs, ("owner", name_of(found.owner)), *times, ("id", found.id)])


@connections.command("add", epilog=_EPILOG)
@click.argument("name")
@click.option("--type", "type_", type=click.Choice(TYPES), required=True)
@_params
@_ca
@_restricted
@_impersonate
@click.pass_obj
def add(
    call: Call, *, name: str, type_: str, params: tuple[str, ...], ca: Path | None,
    restricted: bool | None, impersonate: bool | None,
) -> None:  # fmt: skip
    """Make a connection: `add Sales --type postgresql --set host=db.example.com --set database=sales`."""
    flags = {"restricted": bool(restricted), "impersonate": bool(impersonate)}
    made = call.client().connections.create(name, type_, _read(params, ca), **flags)
    call.done(made.raw, f"{made.name} leads to {made.address} ({made.id}).")


@connections.command("edit", epilog=_EPILOG)
@_connection
@click.option("--name", help="Another name.")
@click.option("--type", "type_", type=click.Choice(TYPES), help="Another type; its parameters anew.")
@_params
@_ca
@_restricted
@_impersonate
@click.pass_obj
def edit(
    call: Call, *, connection: str, name: str | None, type_: str | None, params: tuple[str, ...],
    ca: Path | None, restricted: bool | None, impersonate: bool | None,
) -> None:  # fmt: skip
    """Change a connection; `--set NAME=` takes a parameter away.

    Another host, port, type or TLS detaches the stored credentials of everybody else.
    """
    said = {"name": name, "type_": type_, "restricted": restricted, "impersonate": impersonate}
    changed = _read(params, ca) or None
    if changed is None and all(value is None for value in said.values()):
        raise click.UsageError("Say what to change.")
    client = call.client()
    meant = connection_called(client, connection)
    done = client.connections.change(
        meant.id, name=name, type_=type_, params=changed, restricted=restricted, impersonate=impersonate
    )
    call.done(done.raw, f"{done.name} is saved.")


@connections.command("delete")
@_connection
@yes_option
@click.pass_obj
def delete(call: Call, *, connection: str, is_agreed: bool) -> None:
    """Delete a connection; the credentials that were associated with it stay."""
    client = call.client()
    meant = connection_called(client, connection)
    terminal.agree(f"Delete the data connection {meant.name}?", is_agreed=is_agreed)
    receipt = client.connections.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted.")


@connections.command("test")
@_connection
@_credential
@click.option("--user", default="", help="Sign in as this user, for this test; asks for the password.")
@click.option("--save-as", metavar="NAME", help="Store that login after a good test.")
@click.option("--hold", "is_held", is_flag=True, help="Hold that login in memory for a quarter of an hour.")
@click.pass_obj
def test(
    call: Call, *, connection: str, credential: str | None, user: str, save_as: str | None, is_held: bool
) -> None:
    """Try a connection step by step; ends with 1 when a step fails.

    With --hold the login is stored nowhere and has an id, which the other verbs take as --credential.
    """
    if credential is not None and (user or save_as or is_held):
        raise click.UsageError("Say --credential, or --user and --save-as or --hold.")
    if is_held and (save_as or not user):
        raise click.UsageError("--hold is for a login that --user names, and that is not stored.")
    client = call.client()
    meant = connection_called(client, connection)
    stored = None if credential is None else credential_called(client, credential).id
    secret = {"password": terminal.hidden("Password")} if user else None
    tested = client.connections.test(
        meant.id, credential_id=stored, user=user, secret=secret, save_as=save_as, hold=is_held
    )
    if call.is_json:
        terminal.as_json(tested.raw)
    else:
        rows = [
            [step.name, "ok" if step.ok else step.code, f"{step.ms} ms", step.hint] for step in tested.steps
        ]
        terminal.table(["STEP", "RESULT", "TOOK", "HINT"], rows)
        if tested.credential_id:
            terminal.note(f"The login is stored ({tested.credential_id}).")
        if tested.login_id:
            terminal.note(f"The login is held: --credential {tested.login_id}")
    if not tested.ok:
        click.get_current_context().exit(Exit.FAILED)


@connections.command("forget")
@_connection
@click.argument("login")
@click.pass_obj
def forget(call: Call, *, connection: str, login: str) -> None:
    """Forget a login that `test --hold` holds, before it is over by itself."""
    client = call.client()
    meant = connection_called(client, connection)
    client.connections.forget_login(meant.id, login)
    call.done({"login_id": login}, "The login is forgotten.")


@connections.command("schemas")
@_connection
@_credential
@click.pass_obj
def schemas(call: Call, *, connection: str, credential: str | None) -> None:
    """List the schemas of a source."""
    client, meant, stored = _meant(call, connection, credential)
    found = list(client.connections.schemas(meant, credential_id=stored))
    names = [one.name for one in found]
    call.lines({"items": [one.raw for one in found]}, names, empty="The source has no schemas.")


@connections.command("tables")
@_connection
@_schema
@_credential
@click.pass_obj
def tables(call: Call, *, connection: str, schema: str | None, credential: str | None) -> None:
    """List the tables and views of a source."""
    client, meant, stored = _meant(call, connection, credential)
    found = list(client.connections.tables(meant, schema=schema, credential_id=stored))
    columns = [
        ("SCHEMA", lambda one: one.schema or ""),
        ("NAME", lambda one: one.name),
        ("KIND", lambda one: one.kind),
    ]
    call.rows(found, columns, limit=len(found) + 1, empty="There are no tables.")


@connections.command("columns")
@_connection
@click.argument("table")
@_schema
@_credential
@click.pass_obj
def columns(call: Call, *, connection: str, table: str, schema: str | None, credential: str | None) -> None:
    """List the columns of a table."""
    client, meant, stored = _meant(call, connection, credential)
    found = list(client.connections.columns(meant, table, schema=schema, credential_id=stored))
    shown = [
        ("NAME", lambda one: one.name),
        ("TYPE", lambda one: one.type),
        ("THERE", lambda one: one.native_type),
    ]
    call.rows(found, shown, limit=len(found) + 1, empty="There are no columns.")


@connections.command("preview")
@_connection
@click.argument("table")
@_schema
@_credential
@click.pass_obj
def preview(call: Call, *, connection: str, table: str, schema: str | None, credential: str | None) -> None:
    """Show the first hundred rows of a table."""
    client, meant, stored = _meant(call, connection, credential)
    found = client.connections.preview(meant, table, schema=schema, credential_id=stored)
    if call.is_json:
        terminal.as_json(found.raw)
        return
    terminal.table([one.name for one in found.columns], [list(row) for row in found.rows])
    if found.truncated:
        terminal.note("There are more rows.")


def _meant(call: Call, connection: str, credential: str | None) -> tuple[Client, str, str | None]:
    """Return the client, and the ids of what is meant."""
    client = call.client()
    stored = None if credential is None else login_called(client, credential)
    return client, connection_called(client, connection).id, stored


def _read(params: tuple[str, ...], ca: Path | None) -> dict[str, object]:
    """Return parameters as they are sent; an empty one is taken away."""
    found: dict[str, object] = {}
    for one in params:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f"{one!r} is not NAME=VALUE.")
        found[name.strip()] = value or None
    if ca is not None:
        found["ca"] = ca.read_text()
    return found


def _yes(value: object) -> str:
    return "yes" if value else "no"
