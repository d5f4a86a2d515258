"""Who may open an application, in short: people, and who is let in from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.pages.app_words import ACCESS_WORDS
from gatepost_server.ui.pages.applications import AppRow

_AVATARS: Final = 5
_ENTRIES: Final = 3


@dataclass(frozen=True)
class WhoCard(Component):
    """Who may open the application, in short; `external` leads to the list of who may from outside."""

    template: ClassVar[str] = "apps/who_card.html"
    access: str
    avatars: Sequence[Avatar]
    more: int
    manage: ButtonLink
    external: ButtonLink | None = None
    outside: str = ""


def who_card(row: AppRow, holders: Sequence[str]) -> WhoCard:
    """Return the card; *holders* are the names of those with a role on it, for who may share it."""
    names = list(dict.fromkeys(holders))
    said = f"{ACCESS_WORDS[row.access]}."
    if row.access == "grants" and row.people is not None:
        alone = "Only the owner." if row.outside is None else "The owner."
        said = alone if len(names) == 1 else f"The {len(names)} with a role on it."
    here = f"/applications/{row.id}"
    manage = ButtonLink("Manage" if row.may_share else "More", f"{here}/access", "link")
    external, outside = None, ""
    if row.outside is not None:
        external = ButtonLink("People outside", f"{here}/external", "link", opens_dialog=True)
        outside = _listed(row.outside)
    shown, more = [Avatar(name) for name in names[:_AVATARS]], max(0, len(names) - _AVATARS)
    return WhoCard(said, shown, more, manage, external, outside)


def _listed(entries: Sequence[str]) -> str:
    """Return who is on the list of external sharing: the entries while they are few."""
    if len(entries) > _ENTRIES:
        return f"{', '.join(entries[:_ENTRIES])} and {len(entries) - _ENTRIES} more"
    return ", ".join(entries) or "nobody yet"
