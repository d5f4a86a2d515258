"""The Audit page: sentences, each with what stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from gatepost_server.audit import Entry
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, Tag
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Choice, Empty, Filter, ListState
from gatepost_server.ui.pages.trail_words import DOORS, Said, because_words, said_of

_LINKS: Final = {"app": "/applications/", "source": "/sources/", "user": "/users?q="}


@dataclass(frozen=True)
class Change:
    """One line of what changed: how, which field, what."""

    sign: str
    name: str
    words: str

    @property
    def look(self) -> str:
        """The class of the line."""
        return {"+": "add", "−": "del"}.get(self.sign, "")


@dataclass(frozen=True)
class EntryLine(Component):
    """One entry as a sentence that opens to its details."""

    template: ClassVar[str] = "audit/entry.html"
    entry: Entry

    @property
    def is_refusal(self) -> bool:
        """True when the call was refused."""
        return self.entry.decision not in ("allowed", "allow", "ok")

    @property
    def avatar(self) -> Avatar:
        """Who acted: initials for people, a symbol for keys and our own processes."""
        kind = self.entry.actor_kind
        if kind == "system":
            return Avatar("Gatepost", symbol="robot")
        return Avatar(self.entry.actor_name, symbol="key" if self.entry.actor_id is None else None)

    @property
    def actor(self) -> str:
        """Who acted; what is part of Gatepost itself is called so."""
        if self.entry.actor_kind == "anonymous":
            return "Somebody unknown"
        return "Gatepost" if self.entry.actor_kind == "system" else self.entry.actor_name

    @property
    def did(self) -> str:
        """What was done, in words."""
        return self._said.did

    @property
    def thing(self) -> str:
        """What kind of thing it was done to; empty where the words say it."""
        return self._said.thing

    @property
    def named(self) -> str:
        """The name of the thing; empty where the words need none."""
        return self.name if self._said.has_name else ""

    @property
    def name(self) -> str:
        """The name of the thing; its id when it has none."""
        return self.entry.resource_name or self.entry.resource_id

    @property
    def _said(self) -> Said:
        return said_of(self.entry, is_refusal=self.is_refusal)

    @property
    def thing_href(self) -> str | None:
        """Where the thing is, when it has a page."""
        prefix = _LINKS.get(self.entry.resource_kind)
        if prefix is None:
            return None
        return prefix + (self.entry.resource_id if prefix.endswith("/") else self.entry.resource_name)

    @property
    def because(self) -> str:
        """Why it was refused, in words."""
        return because_words(self.entry.reason or "") if self.is_refusal else ""

    @property
    def outcome(self) -> Tag | None:
        """A tag when it was refused or something was taken away."""
        if self.is_refusal:
            return Tag("Refused", "red", "ban")
        if self.entry.action in ("key:delete", "key:revoke"):
            return Tag("Deleted", "red", "key-off")
        return None

    @property
    def door(self) -> str:
        """By which door the call came."""
        return DOORS.get(self.entry.door, self.entry.door.capitalize())

    @property
    def clock(self) -> str:
        """The time of day."""
        return f"{self.entry.at:%H:%M:%S}"

    @property
    def exact(self) -> str:
        """The moment in full."""
        return f"{self.entry.at.day} {self.entry.at:%b %Y, %H:%M:%S} UTC"

    @property
    def changes(self) -> Sequence[Change]:
        """What changed, one line each."""
        return changes_of(self.entry)


def changes_of(entry: Entry) -> list[Change]:
    """Read the before and after of *entry* as lines."""
    held = entry.changes or {}
    before, after = held.get("before"), held.get("after")
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    lines: list[Change] = []
    for name in sorted(set(old) | set(new)):
        words = name.replace("_", " ")
        if name not in old:
            lines.append(Change("+", words, _said(new[name])))
        elif name not in new:
            lines.append(Change("−", words, _said(old[name])))
        elif old[name] != new[name]:
            lines.append(Change("", words, f"{_said(old[name])} → {_said(new[name])}"))
    return lines


def _said(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


@dataclass(frozen=True)
class Day:
    """The entries of one day."""

    words: str
    lines: Sequence[EntryLine]


@dataclass(frozen=True)
class Trail(Component):
    """The entries, newest first, with filters and paging."""

    template: ClassVar[str] = "audit/trail.html"
    days: Sequence[Day]
    state: ListState
    filters: Sequence[Filter]
    empty: Empty
    next_cursor: str | None = None
    actor_name: str = ""

    @property
    def next_href(self) -> str | None:
        """The address of the older entries."""
        return self.state.href(cursor=self.next_cursor) if self.next_cursor else None

    @property
    def shown(self) -> Sequence[tuple[str, str]]:
        """The filters in force that came by a link (actor, resource, …)."""
        own = {each.name for each in self.filters} | {"cursor", "q"}
        named = {self.state.value("actor"): self.actor_name}
        return [
            (name, named.get(value) or value)
            for name, value in self.state.chosen.items()
            if name not in own and value
        ]


_FILTERS: Final = [
    Filter("decision", "Outcome", [Choice("allowed", "Done"), Choice("denied", "Refused")]),
    Filter(
        "kind",
        "Object",
        [Choice(kind, kind.capitalize()) for kind in ("app", "source", "key", "user", "session")],
    ),
    Filter(
        "since",
        "When",
        [Choice("today", "Today"), Choice("7d", "Last 7 days"), Choice("30d", "Last 30 days")],
    ),
]


def trail(
    entries: Sequence[Entry],
    state: ListState,
    today: date,
    url: str,
    *,
    sees_all: bool,
    next_cursor: str | None,
) -> Component:
    """Return the Audit page; *sees_all* is true for administrators."""
    same = SameWith(
        [
            Snippet("CLI", "gatepost audit\ngatepost audit --decision denied --json"),
            Snippet(
                "curl",
                'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
                f"  '{url}/api/v1/audit?decision=denied&limit=50'",
            ),
        ]
    )
    sentence = (
        "Every change and every refusal, from all doors."
        if sees_all
        else "What you changed, and what was refused."
    )
    crumbs = [Crumb("Administration"), Crumb("Audit")] if sees_all else []
    head = PageHead("Audit" if sees_all else "My activity", sentence, crumbs, [same])
    empty = Empty("Nothing yet", "What is done here is written down here.", "history")
    if any(state.chosen.values()):
        every = ButtonLink("Show all", "/audit")
        empty = Empty("Nothing matches", "No entries fit what you asked for.", "search", every)
    actor = entries[0].actor_name if entries and state.value("actor") else ""
    return Stack([head, Trail(_days(entries, today), state, _FILTERS, empty, next_cursor, actor)])


def _days(entries: Sequence[Entry], today: date) -> list[Day]:
    days: dict[date, list[EntryLine]] = {}
    for entry in entries:
        days.setdefault(entry.at.date(), []).append(EntryLine(entry))
    return [Day(_day_words(day, today), lines) for day, lines in days.items()]


def _day_words(day: date, today: date) -> str:
    exact = f"{day.day} {day:%B %Y}"
    return {0: f"Today, {exact}", 1: f"Yesterday, {exact}"}.get((today - day).days, exact)
