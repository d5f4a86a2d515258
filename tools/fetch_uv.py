"""Fetch uv from PyPI as uv.lock names it: one wheel, checked by its hash, no pip needed.

`python3 tools/fetch_uv.py FOLDER` puts the program into FOLDER (unless it is there) and
prints its path.
"""

import hashlib
import io
import platform
import sys
import sysconfig
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

LOCK: Final = Path(__file__).parents[1] / "uv.lock"


class Wheel(TypedDict):
    """A file of the lock."""

    url: str
    hash: str


def locked_uv(lock: Path) -> tuple[str, list[Wheel]]:
    """Return the version of uv in *lock* and its wheels."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    found = next(package for package in packages if package["name"] == "uv")
    return found["version"], found["wheels"]


def wheel_for(machine: str, libc: str, wheels: Sequence[Wheel]) -> Wheel:
    """Return the wheel for *machine* (`x86_64`, `arm64` …) and *libc* (`manylinux`, `musllinux`, `macosx`).

    Raises:
        LookupError: PyPI has none for this machine.
    """
    for wheel in wheels:
        platform_tag = wheel["url"].rpartition("/")[2].removesuffix(".whl").split("-", 4)[4]
        if libc in platform_tag and platform_tag.endswith(f"_{machine}"):
            return wheel
    msg = f"PyPI has no uv for {libc} on {machine}."
    raise LookupError(msg)


def this_machine() -> tuple[str, str]:
    """Return the machine and the C library of this Python."""
    if sys.platform == "darwin":
        return platform.machine(), "macosx"
    is_musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    return platform.machine(), "musllinux" if is_musl else "manylinux"


def program_in(archive: bytes, expected: str) -> bytes:
    """Return the program inside a wheel.

    Raises:
        ValueError: the wheel is not the one whose hash is *expected*.
    """
    algorithm, _, digest = expected.partition(":")
    if hashlib.new(algorithm, archive).hexdigest() != digest:
        msg = "The uv that was downloaded is not the one uv.lock names; it was thrown away."
        raise ValueError(msg)
    with zipfile.ZipFile(io.BytesIO(archive)) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".data/scripts/uv"))
        return wheel.read(name)


def main(folder: Path) -> int:
    """Fetch uv into *folder*, print its path, and return the exit status."""
    try:
        version, wheels = locked_uv(LOCK)
        program = folder.absolute() / f"uv-{version}"
        if not program.exists():
            wheel = wheel_for(*this_machine(), wheels)
            with urllib.request.urlopen(wheel["url"], timeout=120) as answer:  # noqa: S310  # https, from the lock
                body = program_in(answer.read(), wheel["hash"])
            folder.mkdir(parents=True, exist_ok=True)
            aside = program.with_suffix(".part")
            aside.write_bytes(body)
            aside.chmod(0o755)
            aside.rename(program)
    except (LookupError, ValueError, urllib.error.URLError, TimeoutError) as fault:
        print(f"uv could not be fetched from PyPI: {fault}", file=sys.stderr)
        return 1
    print(program)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
