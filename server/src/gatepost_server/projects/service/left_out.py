"""What an import did not take over of an archive, in words: each right, association and end, and why."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gatepost_server.keys import ExpiryChoice, Key, KeyDefinition, KeyStatus
from gatepost_server.projects.archives.manifest import UNTOLD, Manifest

OWNERSHIP: Final = (
    "Archives carry no ownership and no ADMIN: you administer everything that came in, and nobody else does."
)
_MOST: Final = 200
"""So many are told one by one."""
_SHOWN: Final = 100


def definition_of(told: Mapping[str, Any]) -> KeyDefinition:
    """Return the key that an archive tells of."""
    fields = {name: value for name, value in told.items() if name != "expires_at"}
    ends = told["expires_at"]
    at = datetime.fromisoformat(ends) if ends else None
    return KeyDefinition(**fields, expiry=ExpiryChoice(is_given=ends != UNTOLD, at=at))


def of_key(made: Key, told: Mapping[str, Any], now: datetime) -> list[str]:
    """Say what of a key came in otherwise than the archive tells it."""
    found = []
    if made.status(now) is KeyStatus.EXPIRED:
        found.append(f"The key {made.name} had ended already: give it another end before you enable it.")
    elif told["expires_at"] is None and made.expires_at is not None:
        found.append(
            f"The key {made.name} had no end; here every key has to end: {made.expires_at:%d %b %Y}."
        )
    if told["run_as"]:
        found.append(
            f"The key {made.name} acted for {_short(told['run_as'])}; it acts for nobody until they agree "
            "and are named again."
        )
    return found


def of_rights(manifest: Manifest) -> list[str]:
    """Say of ownership, and of each right that the archive tells of, that nobody was given it, and why."""
    return [OWNERSHIP, *_associations(manifest), *_suggested(manifest)]


def told_of(sentences: Sequence[str]) -> list[str]:
    """Return *sentences*, or the first of very many with how many more there are."""
    if len(sentences) <= _MOST:
        return list(sentences)
    return [*sentences[:_MOST], f"And {len(sentences) - _MOST} more, which the archive's manifest tells."]


def _associations(manifest: Manifest) -> Iterator[str]:
    for scenario in manifest.scenarios:
        if scenario["run_as"]:
            name, whom = _short(scenario["name"]), _short(scenario["run_as"])
            yield f"The scenario {name} acted as {whom}; it acts as you."


def _suggested(manifest: Manifest) -> Iterator[str]:
    for one in manifest.grants:
        until = f" until {_short(one['until'])}" if one["until"] else ""
        yield (
            f"{_named(one['to'])} held {_rights(one)} on {_named(one['on'])}{until}: an import gives nobody "
            "but you anything."
        )
    for one in manifest.authorizations:
        yield (
            f"The dataset {_short(one['dataset'])} was authorized for dashboards by {_short(one['by'])}: "
            "whoever authorizes shows what they may read."
        )
    for one in manifest.exposures:
        yield (
            f"The dataset {_short(one['dataset'])} was exposed to project {_short(one['to_project'])} "
            f"({_rights(one)}): an import gives nobody but you anything."
        )


def _named(who: Mapping[str, str]) -> str:
    return f"{_short(who['type'])} {_short(who['name'])}"


def _rights(one: Mapping[str, Any]) -> str:
    return _short(one.get("role") or ", ".join(one["permissions"]) or "nothing")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
