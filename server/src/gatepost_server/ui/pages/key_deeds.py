"""What may be done to a key of any kind: rotate, end the old secret, disable, adopt, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.keys import Key, KeyKind, KeyStatus
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog, RevealOnce
from gatepost_server.ui.kit.facts import Timestamp
from gatepost_server.ui.kit.fields import SelectField
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.menus import MenuItem
from gatepost_server.ui.kit.pieces import PostButton, SettingRow, Stack
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.application_settings import SettingCard
from gatepost_server.ui.pages.key_facts import caller, day
from gatepost_server.ui.pages.old_secrets import callers, old_words


@dataclass(frozen=True)
class Beside(Component):
    """Buttons in a row."""

    template: ClassVar[str] = "keys/actions.html"
    items: Sequence[Component]


OVERLAPS: Final = [
    Choice("0", "At once"),
    Choice("3600", "In an hour"),
    Choice("86400", "In a day"),
    Choice("259200", "In 3 days"),
    Choice("604800", "In 7 days"),
]


def menu(key: Key, home: str, now: datetime, *, has_bin: bool = False) -> list[MenuItem]:
    """Return the row menu of a key; with a bin beside it, without deletion."""
    here = f"{home}/{key.id}"
    items = [MenuItem("Rotate…", f"{here}/rotate", "refresh", opens_dialog=True)]
    if key.kind is KeyKind.CREATOR:
        items = [MenuItem("Copy…", f"{here}/copy", "copy", opens_dialog=True)]
    if key.old_secret is not None:
        items.append(MenuItem("End the old secret…", f"{here}/end-old", "key-off", opens_dialog=True))
    if key.is_enabled:
        items.append(MenuItem("Disable", f"{here}/disable", "player-stop", posts=True))
    elif key.status(now) is not KeyStatus.EXPIRED:
        items.append(MenuItem("Enable…", f"{here}/enable", "player-play", opens_dialog=True))
    if has_bin:
        return items
    items.append(
        MenuItem(
            f"Delete {key.name}…",
            f"{here}/delete",
            "trash",
            opens_dialog=True,
            is_danger=True,
            starts_group=True,
        )
    )
    return items


def deeds(key: Key, here: str, now: datetime, csrf: str, *, may_adopt: bool = False) -> Component:
    """Return the cards below a key's form."""
    rows: list[Component] = [
        SettingRow(
            "Rotate",
            "A new secret; the old one can go on counting for up to 7 days.",
            ButtonLink("Rotate", f"{here}/rotate", symbol="refresh", opens_dialog=True),
        )
    ]
    if key.old_secret is not None:
        end = ButtonLink("End it now", f"{here}/end-old", symbol="key-off", opens_dialog=True)
        rows.append(SettingRow(f"Old secret …{key.old_secret.last_four}", old_words(key, now), end))
    if key.is_enabled:
        off = PostButton("Disable", f"{here}/disable", csrf)
        rows.append(SettingRow("Disable", "It is refused everywhere until it is enabled again.", off))
    else:
        on = ButtonLink("Enable", f"{here}/enable", symbol="player-play", opens_dialog=True)
        rows.append(SettingRow("Enable", "It is disabled: every call with it is refused.", on))
    if may_adopt:
        who = key.owner.label if key.owner else "Nobody any more"
        adopt = ButtonLink("Adopt", f"{here}/adopt", symbol="user-check", opens_dialog=True)
        rows.append(SettingRow("Sponsor", f"{who} answers for it: it never does more than they may.", adopt))
    delete = ButtonLink(f"Delete {key.name}", f"{here}/delete", "danger-line", "trash", opens_dialog=True)
    gone = SettingRow("Delete", "It is refused for good; it stays listed, without its secret.", delete)
    return Stack([SettingCard(rows), SettingCard([gone], is_danger=True)])


def rotate_dialog(
    key: Key, here: str, back: str, now: datetime, csrf: str, *, error: str = "", is_over: bool
) -> FormDialog:
    """Ask for how long the old secret goes on counting."""
    hint = "Long enough to put the new one everywhere. Who still uses the old one is shown meanwhile."
    if key.old_secret is not None:
        hint = f"The secret that was replaced before (…{key.old_secret.last_four}) ends at once."
    field = SelectField("overlap", "The old secret ends", OVERLAPS, "86400", hint, error)
    used = "It was never used."
    if key.last_used_at is not None:
        where = caller(key.last_used_ip, key.last_used_agent)
        used = f"Last used {Timestamp(key.last_used_at, now).words}" + (f" from {where}." if where else ".")
    return FormDialog(
        f"Rotate {key.name}",
        f"{here}/rotate",
        "Rotate key",
        [field],
        csrf,
        back,
        f"It gets a new secret; name, rights and end stay. {used}",
        is_over=is_over,
        symbol="refresh",
    )


