"""Break the rights on purpose, one small fault at a time, and see whether the tests notice.

make mutate
python tools/mutate.py [WORD …]      only the faults of which file or meaning holds a WORD

The faults are in mutations.py. Each is made in a copy of the source, never in this tree, and
a quick selection of tests runs against it, on SQLite, stopping at the first failure.
Ends with 1 when a fault survives, when one's text is gone, or when the tests fail without one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mutations import MUTATIONS, Mutation

ROOT: Final = Path(__file__).parents[1]
AUTHZ: Final = Path("server/src/gatepost_server/authz")
SELECTION: Final = (
    "tests/unit/authz",
    "tests/property/test_last_owner.py",
    "tests/property/test_amplification.py",
    "tests/property/test_authz_laws.py",
    "tests/worlds",
    "tests/property/test_laws_of_keys.py",
)
"""What has to notice: in the order in which it is asked, what fails soonest first."""

# One set of examples for all, and none made smaller: a fault has only to be seen.
_PROFILE: Final = """
from hypothesis import Phase, settings

settings.register_profile(
    "mutate", derandomize=True, database=None, phases=(Phase.explicit, Phase.generate), print_blob=False
)
"""
_LONGEST: Final = 900


def main(words: Sequence[str]) -> int:
    """Try the faults that *words* choose (all without any); return what the shell gets."""
    chosen = [
        one for one in MUTATIONS if not words or any(word in f"{one.file} {one.breaks}" for word in words)
    ]
    stale = [one for one in chosen if not is_there(one)]
    for one in stale:
        print(f"not once in {one.file}: {one.text}")
    if stale or not chosen:
        return 1
    with tempfile.TemporaryDirectory(prefix="gatepost-mutate-") as folder:
        copied = Path(folder)
        copy_source(copied)
        if not passes(copied):
            print("The tests fail without any fault, so they say nothing about one.")
            return 1
        survivors = sum(not _is_killed(copied, one) for one in chosen)
    print(f"{len(chosen) - survivors} killed, {survivors} survived")
    return 1 if survivors else 0


def is_there(mutation: Mutation, root: Path = ROOT) -> bool:
    """Tell whether the text of a fault stands in its file exactly once."""
    return (root / AUTHZ / mutation.file).read_text(encoding="utf-8").count(mutation.text) == 1


def mutated(source: str, mutation: Mutation) -> str:
    """Return *source* with the fault in it."""
    return source.replace(mutation.text, mutation.instead)


def copy_source(to: Path) -> None:
    """Copy what the selection needs into the folder *to*."""
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("server/src", "tests"):
        shutil.copytree(ROOT / part, to / part, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", to)
    (to / "hypothesis_profile.py").write_text(_PROFILE, encoding="utf-8")


def passes(copied: Path) -> bool:
    """Tell whether the selection passes on the source in the folder *copied*; too long is no."""
    paths = [str(copied), str(copied / "server" / "src")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    _require_own(copied, environment)
    command = [
        sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-m", "not postgres",
        "-p", "no:cacheprovider", "-p", "hypothesis_profile", "--hypothesis-profile", "mutate", *SELECTION,
    ]  # fmt: skip
    try:
        ended = subprocess.run(
            command,
            cwd=copied,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    if ended.returncode not in (0, 1, 2):  # passed, failed, could not be collected
        raise RuntimeError(ended.stdout + ended.stderr)
    return ended.returncode == 0


def _is_killed(copied: Path, mutation: Mutation) -> bool:
    """Make one fault, ask, unmake it, and say what came of it."""
    path, began = copied / AUTHZ / mutation.file, time.monotonic()
    whole = path.read_text(encoding="utf-8")
    path.write_text(mutated(whole, mutation), encoding="utf-8")
    survived = passes(copied)
    path.write_text(whole, encoding="utf-8")
    told = "SURVIVED" if survived else "killed"
    print(f"{told:9}{time.monotonic() - began:5.0f} s  {mutation.file:22} {mutation.breaks}", flush=True)
    return not survived


def _require_own(copied: Path, environment: dict[str, str]) -> None:
    """Make sure that the tests import the copy, not what is installed."""
    said = subprocess.run(
        [sys.executable, "-c", "import gatepost_server; print(gatepost_server.__file__)"],
        cwd=copied, env=environment, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    if not Path(said).is_relative_to(copied.resolve()):
        raise RuntimeError(f"The tests would run against {said}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
