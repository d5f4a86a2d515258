"""`gatepost projects export` and `import`: a project as one archive."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call
from gatepost.errors import Conflict

if TYPE_CHECKING:
    from gatepost.connected import Client
    from gatepost.work_models import Job

_LOOK_S = 0.5
_PARTS = 1000


@click.command("export")
@click.argument("project")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file; default: PROJECT.tar.gz.")
@click.pass_obj
def export(call: Call, *, project: str, output: Path | None) -> None:
    """Write a project into one archive, and fetch it.

    It holds variables, datasets with their rows, scenarios, dashboards, and who holds what for
    people to read; keys as definitions, without their secrets. Ctrl-C cancels the export.
    """
    client, path = call.client(), output or Path(f"{project}.tar.gz")
    job = client.projects.start_export(project)
    try:
        job = _followed(call, client, job)
    except KeyboardInterrupt:
        client.jobs.cancel(job.id)
        raise
    if job.state != "done":
        raise Conflict(job.reason or "The export was cancelled.", code="export-not-ready")
    draft = path.with_name(f"{path.name}.part")
    try:
        with client.projects.exported(project, job.id) as chunks, draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    call.done(job.raw, f"{project} is in {path} ({terminal.size(path.stat().st_size)}).")


@click.command("import")
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("project", metavar="KEY")
@click.option("--name", help="What people read; default: the archive's name.")
@click.pass_obj
def import_(call: Call, *, archive: Path, project: str, name: str | None) -> None:
    """Make a new project KEY of an archive that `export` wrote; nobody else is given anything."""
    client, size = call.client(), archive.stat().st_size
    if call.is_json:
        made = client.projects.import_archive(project, archive, name=name)
    else:
        with terminal.progress("Uploading", size) as tell:
            made = client.projects.import_archive(
                project, archive, name=name, progress=lambda sent, _total: tell(min(sent, size))
            )
        for sentence in made.left_out:
            terminal.note(sentence)
    call.done(made.raw, f"Project {made.project.key} is there; you administer it, and nobody else.")


def _followed(call: Call, client: "Client", job: "Job") -> "Job":
    if call.is_json:
        while not job.is_ended:
            time.sleep(_LOOK_S)
            job = client.jobs.get(job.id)
        return job
    with terminal.progress("Exporting", _PARTS) as tell:
        while not job.is_ended:
            time.sleep(_LOOK_S)
            job = client.jobs.get(job.id)
            tell(round(job.progress * _PARTS))
    return job
