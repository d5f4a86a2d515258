"""Signature debugging of a client application: the form, and what says that it is on."""

from datetime import datetime

from gatepost_server.clients import Client
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import SelectField
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.tables import Choice


def debugging_dialog(one: Client, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that lets refused calls show what was to be signed, for a while."""
    here = f"/clients/{one.id}"
    lasts = [Choice("15", "For 15 minutes"), Choice("60", "For an hour"), Choice("0", "Turn it off now")]
    return FormDialog(
        f"Signature debugging of {one.name}", f"{here}/debugging", "Save",
        [SelectField("minutes", "Show what was to be signed", lasts, "15")], csrf, here,
        sentence="A call on the compatible path that is refused for its signature then answers with the text "
        "that was to be signed, so that a program can be put right. It ends by itself.",
        is_over=is_over, symbol="shield",
    )  # fmt: skip


def debugging_note(one: Client, now: datetime) -> list[Component]:
    """Return what says that it is on, while it is."""
    if one.debug_until is None or one.debug_until <= now:
        return []
    said = f"Until {one.debug_until:%H:%M} UTC, refused calls answer with the text that was to be signed."
    return [Note("Signature debugging is on", said, "amber", "alert-triangle")]
