"""Which app a request names, by its host or by its path; pure."""

from dataclasses import dataclass
from typing import Final

from gatepost_server.apps.naming import app_id_of_label
from gatepost_server.gateway.authorizer.asked import Asked

OURS: Final = "/_gatepost/"
"""Below this an app has nothing: on its host hand-offs begin and end here, elsewhere they are lent."""

LEND: Final = f"{OURS}lend"


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked for: an app by *ref*, on its own host or below `/content/`.

    `rest` is what the app sees as its path; empty when the slash after the ref is missing.
    """

    ref: str
    is_origin: bool
    rest: str
    prefix: str = ""


def place_of(asked: Asked, apps_domain: str) -> Place:
    """Read the place from *asked*; an unreadable one has a ref that names no app."""
    host = asked.host.rpartition(":")[0] if asked.host.rpartition(":")[2].isdigit() else asked.host
    if host.endswith(f".{apps_domain}"):
        return Place(
            app_id_of_label(host.removesuffix(f".{apps_domain}")) or "", is_origin=True, rest=asked.path
        )
    ref, slash, rest = asked.path.removeprefix("/content/").partition("/")
    return Place(ref, is_origin=False, rest=slash + rest, prefix=f"/content/{ref}")
