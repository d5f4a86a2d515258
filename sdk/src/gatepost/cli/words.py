"""Words that several commands use: roles, and what a receipt says."""

from datetime import UTC, datetime, timedelta
from typing import Final

import click

from gatepost.errors import UnexpectedAnswer
from gatepost.models import Receipt
from gatepost.shape import moment

ROLES: Final = ("viewer", "publisher", "administrator")
APP_ROLES: Final = ("owner", "editor", "consumer")
GRANT_ROLES: Final = (*APP_ROLES, "viewer", "contributor", "admin", "approver")
"""Roles on things of every kind; the server says which of them a kind has."""
ACCESS: Final = ("grants", "signed_in", "anyone")
LEVELS: Final = ("unset", "none", "viewer", "user", "admin")
SIZES: Final = {
    "nano": (1.0, 128),
    "micro": (1.0, 256),
    "small": (1.0, 512),
    "medium": (1.0, 1024),
    "large": (2.0, 1536),
    "xlarge": (2.0, 2048),
    "2xlarge": (2.0, 3072),
}
"""CPU in cores and memory in MiB of each size."""
KINDS: Final = ("static", "fastapi", "asgi", "wsgi", "streamlit", "shiny", "plumber")


def said_of(receipt: Receipt) -> str:
    """Return what a receipt proves, to be put after a sentence's verb."""
    gates, cut = len(receipt.gates), receipt.connections_closed
    words = f", confirmed by {gates} gate{'s' if gates != 1 else ''}" if gates else ""
    return words + (f", {cut} open connection{'s' if cut != 1 else ''} closed" if cut else "")


def when(text: str) -> datetime:
    """Read a moment that a person typed: an ISO date or time (UTC), or `7d`, `12h` from now.

    Raises:
        click.UsageError: it is neither.
    """
    number, unit = text[:-1], text[-1:]
    if number.isdecimal() and unit in "dh":
        span = timedelta(days=int(number)) if unit == "d" else timedelta(hours=int(number))
        return datetime.now(UTC) + span
    try:
        return moment(text)
    except UnexpectedAnswer:
        raise click.UsageError(
            f"{text!r} is not a time; write 2027-01-31, 2027-01-31T18:00Z, 7d or 12h."
        ) from None


def ago(text: str) -> datetime:
    """Read a moment in the past: like `when`, but `7d` counts back."""
    number, unit = text[:-1], text[-1:]
    if number.isdecimal() and unit in "dh":
        return datetime.now(UTC) - (when(text) - datetime.now(UTC))
    return when(text)
