"""Which processes make up one instance, how each is started, and how it says it is ready."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.admin.children import ChildSpec, Plan
from gatepost_server.admin.handing import SECRET_FIELDS, secrets_for
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
            *(_own(name, settings, folders, stage=1, grace=2.0) for name in _authorizers(settings)),
            _own("broker", settings, folders, stage=1, grace=2.0),
            _own("calls", settings, folders, stage=1, grace=2.0),
            _own("control", settings, folders, stage=1, grace=2.0),
            _own("runtime", settings, folders, stage=2, grace=4.0),
            _own("worker", settings, folders, stage=1, grace=2.0),
            ChildSpec("envoy", launch.argv, log, stage=0, grace=1.0, env=dict(launch.env)),
        )
    )


def _authorizers(settings: Settings) -> list[str]:
    """Return their names, the first without its number."""
    return ["authorizer", *(f"authorizer-{number}" for number in range(2, settings.authorizers() + 1))]


def _own(name: str, settings: Settings, folders: Folders, *, stage: int, grace: float) -> ChildSpec:
    argv = (sys.executable, "-P", "-m", "gatepost_server.admin.process", name)
    log, secrets = str(folders.logs / f"{name}.log"), secrets_for(name, settings)
    return ChildSpec(name, argv, log, stage=stage, grace=grace, secrets=secrets)


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
    """Return the environment in which every process reads the same settings as we do, but for secret ones."""
    open_ones = settings.model_dump(exclude=set(SECRET_FIELDS))
    chosen = {name: value for name, value in open_ones.items() if value is not None}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    return inherited | {f"GATEPOST_{name.upper()}": _written(value) for name, value in chosen.items()}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
