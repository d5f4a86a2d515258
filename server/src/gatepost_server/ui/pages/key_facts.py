"""What every page says of a key: its text cut short, state, rights, uses, who answers for it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from gatepost_server.apps import AppKey, KeyScopeLevel
from gatepost_server.authz import policy
from gatepost_server.authz.policy import DATASET, PROJECT, NodeKind
from gatepost_server.keys import Key, KeyKind, KeyStatus
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge, Text, Timestamp, Tone
from gatepost_server.ui.kit.permissions import Permission, PermissionGroup, PermissionRules
from gatepost_server.ui.pages.permission_words import DATASET_WORDS, PROJECT_WORDS, said

KINDS: Final[Mapping[KeyKind, str]] = {
    KeyKind.PERSONAL: "Personal key",
    KeyKind.PROJECT: "Project key",
    KeyKind.GLOBAL: "Global key",
    KeyKind.CREATOR: "Application key",
}
_BADGES: Final[Mapping[KeyStatus, tuple[str, Tone, Icon]]] = {
    KeyStatus.ACTIVE: ("Active", "green", "circle-check"),
    KeyStatus.DISABLED: ("Disabled", "amber", "player-stop"),
    KeyStatus.EXPIRED: ("Expired", "red", "clock-exclamation"),
    KeyStatus.REVOKED: ("Deleted", "gray", "key-off"),
}
LEVELS: Final[Mapping[KeyScopeLevel, str]] = {
    KeyScopeLevel.NONE: "Nothing",
    KeyScopeLevel.VIEWER: "Read",
    KeyScopeLevel.USER: "Read and write",
    KeyScopeLevel.ADMIN: "Read, write and delete",
}
"""What a required key scope level lets an application do."""
_RUNGS: Final = ("", "Reading", "Writing and running", "Moderating", "Managing", "")
_USE: Final = Permission("USE", "Open applications")
ON_DATASET: Final = [Permission(name, DATASET_WORDS[name][0]) for name in DATASET.split()]
"""What may be given on a single dataset."""


def short(key: Key) -> str:
    """Return what is shown of a key's text: its beginning and its end."""
    return f"{key.prefix[:8]}…{key.last_four}"


def badge_of(key: Key, now: datetime) -> StateBadge:
    """Return the state of a key."""
    word, tone, symbol = _BADGES[key.status(now)]
    return StateBadge(word, tone, symbol)


def used(key: Key, now: datetime) -> Component:
    """Return when, from where and by what program a key was last used."""
    if key.last_used_at is None:
        return Text("Never used", is_quiet=True)
    return Text(Timestamp(key.last_used_at, now), caller(key.last_used_ip, key.last_used_agent))


def caller(ip: str | None, agent: str | None) -> str:
    """Say from where, and by what program, a call came."""
    program = (agent or "").split(" ")[0].split("/")[0]
    return ", ".join(part for part in (ip or "", program[:24]) if part)


def day(at: datetime) -> str:
    """Return a day in full."""
    return f"{at.day} {at:%b %Y}"


def opens(key: Key) -> tuple[str, str]:
    """Say in two lines what a key may do."""
    if key.is_global_admin:
        return "Everything", "Global admin"
    if key.kind is KeyKind.PERSONAL:
        return f"At most {key.role}" if key.role else "All that its owner may", ""
    if key.kind is KeyKind.CREATOR:
        return "What its owner may", "up to the level of its application"
    if key.kind is KeyKind.GLOBAL:
        parts = [f"{said(one.permissions)} on {one.name}" for one in key.rights]
    else:
        whole = [said(key.permissions)] if key.permissions else []
        parts = [*whole, *(f"{said(given)} on {name}" for name, given in key.datasets.items())]
    if not parts:
        return "Nothing", ""
    rest = len(parts) - 2
    return parts[0], (parts[1] if rest == 0 else f"and {rest + 1} more" if rest > 0 else "")


def level_words(of_app: AppKey) -> tuple[str, str]:
    """Say in two lines how far the key of an application reaches."""
    if of_app.level is None:
        return "Nothing", "the application is gone, or runs for somebody else"
    return LEVELS[of_app.level], f"level {of_app.level}, never more than its owner may"


def project_groups() -> list[PermissionGroup]:
    """Return what may be given on a project: by rung, then what holds on every dataset in it."""
    by_rung: dict[int, list[Permission]] = {}
    for name in PROJECT.split():
        rung = policy.rung_of(_bit(name))
        by_rung.setdefault(rung, []).append(Permission(name, PROJECT_WORDS[name][0]))
    groups = [PermissionGroup(_RUNGS[rung], found) for rung, found in sorted(by_rung.items())]
    return [*groups, PermissionGroup("Every dataset, every application", [*ON_DATASET, _USE])]


def project_rules() -> PermissionRules:
    """Return what each permission brings along, from the policy itself."""
    known = f"{PROJECT} {DATASET} USE".split()
    implied = {name: _names(policy.closure(policy.mask(name)), name, known) for name in known}
    on_dataset = DATASET.split()
    flowing = {
        name: _names(policy.flowing(policy.mask(name), NodeKind.PROJECT, NodeKind.DATASET), "", on_dataset)
        for name in known
    }
    return PermissionRules(implied, flowing)


def _names(mask: int, but: str, known: Iterable[str]) -> list[str]:
    among = set(known)
    return [name for name in policy.names(mask) if name in among and name != but]


def _bit(name: str) -> int:
    return policy.mask(name).bit_length() - 1


def as_json(permissions: Sequence[str], datasets: Mapping[str, Sequence[str]]) -> str:
    """Return the rights of a project key as people edit them."""
    held = {
        "permissions": list(permissions),
        "datasets": {name: list(given) for name, given in datasets.items()},
    }
    return json.dumps(held, indent=2, ensure_ascii=False)
