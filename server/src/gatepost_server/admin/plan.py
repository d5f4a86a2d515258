"""Which processes make up one instance, how each is started, and how it says it is ready."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from gatepost_server.admin.children import ChildSpec, Plan
from gatepost_server.gateway.launch import launch_envoy
from gatepost_server.settings import Folders, Settings


@dataclass(frozen=True)
class Probe:
    """Where a process answers once it is ready: GET *path* on unix socket *socket*.

    The broker speaks no HTTP; it has no path and is asked in its own way.
    """

    name: str
    socket: Path
    path: str | None


def plan_of(settings: Settings, folders: Folders) -> Plan:
    """Return the processes in the order of their start.

    They stop in this order: first the gate lets nobody in, then what answered through it
    goes, and last the runtime, which ends the applications.
    """
    launch = launch_envoy(settings, folders)
    log = str(folders.logs / "envoy.log")
    return Plan(
        (
            *(_own(name, folders, stage=1, grace=2.0) for name in _authorizers(settings)),
            _own("broker", folders, stage=1, grace=2.0),
            _own("calls", folders, stage=1, grace=2.0),
            _own("control", folders, stage=1, grace=2.0),
            _own("runtime", folders, stage=2, grace=4.0),
            _own("worker", folders, stage=1, grace=2.0),
            ChildSpec("envoy", launch.argv, log, stage=0, grace=1.0, env=dict(launch.env)),
        )
    )


def _authorizers(settings: Settings) -> list[str]:
    """Return their names, the first without its number."""
    return ["authorizer", *(f"authorizer-{number}" for number in range(2, settings.authorizers() + 1))]


def _own(name: str, folders: Folders, *, stage: int, grace: float) -> ChildSpec:
    argv = (sys.executable, "-P", "-m", "gatepost_server.admin.process", name)
    return ChildSpec(name, argv, str(folders.logs / f"{name}.log"), stage=stage, grace=grace)


def probes_of(settings: Settings, folders: Folders) -> tuple[Probe, ...]:
    """Return how each process is asked whether it is ready; the worker has nothing to say."""
    return (
        *(
            Probe(name, folders.authorizer_socket(number), "/ping")
            for number, name in enumerate(_authorizers(settings), 1)
        ),
        Probe("broker", folders.broker_socket, None),
        Probe("calls", folders.calls_socket, "/healthz"),
        Probe("control", folders.control_socket, "/healthz"),
        Probe("runtime", folders.runtime_socket, "/health"),
        Probe("envoy", folders.envoy_admin_socket, "/ready"),
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which every process reads the same settings as we do."""
    # Not dumped as JSON: that would write asterisks for what is secret.
    chosen = {name: value for name, value in settings.model_dump().items() if value is not None}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    return inherited | {f"GATEPOST_{name.upper()}": _written(value) for name, value in chosen.items()}


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)
