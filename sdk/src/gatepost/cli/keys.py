"""`gatepost keys`: one's own API keys, those of a project, the global ones."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from gatepost.cli import key_rights, terminal
from gatepost.cli.find import key_called
from gatepost.cli.key_rings import end_of, refuse_mixed, ring_of, ring_options
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import ROLES, said_of
from gatepost.resources.kept_keys import POLICY_DEFAULT

if TYPE_CHECKING:
    from gatepost.key_models import IssuedGlobalKey, IssuedProjectKey
    from gatepost.models import IssuedKey

_WEEK_H = 168


@click.group(cls=Noun)
def keys() -> None:
    """Make, list, rotate and delete API keys: yours, a project's, global ones."""


@keys.command("create")
@click.argument("name")
@ring_options
@click.option("--expires", metavar="DAYS|never", help="Days until it ends; default: what the server sets.")
@click.option("--role", type=click.Choice(ROLES), help="A role lower than yours, for a key of yours.")
@click.option("--allow", "permissions", multiple=True, metavar="PERMISSION", help="On the whole project.")
@click.option(
    "--on", multiple=True, metavar="THING=PERMISSION,…", help="On a dataset; for --global: a project."
)
@click.option("--admin", "is_admin", is_flag=True, help="With --global: the whole server.")
@click.option("--run-as", metavar="USERNAME", help="The associated user of a project's or global key.")
@click.option("--sponsor", metavar="GROUP", help="A group that answers for a project's key instead of you.")
@click.option("--origin", "origins", multiple=True, help="Pages of it may call with a project's key.")
@click.option("--ip", "ips", multiple=True, metavar="CIDR", help="Only from this address; repeatable.")
@click.option("--description", default="", help="What it is for.")
@click.pass_obj
def create(
    call: Call, *, name: str, project: str | None, is_global: bool, expires: str | None, role: str | None,
    permissions: Sequence[str], on: Sequence[str], is_admin: bool, run_as: str | None,
    sponsor: str | None, origins: Sequence[str], ips: Sequence[str], description: str,
) -> None:  # fmt: skip
    """Make a key. It is shown this once; it needs a login, unless the server lets keys make keys."""
    ends_at = POLICY_DEFAULT if expires is None else end_of(expires)
    refuse_mixed(
        project,
        is_global=is_global,
        role=role,
        has_rights=bool(permissions or on or run_as or is_admin or origins),
        sponsor=sponsor,
    )
    mine = call.client().keys
    made: IssuedKey | IssuedProjectKey | IssuedGlobalKey
    more: dict[str, Any] = {
        "expires_at": ends_at,
        "description": description,
        "ip_allowlist": list(ips) or None,
    }
    if project is not None:
        ring = mine.of_project(project)
        made = ring.create(
            name, permissions=permissions, datasets=_given(on), run_as=run_as, sponsor=sponsor,
            allowed_origins=origins, **more,
        )  # fmt: skip
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
@ring_options
@click.option("--all", "is_for_all", is_flag=True, help="Disabled, expired and deleted ones too.")
@click.pass_obj
def list_(
    call: Call, *, search: str | None, limit: int, project: str | None, is_global: bool, is_for_all: bool
) -> None:
    """List keys, without the keys themselves."""
    ring = ring_of(call.client(), project, is_global=is_global)
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


@keys.command("copy")
@click.argument("key")
@click.pass_obj
def copy(call: Call, *, key: str) -> None:
    """Show the key of an application that acts for you again. It needs a login."""
    mine = call.client().keys
    meant = key_called(mine, key)
    text = mine.reveal(meant.id)
    if call.is_json:
        terminal.as_json({"id": meant.id, "name": meant.name, "key": text.reveal()})
        return
    click.echo(text.reveal())
    terminal.note(f"This is {meant.name}: whoever has it acts for you, as far as the application may.")


@keys.command("rotate")
@click.argument("key")
@ring_options
@click.option("--overlap", "hours", type=click.IntRange(0, _WEEK_H), default=24, show_default=True,
              help="Hours for which the old secret counts on.")  # fmt: skip
