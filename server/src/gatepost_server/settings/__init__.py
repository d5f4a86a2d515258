"""Settings: what an operator may choose, and where things lie on disk."""

from gatepost_server.settings.folders import Folders
from gatepost_server.settings.sections import Settings

__all__ = ["Folders", "Settings"]
