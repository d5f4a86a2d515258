"""`gatepost sources`: the files that applications are made from."""

import click

from gatepost.cli import source_files, source_keeping, terminal
from gatepost.cli.find import source_called
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import KINDS, LEVELS, SIZES
from gatepost.models import Version, name_of

_source = click.argument("source")
_version = click.argument("version", type=click.IntRange(1))


@click.group(cls=Noun)
def sources() -> None:
    """See sources, and make their versions. SOURCE is an id or a name."""


@sources.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the sources you may see."""
    columns = [
        ("NAME", lambda source: source.name),
        ("VERSION", lambda source: source.latest_version),
        ("OWNER", lambda source: name_of(source.owner)),
        ("UPDATED", lambda source: source.updated_at),
        ("ID", lambda source: source.id),
    ]
    empty = "There are no sources yet. Make one with `gatepost deploy DIR`."
    call.rows(call.client().sources.list(q=search), columns, limit=limit, empty=empty)


@sources.command("show")
@_source
@click.pass_obj
def show(call: Call, *, source: str) -> None:
    """Show one source."""
    found = source_called(call.client(), source)
    pairs = [("name", found.name), ("newest version", found.latest_version), ("owner", name_of(found.owner))]
    call.one(found, [*pairs, ("created", found.created_at), ("updated", found.updated_at), ("id", found.id)])


@sources.command("versions")
@_source
@click.option(
    "--limit", type=click.IntRange(1), default=200, show_default=True, help="Show at most this many."
)
@click.pass_obj
def versions(call: Call, *, source: str, limit: int) -> None:
    """List the versions of a source, newest first."""
    client = call.client()
    meant = source_called(client, source)
    columns = [
        ("VERSION", lambda version: version.version),
        ("STATE", lambda version: version.state),
        ("KIND", lambda version: version.kind),
        ("LEVEL", lambda version: version.resources.get("required_key_scope_level")),
        ("BY", lambda version: name_of(version.author)),
        ("CREATED", lambda version: version.created_at),
    ]
    call.rows(client.sources.versions(meant.id), columns, limit=limit, empty=f"{meant.name} has no versions.")


@sources.command("resources")
@_source
@_version
@click.option("--size", type=click.Choice(tuple(SIZES)), help="CPU and memory by the name of a size.")
@click.option("--cpu", type=click.FloatRange(0.1, 64), help="Cores.")
@click.option("--memory", type=click.IntRange(64, 65_536), help="Memory in MiB.")
@click.option("--replicas", type=click.IntRange(1, 4), help="How many processes answer.")
@click.option("--affinity/--no-affinity", default=None, help="Whether a browser keeps to one process.")
@click.option(
    "--idle-pause", help="Minutes without a call after which it pauses; off, or default: as the server does."
)
@click.option(
    "--level", type=click.Choice(LEVELS), help="How far the application's and visitors' keys reach."
)
@click.option(
    "--visitor-reach",
    "reach",
    help="Projects and datasets (P,Q/D) that visitors' keys reach; all: all that visitors may.",
)
@click.option(
    "--health-path", help="Where a process answers 200 to 399 while it is well; any: any answer will do."
)
@click.pass_obj
def resources(
    call: Call,
    *,
    source: str,
    version: int,
    size: str | None,
    cpu: float | None,
    memory: int | None,
    replicas: int | None,
    affinity: bool | None,
    idle_pause: str | None,
    level: str | None,
    reach: str | None,
    health_path: str | None,
) -> None:
    """Show what a version asks for, or change it.

    Of a version that is no draft any more, a draft is begun with the new resources. They take
    effect once that is built and deployed.
    """
    client = call.client()
    meant = source_called(client, source)
    found = client.sources.version(meant.id, version)
    if {size, cpu, memory, replicas, affinity, idle_pause, level, reach, health_path} == {None}:
        _show_resources(call, found)
        return
    if size is not None and (cpu is not None or memory is not None):
        raise click.UsageError("--size says both CPU and memory.")
    wanted = dict(found.resources)
    named = (*(SIZES[size] if size is not None else (cpu, memory)), replicas, affinity)
    names = ("cpu", "memory", "replicas", "session_affinity")
    wanted.update({name: value for name, value in zip(names, named, strict=True) if value is not None})
    if idle_pause is not None:
        wanted["idle_pause_minutes"] = _minutes(idle_pause)
    if level is not None:
        wanted["required_key_scope_level"] = None if level == "unset" else level
    if reach is not None:
        wanted["visitor_reach"] = None if reach == "all" else reach.split(",")
    if health_path is not None:
        wanted["health_path"] = None if health_path == "any" else health_path
    done = client.sources.set_resources(meant.id, version, wanted)
    call.done(done.raw, f"Version {done.version} of {meant.name} is a draft with these resources.")


@sources.command("draft")
@_source
@click.option(
    "--from", "base", type=click.IntRange(1), help="The version to go on from; default: the newest."
)
@click.option("--empty", "is_empty", is_flag=True, help="Begin without files.")
@click.pass_obj
def draft(call: Call, *, source: str, base: int | None, is_empty: bool) -> None:
    """Begin a draft: a version that may be changed until it is built."""
    if is_empty and base is not None:
        raise click.UsageError("--empty begins from no version.")
    client = call.client()
    meant = source_called(client, source)
    if base is None and not is_empty:
        base = next((one.version for one in client.sources.versions(meant.id)), None)
    done = client.sources.start_draft(meant.id, base)
    call.done(done.raw, f"Version {done.version} of {meant.name} is a draft.")


@sources.command("build")
@_source
@_version
@click.option("--kind", type=click.Choice(KINDS), help="How it is served; default: seen from the files.")
@click.pass_obj
def build(call: Call, *, source: str, version: int, kind: str | None) -> None:
    """Make a draft final and build it; it never changes again."""
    client = call.client()
    meant = source_called(client, source)
    done = client.sources.build(meant.id, version, kind=kind)
    call.done(done.raw, f"Version {done.version} of {meant.name} is {done.state}: {done.detected_because}.")


@sources.command("discard")
@_source
@_version
@yes_option
@click.pass_obj
def discard(call: Call, *, source: str, version: int, is_agreed: bool) -> None:
    """Remove a draft with its files."""
    client = call.client()
    meant = source_called(client, source)
    terminal.agree(f"Discard the draft {version} of {meant.name}?", is_agreed=is_agreed)
    client.sources.discard(meant.id, version)
    call.done({"discarded": version}, f"The draft {version} of {meant.name} is discarded.")


def _minutes(text: str) -> int | None:
    named = {"off": 0, "default": None}
    if text in named:
        return named[text]
    if text.isascii() and text.isdigit() and int(text):
        return int(text)
    raise click.UsageError("--idle-pause is a number of minutes, off or default.")


def _pause(minutes: object) -> str:
    return "as the server does" if minutes is None else f"{minutes} minutes" if minutes else "off"


def _show_resources(call: Call, found: Version) -> None:
    said = found.resources
    pairs = [("cpu", said.get("cpu")), ("memory", f"{said.get('memory')} MiB")]
    pairs += [("processes", said.get("replicas")), ("session affinity", bool(said.get("session_affinity")))]
    pairs.append(("idle pause", _pause(said.get("idle_pause_minutes"))))
    pairs.append(("key scope level", said.get("required_key_scope_level") or "not set"))
    pairs.append(("health path", said.get("health_path") or "any answer will do"))
    reach = said.get("visitor_reach")
    call.one(
        found, [*pairs, ("visitors' keys reach", ", ".join(reach) if isinstance(reach, list) else "all")]
    )


source_files.add_to(sources)
source_keeping.add_to(sources)
