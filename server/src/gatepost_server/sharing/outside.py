"""Sharing with people outside as values: the link, invitations, guests; and what the mail says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gatepost_server.kernel.secret import Secret

INVITATION_TTL: Final = timedelta(hours=1)
"""How long the link in a mail can be used."""

GUEST_TTL: Final = timedelta(days=30)
"""How long a guest stays signed in, whatever they do."""

_NAME_LENGTH: Final = 60


@dataclass(frozen=True)
class Guest:
    """Somebody outside who is signed in to one application."""

    id: str
    email: str
    since: datetime
    ends_at: datetime
    last_seen: datetime | None


@dataclass(frozen=True)
class Invited:
    """An address to which a mail went whose link can still be used."""

    email: str
    expires_at: datetime


@dataclass(frozen=True)
class External:
    """External sharing of one application. `link_id` is None until it was first set up."""

    is_enabled: bool = False
    allowed: Sequence[str] = ()
    link_id: str | None = None
    guests: Sequence[Guest] = ()
    invited: Sequence[Invited] = ()

    @property
    def addresses(self) -> Sequence[str]:
        """The entries that are full addresses."""
        return [entry for entry in self.allowed if not entry.startswith("@")]


@dataclass(frozen=True)
class OpenLink:
    """An external link that is on: for whom, by whom it was set, and what became of it.

    `last_opened_at` is when the last of its guests used the application.
    """

    link_id: str
    allowed: Sequence[str]
    by_id: str
    by_name: str
    guests: int = 0
    last_opened_at: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """What became of an invitation; `why_not` says why no mail goes out, or is empty."""

    email: str
    why_not: str = ""


@dataclass(frozen=True)
class NewGuest:
    """A guest who has just come in, and the text of their cookie, shown this once."""

    guest: Guest
    token: Secret
    app_name: str


class GuestFact(NamedTuple):
    """A guest as the gate looks one up; `ends` is in microseconds.

    `is_on` tells that the link is on, still of the guest's generation, and their address listed.
    """

    id: str
    app_id: str
    address: str
    ends: int
    is_on: bool


def invitation_subject(thing: str) -> str:
    """Return the subject of an invitation, in one line of bearable length."""
    shown = "".join(letter for letter in thing if letter.isprintable())
    short = shown if len(shown) <= _NAME_LENGTH else f"{shown[: _NAME_LENGTH - 1]}…"
    return f"Your way in to “{short}”"


def invitation_text(thing: str, link: str) -> str:
    """Return the text of an invitation."""
    return "\n".join(
        [
            f"The application “{thing}” is shared with this address. Open it here:",
            "",
            link,
            "",
            "The link can be used once, within an hour. It opens this application and nothing else, for 30",
            "days, in the browser in which you open it.",
            "",
            "If you did not expect this mail, do nothing: without a click on the page nothing happens.",
            "",
        ]
    )
