"""What belongs to a whole instance: its policies, variables, log files and levels."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gatepost_server.kernel.errors import FieldFault, Invalid

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
"""How much may be written into logs, most first."""

_ACCESS = ("grants", "signed_in", "anyone")


@dataclass(frozen=True)
class Policies:
    """What people on this server may choose, and up to where.

    `access_ceiling` is the widest general access that content may be given.
    """

    access_ceiling: str = "anyone"

    def changed(self, wanted: dict[str, object]) -> "Policies":
        """Return these policies with *wanted* changes.

        Raises:
            Invalid: an unknown policy, or a value it cannot have.
        """
        known = {one.name for one in fields(self)}
        unknown = sorted(set(wanted) - known)
        if unknown:
            raise Invalid(
                "Unknown policy.", faults=[FieldFault(name, "there is no such policy") for name in unknown]
            )
        if wanted.get("access_ceiling", "anyone") not in _ACCESS:
            raise Invalid(
                "Unknown access type.", faults=[FieldFault("access_ceiling", f"one of {', '.join(_ACCESS)}")]
            )
        return replace(self, **{name: str(value) for name, value in wanted.items()})

    def as_dict(self) -> dict[str, object]:
        """Return every policy by name."""
        return asdict(self)


@dataclass(frozen=True)
class Variable:
    """A global variable, and who set it when."""

    name: str
    value: Any
    updated_at: datetime
    by_name: str


@dataclass(frozen=True)
class LogFile:
    """A log of one of the instance's own processes."""

    name: str
    path: Path
    size: int
    changed_at: datetime


@dataclass(frozen=True)
class LogLevels:
    """How much Gatepost's loggers write: all of them, and those with a level of their own."""

    level: str = "INFO"
    loggers: Mapping[str, str] = field(default_factory=dict)

    def changed(self, level: str | None, logger: str | None) -> "LogLevels":
        """Return these levels with another one; None takes a logger's own level away."""
        if logger is None:
            return replace(self, level=level or self.level)
        others = {name: one for name, one in self.loggers.items() if name != logger}
        return replace(self, loggers=others if level is None else {**others, logger: level})
