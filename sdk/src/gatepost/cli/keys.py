"""`gatepost keys`: one's own API keys, those of a project, the global ones."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gatepost.cli import terminal
from gatepost.cli.find import key_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import ROLES, said_of
from gatepost.resources.kept_keys import POLICY_DEFAULT

if TYPE_CHECKING:
    from gatepost.connected import Client
    from gatepost.key_models import IssuedGlobalKey, IssuedProjectKey
    from gatepost.models import IssuedKey
    from gatepost.resources.kept_keys import KeptKeys

F = TypeVar("F", bound=Callable[..., object])
_WEEK_H = 168


def _ring_options(command: F) -> F:
    project = click.option("--project", metavar="KEY", help="The keys of this project.")
    return project(click.option("--global", "is_global", is_flag=True, help="The global keys.")(command))


@click.group(cls=Noun)
def keys() -> None:
    """Make, list, rotate and delete API keys: yours, a project's, global ones."""


@keys.command("create")
@click.argument("name")
@_ring_options
@click.option("--expires", metavar="DAYS|never", help="Days until it ends; default: what the server sets.")
@click.option("--role", type=click.Choice(ROLES), help="A role lower than yours, for a key of yours.")
@click.option("--allow", "permissions", multiple=True, metavar="PERMISSION", help="On the whole project.")
@click.option(
    "--on", multiple=True, metavar="THING=PERMISSION,…", help="On a dataset; for --global: a project."
)
@click.option("--admin", "is_admin", is_flag=True, help="With --global: the whole server.")
@click.option("--run-as", metavar="USERNAME", help="The associated user of a project's or global key.")
@click.option("--description", default="", help="What it is for.")
@click.pass_obj
def create(
    call: Call, *, name: str, project: str | None, is_global: bool, expires: str | None, role: str | None,
    permissions: Sequence[str], on: Sequence[str], is_admin: bool, run_as: str | None, description: str,
) -> None:  # fmt: skip
    """Make a key. It is shown this once; it needs a login, since keys make no keys."""
    ends_at = POLICY_DEFAULT if expires is None else _end(expires)
    _refuse_mixed(
        project, is_global=is_global, role=role, has_rights=bool(permissions or on or run_as or is_admin)
    )
    mine = call.client().keys
    made: IssuedKey | IssuedProjectKey | IssuedGlobalKey
    more: dict[str, Any] = {"expires_at": ends_at, "description": description}
    if project is not None:
        ring = mine.of_project(project)
        made = ring.create(name, permissions=permissions, datasets=_given(on), run_as=run_as, **more)
    elif is_global:
        made = mine.of_server().create(
            name, projects=_given(on), global_admin=is_admin, run_as=run_as, **more
        )
    else:
        made = mine.create(name, role=role, **more)
    if call.is_json:
        terminal.as_json(made.raw)
        return
    click.echo(made.key.reveal())
    terminal.note(f"This is the key {made.name!r}{_until(made)}. Copy it now: it cannot be shown again.")


@keys.command("list")
@list_options
@_ring_options
@click.option("--all", "is_for_all", is_flag=True, help="Disabled, expired and deleted ones too.")
@click.pass_obj
def list_(
    call: Call, *, search: str | None, limit: int, project: str | None, is_global: bool, is_for_all: bool
) -> None:
    """List keys, without the keys themselves."""
    ring = _ring(call.client(), project, is_global=is_global)
    found = ring.list(q=search, status=None if is_for_all else "active")
    columns = [
        ("NAME", lambda key: key.name),
        ("KEY", lambda key: f"{key.prefix}…{key.last_four or ''}"),
        ("STATUS", lambda key: "deleted" if key.status == "revoked" else key.status),
        ("CREATED", lambda key: key.created_at),
        ("LAST USED", lambda key: key.last_used_at or "never"),
        ("FROM", lambda key: key.last_used_ip),
        ("EXPIRES", lambda key: key.expires_at or "never"),
        ("ID", lambda key: key.id),
    ]
    empty = "No API key matches." if search else f"There are no {'' if is_for_all else 'active '}API keys."
    empty += " Make one with `gatepost keys create NAME`."
    call.rows(found, columns, limit=limit, empty=empty)


@keys.command("rotate")
@click.argument("key")
@_ring_options
@click.option("--overlap", "hours", type=click.IntRange(0, _WEEK_H), default=24, show_default=True,
              help="Hours for which the old secret counts on.")  # fmt: skip
