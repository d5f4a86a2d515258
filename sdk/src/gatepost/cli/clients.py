"""`gatepost clients`: applications that call with an AppKey, their members and secrets."""

import click

from gatepost.cli import terminal
from gatepost.cli.client_apis import apis
from gatepost.cli.client_asking import join, renew, request
from gatepost.cli.client_calls import callers, calls
from gatepost.cli.client_datasets import datasets
from gatepost.cli.client_secrets import members, secrets
from gatepost.cli.client_words import application, validity_options, validity_said
from gatepost.cli.find import client_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.client_models import ClientApplication
from gatepost.secret import Secret

_owner = click.option("--owner", "owners", multiple=True, metavar="USER", help="Who keeps it; repeat it.")


@click.group(cls=Noun)
def clients() -> None:
    """Keep applications that call with an AppKey. APPLICATION is an id, an AppKey or a name."""


clients.add_command(apis)
clients.add_command(datasets)
clients.add_command(members)
clients.add_command(secrets)
for verb in (calls, callers, request, join, renew):
    clients.add_command(verb)


@clients.command("list")
@list_options
@click.option(
    "--scope", type=click.Choice(["my", "not_joined", "all"]), default="my", show_default=True,
    help="Yours, the others, or both.",
)  # fmt: skip
@click.option("--group", metavar="GROUP", help="Only those of this application group.")
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int, scope: str, group: str | None) -> None:
    """List client applications; searched by name or AppKey."""
    columns = [
        ("NAME", lambda one: one.name),
        ("GROUP", lambda one: one.group["name"]),
        ("OWNERS", _owners),
        ("APPKEY", lambda one: one.app_key),
        ("ROLE", lambda one: one.your_role),
        ("EXPIRES", lambda one: one.expires_at),
        ("ID", lambda one: one.id),
    ]
    found = call.client().clients.list(scope=scope, q=search, group=group)
    call.rows(found, columns, limit=limit, empty="There are no such client applications.")


@clients.command("show")
@application
@click.pass_obj
def show(call: Call, *, application: str) -> None:
    """Show one client application."""
    one = client_called(call.client(), application)
    allowlist = one.ip_allowlist or {}
    call.one(
        one,
        [
            ("name", one.name), ("AppKey", one.app_key), ("group", one.group["name"]),
            ("scenario", one.scenario), ("owners", _owners(one)), ("your role", one.your_role),
            ("until", one.expires_at), ("members", one.members), ("APIs", one.apis),
            ("data sources", one.data_sources), ("hosted", one.hosted),
            ("may call from", allowlist.get("entries") if allowlist.get("enabled") else None),
            ("updated", one.updated_at), ("id", one.id),
        ],
    )  # fmt: skip


@clients.command("create")
@click.argument("name")
@click.option("--group", required=True, metavar="GROUP", help="The application group.")
@_owner
@click.option("--scenario", default="", help="What it is used for, in at most 128 characters.")
@click.option("--app-key", metavar="KEY", help="An AppKey of your own; asks for its AppSecret.")
@click.option("--ip-allowlist", metavar="LIST", help="From where it may call: 10.0.0.1;10.1.0.0/16.")
@click.option("--app", metavar="ID", help="Give this hosted application an AppKey.")
@validity_options
@click.pass_obj
def create(
    call: Call,
    *,
    name: str,
    group: str,
    owners: tuple[str, ...],
    scenario: str,
    app_key: str | None,
    ip_allowlist: str | None,
    app: str | None,
    days: int | None,
    until: str | None,
) -> None:
    """Make a client application without a request; for administrators. Prints its AppSecret."""
    custom = None if app_key is None else (app_key, terminal.new_secret("AppSecret"))
    made = call.client().clients.create(
        name, group, owners, scenario=scenario, custom=custom, ip_allowlist=ip_allowlist, app=app,
        validity=validity_said(days, until),
    )  # fmt: skip
    if call.is_json:
        terminal.as_json({**made.raw, "app_secret": revealed(made.app_secret)})
        return
    terminal.note(f"{made.name} is made, with the AppKey {made.app_key}. Its AppSecret:")
    click.echo(revealed(made.app_secret))


