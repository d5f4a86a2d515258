"""What a share says by mail, and what became of that; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.authz import Grant, Node, NodeKind

NOTE_LENGTH: Final = 500
MAILS_MOST: Final = 1_000
"""So many people are mailed about one share at most."""
NO_MAIL_SERVER: Final = "No mail goes out: this server has no mail server."
NOBODY_TO_MAIL: Final = "No mail goes out: there is nobody else to write to."
_NAME_LENGTH: Final = 60


@dataclass(frozen=True)
class Told:
    """Whether mail goes out about a share; if not, `why_not` says so in a sentence."""

    is_mailed: bool
    why_not: str = ""


@dataclass(frozen=True)
class Shared:
    """The grants that were given, and whether they are told by mail (None: that was not wanted)."""

    grants: Sequence[Grant]
    told: Told | None = None


def subject_of(sharer: str, thing: str) -> str:
    """Return the subject of the mail about a share, in one line of bearable length."""
    return f"{_short(sharer)} shared “{_short(thing)}” with you"


def text_of(sharer: str, thing: Node, grant: Grant, link: str) -> str:
    """Return the text of that mail. What the sharer wrote stands quoted, so that it poses as nothing else."""
    end = f" until {grant.until_at:%d %B %Y, %H:%M} UTC" if grant.until_at is not None else ""
    lines = [f"{sharer} gave you the role {grant.role} on the {_word(thing.kind)} “{thing.name}”{end}.", ""]
    if grant.reason:
        lines += [f"{sharer} wrote:", "", *(f"> {line}" for line in grant.reason.splitlines()), ""]
    return "\n".join([*lines, f"Open it: {link}", "", _FOOT, ""])


_FOOT: Final = "This mail opens nothing by itself: sign in with your own account. Nobody asks you for a key."


def _word(kind: NodeKind) -> str:
    return {NodeKind.APP: "application"}.get(kind, kind.value)


def _short(text: str) -> str:
    shown = "".join(letter for letter in text if letter.isprintable())
    return shown if len(shown) <= _NAME_LENGTH else shown[: _NAME_LENGTH - 1] + "…"
