"""The trail: who did or tried what, when, from where; append-only."""

from gatepost_server.audit.model import Entry, EntryFilter, Refusal
from gatepost_server.audit.service import (
    TrailRecorder,
    find_refusal,
    list_entries,
    list_entries_about,
    record_refusal,
    record_refusals,
)

__all__ = [
    "Entry",
    "EntryFilter",
    "Refusal",
    "TrailRecorder",
    "find_refusal",
    "list_entries",
    "list_entries_about",
    "record_refusal",
    "record_refusals",
]
