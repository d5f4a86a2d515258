"""`gatepost sources files` and its like: the files of a version, from the command line."""

import sys
from pathlib import Path

import click

from gatepost.cli import terminal
from gatepost.cli.find import source_called
from gatepost.cli.verb import Call, Noun, yes_option

_source = click.argument("source")
_version = click.argument("version", type=click.IntRange(1))
_path = click.argument("path")


def add_to(sources: Noun) -> None:
    """Add the verbs about files to `gatepost sources`."""
    for verb in (files, get, put, remove, download, compare):
        sources.add_command(verb)


@click.command("files", cls=Noun.command_class)
@_source
@_version
@click.option("-q", "--search", metavar="TEXT", help="Only paths with this text.")
@click.option(
    "--limit", type=click.IntRange(1), default=1000, show_default=True, help="Show at most this many."
)
@click.pass_obj
def files(call: Call, *, source: str, version: int, search: str | None, limit: int) -> None:
    """List the files of a version."""
    client = call.client()
    meant = source_called(client, source)
    columns = [("PATH", lambda one: one.path), ("SIZE", lambda one: one.size)]
    found = client.sources.files(meant.id, version).list(q=search)
    call.rows(found, columns, limit=limit, empty=f"Version {version} of {meant.name} has no such files.")


@click.command("get", cls=Noun.command_class)
@_source
@_version
@_path
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file."
)
@click.pass_obj
def get(call: Call, *, source: str, version: int, path: str, output: Path | None) -> None:
    """Print a file of a version, or write it to a file."""
    client = call.client()
    meant = source_called(client, source)
    content = client.sources.files(meant.id, version).read(path)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    output.write_bytes(content)
    call.done({"path": path, "size": len(content)}, f"{path} is written to {output}.")


@click.command("put", cls=Noun.command_class)
@_source
@_version
@_path
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def put(call: Call, *, source: str, version: int, path: str, file: Path) -> None:
    """Write FILE to PATH of a draft, in place of what is there now."""
    client = call.client()
    meant = source_called(client, source)
    calls = client.sources.files(meant.id, version)
    done = calls.write(path, file, etag=calls.etag(path))
    call.done(done.raw, f"{path} is saved in the draft {version} of {meant.name}.")


@click.command("remove", cls=Noun.command_class)
@_source
@_version
@_path
@yes_option
@click.pass_obj
def remove(call: Call, *, source: str, version: int, path: str, is_agreed: bool) -> None:
    """Remove a file of a draft."""
    client = call.client()
    meant = source_called(client, source)
    terminal.agree(f"Remove {path} from the draft {version} of {meant.name}?", is_agreed=is_agreed)
    client.sources.files(meant.id, version).remove(path)
    call.done({"removed": path}, f"{path} is removed.")


@click.command("download", cls=Noun.command_class)
@_source
@_version
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def download(call: Call, *, source: str, version: int, archive: Path) -> None:
    """Write all files of a version to ARCHIVE, a .tar.gz that `gatepost deploy` takes."""
    client = call.client()
    meant = source_called(client, source)
    client.sources.files(meant.id, version).download(archive)
    call.done({"archive": str(archive)}, f"Version {version} of {meant.name} is written to {archive}.")


@click.command("compare", cls=Noun.command_class)
@_source
@click.argument("before", type=click.IntRange(1))
@click.argument("after", type=click.IntRange(1))
@click.pass_obj
def compare(call: Call, *, source: str, before: int, after: int) -> None:
    """Show what is different in version AFTER, seen from BEFORE."""
    client = call.client()
    meant = source_called(client, source)
    found = client.sources.compare(meant.id, before, after)
    if call.is_json:
        terminal.as_json(found.raw)
        return
    for one in found.resources:
        click.echo(terminal.clean(f"resource {one.get('name')}: {one.get('before')} -> {one.get('after')}"))
    for file in found.files:
        click.echo(terminal.clean(f"{file.change} {file.path}"))
        for line in (file.diff or "").splitlines():
            click.echo(terminal.clean(f"  {line}"))
    if not found.resources and not found.files:
        terminal.note("There is no difference.")
