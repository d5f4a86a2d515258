"""Decides how a bundle is served: its author's word first, then its files."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from gatepost_server.apps.detection.declaring import declared_in
from gatepost_server.apps.detection.manifest import FILE_NAME, Manifest, read_manifest
from gatepost_server.apps.detection.python_code import Sign, is_named, read_code
from gatepost_server.apps.model import Detected, Kind
from gatepost_server.kernel.errors import Invalid

NAMED: Final = "the upload names it"
"""How the reason of a kind begins that was named beside the files."""

_USUAL: Final = ("app", "main", "server", "api", "streamlit_app", "asgi", "wsgi", "application")
_SITE_FOLDERS: Final = (".", "public", "dist", "build", "site", "_site", "docs", "html")
_PYTHON_KINDS: Final = frozenset({Kind.FASTAPI, Kind.ASGI, Kind.WSGI, Kind.STREAMLIT, Kind.SHINY})
_OBJECT: Final = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)", re.ASCII)
_ROUTE: Final = re.compile(
    rb"^[ \t]{0,40}#[*'][ \t]{0,40}@(get|post|put|delete|patch|head|use|plumber|assets)\b", re.MULTILINE
)
_MOST_FILES: Final = 200
_LARGEST: Final = 1024 * 1024


class KindUnclear(Invalid):
    """Nothing in the bundle says how to serve it, or what is said cannot be right."""

    code = "kind-unclear"
    title = "It is not clear how to serve this bundle"


def detect(folder: Path, *, kind: Kind | None = None) -> Detected:
    """Say how the unpacked bundle *folder* is served, and by which sign that was seen.

    *kind* (from the upload) goes before gatepost.toml, which goes before the files. No
    line of the bundle is executed.

    Raises:
        ManifestInvalid: gatepost.toml cannot be accepted.
        ParametersInvalid: metadata.yaml cannot be accepted.
        KindUnclear: no sign was found, or the named entrypoint is not there.
    """
    return replace(_judged(folder, kind), parameters=declared_in(folder))


def _judged(folder: Path, kind: Kind | None) -> Detected:
    manifest = read_manifest(folder)
    chosen = kind or manifest.kind
    if chosen is None and manifest.entrypoint is None:
        return _with_needs(folder, manifest, _by_files(folder))
    said = NAMED if kind else f"{FILE_NAME} names it"
    if manifest.entrypoint is not None:
        return _with_needs(folder, manifest, _by_entrypoint(folder, manifest.entrypoint, chosen, said))
    assert chosen is not None
    return _with_needs(folder, manifest, _by_kind(folder, chosen, said))


def framework_of(folder: Path, entrypoint: str) -> str | None:
    """Return the package whose application *entrypoint* (`module:object`) is, if it can be seen.

    For builds of bundles that name no requirements; None for plain functions and files.
    """
    module, _, thing = entrypoint.partition(":")
    if not thing:
        return None
    place = folder.joinpath(*module.split("."))
    path = next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()), None)
    sign = None if path is None else read_code(path, thing.partition(".")[0]).sign
    return None if sign is None else sign.package


def _with_needs(folder: Path, manifest: Manifest, found: Detected) -> Detected:
    if found.kind not in _PYTHON_KINDS:
        return found
    needs = next((n for n in ("requirements.txt", "pyproject.toml") if (folder / n).is_file()), None)
    return Detected(found.kind, found.entrypoint, found.because, needs, manifest.python)


def _by_files(folder: Path) -> Detected:
    routes = _plumber_file(folder)
    if routes is not None:
        return Detected(Kind.PLUMBER, routes, f"{routes} holds Plumber annotations")
    faults: list[str] = []
    for path in _python_files(folder):
        seen = read_code(path)
        if seen.sign is not None:
            return _served(path.name, seen.sign, f"{path.name} {seen.sign.because}")
        if seen.fault:
            faults.append(f"{path.name} {seen.fault}.")
        elif seen.imports:
            faults.append(f"{path.name} imports {seen.imports} but makes no application at its top level.")
    site = _site_folder(folder) if not faults else None
    if site is not None:
        where = "its top folder" if site == "." else f"the folder {site}"
        return Detected(Kind.STATIC, site, f"{where} holds HTML pages and no application code was found")
    raise KindUnclear(" ".join(["It is not clear how to serve this bundle.", *faults[:3], _how_to_mend()]))


def _by_kind(folder: Path, kind: Kind, said: str) -> Detected:
    """Find the entrypoint of a kind that was named without one."""
    if kind is Kind.STATIC:
        return Detected(kind, _site_folder(folder) or ".", said)
    if kind is Kind.PLUMBER:
        routes = _plumber_file(folder)
        if routes is None:
            raise _missing(kind, "a plumber.R with annotations such as #* @get /mean")
        return Detected(kind, routes, said)
    first: Path | None = None
    for path in _python_files(folder):
        first = first or path
        sign = read_code(path).sign
        if sign is not None and _fits(sign.kind, kind):
            return _served(path.name, Sign(kind, sign.thing, ""), f"{said}; {path.name} {sign.because}")
    if kind is Kind.STREAMLIT and first is not None:
        return Detected(kind, first.name, said)
    raise _missing(kind, f"a Python file at the top of the bundle that makes a {kind} application")


def _by_entrypoint(folder: Path, entrypoint: str, kind: Kind | None, said: str) -> Detected:
    """Judge a named entrypoint: it must be in the bundle and of the form its kind needs."""
    if ":" in entrypoint:
        return _by_object(folder, entrypoint, kind, said)
    inside = _inside(folder, entrypoint)
    if inside.is_dir():
        if kind not in (None, Kind.STATIC):
            raise KindUnclear(
                f"The entrypoint “{entrypoint}” is a folder; only static sites are served from one."
            )
        return Detected(Kind.STATIC, PurePosixPath(entrypoint).as_posix(), said)
    if kind is Kind.STATIC:
        raise KindUnclear(f"The entrypoint of a static site is a folder; “{entrypoint}” is a file.")
    if inside.suffix in (".R", ".r"):
        if kind not in (None, Kind.PLUMBER):
            raise KindUnclear(f"The entrypoint “{entrypoint}” is R code; the kind {kind} needs Python.")
        return Detected(Kind.PLUMBER, entrypoint, said)
    if inside.suffix != ".py" or kind is Kind.PLUMBER:
        raise KindUnclear(
            f"The entrypoint “{entrypoint}” is not a file that {kind or 'any kind'} can start from."
        )
    if kind is Kind.STREAMLIT:
        return Detected(kind, entrypoint, said)
    sign = read_code(inside).sign
    if sign is None or (kind is not None and not _fits(sign.kind, kind)):
        raise KindUnclear(
            f"No {kind or 'known'} application was found in “{entrypoint}”; "
            f"name the object too: entrypoint = “{_module(entrypoint)}:app”."
        )
    return _served(entrypoint, Sign(kind or sign.kind, sign.thing, ""), f"{said}; it {sign.because}")


def _by_object(folder: Path, entrypoint: str, kind: Kind | None, said: str) -> Detected:
    match = _OBJECT.fullmatch(entrypoint)
    if match is None:
        raise KindUnclear(f"The entrypoint “{entrypoint}” is not of the form module:object.")
    if kind in (Kind.STATIC, Kind.PLUMBER, Kind.STREAMLIT):
        raise KindUnclear(f"The kind {kind} starts from a file or folder, not from “{entrypoint}”.")
    place = folder.joinpath(*match[1].split("."))
    path = next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()), None)
    if path is None:
        raise KindUnclear(f"The module of the entrypoint “{entrypoint}” is not in the bundle.")
    if kind is None:
        sign = read_code(path, match[2]).sign
        if sign is None:
            _require_named(path, match[2])
            raise KindUnclear(
                f"The kind of “{entrypoint}” cannot be seen; name it in {FILE_NAME}: kind = “…”."
            )
        return Detected(sign.kind, entrypoint, f"{said}; it {sign.because}")
    return Detected(kind, entrypoint, said)


def _require_named(path: Path, thing: str) -> None:
    """Refuse an object that its file never names, when there is another one to serve."""
    other = read_code(path).sign
    if other is None or other.thing is None or is_named(path, thing):
        return
    raise KindUnclear(f"{path.name} has no “{thing}”; it has “{other.thing}”.")


def _served(file: str, sign: Sign, because: str) -> Detected:
    entrypoint = file if sign.thing is None else f"{_module(file)}:{sign.thing}"
    return Detected(sign.kind, entrypoint, because)


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _fits(seen: Kind, wanted: Kind) -> bool:
    return seen is wanted or (wanted is Kind.ASGI and seen in (Kind.FASTAPI, Kind.SHINY))


def _inside(folder: Path, entrypoint: str) -> Path:
    parts = PurePosixPath(entrypoint).parts
    place = folder.joinpath(*parts)
    if entrypoint.startswith("/") or ".." in parts or "\\" in entrypoint or not place.exists():
        raise KindUnclear(f"The entrypoint “{entrypoint}” is not in the bundle.")
    return place


def _python_files(folder: Path) -> Iterator[Path]:
    found = {path.stem: path for path in sorted(folder.glob("*.py"))[:_MOST_FILES] if path.is_file()}
    for name in _USUAL:
        if name in found:
            yield found.pop(name)
    yield from (path for name, path in found.items() if not name.startswith(("test_", "conftest", "setup")))


def _plumber_file(folder: Path) -> str | None:
    scripts = sorted(
        (p for p in folder.glob("*.[Rr]") if p.is_file()), key=lambda p: p.stem.lower() != "plumber"
    )
    for path in scripts[:_MOST_FILES]:
        with path.open("rb") as file:
            if _ROUTE.search(file.read(_LARGEST)):
                return path.name
    return None


def _site_folder(folder: Path) -> str | None:
    for name in _SITE_FOLDERS:
        if (folder / name / "index.html").is_file():
            return name
    return "." if any(folder.glob("*.html")) else None


def _missing(kind: Kind, what: str) -> KindUnclear:
    return KindUnclear(f"The kind {kind} was named, but the bundle lacks {what}. {_how_to_mend()}")


def _how_to_mend() -> str:
    return (
        f"Put an app.py, a plumber.R or an index.html at its top, or add a {FILE_NAME} with "
        f"[app] kind = “…” and entrypoint = “…” (kinds: {', '.join(Kind)})."
    )
