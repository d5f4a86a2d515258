"""How the instance is: one word for everybody, reasons in full for administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Health:
    """`status` is ok or degraded; `reasons` are codes, `details` say them in words."""

    reasons: Sequence[str] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """One word."""
        return "degraded" if self.reasons else "ok"
