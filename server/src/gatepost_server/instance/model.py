"""What belongs to a whole instance: its policies, variables, egress list, log files and levels."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gatepost_server.authz import KeyMaking
from gatepost_server.kernel.errors import FieldFault, Invalid

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
"""How much may be written into logs, most first."""

_CHOICES: Final = {
    "access_ceiling": ("grants", "signed_in", "anyone"),
    "visitor_consent": ("above_viewer", "always", "never"),
    "keys_may_create_keys": tuple(one.value for one in KeyMaking),
    "administrators_create_directly": ("on", "off"),
}


@dataclass(frozen=True)
class Policies:
    """What people on this server may choose, and up to where.

    `access_ceiling` is the widest general access that content may be given. `visitor_consent`
    is when applications act for whoever opens them only after they agreed: above level viewer,
    at every level, or never (permission-model §4.5, Consent). `keys_may_create_keys` is whether
    keys make keys: not at all, or their own sort within their own rights (security.md, decision 6).
    `administrators_create_directly` is whether administrators make client applications without a request.
    """

    access_ceiling: str = "anyone"
    visitor_consent: str = "above_viewer"
    keys_may_create_keys: str = KeyMaking.OFF.value
    administrators_create_directly: str = "on"

    @property
    def making(self) -> KeyMaking:
        """Whether keys may make keys, as rights ask for it."""
        return KeyMaking(self.keys_may_create_keys)

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
        faults = [
            FieldFault(name, f"one of {', '.join(_CHOICES[name])}")
            for name, value in wanted.items()
            if value not in _CHOICES[name]
        ]
        if faults:
            raise Invalid("A policy cannot have this value.", faults=faults)
        return replace(self, **{name: str(value) for name, value in wanted.items()})

    def as_dict(self) -> dict[str, object]:
        """Return every policy by name."""
        return asdict(self)


@dataclass(frozen=True)
class Features:
    """What administrators turn on and off for everybody.

    `ip_allowlist` is whether owners of client applications may say from where those call,
    `ip_trust` whether listed addresses may call without a signature where they say so, and
    `compatible_calls` whether vendors' clients may call data APIs on the compatible path.
    """

    stored_credentials: bool = False
    ip_allowlist: bool = False
    ip_trust: bool = False
    compatible_calls: bool = False

    def changed(self, wanted: Mapping[str, object]) -> "Features":
        """Return these features with *wanted* ones turned on or off.

        Raises:
            Invalid: there is no such feature, or its value is neither true nor false.
        """
        known = {one.name for one in fields(self)}
        faults = [FieldFault(name, "there is no such feature") for name in sorted(set(wanted) - known)]
        faults += [
            FieldFault(name, "true or false")
            for name, value in wanted.items()
            if name in known and not isinstance(value, bool)
        ]
        if faults:
            raise Invalid("A feature cannot be switched like that.", faults=faults)
        return replace(self, **{name: bool(value) for name, value in wanted.items()})


@dataclass(frozen=True)
class Variable:
    """A global variable, and who set it when."""

    name: str
    value: Any
    updated_at: datetime
    by_name: str


@dataclass(frozen=True)
class EgressEntry:
    """A private place that connections may lead to, and who let them when."""

    id: str
    entry: str
    note: str
    added_at: datetime
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
