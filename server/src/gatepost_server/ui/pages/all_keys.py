"""Administration > API keys > All keys: those of everybody, to find and to delete."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gatepost_server.keys import Key, KeyKind, KeyStatus
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Text
from gatepost_server.ui.kit.heads import BinLink
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
from gatepost_server.ui.pages.global_keys import ALL, STATES, head
from gatepost_server.ui.pages.key_facts import KINDS, badge_of, opens, short, used
from gatepost_server.ui.pages.key_list import expiry_tag

_COLUMNS: Final = [
    Column("Name", "k-name", place="title"),
    Column("Owner or sponsor", "k-used", place="left"),
    Column("May do", place="wide"),
    Column("Last used", "k-used", place="right"),
    Column("Ends", "p-end", place="none"),
    Column("State", "p-state", place="badge"),
    Column("Actions", "c-act", place="act"),
]
_KINDS: Final = Filter("kind", "Kind", [Choice(kind, words) for kind, words in KINDS.items()])


def all_keys(
    rows: Sequence[Key],
    projects: Mapping[str, str],
    people: Mapping[str, str],
    state: ListState,
    now: datetime,
    *,
    url: str,
    next_cursor: str | None,
) -> Component:
    """Return the list of everybody's keys; *people* are the owners one can filter by, by id."""
    owners = Filter("owner", "Owner", [Choice(who, name) for who, name in people.items()])
    empty = Empty("No keys yet", "Keys that anybody makes are listed here.", "key")
    table = ResourceTable(
        "all-keys",
        "keys",
        _COLUMNS,
        [_row(one, projects, now) for one in rows],
        state,
        empty,
        "Words of the name, or a prefix",
        [_KINDS, owners, STATES],
        next_cursor=next_cursor,
    )
    return Stack([*head(ALL, url), table])


def _row(key: Key, projects: Mapping[str, str], now: datetime) -> Row:
    is_gone = key.status(now) is KeyStatus.REVOKED
    line, second = ("Nothing any more", "") if is_gone else opens(key)
    project = projects.get(key.project_id or "")
    who = key.owner.label if key.owner else "Nobody any more"
    href = None
    if not is_gone and key.kind is KeyKind.GLOBAL:
        href = f"/admin/keys/{key.id}"
    elif not is_gone and project:
        href = f"/projects/{project}/settings/api/{key.id}"
    cells: list[Component | str] = [
        NameCell(key.name, f"{KINDS[key.kind]} · {short(key)}", href),
        Text(who, f"project {project}" if project else key.owner.name if key.owner else ""),
        Text(line, second),
        used(key, now),
        "" if key.app_id is not None else expiry_tag(key.expires_at, now),
        badge_of(key, now),
    ]
    return Row(cells, None if is_gone else BinLink(f"{ALL}/{key.id}/delete", key.name))
