"""What a started process has used: by its control group where it has one, else by its processes."""

from gatepost_server.runtime.engine import Measured, Stats
from gatepost_server.runtime.isolation.spawn import Spawned
from gatepost_server.runtime.processes import Processes, used_by


def measured_of(
    spawned: Spawned | None, stats: Stats | None, processes: Processes, before: Measured
) -> Measured:
    """Return what was used since the start; what cannot be told any more stays as it was *before*.

    Blocks for a moment. Where nothing was spawned, as for a static site, only requests count.
    """
    cpu, memory = (0.0, 0) if spawned is None else _of_processes(spawned, processes)
    counted = stats or Stats(0, before.requests, 0.0, before.refused, before.failed)
    return Measured(max(cpu, before.cpu), memory, counted.total, counted.refused, counted.failed)


def _of_processes(spawned: Spawned, processes: Processes) -> tuple[float, int]:
    cpu, memory = spawned.group.used() if spawned.group is not None else (None, None)
    if cpu is None or memory is None:
        seen_cpu, seen_memory = used_by(spawned.process.pid, processes)
        cpu, memory = seen_cpu if cpu is None else cpu, seen_memory if memory is None else memory
    return cpu, memory
