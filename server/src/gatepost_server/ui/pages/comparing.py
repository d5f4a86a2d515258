"""The page that compares two versions of a source."""

from collections.abc import Sequence
from typing import Final

from gatepost_server.apps import Change, Comparison, FileChange, KeyScopeLevel
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge, Text, Tone
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
from gatepost_server.ui.pages.project_settings import Code
from gatepost_server.ui.pages.resources import LEVEL_WORDS, UNSET, pause_words

_WORDS: Final[dict[Change, tuple[str, Tone]]] = {
    Change.ADDED: ("Added", "green"),
    Change.REMOVED: ("Removed", "red"),
    Change.CHANGED: ("Changed", "blue"),
}
_RESOURCES: Final = {
    "cpu": "CPU",
    "memory": "Memory",
    "replicas": "Processes",
    "idle_pause_minutes": "Idle pause",
    "session_affinity": "Session affinity",
    "required_key_scope_level": "Required key scope level",
    "visitor_reach": "Visitors’ keys reach",
    "health_path": "Health path",
}


def comparison(found: Comparison, source_id: str, source: str, others: Sequence[int], url: str) -> Component:
    """Return the page; *others* are the versions that this one may be compared with instead."""
    base, number = f"/sources/{source_id}/versions", found.after.number
    crumbs = [
        Crumb("Application sources", "/sources"),
        Crumb(source, f"/sources/{source_id}"),
        Crumb(f"v{number}", f"{base}/{number}"),
        Crumb("Compare"),
    ]
    links = [
        ButtonLink(f"With v{one}", f"{base}/{number}/compare?before={one}", extra="btn-sm")
        for one in others
        if one not in (number, found.before.number)
    ][:5]
    head = PageHead(
        f"v{found.before.number} → v{number}",
        "What is different in the newer of the two, seen from the older."
        if number > found.before.number
        else "What is different in the older of the two, seen from the newer.",
        crumbs,
        [SameWith(_same(found, source_id, url)), *links],
    )
    parts: list[Component] = [head]
    if found.resources:
        facts = [_resource(name, *pair) for name, pair in found.resources.items()]
        parts.append(Card("Resources", Facts(facts)))
    if found.requirements_added or found.requirements_removed:
        parts.append(Card("Requirements", Facts(_requirements(found))))
    parts += [_file(one) for one in found.files]
    if len(parts) == 1:
        said = "Files, requirements and resources of the two are alike."
        parts.append(Note("There is no difference.", said, "green", "circle-check"))
    return Stack(parts)


def _resource(name: str, before: object, after: object) -> Fact:
    return Fact(_RESOURCES.get(name, name), f"{_value(name, before)} → {_value(name, after)}")


def _value(name: str, value: object) -> str:
    if name == "required_key_scope_level":
        return LEVEL_WORDS[UNSET if value is None else KeyScopeLevel(str(value))]
    if name == "visitor_reach":
        return ", ".join(map(str, value)) if isinstance(value, tuple) else "all that the visitor may"
    if name == "health_path":
        return str(value) if value else "any answer will do"
    if name == "session_affinity":
        return "on" if value else "off"
    if name == "idle_pause_minutes":
        return pause_words(None if value is None else int(str(value)))
    return f"{value} MiB" if name == "memory" else f"{value:g}" if isinstance(value, float) else str(value)


def _requirements(found: Comparison) -> list[Fact]:
    added, removed = ", ".join(found.requirements_added), ", ".join(found.requirements_removed)
    pairs = (("Added", added), ("Removed", removed))
    return [Fact(words, Text(said, is_mono=True)) for words, said in pairs if said]


def _file(one: FileChange) -> Section:
    word, tone = _WORDS[one.change]
    content: Component = Text("It is no text, or too long to be compared line by line.", is_quiet=True)
    if one.diff:
        content = Code(one.diff)
    elif one.diff is not None and one.change is not Change.CHANGED:
        content = Text("It is empty.", is_quiet=True)
    elif one.diff is not None:
        content = Text(
            "Its text is the same: whether it may be run, or its line ends, are not.", is_quiet=True
        )
    return Section(one.path, content, action=StateBadge(word, tone, "file-text"))


def _same(found: Comparison, source_id: str, url: str) -> list[Snippet]:
    before, after = found.before.number, found.after.number
    call = f"{url}/api/v1/sources/{source_id}/versions/{after}/compare?before={before}"
    return [
        Snippet("CLI", f"gatepost sources compare {source_id} {before} {after}"),
        Snippet("curl", f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" \\\n  '{call}'"),
    ]
