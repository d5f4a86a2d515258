"""What an archive says is in it; never a secret, nor whoever owns or administers anything; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from gatepost_server.authz import policy
from gatepost_server.projects.archives.strict import (
    Later,
    anything,
    count,
    many,
    maybe,
    moment,
    named,
    parsed,
    record,
    refuse,
    text,
    truth,
)
from gatepost_server.projects.errors import ArchiveRefused
from gatepost_server.projects.naming import folded

FORMAT: Final = "gatepost-project"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
LARGEST: Final = 32 * 1024 * 1024
UNTOLD: Final = ""
"""Stands for the end of a key in archives of servers that did not tell it."""
_OWNING: Final = policy.mask("ADMIN OWN GLOBAL_ADMIN CREATE")


@dataclass(frozen=True)
class PartFile:
    """A file of rows in the archive."""

    file: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class DatasetFile:
    """A dataset; rules name whom they are for."""

    name: str
    columns: Sequence[Mapping[str, str]]
    is_declared: bool
    impersonate: bool
    description: str
    tags: Sequence[str]
    custom: Mapping[str, Any]
    query: str | None
    rules: Sequence[Mapping[str, Any]]
    parts: Sequence[PartFile]


@dataclass(frozen=True)
class Manifest:
    """A project as an archive tells it. Grants, authorizations and exposures are for people to read."""

    exported_at: str
    exported_by: str
    project: Mapping[str, str]
    variables: Mapping[str, Any]
    datasets: Sequence[DatasetFile] = ()
    scenarios: Sequence[Mapping[str, Any]] = ()
    dashboards: Sequence[Mapping[str, Any]] = ()
    authorizations: Sequence[Mapping[str, str]] = ()
    exposures: Sequence[Mapping[str, Any]] = ()
    grants: Sequence[Mapping[str, Any]] = ()
    keys: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    def written(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"format": FORMAT, "version": VERSION, **asdict(self)}


def is_owning(role: str | None, permissions: Sequence[str]) -> bool:
    """Tell whether somebody who holds this owns or administers; archives never carry it."""
    given = [roles[role] for roles in policy.presets.values() if role in roles]
    return any(atoms & _OWNING for atoms in given) or any(policy.mask([one]) & _OWNING for one in permissions)


def read_manifest(content: bytes) -> Manifest:
    """Read what an archive says of itself.

    Raises:
        ArchiveRefused: it is no manifest of ours, of another version, has fields that there are
            not (a verifier, say), names something twice, or gives ADMIN or ownership.
    """
    raw = parsed(content)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise ArchiveRefused("The archive holds no project of Gatepost.", code="archive-unknown")
    if raw.get("version") != VERSION:
        raise ArchiveRefused(
            f"The archive is of version {str(raw.get('version'))[:20]}; this server reads {VERSION}.",
            code="archive-version",
        )
    fields = record({name: raw[name] for name in raw if name not in ("format", "version")}, "$", _MANIFEST)
    found = Manifest(**fields)
    for what in ("datasets", "scenarios", "dashboards"):
        names = [one.name if isinstance(one, DatasetFile) else one["name"] for one in fields[what]]
        _require_once(what, [folded(name) for name in names])
    _require_once("files", [part.file for one in found.datasets for part in one.parts])
    for what, rights in (("grants", found.grants), ("keys", found.keys), ("exposures", found.exposures)):
        for at, one in enumerate(rights):
            _require_modest(f"$.{what}[{at}]", one)
    return found


def _require_once(what: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            refuse(f"$.{what}", f"names {name[:60]} twice")
        seen.add(name)


def _require_modest(path: str, one: Mapping[str, Any]) -> None:
    """Refuse a grant, key or exposure that owns or administers, or that holds what there is not."""
    every = [*one["permissions"], *(name for some in one.get("datasets", {}).values() for name in some)]
    try:
        owns = is_owning(one.get("role"), every)
    except KeyError as error:
        refuse(f"{path}.permissions", f"holds {str(error.args[0])[:60]}, which there is not")
    if owns:
        raise ArchiveRefused(
            f"{path} gives ADMIN or ownership, which an archive never carries. Give it after the import.",
            code="archive-owner",
        )


def _dataset(raw: object, path: str) -> DatasetFile:
    return DatasetFile(**record(raw, path, _DATASET))


def _part(raw: object, path: str) -> PartFile:
    return PartFile(**record(raw, path, {"file": text, "rows": count, "size": count, "sha256": text}))


def _of(**fields: Any) -> Any:
    return lambda raw, path: record(raw, path, fields)


def _value(raw: object, path: str) -> str | int | float | bool | None:
    if raw is not None and not isinstance(raw, str | int | float | bool):
        refuse(path, "has to be a single value")
    return raw


_WHO: Final = _of(type=text, name=text)
_DATASET: Final[dict[str, Any]] = {
    "name": text,
    "columns": many(_of(name=text, type=text), 2000),
    "is_declared": truth,
    "impersonate": truth,
    "description": text,
    "tags": many(text, 100),
    "custom": anything,
    "query": maybe(text),
    "rules": many(_of(column=text, values=many(_value, 200), who=_WHO), 200),
    "parts": many(_part),
}
_MANIFEST: Final[dict[str, Any]] = {
    "exported_at": text,
    "exported_by": text,
    "project": _of(key=text, name=text, description=text),
    "variables": anything,
    "datasets": many(_dataset),
    "scenarios": many(_of(name=text, steps=many(anything, 100), cron=maybe(text), run_as=maybe(text))),
    "dashboards": many(_of(name=text, tiles=many(anything, 100))),
    "authorizations": many(_of(dataset=text, by=text)),
    "exposures": many(
        _of(dataset=text, to_project=text, permissions=many(text, 100), until=maybe(text))
    ),
    "grants": many(
        _of(on=_WHO, to=_WHO, role=maybe(text), permissions=many(text, 100), until=maybe(text))
    ),
    "keys": many(
        _of(
            name=text, description=text, permissions=many(text, 100), datasets=named(many(text, 100)),
            ip_allowlist=maybe(text), allowed_origins=many(text, 100),
            expires_at=Later(maybe(moment), UNTOLD), run_as=Later(maybe(text), None),
        )
    ),
}  # fmt: skip
