"""API keys: their list by status, and the reasons to look at some of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from gatepost_server.apps import AppKey
from gatepost_server.keys import Key, KeyRisk, KeyStatus
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import (
    BinLink,
    ButtonLink,
    Crumb,
    PageHead,
    RiskCard,
    RiskCards,
    SameWith,
    Tab,
    Tabs,
)
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages import key_deeds
from gatepost_server.ui.pages.key_facts import caller, level_words, short
from gatepost_server.ui.pages.keys import same_keys
from gatepost_server.ui.pages.old_secrets import old_words

SOON: Final = timedelta(days=7)


@dataclass(frozen=True)
class KeyCounts:
    """How many keys there are of each status, and how many active ones deserve a look."""

    by_status: Mapping[KeyStatus, int]
    by_risk: Mapping[KeyRisk, int]


_TABS: Final = {
    KeyStatus.ACTIVE: "Active",
    KeyStatus.DISABLED: "Disabled",
    KeyStatus.EXPIRED: "Expired",
    KeyStatus.REVOKED: "Deleted",
}
_RISKS: Final[dict[KeyRisk, tuple[str, Icon, Literal["amber", "red", "gray"], str]]] = {
    KeyRisk.NEVER_EXPIRES: ("Never expires", "infinity", "red", "give them an end"),
    KeyRisk.NEVER_USED: ("Never used", "eye-off", "gray", "delete what nobody needs"),
    KeyRisk.IDLE: ("Idle 90+ days", "zzz", "gray", "used once, not lately"),
    KeyRisk.ENDS_SOON: ("Ends in 7 days", "clock-exclamation", "amber", "make a new one in time"),
}


def key_list(
    rows: Sequence[Key],
    state: ListState,
    status: KeyStatus,
    counts: KeyCounts,
    person: str,
    now: datetime,
    *,
    csrf: str,
    url: str,
    next_cursor: str | None,
    of_apps: Mapping[str, AppKey],
) -> Component:
    """Return the page with one's own keys of one status; *of_apps* are those of applications."""
    new = ButtonLink("New key", "/keys/new", "primary", "plus", opens_dialog=True)
    head = PageHead(
        "API keys",
        "Keys that act as you when a program calls. One that you make is shown once.",
        [Crumb(person, "/profile"), Crumb("API keys")],
        [SameWith(same_keys(url)), new],
    )
    table = ResourceTable(
        "keys",
        "keys",
        _columns(status),
        [_row(row, status, now, csrf, of_apps.get(row.id)) for row in rows],
        state,
        _nothing(status, new),
        find_hint="Name, prefix, or paste a whole key",
        find_posts_to="/keys/find",
        csrf=csrf,
        next_cursor=next_cursor,
    )
    parts: list[Component] = [head]
    if any(counts.by_status.values()):
        parts += [RiskCards(_risk_cards(counts, state), "Keys that deserve a look"), _tabs(counts, status)]
    return Stack([*parts, table])


def _tabs(counts: KeyCounts, here: KeyStatus) -> Tabs:
    items = [
        Tab(
            words,
            "/keys" if status is KeyStatus.ACTIVE else f"/keys?tab={status}",
            counts.by_status.get(status, 0),
            is_here=status is here,
        )
        for status, words in _TABS.items()
    ]
    return Tabs(items, "Keys by status")


def _risk_cards(counts: KeyCounts, state: ListState) -> list[RiskCard]:
    cards = []
    for risk, (title, symbol, tone, advice) in _RISKS.items():
        count, is_here = counts.by_risk.get(risk, 0), state.value("risk") == risk
        note = advice if count else "none of those you made"
        href = "/keys" if is_here else f"/keys?risk={risk}"
        cards.append(RiskCard(title, count, note, href, symbol, tone, is_here))
    return cards


def _columns(status: KeyStatus) -> list[Column]:
    ended = {KeyStatus.EXPIRED: "Ended", KeyStatus.REVOKED: "Deleted"}.get(status, "Expires")
    columns = [
        Column("Name", "k-name", place="title"),
        Column("Key", "k-key", place="left"),
        Column("May do", place="wide"),
        Column("Created", "k-made", place="none"),
        Column("Last used", "k-used", place="right"),
        Column(ended, "k-exp", place="badge"),
    ]
    return [*columns, Column("Actions", "w-act", place="act")] if status is not KeyStatus.REVOKED else columns


