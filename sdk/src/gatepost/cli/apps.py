"""`gatepost apps`: see and steer applications."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from gatepost.cli import (
    app_connections,
    app_env,
    app_lending,
    app_logs,
    app_metrics,
    app_parameters,
    app_versions,
    terminal,
)
from gatepost.cli.find import Thing, app_called
from gatepost.cli.share import show_grants
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import ACCESS, said_of
from gatepost.errors import NotFound
from gatepost.models import App, name_of

_app = click.argument("app")


@click.group(cls=Noun)
def apps() -> None:
    """See and steer applications. APP is an id, a number or a name."""


@apps.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the applications you may see."""
    columns = [
        ("NUMBER", lambda app: app.number),
        ("NAME", lambda app: app.name),
        ("KIND", lambda app: app.kind),
        ("VERSION", lambda app: app.version),
        ("STATE", lambda app: app.state),
        ("OWNER", lambda app: name_of(app.owner)),
        ("UPDATED", lambda app: app.updated_at),
        ("ID", lambda app: app.id),
    ]
    empty = "There are no applications yet. Publish one with `gatepost deploy DIR`."
    call.rows(call.client().apps.list(q=search), columns, limit=limit, empty=empty)


@apps.command("show")
@_app
@click.pass_obj
def show(call: Call, *, app: str) -> None:
    """Show one application."""
    _show(call, app_called(call.client(), app))


@apps.command("open")
@_app
@click.pass_obj
def open_(call: Call, *, app: str) -> None:
    """Open an application in the browser, and print its address."""
    found = app_called(call.client(), app)
    address = found.content_url
    if address is None:
        raise NotFound(f"{found.name} has no address; see `gatepost apps show {found.id}`.")
    call.done({"content_url": address, "origin_url": found.origin_url}, address)
    if not call.is_json and click.launch(address) != 0:
        terminal.note("No browser could be opened; open the address yourself.")


@apps.command("start")
@_app
@click.pass_obj
def start(call: Call, *, app: str) -> None:
    """Start a stopped application."""
    client = call.client()
    done = client.apps.start(app_called(client, app).id)
    call.done(done.raw, f"{done.name} is {done.state}.")


@apps.command("stop")
@_app
@yes_option
@click.pass_obj
def stop(call: Call, *, app: str, is_agreed: bool) -> None:
    """Stop an application; nobody reaches it until it is started."""
    client = call.client()
    meant = app_called(client, app)
    terminal.agree(f"Stop {meant.name}? Nobody reaches it until it is started.", is_agreed=is_agreed)
    done = client.apps.stop(meant.id)
    call.done(done.raw, f"{done.name} is {done.state}.")


@apps.command("restart")
@_app
@click.pass_obj
def restart(call: Call, *, app: str) -> None:
    """Start an application's process anew, while it goes on being served."""
    client = call.client()
    done = client.apps.restart(app_called(client, app).id)
    call.done(done.raw, f"{done.name} restarts; it is {done.state}.")


@apps.command("versions")
@_app
@click.option(
    "--limit", type=click.IntRange(1), default=200, show_default=True, help="Show at most this many."
)
@click.pass_obj
def versions(call: Call, *, app: str, limit: int) -> None:
    """List the versions of an application's source, newest first."""
    client = call.client()
    meant = app_called(client, app)
    columns = [
        ("VERSION", lambda version: version.version),
        ("STATE", lambda version: version.state),
        ("", lambda version: _standing(meant, version.version)),
        ("BY", lambda version: name_of(version.author)),
        ("CREATED", lambda version: version.created_at),
        ("REASON", lambda version: version.reason),
    ]
    found = client.sources.versions(_source_of(meant))
    call.rows(found, columns, limit=limit, empty=f"{meant.name} has no versions.")


@apps.command("rollback")
@_app
@click.argument("version", type=click.IntRange(1))
@click.option("--source", help="The id of a source that it was made from before; default: the present one.")
@yes_option
@click.pass_obj
def rollback(call: Call, *, app: str, version: int, source: str | None, is_agreed: bool) -> None:
    """Go over to another version of the source, older or newer."""
    client = call.client()
    meant = app_called(client, app)

    def act(authors: Sequence[str]) -> App:
        return client.apps.deploy(meant.id, version, source_id=source, confirmed_authors=authors)

    done = app_versions.with_authors(act, is_agreed=is_agreed)
    call.done(
        done.raw, f"{done.name} goes over to version {version}; until it answers, the present one serves."
    )


@apps.command("rename")
@_app
@click.argument("name")
@click.pass_obj
def rename(call: Call, *, app: str, name: str) -> None:
    """Give an application another name."""
    client = call.client()
    done = client.apps.rename(app_called(client, app).id, name)
    call.done(done.raw, f"It is called {done.name} now.")


