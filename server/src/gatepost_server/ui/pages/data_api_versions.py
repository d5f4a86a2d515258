"""The versions of a data API: listed, compared, published."""

import difflib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from gatepost_server.dataapis import Definition, SqlSource, Stage, Version, kept
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Person, StateBadge, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.data_api import ApiView, Badges, page
from gatepost_server.ui.pages.project_settings import Code

_COLUMNS: Final = [
    Column("Version", place="title"),
    Column("State", "c-own", place="badge"),
    Column("Saved by", "c-own", place="left"),
    Column("Saved", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_STAGES: Final = {
    Stage.PRODUCTION: StateBadge("In production", "green", "circle-check"),
    Stage.DEVELOPMENT: StateBadge("In development", "blue", "pencil"),
}


def versions(
    view: ApiView,
    found: Sequence[Version],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the versions of a data API, the latest first."""
    empty = Empty("No versions", "Save one on the Design tab.", "history")
    rows = [_row(view, one, now, csrf) for one in found]
    table = ResourceTable("versions", "versions", _COLUMNS, rows, state, empty, next_cursor=next_cursor)
    note = "A version reads as whoever saved it, whoever publishes it."
    return page(view, "versions", [Section("Versions", table, note)], now, csrf, url)


def _row(view: ApiView, one: Version, now: datetime, csrf: str) -> Row:
    base, live = f"{view.base}/versions/{one.number}", view.one.production_version
    items = []
    if "publish" in view.may and Stage.PRODUCTION not in one.stages:
        words = "Publish…" if live is None or one.number > live else "Go back to it…"
        items.append(MenuItem(words, f"{base}/publish", "rocket", opens_dialog=True))
    if "publish" in view.may and Stage.DEVELOPMENT not in one.stages:
        items.append(MenuItem("Work on from it", f"{base}/develop", "pencil", posts=True))
    if one.number > 1:
        before = live if live is not None and live != one.number else one.number - 1
        items.append(MenuItem(f"Compare with v{before}", f"{base}/compare?before={before}", "history"))
    source = one.definition.source
    from_ = "SQL" if isinstance(source, SqlSource) else f"the table {source.table}"
    second = (
        one.note
        or f"{len(one.definition.fields)} fields, {len(one.definition.parameters)} parameters, of {from_}"
    )
    return Row(
        [
            NameCell(f"v{one.number}", second),
            Badges([_STAGES[stage] for stage in one.stages]),
            Person(one.author or "Somebody who is gone"),
            Timestamp(one.at, now),
        ],
        ActionsMenu(f"v-{one.number}", f"Version {one.number}", items, csrf),
    )


def comparison(
    view: ApiView, before: Version, after: Version, now: datetime, csrf: str, url: str
) -> Component:
    """Return what is different in *after*, seen from *before*."""
    head = f"v{before.number} → v{after.number}"
    parts: list[Component] = []
    facts = changes_of(before.definition, after.definition)
    if facts:
        parts.append(Card(head, Facts([Fact(name, Text(words)) for name, words in facts])))
    for title, old, new in _texts(before, after):
        lines = list(
            difflib.unified_diff(old, new, f"v{before.number}", f"v{after.number}", lineterm="", n=3)
        )
        if lines:
            parts.append(Section(title, Code("\n".join(lines))))
    if not parts:
        parts.append(
            Note("There is no difference.", "The two read and give the same.", "green", "circle-check")
        )
    back = ButtonLink("All versions", f"{view.base}/versions", symbol="arrow-left")
    return page(view, "versions", [Section(head, Stack(parts), action=back)], now, csrf, url)


def changes_of(before: Definition, after: Definition) -> list[tuple[str, str]]:
    """Return in words what programs would notice: fields and parameters that come, go or are needed."""
    pairs = []
    for noun, old, new in (
        ("Fields", [one.name for one in before.fields], [one.name for one in after.fields]),
        ("Parameters", [one.name for one in before.parameters], [one.name for one in after.parameters]),
        ("Sorts by", before.sortable, after.sortable),
        ("Operations", sorted(before.operations), sorted(after.operations)),
    ):
        gone = [one for one in old if one not in new]
        come = [one for one in new if one not in old]
        said = ([f"new: {', '.join(come)}"] if come else []) + ([f"gone: {', '.join(gone)}"] if gone else [])
        if said:
            pairs.append((noun, "; ".join(said)))
    was = {one.name for one in before.parameters if one.required}
    needed = [one.name for one in after.parameters if one.required and one.name not in was]
    if needed:
        pairs.append(("Needed now", ", ".join(needed)))
    return pairs


def effects(view: ApiView, live: Version | None, wanted: Version) -> list[str]:
    """Return what publishing a version means to those who call the API."""
    one = view.one
    found = [f"Programs that call /gw/{one.slug} get version {wanted.number} from their next call on."]
    if live is not None:
        found += [f"{name} – {words}." for name, words in changes_of(live.definition, wanted.definition)]
    if wanted.author:
        found.append(f"It reads as {wanted.author}, with the rights that they have at each call.")
    return found


def _texts(before: Version, after: Version) -> list[tuple[str, list[str], list[str]]]:
    old, new = kept(before.definition), kept(after.definition)
    sources = [_source(one.definition) for one in (before, after)]
    places = [{"connection": one.connection_id, "credential": one.credential_id} for one in (before, after)]
    rest = [_lines({name: part for name, part in one.items() if name != "source"} | place)
            for one, place in zip((old, new), places, strict=True)]  # fmt: skip
    return [("Query or table", sources[0], sources[1]), ("Everything else", rest[0], rest[1])]


def _source(one: Definition) -> list[str]:
    if isinstance(one.source, SqlSource):
        return one.source.text.splitlines()
    return [".".join(part for part in (one.source.schema, one.source.table) if part)]


def _lines(one: dict[str, Any]) -> list[str]:
    return json.dumps(one, indent=2, ensure_ascii=False, default=str).splitlines()
