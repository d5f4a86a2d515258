"""ActivityList: what was done to a thing, as sentences, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.audit import Entry
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, Timestamp
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages.trail_words import said_of


@dataclass(frozen=True)
class Done:
    """One thing that was done, as a sentence."""

    avatar: Avatar
    actor: str
    did: str
    thing: str
    name: str
    at: Timestamp


@dataclass(frozen=True)
class ActivityList(Component):
    """Who did what, for those who work with a thing: not from where, nor what exactly.

    `state` is what the address says, `next_cursor` that of the older entries.
    """

    template: ClassVar[str] = "kit/activity.html"
    entries: Sequence[Entry]
    now: datetime
    state: ListState
    next_cursor: str | None = None

    @property
    def lines(self) -> Sequence[Done]:
        """The entries as sentences."""
        return [_done(entry, self.now) for entry in self.entries]

    @property
    def older(self) -> str | None:
        """The address of the older entries."""
        return self.state.href(cursor=self.next_cursor) if self.next_cursor else None

    @property
    def newest(self) -> str | None:
        """The address of the newest entries, on a later page."""
        return self.state.href() if self.state.value("cursor") else None


def _done(entry: Entry, now: datetime) -> Done:
    is_ours = entry.actor_kind == "system"
    actor = "Gatepost" if is_ours else entry.actor_name
    symbol: Icon | None = "robot" if is_ours else "key" if entry.actor_id is None else None
    said = said_of(entry, is_refusal=False)
    name = entry.resource_name or entry.resource_id if said.has_name else ""
    return Done(Avatar(actor, symbol=symbol), actor, said.did, said.thing, name, Timestamp(entry.at, now))