@click.pass_obj
def rotate(call: Call, *, key: str, project: str | None, is_global: bool, hours: int) -> None:
    """Give a key a new secret, shown this once."""
    ring = _ring(call.client(), project, is_global=is_global)
    made = ring.rotate(key_called(ring, key).id, overlap=timedelta(hours=hours))
    if call.is_json:
        terminal.as_json(made.raw)
        return
    click.echo(made.key.reveal())
    terminal.note(
        f"The old secret of {made.name!r} ends {terminal.cell(made.old_ends_at)}. Copy the new one now."
    )


@keys.command("end-old")
@click.argument("key")
@_ring_options
@click.pass_obj
def end_old(call: Call, *, key: str, project: str | None, is_global: bool) -> None:
    """End the old secret of a rotated key now."""
    ring = _ring(call.client(), project, is_global=is_global)
    meant = key_called(ring, key)
    receipt = ring.end_old(meant.id)
    call.done(receipt.raw, f"The old secret of {meant.name!r} is ended{said_of(receipt)}.")


@keys.command("disable")
@click.argument("key")
@_ring_options
@click.pass_obj
def disable(call: Call, *, key: str, project: str | None, is_global: bool) -> None:
    """Let a key open nothing until it is enabled again."""
    _switch(call, key, project, is_global=is_global, is_enabled=False)


@keys.command("enable")
@click.argument("key")
@_ring_options
@click.pass_obj
def enable(call: Call, *, key: str, project: str | None, is_global: bool) -> None:
    """Let a disabled key count again."""
    _switch(call, key, project, is_global=is_global, is_enabled=True)


@keys.command("adopt")
@click.argument("key")
@click.option("--project", metavar="KEY", required=True, help="The project whose key it is.")
@click.pass_obj
def adopt(call: Call, *, key: str, project: str) -> None:
    """Answer for a project's key from now on, instead of who does."""
    ring = call.client().keys.of_project(project)
    adopted = ring.adopt(key_called(ring, key).id)
    call.done(adopted.raw, f"You answer for the key {adopted.name!r} now.")


@keys.command("delete")
@click.argument("key")
@_ring_options
@yes_option
@click.pass_obj
def delete(call: Call, *, key: str, project: str | None, is_global: bool, is_agreed: bool) -> None:
    """Delete a key, by id, name or prefix. It stops working at once."""
    ring = _ring(call.client(), project, is_global=is_global)
    meant = key_called(ring, key)
    terminal.agree(f"Delete the key {meant.name!r}? Programs that use it stop working.", is_agreed=is_agreed)
    receipt = ring.delete(meant.id)
    call.done(receipt.raw, f"The key {meant.name!r} is deleted{said_of(receipt)}.")


def _ring(client: "Client", project: str | None, *, is_global: bool) -> "KeptKeys[Any]":
    _refuse_mixed(project, is_global=is_global)
    if project is not None:
        return client.keys.of_project(project)
    return client.keys.of_server() if is_global else client.keys


def _switch(call: Call, key: str, project: str | None, *, is_global: bool, is_enabled: bool) -> None:
    ring = _ring(call.client(), project, is_global=is_global)
    changed = ring.change(key_called(ring, key).id, is_enabled=is_enabled)
    call.done(changed.raw, f"The key {changed.name!r} is {'enabled' if is_enabled else 'disabled'}.")


def _refuse_mixed(
    project: str | None, *, is_global: bool, role: str | None = None, has_rights: bool = False
) -> None:
    if project is not None and is_global:
        raise click.UsageError("Say either --project or --global.")
    if role is not None and (project is not None or is_global):
        raise click.UsageError("--role is for keys of your own; say --allow or --on here.")
    if has_rights and project is None and not is_global:
        raise click.UsageError("A key of your own holds what you hold; say --project or --global.")


def _given(texts: Sequence[str]) -> dict[str, list[str]]:
    """Read `orders=READ_DATA,WRITE_DATA` as permissions by thing."""
    given: dict[str, list[str]] = {}
    for text in texts:
        thing, is_there, names = text.rpartition("=")
        if not is_there or not thing or not names:
            raise click.UsageError(f"{text!r} is not like orders=READ_DATA,WRITE_DATA.")
        given.setdefault(thing, []).extend(names.split(","))
    return given


def _end(expires: str) -> datetime | None:
    if expires == "never":
        return None
    if not expires.isdecimal() or not 1 <= int(expires) <= 36_500:  # noqa: PLR2004 - a hundred years
        raise click.UsageError("--expires takes a number of days, or never.")
    return datetime.now(UTC) + timedelta(days=int(expires))


def _until(made: Any) -> str:
    return (
        f", good until {terminal.cell(made.expires_at)}"
        if made.expires_at is not None
        else ", without an end"
    )
