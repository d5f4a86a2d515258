"""Settings: what an operator may choose, and where things lie on disk."""

from gatepost_server.settings.folders import Folders, authorizers_in
from gatepost_server.settings.sections import Settings

__all__ = ["Folders", "Settings", "authorizers_in"]
