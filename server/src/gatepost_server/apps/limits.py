"""The limits of an application's processes, and how exactly this machine holds them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepost_server.apps.model import Resources
from gatepost_server.apps.views import RuntimeStatus

TASKS: Final = 256
"""As many processes and threads one process of a deployment may have, itself included."""
SLACK: Final = 2
"""Without control groups each process may take so many times its memory: interpreters map more than
they use."""


class Held(StrEnum):
    """How a limit is held: by the kernel for all together, only for each process, by user, or not."""

    EXACTLY = "exactly"
    EACH = "each_process"
    BY_USER = "by_user"
    NOT = "not"


@dataclass(frozen=True)
class Limit:
    """One limit of one of *replicas* processes: MiB of memory, cores of CPU, or a number of tasks."""

    name: str
    value: float
    held: Held
    replicas: int = 1


def limits_of(wanted: Resources, status: RuntimeStatus) -> Sequence[Limit]:
    """Return the limits in force for what asks for *wanted*, as the runtime can hold them."""
    exact = status.exact_limits
    each = wanted.replicas
    return (
        Limit("memory", wanted.memory, Held.EXACTLY if "memory" in exact else Held.EACH, each),
        Limit("cpu", wanted.cpu, Held.EXACTLY if "cpu" in exact else Held.NOT, each),
        Limit("tasks", TASKS, Held.EXACTLY if "pids" in exact else Held.BY_USER, each),
    )


def held_in_words(status: RuntimeStatus) -> str:
    """Say for everybody which limits of applications this machine holds, and how."""
    exact = [word for name, word in _CONTROLLERS.items() if name in status.exact_limits]
    if len(exact) == len(_CONTROLLERS):
        return "Memory, CPU and number of processes of each application are held exactly, by control groups."
    rest = [words for name, words in _OTHERWISE.items() if name not in status.exact_limits]
    lead = f"Control groups hold exactly: {', '.join(exact)}." if exact else "There are no control groups."
    return " ".join([lead, *rest])


_CONTROLLERS: Final = {"memory": "memory", "cpu": "CPU", "pids": "number of processes"}
_OTHERWISE: Final = {
    "memory": f"Each process may take {SLACK} times the memory set for it; their sum is not limited.",
    "cpu": "CPU is not limited.",
    "pids": "Processes and threads are counted by the user that they run as.",
}
