"""What a version asks for: limits of its process and how far its keys reach; pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from gatepost_server.apps.model import KeyScopeLevel, Resources
from gatepost_server.kernel.errors import FieldFault, Invalid

LEAST_CPU: Final = 0.1
MOST_CPU: Final = 64.0
LEAST_MEMORY: Final = 64
MOST_MEMORY: Final = 65_536
MOST_REPLICAS: Final = 4
"""As many processes of one deployment run at once."""
MOST_PAUSE: Final = 7 * 24 * 60
"""Minutes: a week."""


MOST_REACHED: Final = 20
"""As many projects and datasets a version may name for its visitors' keys."""
_HEALTH: Final = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,199}")
_PART: Final = re.compile(r"[A-Z][A-Z0-9_]{0,49}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99})?")


@dataclass(frozen=True)
class Size:
    """A bundle of CPU and memory that goes by a name."""

    name: str
    words: str
    cpu: float
    memory: int


SIZES: Final = (
    Size("nano", "Nano", 1.0, 128),
    Size("micro", "Micro", 1.0, 256),
    Size("small", "Small", 1.0, 512),
    Size("medium", "Medium", 1.0, 1024),
    Size("large", "Large", 2.0, 1536),
    Size("xlarge", "X-large", 2.0, 2048),
    Size("2xlarge", "2X-large", 2.0, 3072),
)
"""The sizes that pages offer, smallest first; the API takes any within the bounds."""


def size_of(wanted: Resources) -> Size | None:
    """Return the named size of exactly this CPU and memory; None when there is none."""
    return next((one for one in SIZES if (one.cpu, one.memory) == (wanted.cpu, wanted.memory)), None)


def checked_resources(wanted: Resources) -> Resources:
    """Return *wanted* when a version may ask for it.

    Raises:
        Invalid: a limit is out of bounds, or is not kept by this server.
    """
    faults = []
    if not LEAST_CPU <= wanted.cpu <= MOST_CPU:
        faults.append(FieldFault("cpu", f"{LEAST_CPU:g} to {MOST_CPU:g} cores"))
    if not LEAST_MEMORY <= wanted.memory <= MOST_MEMORY:
        faults.append(FieldFault("memory", f"{LEAST_MEMORY} to {MOST_MEMORY}, in MiB"))
    if not 1 <= wanted.replicas <= MOST_REPLICAS:
        faults.append(FieldFault("replicas", f"1 to {MOST_REPLICAS} processes"))
    if wanted.idle_pause_minutes is not None and not 0 <= wanted.idle_pause_minutes <= MOST_PAUSE:
        faults.append(
            FieldFault("idle_pause_minutes", f"0 (never) to {MOST_PAUSE}, or null: as the server does")
        )
    if fault := _fault_of_reach(wanted.visitor_reach):
        faults.append(FieldFault("visitor_reach", fault))
    if wanted.health_path is not None and not _HEALTH.fullmatch(wanted.health_path):
        faults.append(FieldFault("health_path", "a path such as /health, of at most 200 characters, or null"))
    if faults:
        raise Invalid("The resources cannot be used.", faults=faults, code="resources-invalid")
    return wanted


def _fault_of_reach(reach: tuple[str, ...] | None) -> str:
    if reach is None:
        return ""
    if not 1 <= len(reach) <= MOST_REACHED:
        return f"1 to {MOST_REACHED} projects and datasets, or null: all that visitors may"
    wrong = [one for one in reach if not _PART.fullmatch(one)]
    if wrong:
        return f"“{wrong[0][:80]}” is neither a project's key nor a dataset as PROJECT/dataset"
    return "" if len(set(reach)) == len(reach) else "each once"


def kept_resources(wanted: Resources) -> dict[str, Any]:
    """Return *wanted* as the store keeps it."""
    return asdict(wanted)


def read_resources(kept: Mapping[str, Any]) -> Resources:
    """Return what the store keeps; what it does not say is as usual."""
    usual, level = Resources(), kept.get("required_key_scope_level")
    pause = kept.get("idle_pause_minutes")
    return Resources(
        cpu=float(kept.get("cpu", usual.cpu)),
        memory=int(kept.get("memory", usual.memory)),
        replicas=int(kept.get("replicas", usual.replicas)),
        required_key_scope_level=None if level is None else KeyScopeLevel(level),
        session_affinity=bool(kept.get("session_affinity", usual.session_affinity)),
        idle_pause_minutes=None if pause is None else int(pause),
        visitor_reach=read_reach(kept),
        health_path=kept.get("health_path"),
    )


def read_reach(kept: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return which projects and datasets visitors' keys reach; None: all."""
    reach = kept.get("visitor_reach")
    return None if reach is None else tuple(reach)
