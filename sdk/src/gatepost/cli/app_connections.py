"""`gatepost apps connections`: data connections that the code of an application reaches by a name."""

import click

from gatepost.cli.find import app_called, connection_called, credential_called
from gatepost.cli.verb import Call, Noun


def add_to(apps: Noun) -> None:
    """Add the verb to `gatepost apps`."""
    apps.add_command(connections)


@click.command("connections", cls=Noun.command_class)
@click.argument("app")
@click.option("--add", "name", metavar="NAME", help="Let its code reach --connection by this name.")
@click.option("--connection", metavar="CONNECTION", help="Where the name leads.")
@click.option("--credential", metavar="CREDENTIAL", help="What signs in; default: the only one you may use.")
@click.option(
    "--environment",
    is_flag=True,
    help="Put its password into the environment of what you deploy: the weaker choice.",
)
@click.option("--remove", "gone", metavar="NAME", help="Let its code reach it no more.")
@click.pass_obj
def connections(
    call: Call,
    *,
    app: str,
    name: str | None,
    connection: str | None,
    credential: str | None,
    environment: bool,
    gone: str | None,
) -> None:
    """List the data connections of an application, or change them.

    Its code says `gatepost.client().connection("NAME").rows("SELECT …")`, and never has a password.
    Libraries that want one find it, with --environment, in GATEPOST_CONNECTION_NAME_URL.
    Whoever deployed it has to be let use connection and credential at that moment.
    """
    if (
        (name is None) != (connection is None)
        or ((credential or environment) and name is None)
        or (name and gone)
    ):
        raise click.UsageError("Write --add NAME --connection CONNECTION, or --remove NAME.")
    client = call.client()
    meant = app_called(client, app)
    if gone is not None:
        client.apps.disconnect(meant.id, gone)
        call.done({"removed": gone}, f"{meant.name} reaches {gone} no more.")
    elif name is not None and connection is not None:
        place = connection_called(client, connection)
        stored = credential_called(client, credential).id if credential else None
        done = client.apps.connect(meant.id, name, place.id, credential_id=stored, environment=environment)
        and_so = ", and finds the password in its environment" if environment else ""
        call.done(done.raw, f"{meant.name} reaches {place.name} as {name}{and_so}.")
    else:
        columns = [
            ("NAME", lambda one: one.name),
            ("CONNECTION", lambda one: (one.connection or {}).get("name")),
            ("CREDENTIAL", lambda one: (one.credential or {}).get("name")),
            ("PASSWORD GIVEN", lambda one: "yes" if one.environment else ""),
            ("ADDED BY", lambda one: one.added_by),
        ]
        found = client.apps.connections(meant.id)
        call.rows(found, columns, limit=1000, empty=f"The code of {meant.name} reaches no data connections.")
