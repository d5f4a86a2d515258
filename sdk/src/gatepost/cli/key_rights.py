"""Verbs of `gatepost keys` about what a key may: permissions, associated user, where it may come from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gatepost.cli import terminal
from gatepost.cli.find import key_called
from gatepost.cli.json_file import json_file, names_by_thing_in, names_in, object_in
from gatepost.cli.key_rings import end_of, held_ring, ring_of, ring_options
from gatepost.cli.verb import Call, Verb
from gatepost.key_models import GlobalKey, HeldKey, ProjectKey
from gatepost.resources.kept_keys import POLICY_DEFAULT, GlobalKeys

if TYPE_CHECKING:
    from gatepost.models import Key
    from gatepost.old_secrets import OldCaller, OldSecret


@click.command("show", cls=Verb)
@click.argument("key")
@ring_options
@click.pass_obj
def show(call: Call, *, key: str, project: str | None, is_global: bool) -> None:
    """Show a key: what it holds, who answers for it, and whether its old secret is still used."""
    ring = ring_of(call.client(), project, is_global=is_global)
    found: Key = ring.get(key_called(ring, key).id)
    pairs: list[tuple[str, object]] = [
        ("name", found.name), ("description", found.description),
        ("key", f"{found.prefix}…{found.last_four}"), ("status", found.status), ("role", found.role),
        *_held(found), ("only from", found.ip_allowlist), ("created", found.created_at),
        ("expires", found.expires_at or "never"), ("last used", found.last_used_at or "never"),
        ("last used from", found.last_used_ip),
    ]  # fmt: skip
    old = found.old_secret
    if old is not None:
        pairs.append(("old secret", f"…{old.last_four} until {terminal.cell(old.ends_at)}"))
        pairs.append(("still used by", users_of(old)))
    call.one(found, [*pairs, ("id", found.id)])


@click.command("change", cls=Verb)
@click.argument("key")
@ring_options
@click.option("--name", help="What it is called from now on.")
@click.option("--description", help="What it is for.")
@click.option("--expires", metavar="DAYS|never", help="Days until it ends.")
@click.option("--ip", "ips", multiple=True, metavar="CIDR", help="Only from this address; repeatable.")
@click.option("--any-ip", is_flag=True, help="From anywhere again.")
@click.pass_obj
def change(
    call: Call, *, key: str, project: str | None, is_global: bool, name: str | None, description: str | None,
    expires: str | None, ips: Sequence[str], any_ip: bool,
) -> None:  # fmt: skip
    """Change what is said about a key: name, description, end, and from which addresses it counts."""
    if ips and any_ip:
        raise click.UsageError("Either --ip or --any-ip.")
    ring = ring_of(call.client(), project, is_global=is_global)
    changed = ring.change(
        key_called(ring, key).id, name=name, description=description,
        expires_at=POLICY_DEFAULT if expires is None else end_of(expires),
        ip_allowlist=list(ips) if ips or any_ip else None,
    )  # fmt: skip
    call.done(changed.raw, f"The key {changed.name!r} is changed.")


@click.command("permissions", cls=Verb)
@click.argument("key")
@ring_options
@click.option("--set", "file", type=json_file, help="A JSON file to replace them by.")
@click.pass_obj
def permissions(call: Call, *, key: str, project: str | None, is_global: bool, file: Path | None) -> None:
    """Show what a project's or global key holds as JSON, or replace it.

    The file holds what is shown: `{"permissions": ["READ_CONF"], "datasets": {"orders":
    ["READ_DATA"]}}` of a project's key, `{"global_admin": false, "projects": {"SALES":
    ["READ_CONF"]}}` of a global one.
    """
    ring = held_ring(call.client(), project, is_global=is_global)
    meant: HeldKey = key_called(ring, key)
    if file is not None:
        meant = _replaced(ring, meant.id, file)
    terminal.as_json(_rights_of(meant))


@click.command("run-as", cls=Verb)
@click.argument("key")
@click.argument("username", required=False)
@ring_options
@click.option("--nobody", is_flag=True, help="It has no associated user any more.")
@click.pass_obj
def run_as(
    call: Call, *, key: str, username: str | None, project: str | None, is_global: bool, nobody: bool
) -> None:
    """Name the associated user of a project's or global key: it stays within what they may with data."""
    if (username is None) != nobody:
        raise click.UsageError("Say a USERNAME or --nobody.")
    ring = held_ring(call.client(), project, is_global=is_global)
    changed = ring.set_run_as(key_called(ring, key).id, username)
    whom = f"acts for {username}" if username is not None else "acts for nobody"
    call.done(changed.raw, f"The key {changed.name!r} {whom}.")


@click.command("origins", cls=Verb)
@click.argument("key")
@click.option("--project", metavar="KEY", required=True, help="The project whose key it is.")
@click.option("--allow", "origins", multiple=True, metavar="ORIGIN", help="The whole list; repeatable.")
@click.option("--none", "is_none", is_flag=True, help="No page may call with it.")
@click.pass_obj
def origins_(call: Call, *, key: str, project: str, origins: Sequence[str], is_none: bool) -> None:
    """Show or replace the origins whose pages may call with a project's key (CORS)."""
    if origins and is_none:
        raise click.UsageError("Either --allow or --none.")
    ring = call.client().keys.of_project(project)
    meant = key_called(ring, key)
    if origins or is_none:
        meant = ring.set_origins(meant.id, list(origins))
    call.lines(meant.raw, meant.allowed_origins, empty="No page of another site may call with it.")


@click.command("consent", cls=Verb)
@click.argument("project", required=False)
@click.option("--withdraw", is_flag=True, help="Agree no longer.")
@click.pass_obj
def consent(call: Call, *, project: str | None, withdraw: bool) -> None:
    """List the projects whose keys may act for you, agree to one more, or withdraw."""
    mine = call.client().keys
    if project is None:
        agreed = mine.agreed()
        call.lines({"projects": list(agreed)}, agreed, empty="No project's keys may act for you.")
    elif withdraw:
        call.done(mine.disagree(project).raw, f"Keys of {project} act for you no longer.")
    else:
        mine.agree(project)
        call.done({"project": project}, f"Keys of {project} may name you as their associated user.")


def users_of(old: "OldSecret") -> str:
    """Say who used a replaced secret since, one in a line, the last first."""
    said = [
        f"{_who(one)}, {_called(one)}: {_times(one.uses)}, "
        f"first {terminal.cell(one.first_at)}, last {terminal.cell(one.last_at)}"
        for one in old.callers
    ]
    if old.other_uses:
        said.append(f"others before them: {_times(old.other_uses)}")
    return "\n".join(said) or f"nobody since {terminal.cell(old.replaced_at)}"


def _who(one: "OldCaller") -> str:
    return " ".join(part for part in (one.ip or "unknown", terminal.cell(one.agent)) if part)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _called(one: "OldCaller") -> str:
    if one.via == "api":
        return "the API"
    return one.app.name if one.app is not None else "an application"


def _held(found: "Key") -> list[tuple[str, object]]:
    """Say what a key with rights of its own holds, and who stands behind it."""
    if not isinstance(found, HeldKey):
        return []
    counts = "" if found.run_as_counts or found.run_as is None else " (agrees no longer)"
    said: list[tuple[str, object]] = []
    if isinstance(found, ProjectKey):
        said += [("holds", ", ".join(found.permissions))]
        said += [(f"on {name}", ", ".join(given)) for name, given in found.datasets.items()]
        said += [("origins", ", ".join(found.allowed_origins))]
    elif isinstance(found, GlobalKey):
        said += [("global admin", found.global_admin)]
        said += [(f"in {name}", ", ".join(given)) for name, given in found.projects.items()]
    behind = found.sponsor.name if found.sponsor is not None else None
    return [*said, ("answered for by", behind), ("acts for", f"{found.run_as or ''}{counts}")]


def _rights_of(key: HeldKey) -> dict[str, object]:
    if isinstance(key, GlobalKey):
        return {"global_admin": key.global_admin, "projects": dict(key.projects)}
    assert isinstance(key, ProjectKey), "there are two kinds of keys with rights of their own"
    return {"permissions": list(key.permissions), "datasets": dict(key.datasets)}


def _replaced(ring: Any, key_id: str, file: Path) -> HeldKey:
    wanted = object_in(file)
    known = {"global_admin", "projects"} if isinstance(ring, GlobalKeys) else {"permissions", "datasets"}
    if unknown := wanted.keys() - known:
        said, there_are = ", ".join(sorted(unknown)), ", ".join(sorted(known))
        raise click.UsageError(f"{file} has {said}; there are {there_are}.")
    changed: HeldKey
    if isinstance(ring, GlobalKeys):
        is_admin = wanted.get("global_admin", False)
        if not isinstance(is_admin, bool):
            raise click.UsageError(f'{file} has to say true or false as "global_admin".')
        given = names_by_thing_in(file, wanted.get("projects"), "projects")
        changed = ring.set_permissions(key_id, projects=given, global_admin=is_admin)
    else:
        own = names_in(file, wanted.get("permissions"), "permissions")
        given = names_by_thing_in(file, wanted.get("datasets"), "datasets")
        changed = ring.set_permissions(key_id, own, given)
    return changed
