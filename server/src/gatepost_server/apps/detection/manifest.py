"""Reads gatepost.toml: what its author says about a bundle, word for word."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatepost_server.apps.model import Kind
from gatepost_server.kernel.errors import FieldFault, Invalid

FILE_NAME: Final = "gatepost.toml"
_LARGEST: Final = 64 * 1024
_FIELDS: Final = ("kind", "entrypoint", "python", "name")
_PYTHON: Final = re.compile(r"3\.\d{1,2}")
_LONGEST: Final = 200


class ManifestInvalid(Invalid):
    """gatepost.toml cannot be read, or says something unknown."""

    code = "manifest-invalid"
    title = "gatepost.toml cannot be accepted"


@dataclass(frozen=True)
class Manifest:
    """The fields of `[app]`; None where the author leaves the choice to us."""

    kind: Kind | None = None
    entrypoint: str | None = None
    python: str | None = None
    name: str | None = None


def read_manifest(folder: Path) -> Manifest:
    """Return what *folder*/gatepost.toml says; an empty answer when there is none.

    Raises:
        ManifestInvalid: it is not TOML, or has an unknown table, field or value.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return Manifest()
    try:
        with path.open("rb") as file:
            written = tomllib.loads(file.read(_LARGEST).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestInvalid(f"{FILE_NAME} is not valid TOML: {_one_line(str(error))}.") from None
    app = written.pop("app", {})
    faults = [FieldFault(name, "Only the table [app] is known.") for name in written]
    if not isinstance(app, dict):
        raise _invalid([FieldFault("app", "Write it as a table: [app].")])
    values = {name: _value(name, value, faults) for name, value in app.items()}
    if faults:
        raise _invalid(faults)
    kind = values.pop("kind", None)
    return Manifest(kind=Kind(kind) if kind else None, **values)


def _value(name: str, value: object, faults: list[FieldFault]) -> str | None:
    if name not in _FIELDS:
        faults.append(FieldFault(f"app.{name}", f"Unknown; known are {', '.join(_FIELDS)}."))
    elif not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or not value.isprintable():
        faults.append(FieldFault(f"app.{name}", f"Write a text of 1 to {_LONGEST} printable characters."))
    elif name == "kind" and value not in set(Kind):
        faults.append(FieldFault("app.kind", f"Unknown; known are {', '.join(Kind)}."))
    elif name == "python" and not _PYTHON.fullmatch(value):
        faults.append(FieldFault("app.python", "Write it as a version such as 3.11."))
    else:
        return value.strip()
    return None


def _invalid(faults: list[FieldFault]) -> ManifestInvalid:
    said = " ".join(f"{fault.field}: {fault.detail}" for fault in faults)
    return ManifestInvalid(f"{FILE_NAME} cannot be accepted. {_one_line(said)}", faults=faults)


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:500].rstrip(".")
