"""Comparing two versions of a source: files, requirements and resources."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from gatepost_server.apps.errors import ChangedMeanwhile
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.resources import kept_resources
from gatepost_server.apps.service.versions import get_version
from gatepost_server.apps.views import SourceVersion
from gatepost_server.bundles import TreeFile, digest_of, files_of
from gatepost_server.settings import Folders
from gatepost_server.store import Tx

_LONGEST: Final = 256 * 1024
_MOST_PAIRS: Final = 4_000_000
"""Lines before times lines after, of all files that are compared line by line."""


class Change(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class FileChange:
    """A file that is not the same; `diff` is None for what is no text, or too long to be compared."""

    path: str
    change: Change
    diff: str | None


@dataclass(frozen=True)
class Comparison:
    """What is different in `after`, seen from `before`."""

    before: SourceVersion
    after: SourceVersion
    files: tuple[FileChange, ...]
    requirements_added: tuple[str, ...]
    requirements_removed: tuple[str, ...]
    resources: Mapping[str, tuple[object, object]]


def compare_versions(tx: Tx, source_id: str, before: int | None, after: int, folders: Folders) -> Comparison:
    """Return what is different between two versions of a source.

    Without *before* it is seen from the version that came before *after*; the first one is
    alike to itself.

    Raises:
        UnknownVersion: there is none of one of the numbers.
        ChangedMeanwhile: one is a draft that somebody changed just now.
    """
    new = get_version(tx, source_id, after)
    if before is None:
        before = queries.number_before(tx.session, source_id, after) or after
    old = get_version(tx, source_id, before)
    left, right = folders.sources / old.folder, folders.sources / new.folder
    try:
        files = _files(left, right)
        needed, needs = _requirements(left), _requirements(right)
    except FileNotFoundError:
        raise ChangedMeanwhile(old.number if old.is_draft else new.number) from None
    had, has = kept_resources(old.resources), kept_resources(new.resources)
    return Comparison(
        old,
        new,
        files,
        tuple(one for one in needs if one not in needed),
        tuple(one for one in needed if one not in needs),
        {name: (had[name], has[name]) for name in had if had[name] != has[name]},
    )


def _files(left: Path, right: Path) -> tuple[FileChange, ...]:
    had = {one.path: one for one in files_of(left)}
    has = {one.path: one for one in files_of(right)}
    found, pairs_left = [], _MOST_PAIRS
    for path in sorted(had | has):
        change = _change(had.get(path), has.get(path), left / path, right / path)
        if change is None:
            continue
        before = _lines(left / path) if path in had else []
        after = _lines(right / path) if path in has else []
        pairs = (len(before) + 1) * (len(after) + 1) if before is not None and after is not None else 0
        if before is None or after is None or pairs > pairs_left:
            found.append(FileChange(path, change, None))
            continue
        pairs_left -= pairs
        found.append(FileChange(path, change, _diff(path, before, after)))
    return tuple(found)


def _change(old: TreeFile | None, new: TreeFile | None, left: Path, right: Path) -> Change | None:
    if old is None:
        return Change.ADDED
    if new is None:
        return Change.REMOVED
    is_same = old.size == new.size and digest_of(left) == digest_of(right)
    return None if is_same and old.is_executable == new.is_executable else Change.CHANGED


def _lines(path: Path) -> list[str] | None:
    """Return the lines of a text; None for what is none, or is too long."""
    if path.stat().st_size > _LONGEST:
        return None
    content = path.read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode().splitlines()
    except UnicodeDecodeError:
        return None


def _diff(path: str, before: list[str], after: list[str]) -> str:
    said = difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm="")
    return "".join(f"{line}\n" for line in said)


def _requirements(folder: Path) -> list[str]:
    """Return what a version names as required, as it is written."""
    listed = folder / "requirements.txt"
    lines = _lines(listed) if listed.is_file() else None
    if lines is not None:
        plain = (line.partition(" #")[0].strip() for line in lines)
        return [line for line in plain if line and not line.startswith("#")]
    project = folder / "pyproject.toml"
    if not project.is_file():
        return []
    try:
        said = tomllib.loads("\n".join(_lines(project) or ())).get("project", {})
    except tomllib.TOMLDecodeError:
        return []
    named = said.get("dependencies", []) if isinstance(said, dict) else []
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
