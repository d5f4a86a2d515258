"""What is written through a data API, in the trail: before the source is asked, and again if it failed.

The rows lie in somebody's source, in whose transaction no entry of ours can stand. So the entry is
written first: without it nothing is changed, and a change without one there is not.
"""

from dataclasses import dataclass

from gatepost_server.dataapis.facts import ApiFacts
from gatepost_server.dataapis.model import Operation
from gatepost_server.store import Tx


@dataclass(frozen=True)
class WriteFacts:
    """A call that writes: what, how many rows were sent, and by which secret it was signed, if it was."""

    api: ApiFacts
    operation: Operation
    rows: int
    secret_id: str | None = None
    member_id: str | None = None


def record_write(tx: Tx, write: WriteFacts) -> None:
    """Record that the caller is about to write; the call's log tells how many rows it met."""
    api = write.api
    after: dict[str, object] = {
        "operation": write.operation.value, "rows": write.rows, "stage": api.stage.value,
        "version": api.version,
    }  # fmt: skip
    if write.secret_id is not None:
        after["secret_id"] = write.secret_id
    if write.member_id is not None:
        after["member_id"] = write.member_id
    tx.audit("api:write", "api", api.node.id, api.name, after=after)


def record_failed_write(tx: Tx, write: WriteFacts, code: str) -> None:
    """Record that the source refused what was recorded before, or fell silent over it."""
    tx.audit("api:write-failed", "api", write.api.node.id, write.api.name, reason=code)
