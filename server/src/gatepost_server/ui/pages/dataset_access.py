"""Who may use a dataset, and which rows of it they see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.projects import Column as DataColumn
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import Avatar, StateBadge, Text
from gatepost_server.ui.kit.fields import PeopleField, SelectField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import PostButton, Section, SettingRow, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages import sharing
from gatepost_server.ui.pages.application_settings import SettingCard
from gatepost_server.ui.pages.dataset import DatasetView, page
from gatepost_server.ui.pages.permission_words import DATASET_WORDS, ticks
from gatepost_server.ui.pages.sharing import AccessPage, Shared

ROLES: Final = [
    Choice("consumer", "Consumer: may read it"),
    Choice("editor", "Editor: may read, export, write and share it too"),
    Choice("owner", "Owner: may do everything, and delete it"),
]
_SHOWN: Final = 8
_RULES: Final = [
    Column("Who", place="title"),
    Column("Sees rows where", place="wide"),
    Column("Actions", "c-act", place="act"),
]


@dataclass(frozen=True)
class RuleRow:
    """A row rule: who sees the rows whose column has one of the values; `id` names its content."""

    id: str
    who: str
    kind: str
    column: str
    values: Sequence[str]


@dataclass(frozen=True)
class RuleForm:
    """What was typed to make a rule, and what is wrong with it."""

    column: str = ""
    values: str = ""
    who: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def shared_dataset(view: DatasetView) -> Shared:
    """Return a dataset as a thing that is shared."""
    here = f"{view.base}/access"
    return Shared(
        view.name, here, f"{here}/add", f"{here}/people", ROLES,
        "What is given on the project counts beside this.",
        "They are refused from their next request on, unless the project gives them the same.",
        ticks(DATASET_WORDS),
    )  # fmt: skip


def access(view: DatasetView, holders: AccessPage, now: datetime, csrf: str, url: str) -> Component:
    """Return who holds what on the dataset itself."""
    note = Note(
        "The project gives rights too.", f"Whoever may do something with all datasets of {view.key} is not "
        "listed here; its settings say who that is.", "blue", "folders",
    )  # fmt: skip
    people = sharing.people_section(shared_dataset(view), holders, now)
    return page(view, "access", Stack([people, note]), now, csrf, url)


def rules(view: DatasetView, found: Sequence[RuleRow], now: datetime, csrf: str, url: str) -> Component:
    """Return on whose behalf the dataset is read, and who sees which rows then."""
    here = f"{view.base}/rules"
    if view.impersonate:
        state, words = "on", "A key reads it only with an associated user, and gets that user's rows."
    else:
        state, words = "off", "Whoever may read it sees every row; the rules below wait."
    other = "off" if view.impersonate else "on"
    button = PostButton(f"Turn {other}", f"{here}/{other}", csrf)
    switch = SettingRow(f"Read on behalf of persons: {state}", words, button)
    add = ButtonLink("Add a rule", f"{here}/new", "plain", "plus", opens_dialog=True)
    empty = Empty(
        "No row rules", "Without any, everybody who may read the dataset sees every row.", "filter",
        add if view.columns else None,
    )  # fmt: skip
    table = ResourceTable(
        "rules", "row rules", _RULES, [_row(one, here) for one in found], ListState(here, {}), empty
    )
    said = "Who may not share it sees only rows that a rule naming them, or a group of theirs, lets through."
    section = Section("Row rules", table, said if found else "", add if found else None)
    return page(view, "rules", Stack([SettingCard([switch]), section]), now, csrf, url)


def _row(one: RuleRow, here: str) -> Row:
    values = ", ".join(one.values[:_SHOWN])
    if len(one.values) > _SHOWN:
        values += f" and {len(one.values) - _SHOWN} more"
    who: Component = NameCell(one.who, one.kind.capitalize(), None, Avatar(one.who, "lg"))
    if one.kind == "gone":
        who = Text(StateBadge("Gone", "gray", "user-off"), one.who)
    return Row(
        [who, Text(f"{one.column} is {'one of ' if len(one.values) > 1 else ''}{values or 'nothing'}")],
        BinLink(f"{here}/{one.id}/remove", f"the rule for {one.who}"),
    )


def rule_dialog(
    view: DatasetView, columns: Sequence[DataColumn], form: RuleForm, csrf: str, *, is_over: bool
) -> FormDialog:
    """Return the form that adds a row rule."""
    here = f"{view.base}/rules"
    choices = [Choice(one.name, f"{one.name} ({one.type})") for one in columns]
    return FormDialog(
        "Add a row rule",
        f"{here}/new",
        "Add rule",
        [
            PeopleField(
                "who", "Who sees the rows", f"{view.base}/access/people", form.who,
                "A person, or a group by its name with group: before it.", form.faults.get("who", ""),
            ),
            SelectField("column", "Column", choices, form.column, error=form.faults.get("column", "")),
            TextArea(
                "values", "Values", form.values, "One on each line; the column has to have one of them.",
                form.faults.get("values", ""), 4, is_required=True,
            ),
        ],
        csrf,
        here,
        sentence="Rules add up: somebody sees a row that any rule naming them lets through.",
        fault=form.fault,
        is_over=is_over,
        symbol="filter",
    )  # fmt: skip


def remove_rule_dialog(view: DatasetView, rule: RuleRow, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a rule is taken away."""
    here = f"{view.base}/rules"
    last = "When it is the last one, everybody who may read the dataset sees every row."
    return ConfirmDialog(
        f"Take away the rule for {rule.who}?",
        "It can be made again.",
        f"{here}/{rule.id}/remove",
        "Take away the rule",
        csrf,
        here,
        [f"{rule.who} no longer sees the rows that only this rule lets through.", last],
        is_over=is_over,
        symbol="filter",
    )
