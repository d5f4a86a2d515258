"""Outward exposure: every way in from outside, and the question before one is closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.exposure import MANY, Counts, Way, WayKind
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.facts import KindTile, Text, Timestamp
from gatepost_server.ui.kit.heads import (
    ButtonLink,
    Crumb,
    PageHead,
    RiskCard,
    RiskCards,
    SameWith,
    Snippet,
)
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import (
    Choice,
    Column,
    Empty,
    Filter,
    ListState,
    NameCell,
    ResourceTable,
    Row,
)

HOME: Final = "/exposure"
CAME: Final = "exposure"
"""Said by the addresses of other pages that lead back here."""
KINDS: Final[dict[WayKind, tuple[str, str, Icon]]] = {
    WayKind.LINK: ("External links", "External link", "share"),
    WayKind.ANYONE: ("Open to anyone", "Open to anyone", "world"),
    WayKind.KEY: ("Wide keys", "API key", "key"),
}
"""Each kind of way: what many are called, what one is called, its picture."""

_COLUMNS: Final = [
    Column("Name", "k-name", "name", "title"),
    Column("What is open", place="wide"),
    Column("Since", "k-used", "since", "left"),
    Column("Last used", "p-used", place="right"),
    Column("Actions", "w-act", place="act"),
]
_KINDS: Final = Filter("kind", "Kind", [Choice(kind, words) for kind, (words, _, _) in KINDS.items()])
_CEILINGS: Final = {
    "grants": "No application may be opened wider than to those it is shared with.",
    "signed_in": "No application may be opened wider than to everybody signed in.",
    "anyone": "Applications may be opened to anyone.",
}


def exposure(
    found: Page[Way], counts: Counts, state: ListState, now: datetime, url: str, *, is_administrator: bool
) -> Component:
    """Return the list of ways in from outside, with how many there are of each kind on top."""
    parts: list[Component] = [_head(counts, url, is_administrator=is_administrator)]
    if counts.total:
        parts.append(RiskCards(_cards(counts, state), "Ways in by kind"))
    table = ResourceTable(
        "exposure",
        "ways in",
        _COLUMNS,
        [_row(one, now) for one in found.items],
        state,
        _nothing(is_administrator=is_administrator),
        "Name of the application or key",
        [_KINDS],
        default_sort="-since",
        next_cursor=found.next,
    )
    return Stack([*parts, table])


def off_dialog(way: Way, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before an application is closed to people outside."""
    sentence, submit, effects = _closing(way)
    return ConfirmDialog(
        f"{submit} of {way.name}?" if way.kind is WayKind.LINK else f"Close {way.name} to anyone?",
        sentence,
        off_href(way),
        submit,
        csrf,
        HOME,
        effects,
        fault=fault,
        is_over=is_over,
        symbol="lock",
    )


def off_href(way: Way) -> str:
    """Return where a way is closed: keys where they are kept."""
    if way.kind is WayKind.KEY:
        if way.project is not None:
            return f"/projects/{way.project}/settings/api/{way.id}/delete?from={CAME}"
        return f"/{'keys' if way.is_own else 'admin/keys/all'}/{way.id}/delete?from={CAME}"
    return f"{HOME}/{'links' if way.kind is WayKind.LINK else 'anyone'}/{way.id}/off"


def _closing(way: Way) -> tuple[str, str, Sequence[str]]:
    if way.kind is WayKind.LINK:
        losing = f" {', '.join(way.to)} lose it." if way.to else ""
        effects = ["Links in mails that were sent end too. The list stays for later."]
        if way.guests == 1:
            effects.insert(0, "One guest who is signed in is out at once, for good.")
        elif way.guests:
            effects.insert(0, f"{way.guests} guests who are signed in are out at once, for good.")
        return f"Nobody outside opens {way.name} any more.{losing}", "Turn off external sharing", effects
    return (
        f"Everybody who holds no role on {way.name} loses it, signed in or not.",
        "Only those it is shared with",
        ["People, groups and organizations with a role keep it, and so do guests of its external link."],
    )


def _head(counts: Counts, url: str, *, is_administrator: bool) -> PageHead:
    ceiling = _CEILINGS[counts.ceiling]
    crumbs = [Crumb("Administration"), Crumb("Outward exposure")] if is_administrator else []
    actions: list[Component] = [_same(url)]
    if is_administrator:
        actions.append(ButtonLink("Limit in Settings", "/admin/settings", "plain", "settings"))
        sentence = f"Every way in from outside, each with what closes it. {ceiling}"
    else:
        sentence = f"Every way in from outside to what you share, each with what closes it. {ceiling}"
    return PageHead("Outward exposure", sentence, crumbs, actions)


def _cards(counts: Counts, state: ListState) -> list[RiskCard]:
    cards = []
    for kind, (words, _, symbol) in KINDS.items():
        count, is_here = counts.by_kind.get(kind, 0), state.value("kind") == kind
        note = "or more" if count >= MANY else "open now" if count else "none"
        href = HOME if is_here else f"{HOME}?kind={kind}"
        cards.append(RiskCard(words, count, note, href, symbol, is_here=is_here))
    return cards


def _row(one: Way, now: datetime) -> Row:
    used = Text("Never", is_quiet=True) if one.last_used_at is None else Timestamp(one.last_used_at, now)
    cells: list[Component | str] = [
        NameCell(one.name, KINDS[one.kind][1], _href(one), KindTile(KINDS[one.kind][2])),
        one.sentence,
        Text(Timestamp(one.since, now), f"by {one.by}" if one.by else ""),
        used,
    ]
    off = ButtonLink(
        "Delete" if one.kind is WayKind.KEY else "Turn off",
        off_href(one),
        "danger-line",
        opens_dialog=True,
        extra="btn-sm",
    )
    return Row(cells, off)


def _href(one: Way) -> str | None:
    """Return the page of the thing that is open; not every key has one."""
    if one.kind is WayKind.KEY:
        return f"/projects/{one.project}/settings/api/{one.id}" if one.project is not None else None
    return f"/applications/{one.id}/access"


def _nothing(*, is_administrator: bool) -> Empty:
    if is_administrator:
        sentence = (
            "Nobody outside reaches anything: no external link, no application for anyone, no wide key."
        )
    else:
        sentence = "Nobody outside reaches anything that you share."
    return Empty("Nothing is open", sentence, "shield-check")


def _same(url: str) -> SameWith:
    return SameWith(
        [
            Snippet("CLI", "gatepost exposure\ngatepost exposure --count\ngatepost exposure --kind anyone"),
            Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/exposure'),
        ]
    )
