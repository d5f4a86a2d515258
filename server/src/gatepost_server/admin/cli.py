"""The server's verbs of the command line: `gatepost up` and `gatepost admin …`.

Nothing heavy is imported before a verb runs, so that `--help` stays quick.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from gatepost_server.settings import Settings

UP_HELP: Final = """Run a Gatepost server on this machine, until Ctrl-C.

\b
Everything the server writes lies in one data folder: store, secrets, sources,
environments, logs. A second `gatepost up` on it continues with the same data.
The gate is the only TCP port (default 8080, on this machine only); all other
parts talk over unix sockets.

At the first start an administrator `admin` is made. The password is printed once
and kept in DATA-DIR/admin-password, readable for you only, until it is changed,
which the first login in the browser asks for.

\b
For production:
  --host 0.0.0.0               be reached from other machines
  --url https://gate.example   the public address, behind a proxy that ends TLS
  --apps-domain apps.example   each app gets its own host below it (wildcard DNS)
  --store postgresql://…       PostgreSQL instead of SQLite in the data folder
  --isolation strict           refuse to run apps unless they are fully confined
  --no-demo                    publish no examples

Each option may also be set as GATEPOST_<NAME> in the environment; an option wins.
"""


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Hand our refusals to the command line, which says them in one sentence."""
    from gatepost.errors import GatepostError as Said  # noqa: PLC0415  # --help stays quick
    from gatepost_server.kernel.errors import GatepostError  # noqa: PLC0415

    try:
        yield
    except GatepostError as refusal:
        raise Said(refusal.detail, code=refusal.error_code) from refusal


def _settings(**chosen: Any) -> "Settings":
    """Read the settings, with the options that were given on top.

    Raises:
        click.UsageError: a value cannot be used.
    """
    from pydantic import ValidationError  # noqa: PLC0415  # --help stays quick

    from gatepost_server.settings import Settings  # noqa: PLC0415

    try:
        with _one_sentence():
            settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as fault:
        lines = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors()]
        raise click.UsageError("A setting cannot be used. " + "; ".join(lines)) from fault
    return settings.model_copy(update={"data_dir": settings.data_dir.absolute()})


def _wants_json(context: click.Context, *, flag: bool) -> bool:
    return flag or bool(getattr(context.find_root().obj, "is_json", False))


_data_dir = click.option(
    "--data-dir", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Folder for all that is written.  [GATEPOST_DATA_DIR; default: ./data]",
)  # fmt: skip


@click.command(help=UP_HELP, short_help="Run a server on this machine.")
@_data_dir
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the gate.  [GATEPOST_PORT; default: 8080]"
)
@click.option("--host", help="Address the gate listens on.  [default: 127.0.0.1]")
@click.option("--url", help="Public address, when it is not http(s)://localhost:PORT.")
@click.option(
    "--tls-certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="PEM file of a certificate with its chain; the gate speaks https with it.",
)
@click.option(
    "--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="PEM file of its private key."
)
@click.option(
    "--apps-domain", metavar="DOMAIN", help="Domain of the apps' own hosts.  [default: localhost:PORT]"
)
@click.option(
    "--apps-are-trusted",
    is_flag=True,
    default=None,
    help="Show apps to browsers on Gatepost's own host; for where every author may do all that visitors may.",
)
@click.option("--store", metavar="URL", help="Store.  [default: SQLite in the data folder]")
@click.option(
    "--envoy", type=click.Path(path_type=Path), metavar="FILE", help="An Envoy 1.40 or later of your own."
)
@click.option(
    "--isolation", type=click.Choice(["auto", "strict", "hardened", "reduced", "none"]),
    help="How apps are confined; `none` runs uploaded code unconfined.  [default: auto]",
)  # fmt: skip
@click.option(
    "--demo/--no-demo", default=None, help="Publish the bundled examples at the first start.  [default: yes]"
)
@click.option(
    "--test-clock", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="For tests only: seconds in FILE are added to the clock. Needs a new data folder.",
)  # fmt: skip
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON line when all examples answer or have failed."
)
@click.pass_context
def up(context: click.Context, /, *, as_json: bool, **chosen: Any) -> None:
    """Run a server on this machine, until Ctrl-C."""
    from gatepost_server.admin.handing import leave_environment, take_handed  # noqa: PLC0415

    leave_environment()
    given = {name: value for name, value in chosen.items() if value is not None}
    settings = _settings(**{**take_handed(), **given})
    with _one_sentence():
        from gatepost_server.admin.up import run_up  # noqa: PLC0415  # --help stays quick

        run_up(settings, as_json=_wants_json(context, flag=as_json))