def rotated(
    key: Key, text: str, ends: datetime, back: str, url: str, *, is_over: bool, now: datetime
) -> RevealOnce:
    """Return the only view of a new secret."""
    old = "The old secret is refused already."
    if ends > now:
        old = f"The old secret counts until {day(ends)}, {ends:%H:%M} UTC."
    return RevealOnce(
        f"New secret of “{key.name}”",
        old,
        text,
        "The new API key",
        "Put it where the old one is. If it is lost, rotate again.",
        back,
        [Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/me')],
        "From a shell: read -rs GATEPOST_API_KEY && export GATEPOST_API_KEY keeps it out of your history.",
        is_over=is_over,
    )


def end_old_dialog(
    key: Key, here: str, back: str, now: datetime, csrf: str, *, is_over: bool
) -> ConfirmDialog:
    """Ask before a replaced secret ends."""
    old = key.old_secret
    four = f" …{old.last_four}" if old is not None else ""
    effects = [old_words(key, now)] if old is not None else []
    more = None if old is None or old.last is None else callers(key, now, is_over=True)
    return ConfirmDialog(
        f"End the old secret{four}?",
        "This cannot be undone.",
        f"{here}/end-old",
        "End old secret",
        csrf,
        back,
        [*effects, "Programs that still send it are refused from their next request on."],
        is_over=is_over,
        symbol="key-off",
        more=more,
    )


def copy_dialog(key: Key, here: str, back: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Ask before the text of an application's key is shown again."""
    return ConfirmDialog(
        f"Show the key {key.name}?",
        "It is the key that the application runs with.",
        f"{here}/copy",
        "Show key",
        csrf,
        back,
        [
            "Whoever you give it to acts for you, as far as the application may.",
            "That it was shown is written into the audit trail.",
        ],
        is_over=is_over,
        is_danger=False,
        symbol="copy",
    )


def copied(key: Key, text: str, back: str, url: str, *, is_over: bool) -> RevealOnce:
    """Return the text of an application's key."""
    return RevealOnce(
        key.name,
        "Acts for you, as far as its application may.",
        text,
        "The API key",
        "Whoever has it acts for you within the application's level, until the application or the key "
        "is deleted. It can be shown to nobody but you.",
        back,
        [Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/me')],
        is_over=is_over,
        is_kept=True,
    )


def enable_dialog(key: Key, here: str, back: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Ask before a disabled key opens again what it opened."""
    return ConfirmDialog(
        f"Enable {key.name}?",
        "Programs that have it get in again.",
        f"{here}/enable",
        "Enable key",
        csrf,
        back,
        is_over=is_over,
        is_danger=False,
        symbol="player-play",
    )


def adopt_dialog(key: Key, here: str, csrf: str, lacking: Sequence[str], *, is_over: bool) -> ConfirmDialog:
    """Ask before somebody answers for a key."""
    who = key.owner.label if key.owner else "Nobody"
    before = "answers" if key.owner and key.owner.is_active else "answered"
    effects = [f"{who} {before} for it until now; then you do. It never does more than you may."]
    if lacking:
        effects.append(f"It may do again what is refused now: {', '.join(lacking[:4])}.")
    return ConfirmDialog(
        f"Adopt {key.name}?",
        "The key keeps its text and its rights.",
        f"{here}/adopt",
        "Adopt key",
        csrf,
        here,
        effects,
        is_over=is_over,
        is_danger=False,
        symbol="user-check",
    )


def delete_dialog(
    key: Key, action: str, back: str, now: datetime, csrf: str, *, whose: str = "", is_over: bool
) -> ConfirmDialog:
    """Ask before a key is deleted; *whose* says that it is another's."""
    effects = [f"It is a key of {whose}; they see who deleted it."] if whose else []
    last = "It was never used."
    if key.last_used_at is not None:
        where = caller(key.last_used_ip, key.last_used_agent)
        last = f"It was last used {Timestamp(key.last_used_at, now).words}" + (
            f" from {where}." if where else "."
        )
    if key.kind is KeyKind.CREATOR:
        effects.append("Its application acts for nobody, until somebody deploys it anew.")
    effects += [last, "Programs that send it are refused from their next request on; open connections close."]
    return ConfirmDialog(
        f"Delete the key {key.name}?",
        "This cannot be undone.",
        action,
        f"Delete {key.name}",
        csrf,
        back,
        effects,
        is_over=is_over,
    )
