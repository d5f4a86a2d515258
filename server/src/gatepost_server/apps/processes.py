"""What was seen of a deployment's processes, as the store keeps it; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gatepost_server.apps.model import ProcessSeen, ReplicaState


def kept_processes(processes: Sequence[ProcessSeen]) -> list[dict[str, Any]]:
    """Return *processes* as the store keeps them."""
    return [
        {
            "index": one.index,
            "state": one.state.value,
            "at": one.at.isoformat(),
            "socket_path": one.socket_path,
            "reason": one.reason,
            "restarts": one.restarts,
        }
        for one in processes
    ]


def read_processes(kept: Sequence[Mapping[str, Any]]) -> tuple[ProcessSeen, ...]:
    """Return what `kept_processes` wrote."""
    return tuple(
        ProcessSeen(
            index=one["index"],
            state=ReplicaState(one["state"]),
            at=datetime.fromisoformat(one["at"]),
            socket_path=one["socket_path"],
            reason=one["reason"],
            restarts=one["restarts"],
        )
        for one in kept
    )


def sockets_of(processes: Sequence[ProcessSeen], speaker: str) -> tuple[str, ...]:
    """Return where those listen that answer; *speaker* where nothing is known of single ones."""
    found = [one.socket_path for one in processes if one.state is ReplicaState.READY and one.socket_path]
    return tuple(found) or (speaker,)
