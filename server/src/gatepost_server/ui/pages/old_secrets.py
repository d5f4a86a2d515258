"""What pages say of a secret that was replaced and still counts: until when, and who has it yet."""

from datetime import datetime
from typing import Final

from gatepost_server.keys import MOST_CALLERS, Key, OldCaller, OldSecret
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Text, Timestamp
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Column, Empty, ListState, ResourceTable, Row
from gatepost_server.ui.pages.key_facts import caller, day

_COLUMNS: Final = [
    Column("Caller", place="title"),
    Column("Called", "k-used", place="left"),
    Column("First", "k-made", place="none"),
    Column("Last", "k-made", place="right"),
    Column("Uses", "w-act", place="badge"),
]
_CALLED: Final = 1


def old_note(key: Key, now: datetime) -> list[Component]:
    """Say on top of a key's page that its old secret counts; nothing where there is none."""
    if key.old_secret is None:
        return []
    head = f"The old secret …{key.old_secret.last_four} still counts."
    is_used = key.old_secret.last is not None
    return [Note(head, old_words(key, now), "amber" if is_used else "blue", "refresh")]


def old_words(key: Key, now: datetime) -> str:
    """Say until when a replaced secret counts, how many still use it, and who did last."""
    old = _old(key)
    until = f"It counts until {_moment(old.ends_at)}."
    if old.last is None:
        return f"{until} Nobody has used it since {_moment(old.replaced_at)}."
    where = caller(old.last.ip, old.last.agent)
    last = f"Last used {Timestamp(old.last.last_at, now).words}" + (f" from {where}." if where else ".")
    return f"{until} {_users(old)} since it was replaced. {last}"


def old_users(key: Key, now: datetime) -> list[Component]:
    """Return the table of who still uses a key's old secret, under its title; nothing without one."""
    if key.old_secret is None:
        return []
    title = f"Who still uses the old secret …{key.old_secret.last_four}"
    return [Section(title, callers(key, now), _beyond(key.old_secret))]


def callers(key: Key, now: datetime, *, is_over: bool = False) -> Component:
    """Return who used a key's old secret since it was replaced, the last first; narrow in a dialog."""
    old = _old(key)
    empty = Empty(
        f"Nobody has used the old secret since {_moment(old.replaced_at)}",
        "When it is ended, nothing stops that has called since then.",
        "circle-check",
    )
    left_out = _CALLED if is_over else None
    columns = [one for at, one in enumerate(_COLUMNS) if at != left_out]
    rows = [Row([cell for at, cell in enumerate(_cells(one, now)) if at != left_out]) for one in old.callers]
    return ResourceTable("old-callers", "callers", columns, rows, ListState("", {}), empty)


def _cells(one: OldCaller, now: datetime) -> list[Component]:
    called = "Gatepost’s API" if one.app_id is None else one.app_name or "An application"
    return [
        Text(one.ip or "Unknown address", one.agent or "It does not say what it is"),
        Text(called),
        Timestamp(one.first_at, now),
        Timestamp(one.last_at, now),
        Text(f"{one.uses:,}"),
    ]


def _old(key: Key) -> OldSecret:
    assert key.old_secret is not None, "asked for keys with two secrets"
    return key.old_secret


def _users(old: OldSecret) -> str:
    """Say how many used an old secret, and how often."""
    most = "More than " if old.other_uses else ""
    who = "caller" if len(old.callers) == 1 else "callers"
    times = "once" if old.uses == 1 else f"{old.uses:,} times"
    return f"{most}{len(old.callers)} {who} used it {times}"


def _beyond(old: OldSecret) -> str:
    if not old.other_uses:
        return ""
    times = "once" if old.other_uses == 1 else f"{old.other_uses:,} times"
    return f"The latest {MOST_CALLERS}; others used it {times} before them."


def _moment(at: datetime) -> str:
    return f"{day(at)}, {at:%H:%M} UTC"