def _nothing(status: KeyStatus, new: ButtonLink) -> Empty:
    if status is KeyStatus.EXPIRED:
        return Empty("No expired keys", "Keys whose end has passed are listed here.", "clock")
    if status is KeyStatus.DISABLED:
        return Empty("No disabled keys", "Keys that are refused until they are enabled again.", "player-stop")
    if status is KeyStatus.REVOKED:
        return Empty(
            "No deleted keys", "Keys that were deleted stay listed here, without their secret.", "key-off"
        )
    return Empty(
        "No keys yet", "Make a key to call applications from curl, R or Python as yourself.", "key", new
    )


def _row(row: Key, status: KeyStatus, now: datetime, csrf: str, of_app: AppKey | None) -> Row:
    used: Component | str = Text("Never used", is_quiet=True)
    if row.last_used_at is not None:
        used = Text(Timestamp(row.last_used_at, now), caller(row.last_used_ip, row.last_used_agent))
    end: Component | str = "" if of_app is not None else expiry_tag(row.expires_at, now)
    if status is KeyStatus.REVOKED and row.revoked_at is not None:
        who = "by you" if row.revoked_by == row.owner_id else "by an administrator"
        end = Text(Timestamp(row.revoked_at, now), who)
    cells: list[Component | str] = [
        _name(row, of_app),
        Text(short(row), _old(row, now), is_mono=True),
        _may(row, of_app),
        Timestamp(row.created_at, now),
        used,
        end,
    ]
    is_gone = status is KeyStatus.REVOKED
    menu = ActionsMenu(f"menu-{row.id}", row.name, _menu(row, now), csrf)
    bin_link = BinLink(f"/keys/{row.id}/delete", row.name)
    return Row(cells, None if is_gone else key_deeds.Beside([menu, bin_link]))


def _name(row: Key, of_app: AppKey | None) -> NameCell:
    if of_app is None:
        return NameCell(row.name, row.description or "Personal key")
    if of_app.app_name is None:
        return NameCell(row.name, "Application key")
    return NameCell(row.name, f"Application key of {of_app.app_name}", f"/applications/{row.app_id}")


def _may(row: Key, of_app: AppKey | None) -> Text:
    if of_app is not None:
        return Text(*level_words(of_app))
    return Text(f"At most {row.role}" if row.role else "All that I may", _where(row))


def _menu(row: Key, now: datetime) -> list[MenuItem]:
    if row.app_id is not None:
        return key_deeds.menu(row, "/keys", now, has_bin=True)
    edit = MenuItem("Edit…", f"/keys/{row.id}/edit", "pencil", opens_dialog=True)
    return [edit, *key_deeds.menu(row, "/keys", now, has_bin=True)]


def _old(row: Key, now: datetime) -> str | Component:
    """Say that a replaced secret still counts, and who uses it on hover."""
    if row.old_secret is None:
        return ""
    ends = Timestamp(row.old_secret.ends_at, now).words
    return Tag(f"old one ends {ends}", "amber", None, old_words(row, now))


def _where(row: Key) -> str:
    """Say from where a key may be used, when that is narrowed."""
    if not row.ip_allowlist:
        return ""
    entries = row.ip_allowlist.split(";")
    return f"only from {entries[0]}" + (f" and {len(entries) - 1} more" if len(entries) > 1 else "")


def expiry_tag(expires_at: datetime | None, now: datetime) -> Tag:
    """Return when a key ends, in words; amber when soon, red when over or never."""
    if expires_at is None:
        return Tag("Never", "red", "infinity", "This key has no end")
    exact = f"{expires_at.day} {expires_at:%b %Y, %H:%M} UTC"
    if expires_at <= now:
        return Tag("Expired", "red", "clock-exclamation", exact)
    left = expires_at - now
    words = Timestamp(expires_at, now).words
    return Tag(
        words, "amber" if left <= SOON else "gray", "clock-exclamation" if left <= SOON else "calendar", exact
    )
