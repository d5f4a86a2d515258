"""`gatepost deploy`: publish a folder, or a new version of it."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gatepost.bundle import ARCHIVES, Bundle, packed
from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Verb
from gatepost.cli.words import KINDS
from gatepost.connected import Client
from gatepost.deploying import Watch
from gatepost.errors import Conflict, Failed, Invalid
from gatepost.models import App
from gatepost.watched import Progress

MANIFEST = "gatepost.toml"


@click.command(cls=Verb)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True))
@click.option("--name", help="Name of the application; default: the one in gatepost.toml, else the folder's.")
@click.option("--kind", type=click.Choice(KINDS), help="How it is served; default: seen from the files.")
@click.option(
    "--app", "app", metavar="APP", help="Make a new version of this application (id, number or name)."
)
@click.option("--no-wait", is_flag=True, help="Return when the upload is accepted.")
@click.pass_obj
def deploy(
    call: Call, *, folder: Path, name: str | None, kind: str | None, app: str | None, no_wait: bool
) -> None:
    """Publish a folder, or a new version of it.

    DIR is a folder, or a .tar.gz or .zip file. Files named in its .gatepostignore (rules
    as in .gitignore) stay at home, as do .git, virtual environments and caches; links are
    never followed. Then the build log is shown until the application runs, and at the
    end its address is printed. Ctrl-C stops the watching, not the deployment.
    """
    if app is not None and name is not None:
        raise click.UsageError("--name is for a new application; rename one with `gatepost apps rename`.")
    client = call.client()
    replaced = app_called(client, app) if app is not None else None
    with packed(folder) as bundle:
        _tell_packed(call, bundle)
        with _upload_bar(call, bundle) as progress:
            if replaced is None:
                started = client.apps.create(
                    name or _name_of(folder), bundle.path, kind=kind, progress=progress
                )
            else:
                started = _next_version(client, replaced, bundle, kind, progress)
    ended = started if no_wait or started.state == "stopped" else _watched(call, client, started)
    _tell_end(call, ended)
    if replaced is None and not (call.is_json or no_wait):
        _tell_namesakes(client, ended)


def _next_version(client: Client, app: App, bundle: Bundle, kind: str | None, progress: Progress) -> App:
    if app.source_id is None:
        raise Conflict(
            f"{app.name} has no source that takes a new version; deploy the folder as a new application."
        )
    made = client.sources.add_version(app.source_id, bundle.path, kind=kind, progress=progress)
    return client.apps.deploy(app.id, made.version)


def _name_of(folder: Path) -> str | None:
    """Return a name for the application, or None when its gatepost.toml has one."""
    if _has_name(folder / MANIFEST):
        return None
    name = folder.resolve().name
    return next((name.removesuffix(ending) for ending in ARCHIVES if name.endswith(ending)), name)


def _has_name(manifest: Path) -> bool:
    if not manifest.is_file() or manifest.is_symlink():
        return False
    try:
        said = tomllib.loads(manifest.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Invalid(f"{manifest} cannot be read: {fault}.", code="manifest-invalid") from fault
    app = said.get("app")
    return isinstance(app, dict) and "name" in app


def _tell_packed(call: Call, bundle: Bundle) -> None:
    for left in bundle.left_out:
        terminal.note(f"Left out {left.path}: {left.because}.")
    if not call.is_json and bundle.files:
        files = "1 file" if bundle.files == 1 else f"{bundle.files} files"
        terminal.note(f"Packed {files}, {terminal.size(bundle.size)}.")


@contextmanager
def _upload_bar(call: Call, bundle: Bundle) -> Iterator[Progress]:
    if call.is_json:
        yield lambda _sent, _total: None
        return
    with terminal.progress("Uploading", bundle.size) as tell:
        yield lambda sent, _total: tell(sent)


def _watched(call: Call, client: Client, app: App) -> App:
    told: list[str] = []

    def tell(line: str) -> None:
        told[:] = [line]
        terminal.note("  " + line)

    watch = Watch(client) if call.is_json else Watch(client, lambda state: terminal.note("● " + state), tell)
    try:
        return watch.until_settled(app)
    except Failed as failure:
        if not call.is_json and list(failure.log_lines[-1:]) != told:
            _tell_last_lines(failure)
            reason, *seen = failure.detail.splitlines()
            if set(seen) <= set(failure.log_lines):
                failure.detail = reason
        failure.detail += f"\nSee more with `gatepost apps logs {app.id} --kind {failure.log_kind}`."
        raise
    except KeyboardInterrupt:
        terminal.note(f"The server goes on with it; see `gatepost apps show {app.id}`.")
        raise


def _tell_last_lines(failure: Failed) -> None:
    """Show the end of a log that nobody has seen yet, before the reason is told."""
    if failure.log_lines:
        terminal.note(f"The {failure.log_kind} log ends with:")
    for line in failure.log_lines:
        terminal.note("  " + line)


def _tell_end(call: Call, app: App) -> None:
    if call.is_json:
        terminal.as_json(app.raw)
        return
    terminal.note(f"{app.name} is {app.state} ({app.id}).")
    if app.state == "stopped":
        terminal.note(f"Start it with `gatepost apps start {app.id}`.")
    click.echo(terminal.clean(app.content_url or app.url or app.id))


def _tell_namesakes(client: Client, app: App) -> None:
    """Say when another application has the same name, which a new version was perhaps meant for."""
    others = [one for one in client.apps.list(q=app.name) if one.name == app.name and one.id != app.id]
    if others:
        found = ", ".join(str(one.number or one.id) for one in others)
        terminal.note(
            f"There is another application of this name, number {found}; this one is {app.number or app.id}. "
            "For a new version of one that is there say `gatepost deploy DIR --app NUMBER`."
        )
