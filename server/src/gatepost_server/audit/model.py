"""What an entry of the trail says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One change or refusal. `count` is above 1 for refusals gathered by the minute."""

    id: str
    at: datetime
    actor_kind: str
    actor_id: str | None
    actor_name: str
    via_key_id: str | None
    app: str | None
    ip: str | None
    request_id: str
    door: str
    action: str
    resource_kind: str
    resource_id: str
    resource_name: str
    decision: str
    reason: str | None
    changes: Mapping[str, object] | None
    count: int = 1
    on_behalf_of: str | None = None
    run_as: str | None = None


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are asked for; None means any."""

    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    resource: str | None = None
    decision: str | None = None
    request_id: str | None = None
    via_key_id: str | None = None
    on_behalf_of: str | None = None
    run_as: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Refusal:
    """A refused call, as a door or the gate saw it; `missing` are rights that its maker lacked."""

    action: str
    kind: str
    resource_id: str
    reason: str
    name: str = ""
    app: str | None = None
    missing: str = ""
