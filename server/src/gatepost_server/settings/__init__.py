"""Settings: what an operator may choose, and where things lie on disk."""

from typing import TYPE_CHECKING, Any

from gatepost_server.settings.folders import Folders, authorizers_in

if TYPE_CHECKING:
    from gatepost_server.settings.sections import Settings

__all__ = ["Folders", "Settings", "authorizers_in"]


def __getattr__(name: str) -> Any:
    """Load `Settings` when it is first asked for.

    Its validation takes half of what a relay, of which each running app has one, would need in
    memory and most of its time to start; a relay knows folders alone.
    """
    if name != "Settings":
        raise AttributeError(name)
    from gatepost_server.settings.sections import Settings  # noqa: PLC0415 — the point

    return Settings