@click.group(short_help="Administer the server on this machine.")
def admin() -> None:
    """Administer the server on this machine; these verbs need its data folder, not a login."""


@admin.command()
@_data_dir
@click.option("--store", metavar="URL", help="Store.  [default: SQLite in the data folder]")
def migrate(**chosen: Any) -> None:
    """Bring the store's tables to this version; `gatepost up` does it by itself."""
    settings = _settings(**chosen)
    with _one_sentence():
        from gatepost_server.admin.founding import migrate_store  # noqa: PLC0415

        migrate_store(settings)
    click.echo("The store is up to date.")


@admin.command("reset-password")
@click.argument("username")
@_data_dir
@click.option("--store", metavar="URL", help="Store.  [default: SQLite in the data folder]")
def reset_password(username: str, **chosen: Any) -> None:
    """Start a reset for USERNAME when nobody can sign in to do it; print the one-hour code."""
    settings = _settings(**chosen)
    with _one_sentence():
        from gatepost_server.admin.founding import reset_code_for  # noqa: PLC0415

        code = reset_code_for(settings, username)
    click.echo(f"The password of {username} is off and their sessions are ended.")
    click.echo(f"Set a new one at {settings.public_url()}/reset within an hour, with the code {code}")


@admin.command()
@_data_dir
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_context
def doctor(context: click.Context, /, *, as_json: bool, **chosen: Any) -> None:
    """Say what this machine offers and what is missing, with how to mend it."""
    settings = _settings(**chosen)
    from gatepost_server.admin.doctor import findings, print_findings  # noqa: PLC0415

    found = findings(settings)
    print_findings(found, as_json=_wants_json(context, flag=as_json))
    if any(not finding.ok and finding.is_needed for finding in found):
        raise click.exceptions.Exit(1)


@admin.command("renew-assertion-key")
@_data_dir
def renew_assertion_key(**chosen: Any) -> None:
    """Sign what applications are told of their callers with a new key; the server may go on running."""
    settings = _settings(**chosen)
    with _one_sentence():
        from gatepost_server.admin.founding import renew_key_of_assertions  # noqa: PLC0415

        version = renew_key_of_assertions(settings)
    click.echo(f"Key {version} signs from now on; the one before it stays published until the next one.")


@admin.group()
def vault() -> None:
    """Look after the key that stored credentials are sealed by."""


def _about_vault(context: click.Context, verb: str, chosen: dict[str, Any], *, as_json: bool) -> None:
    settings = _settings(**chosen)
    with _one_sentence():
        from gatepost_server.admin.vaulting import look_after  # noqa: PLC0415  # --help stays quick

        look_after(settings, verb, as_json=_wants_json(context, flag=as_json))


_store = click.option("--store", metavar="URL", help="Store.  [default: SQLite in the data folder]")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


@vault.command()
@_data_dir
@_store
@_as_json
@click.pass_context
def status(context: click.Context, /, *, as_json: bool, **chosen: Any) -> None:
    """Say whether the vault is open, and how many data keys an old key still wraps."""
    _about_vault(context, "status", chosen, as_json=as_json)


@vault.command()
@_data_dir
@_store
@_as_json
@click.pass_context
def rotate(context: click.Context, /, *, as_json: bool, **chosen: Any) -> None:
    """Make another key and move the vault to it; the server may go on running."""
    _about_vault(context, "rotate", chosen, as_json=as_json)


@vault.command()
@_data_dir
@_store
@_as_json
@click.pass_context
def rewrap(context: click.Context, /, *, as_json: bool, **chosen: Any) -> None:
    """Go on where a rotation was ended, or move to a key that you gave."""
    _about_vault(context, "rewrap", chosen, as_json=as_json)


@admin.group()
def config() -> None:
    """See the settings that a start would use."""


@config.command()
@_data_dir
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_context
def show(context: click.Context, /, *, as_json: bool, **chosen: Any) -> None:
    """Show every setting, its value and where it comes from; passwords are hidden."""
    settings = _settings(**chosen)
    from gatepost_server.admin.configuration import print_settings  # noqa: PLC0415

    print_settings(settings, chosen, as_json=_wants_json(context, flag=as_json))