@apps.command("access")
@_app
@click.argument("access", type=click.Choice(ACCESS))
@yes_option
@click.pass_obj
def access_(call: Call, *, app: str, access: str, is_agreed: bool) -> None:
    """Say who may open it: those with a grant, all who sign in, or anyone."""
    client = call.client()
    meant = app_called(client, app)
    if access == "anyone":
        question = f"Let anyone who can reach the server open {meant.name}, without signing in?"
        terminal.agree(question, is_agreed=is_agreed)
    done = client.apps.set_access(meant.id, access)
    call.done(done.raw, f"{done.name} is open to: {access}.")


@apps.command("keys")
@_app
@click.pass_obj
def keys(call: Call, *, app: str) -> None:
    """List the keys that an application has and had, for whom they act, never their text."""
    client = call.client()
    meant = app_called(client, app)
    columns = [
        ("NAME", lambda key: key.name),
        ("KEY", lambda key: f"{key.prefix}…{key.last_four or ''}"),
        ("ACTS FOR", lambda key: key.user.name if key.user else None),
        ("LEVEL", lambda key: key.key_scope_level),
        ("STATUS", lambda key: "deleted" if key.status == "revoked" else key.status),
        ("LAST USED", lambda key: key.last_used_at or "never"),
        ("ID", lambda key: key.id),
    ]
    empty = f"{meant.name} has no key: it was never started, or its level is none."
    call.rows(client.apps.keys(meant.id), columns, limit=200, empty=empty)


@apps.command("delete")
@_app
@yes_option
@click.pass_obj
def delete(call: Call, *, app: str, is_agreed: bool) -> None:
    """Delete an application with its keys and shares. This cannot be undone.

    Of one that was used in the last day, its name has to be typed, unless --yes is said.
    """
    client = call.client()
    meant = app_called(client, app)
    question = f"Delete {meant.name} ({meant.id}) with its keys and shares? This cannot be undone."
    if _was_used_lately(meant):
        terminal.agree_by_name(question, meant.name, is_agreed=is_agreed)
    else:
        terminal.agree(question, is_agreed=is_agreed)
    receipt = client.apps.delete(meant.id)
    call.done(receipt.raw, f"{meant.name} is deleted{said_of(receipt)}.")


@apps.command("grants")
@_app
@list_options
@click.option("--remove", metavar="GRANT", help="Take this grant away.")
@yes_option
@click.pass_obj
def grants(
    call: Call, *, app: str, search: str | None, limit: int, remove: str | None, is_agreed: bool
) -> None:
    """List who holds which role on an application, or take a role away."""
    client = call.client()
    found = app_called(client, app)
    meant = Thing(client.apps.grants, found.id, found.name, "app")
    show_grants(call, meant, search, limit, remove, is_agreed=is_agreed)


app_connections.add_to(apps)
app_env.add_to(apps)
app_logs.add_to(apps)
app_metrics.add_to(apps)
app_parameters.add_to(apps)
app_lending.add_to(apps)
app_versions.add_to(apps)


def _was_used_lately(app: App) -> bool:
    return app.last_used_at is not None and datetime.now(UTC) - app.last_used_at < timedelta(days=1)


def _source_of(app: App) -> str:
    if app.source_id is None:
        raise NotFound(f"{app.name} has no source that you may see.")
    return app.source_id


def _versions_of(app: App) -> str:
    if app.live_version is None or app.live_version == app.version:
        return f"{app.version}"
    failed = "failed; " if app.state == "failed" else ""
    return f"{app.version} ({failed}people still reach {app.live_version})"


def _processes_of(app: App) -> str | None:
    return ", ".join(f"{one['index']} {one['state']}" for one in app.processes or ()) or None


def _standing(app: App, version: int) -> str:
    """Say what a version of the source is to the application."""
    if version == app.version:
        return "failed" if app.state == "failed" else "deployed"
    return "live" if version == app.live_version else ""


def _show(call: Call, app: App) -> None:
    pairs = [("name", app.name), ("number", app.number), ("state", app.state), ("reason", app.reason)]
    pairs += [
        ("kind", app.kind),
        ("version", _versions_of(app)),
        ("owner", name_of(app.owner)),
        ("access", app.access),
    ]
    pairs += [
        ("processes", _processes_of(app)),
        ("isolation", app.isolation),
        ("for programs", app.content_url),
        ("for browsers", app.origin_url),
    ]
    times = [("last used", app.last_used_at), ("created", app.created_at), ("updated", app.updated_at)]
    call.one(app, [*pairs, *times, ("id", app.id)])
