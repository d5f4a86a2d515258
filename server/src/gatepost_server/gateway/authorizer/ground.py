"""The ground of a long exchange: enough to ask again whether it may go on, never a secret."""

import base64
import binascii
import json
from dataclasses import dataclass

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Ground:
    """By which credential row (None: nobody's), from which address, an app was opened."""

    app_id: str
    credential_id: str | None
    ip: str | None

    def written(self) -> str:
        """Return the ground as one header value."""
        # Ids and addresses need no escaping; this runs for every request that passes.
        credential = f'"{self.credential_id}"' if self.credential_id is not None else "null"
        ip = f'"{self.ip}"' if self.ip is not None else "null"
        raw = f'[{_VERSION},"{self.app_id}",{credential},{ip}]'
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read_ground(text: str) -> Ground | None:
    """Read what `written` wrote; None for anything else, which then counts as lost."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(raw, list) or len(raw) != 4 or raw[0] != _VERSION or not isinstance(raw[1], str):  # noqa: PLR2004
        return None
    if not all(part is None or isinstance(part, str) for part in raw[2:]):
        return None
    return Ground(raw[1], raw[2], raw[3])