@clients.command("edit")
@application
@click.option("--name", help="Another name.")
@click.option("--group", help="Another application group.")
@click.option("--scenario", help="What it is used for.")
@_owner
@click.option("--listed/--unlisted", "listed", default=None, help="Whether others may find it.")
@click.pass_obj
def edit(
    call: Call,
    *,
    application: str,
    name: str | None,
    group: str | None,
    scenario: str | None,
    owners: tuple[str, ...],
    listed: bool | None,
) -> None:
    """Change name, group, scenario, owners (all of them), or whether it is listed."""
    if not owners and (name, group, scenario, listed) == (None, None, None, None):
        raise click.UsageError("Say --name, --group, --scenario, --owner or --listed.")
    client = call.client()
    done = client.clients.change(
        client_called(client, application).id, name=name, group=group, scenario=scenario,
        owners=owners or None, listed=listed,
    )  # fmt: skip
    call.done(done.raw, f"{done.name} is saved.")


@clients.command("allow")
@application
@click.argument("entries", default="")
@click.option("--off", "is_off", is_flag=True, help="From anywhere; the entries are kept.")
@click.option(
    "--trust", "is_trusted", is_flag=True, help="Calls from there need no signature, and only read."
)
@click.pass_obj
def allow(call: Call, *, application: str, entries: str, is_off: bool, is_trusted: bool) -> None:
    """Say from where it may call: ENTRIES are addresses and networks with ; between them."""
    if not entries and not is_off:
        raise click.UsageError("Say from where, or --off.")
    if is_off and is_trusted:
        raise click.UsageError("Calls from anywhere are signed: --off and --trust do not go together.")
    client = call.client()
    meant = client_called(client, application)
    kept = entries or str((meant.ip_allowlist or {}).get("entries") or "")
    done = client.clients.set_allowlist(meant.id, kept, enabled=not is_off, trust=is_trusted)
    said = "from anywhere" if is_off else f"from {(done.ip_allowlist or {}).get('entries')}"
    said += " without a signature" if is_trusted else ""
    call.done(done.raw, f"{done.name} may call {said}.")


@clients.command("compatible")
@application
@click.argument("switch", type=click.Choice(["on", "off"]))
@click.pass_obj
def compatible(call: Call, *, application: str, switch: str) -> None:
    """Let it call with clients of other vendors, on the compatible path: on or off."""
    client = call.client()
    done = client.clients.set_compatible(client_called(client, application).id, enabled=switch == "on")
    call.done(done.raw, f"The compatible path is {switch} for {done.name}.")


@clients.command("debug")
@application
@click.option(
    "--minutes", type=click.IntRange(0, 60), default=15, show_default=True, help="For so long; 0 ends it."
)
@click.pass_obj
def debug(call: Call, *, application: str, minutes: int) -> None:
    """Let refused calls answer with the text that was to be signed, for a while."""
    client = call.client()
    done = client.clients.set_debugging(client_called(client, application).id, minutes)
    end = done.debugging_until
    said = "is off" if end is None else f"ends by itself at {end:%H:%M} UTC"
    call.done(done.raw, f"Signature debugging of {done.name} {said}.")


@clients.command("delete")
@application
@yes_option
@click.pass_obj
def delete(call: Call, *, application: str, is_agreed: bool) -> None:
    """Delete a client application for good; its AppKey is never given out again."""
    client = call.client()
    meant = client_called(client, application)
    terminal.agree_by_name(
        f"{meant.name} and its secrets are gone for good.", meant.name, is_agreed=is_agreed
    )
    receipt = client.clients.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted.")


def revealed(secret: Secret | None) -> str:
    """Return the text of a secret that was asked for."""
    return "" if secret is None else secret.reveal()


def _owners(one: ClientApplication) -> str:
    return ", ".join(owner.username for owner in one.owners)