@click.pass_obj
def rotate(call: Call, *, key: str, project: str | None, is_global: bool, hours: int) -> None:
    """Give a key a new secret, shown this once."""
    ring = ring_of(call.client(), project, is_global=is_global)
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
@ring_options
@click.pass_obj
def end_old(call: Call, *, key: str, project: str | None, is_global: bool) -> None:
    """End the old secret of a rotated key now."""
    ring = ring_of(call.client(), project, is_global=is_global)
    meant = key_called(ring, key)
    receipt = ring.end_old(meant.id)
    call.done(receipt.raw, f"The old secret of {meant.name!r} is ended{said_of(receipt)}.")


@keys.command("disable")
@click.argument("key")
@ring_options
@click.pass_obj
def disable(call: Call, *, key: str, project: str | None, is_global: bool) -> None:
    """Let a key open nothing until it is enabled again."""
    _switch(call, key, project, is_global=is_global, is_enabled=False)


@keys.command("enable")
@click.argument("key")
@ring_options
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


@keys.command("everybody")
@list_options
@click.option("--kind", metavar="KIND", help="Only of this kind: personal, project, global or creator.")
@click.option("--owner", metavar="NAME", help="Only those of this person: a username or id.")
@click.option("--all", "is_for_all", is_flag=True, help="Disabled, expired and deleted ones too.")
@click.pass_obj
def everybody(
    call: Call, *, search: str | None, limit: int, kind: str | None, owner: str | None, is_for_all: bool
) -> None:
    """List everybody's keys of every kind, for administrators; delete one with `delete --anybodys`."""
    status = None if is_for_all else "active"
    found = call.client().keys.everybodys(q=search, kind=kind, owner=owner, status=status)
    columns = [
        ("NAME", lambda key: key.name),
        ("KIND", lambda key: key.kind),
        ("OF", lambda key: key.owner.name if key.owner is not None else None),
        ("PROJECT", lambda key: key.project),
        ("KEY", lambda key: f"{key.prefix}…{key.last_four or ''}"),
        ("STATUS", lambda key: "deleted" if key.status == "revoked" else key.status),
        ("LAST USED", lambda key: key.last_used_at or "never"),
        ("ID", lambda key: key.id),
    ]
    call.rows(found, columns, limit=limit, empty="No API key matches.")


@keys.command("delete")
@click.argument("key")
@ring_options
@click.option("--anybodys", "is_anybodys", is_flag=True, help="Anybody's key by its id, for administrators.")
@yes_option
@click.pass_obj
def delete(
    call: Call, *, key: str, project: str | None, is_global: bool, is_anybodys: bool, is_agreed: bool
) -> None:
    """Delete a key, by id, name or prefix. It stops working at once."""
    client = call.client()
    if is_anybodys:
        if project is not None or is_global:
            raise click.UsageError("Say --anybodys alone; the id is enough.")
        terminal.agree(f"Delete the key {key}? Programs that use it stop working.", is_agreed=is_agreed)
        receipt = client.keys.delete_anybodys(key)
        call.done(receipt.raw, f"The key {key} is deleted{said_of(receipt)}.")
        return
    ring = ring_of(client, project, is_global=is_global)
    meant = key_called(ring, key)
    terminal.agree(f"Delete the key {meant.name!r}? Programs that use it stop working.", is_agreed=is_agreed)
    receipt = ring.delete(meant.id)
    call.done(receipt.raw, f"The key {meant.name!r} is deleted{said_of(receipt)}.")


for verb in (
    key_rights.show, key_rights.change, key_rights.permissions, key_rights.run_as, key_rights.origins_,
    key_rights.consent,
):  # fmt: skip
    keys.add_command(verb)


def _switch(call: Call, key: str, project: str | None, *, is_global: bool, is_enabled: bool) -> None:
    ring = ring_of(call.client(), project, is_global=is_global)
    changed = ring.change(key_called(ring, key).id, is_enabled=is_enabled)
    call.done(changed.raw, f"The key {changed.name!r} is {'enabled' if is_enabled else 'disabled'}.")


def _given(texts: Sequence[str]) -> dict[str, list[str]]:
    """Read `orders=READ_DATA,WRITE_DATA` as permissions by thing."""
    given: dict[str, list[str]] = {}
    for text in texts:
        thing, is_there, names = text.rpartition("=")
        if not is_there or not thing or not names:
            raise click.UsageError(f"{text!r} is not like orders=READ_DATA,WRITE_DATA.")
        given.setdefault(thing, []).extend(names.split(","))
    return given


def _until(made: Any) -> str:
    return (
        f", good until {terminal.cell(made.expires_at)}"
        if made.expires_at is not None
        else ", without an end"
    )
