"""Outward exposure: every way in from outside, who opened it, and the one thing that closes it.

Reads only. What closes a way is the use-case of the thing itself, with its own rights and
its own line in the trail.
"""

from gatepost_server.exposure.model import MANY, Counts, Way, WayKind
from gatepost_server.exposure.service import count_ways, list_ways

__all__ = ["MANY", "Counts", "Way", "WayKind", "count_ways", "list_ways"]
