"""Exporting a project: asked for, written as one archive by the worker, fetched, swept."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final

from gatepost_server.authz import Hidden
from gatepost_server.bundles import remove_tree
from gatepost_server.jobs import Job, JobContext, JobState, queue, state_of
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.projects.archives.manifest import DatasetFile, Manifest, PartFile
from gatepost_server.projects.archives.packing import digest_of, pack
from gatepost_server.projects.errors import ExportGone, ExportNotReady
from gatepost_server.projects.service.collecting import (
    Collected,
    CollectedDataset,
    collect_project,
    require_whole,
)
from gatepost_server.projects.service.finding import require_project
from gatepost_server.projects.service.rows import require_every_row
from gatepost_server.projects.shelf import Shelf
from gatepost_server.store import Tx

EXPORT: Final = "project.export"
"""The kind of job that exports a project."""
KEPT_S: Final = 86_400.0
_TRIES: Final = 5
_SUFFIX: Final = ".tar.gz"
_MARK: Final = ".sweep"


def start_export(tx: Tx, key: str) -> Job:
    """Ask for an archive of a project; the worker writes it in the caller's name.

    Raises:
        ArchiveIncomplete: the project holds things that an archive does not carry.
        RunAsNeeded, RunAsDenied, Denied: the caller may not have all of its rows (`require_every_row`).
    """
    node = require_project(tx, "project:export", key)
    require_whole(tx, node)
    require_every_row(tx, node)
    job = queue(tx, EXPORT, node.id, {"key": key})
    tx.audit("project:export", "project", node.id, node.name, after={"job": job.id})
    return job


def find_export(tx: Tx, key: str, job_id: str, folder: Path) -> Path:
    """Return the archive that a job wrote, for who may export the project now; the trail says so.

    Raises:
        Hidden: there is no such export of this project.
        ExportNotReady: it is being written, or it failed.
        ExportGone: it was removed.
        RunAsNeeded, RunAsDenied, Denied: the caller may not have all of its rows (`require_every_row`).
    """
    node = require_project(tx, "project:export", key)
    require_every_row(tx, node)
    job = state_of(tx, job_id)
    if job is None or (job.kind, job.subject_id) != (EXPORT, node.id):
        raise Hidden("project:export", job_id)
    if job.state is not JobState.DONE:
        raise ExportNotReady(job.reason or "The archive is not written yet. Watch the job.")
    path = folder / f"{job.id}{_SUFFIX}"
    if not path.is_file():
        raise ExportGone
    tx.audit("project:fetch-export", "project", node.id, node.name, after={"job": job.id})
    return path


def sweep_exports(folder: Path, *, old_s: float = KEPT_S) -> list[str]:
    """Remove archives that were written *old_s* seconds ago, and what dead imports left; name them.

    Ages are told by the file system's own clock.
    """
    mark = folder / _MARK
    mark.touch()
    now = mark.stat().st_mtime
    old = [one for one in folder.iterdir() if one != mark and one.lstat().st_mtime < now - old_s]
    for one in old:
        if one.is_dir():
            remove_tree(one)
        else:
            one.unlink(missing_ok=True)
    return sorted(one.name for one in old)


class ProjectExports:
    """Writes archives. Idempotent: a second run writes the same file again."""

    name = EXPORT
    is_idempotent = True

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self._folder, self._shelf = folder, shelf

    def run(self, context: JobContext) -> Mapping[str, Any]:
        """Write the archive beside its place and move it there.

        Raises:
            Hidden, ActionDenied, Denied: whoever asked may not export it now.
            Unavailable: a dataset is overwritten all the time.
        """
        key = str(context.job.params["key"])
        draft = self._folder / f"{context.job.id}.part"
        try:
            manifest = self._write(context, key, draft)
            size = draft.stat().st_size
            draft.rename(self._folder / f"{context.job.id}{_SUFFIX}")
        finally:
            draft.unlink(missing_ok=True)
        return {
            "download": f"/api/v1/projects/{key}/export/{context.job.id}",
            "size": size,
            "datasets": len(manifest.datasets),
            "rows": sum(part.rows for one in manifest.datasets for part in one.parts),
        }

    def _write(self, context: JobContext, key: str, draft: Path) -> Manifest:
        for _ in range(_TRIES):
            context.progress(0.0, "collecting")
            with context.begin() as tx:
                collected = collect_project(tx, key)
            with ExitStack() as stack:
                try:
                    lent = [
                        stack.enter_context(self._shelf.lent([part.id for part in one.parts]))
                        for one in collected.datasets
                    ]
                except FileNotFoundError:
                    continue  # overwritten since; what is there now is what is asked for
                return _packed(context, collected, lent, draft)
        raise Unavailable("A dataset is being overwritten. Export again.", code="dataset-busy")


def _packed(context: JobContext, collected: Collected, lent: Sequence[list[Path]], draft: Path) -> Manifest:
    """Hash every file and write the archive; say how far it has come."""
    total = 2 * sum(path.stat().st_size for paths in lent for path in paths) or 1
    done = 0

    def told(count: int, sentence: str) -> None:
        nonlocal done
        done += count
        context.progress(done / total, sentence)

    datasets, files = [], []
    for at, (one, paths) in enumerate(zip(collected.datasets, lent, strict=True)):
        parts = []
        for number, (part, path) in enumerate(zip(one.parts, paths, strict=True)):
            name = f"datasets/{at:05}/{number:05}.parquet"
            digest = digest_of(path, partial(told, sentence=f"reading {one.dataset.name}"))
            parts.append(PartFile(name, part.rows, path.stat().st_size, digest))
            files.append((name, path))
        datasets.append(_dataset(one, parts))
    manifest = Manifest(**collected.told, datasets=datasets)
    pack(manifest, files, draft, partial(told, sentence="writing"))
    return manifest


def _dataset(one: CollectedDataset, parts: Sequence[PartFile]) -> DatasetFile:
    dataset = one.dataset
    return DatasetFile(
        name=dataset.name,
        columns=[{"name": column.name, "type": column.type} for column in dataset.columns],
        is_declared=dataset.is_declared,
        impersonate=dataset.impersonate,
        description=dataset.metadata.description,
        tags=list(dataset.metadata.tags),
        custom=dict(dataset.metadata.custom),
        query=one.query,
        rules=one.rules,
        parts=parts,
    )
