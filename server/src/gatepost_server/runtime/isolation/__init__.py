"""The isolation ladder: which rung works here, and how a command is put on it."""

from gatepost_server.runtime.isolation.model import (
    Cell,
    Confinement,
    Isolation,
    Limits,
    Rung,
    Start,
)

__all__ = ["Cell", "Confinement", "Isolation", "Limits", "Rung", "Start"]
