"""The ground of a long exchange: enough to ask again whether it may go on, never a secret."""

from dataclasses import dataclass
from typing import Final

_FORM: Final = "1"
_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """By which credential row (None: nobody's), from which address, an app was opened."""

    app_id: str
    credential_id: str | None
    ip: str | None

    def written(self) -> str:
        """Return the ground as one header value; ids and addresses hold no semicolon."""
        return f"{_FORM};{self.app_id};{self.credential_id or ''};{self.ip or ''}"


def read_ground(text: str) -> Ground | None:
    """Read what `written` wrote; None for anything else, which then counts as lost."""
    parts = text.split(";")
    if len(parts) != _PARTS or parts[0] != _FORM or not parts[1]:
        return None
    return Ground(parts[1], parts[2] or None, parts[3] or None)
