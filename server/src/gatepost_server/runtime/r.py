"""Whether R with plumber is on this machine."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ASK = 'cat(as.character(getRversion()), as.character(packageVersion("plumber")))'
MEND = "Install it with `apt-get install r-base-core r-cran-plumber` and restart."


@dataclass(frozen=True)
class RSupport:
    """Rscript when it has plumber, and the reason in words either way."""

    rscript: Path | None
    reason: str


def find_r() -> RSupport:
    """Ask Rscript for plumber. Blocks for up to a minute on a slow machine."""
    found = shutil.which("Rscript")
    if found is None:
        return RSupport(None, f"R is not installed on this machine. {MEND}")
    try:
        told = subprocess.run(  # noqa: S603 — the machine's own R
            [found, "--vanilla", "-e", ASK], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return RSupport(None, f"R is installed, but its package plumber is not. {MEND}")
    r_version, _, plumber = told.stdout.strip().partition(" ")
    return RSupport(Path(found).resolve(), f"R {r_version} with plumber {plumber}")
