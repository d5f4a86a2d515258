"""The Pythons of this machine that apps may run on."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

OLDEST = (3, 11)
ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.base_prefix)"
NAMES = ("python3", "python3.15", "python3.14", "python3.13", "python3.12", "python3.11")


@dataclass(frozen=True)
class Interpreter:
    """A Python: where it is, its version, and what a sandbox must see besides /usr."""

    path: Path
    version: str
    reads: tuple[Path, ...] = ()

    @property
    def is_systems(self) -> bool:
        """True when it lies where every user of the machine can reach it."""
        return not self.reads


def find_interpreters() -> list[Interpreter]:
    """Return the Pythons that apps may use: the machine's own, else the running one."""
    return _usable(_machines_own()) or _usable([_running()])


def _usable(paths: Iterable[Path]) -> list[Interpreter]:
    found: dict[str, Interpreter] = {}
    for path in paths:
        interpreter = _asked(path)
        if interpreter is not None:
            found.setdefault(interpreter.version, interpreter)
    return list(found.values())


def _machines_own() -> Iterable[Path]:
    for folder in (Path("/usr/bin"), Path("/usr/local/bin")):
        yield from (folder / name for name in NAMES if (folder / name).exists())


def _running() -> Path:
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


def _asked(path: Path) -> Interpreter | None:
    """Ask *path* what it is; None when it does not run or is too old."""
    try:
        told = subprocess.run(  # noqa: S603 — paths of this machine's own Pythons
            [path, "-I", "-S", "-c", ASK], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, prefix = told.stdout.split("\n")[:2]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        return None
    home = Path(prefix)
    return Interpreter(path, version, () if home.is_relative_to("/usr") else (home,))


def choose(interpreters: Sequence[Interpreter], wish: str | None) -> Interpreter:
    """Return the interpreter for *wish* (`3.12`, `>=3.11`, or none).

    Raises:
        LookupError: no installed Python fits; the message lists those there are.
    """
    there = ", ".join(interpreter.version for interpreter in interpreters) or "none"
    if not interpreters:
        raise LookupError("No Python of version 3.11 or later that apps can use was found.")
    if not wish:
        return interpreters[0]
    text = wish.strip()
    try:
        wanted = SpecifierSet(f"~={text}.0" if text.count(".") == 1 and text[0].isdigit() else _exact(text))
    except InvalidSpecifier as error:
        raise LookupError(f"“{wish}” is not a Python version; write for example 3.12 or >=3.11.") from error
    for interpreter in interpreters:
        if wanted.contains(interpreter.version):
            return interpreter
    raise LookupError(f"Python {wish} is not on this machine (there is {there}).")


def _exact(text: str) -> str:
    return f"=={text}" if text[:1].isdigit() else text
