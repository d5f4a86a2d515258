"""The Variables page of administrators: configuration for everybody's scenarios and applications."""

import json
from datetime import datetime
from typing import Final

from gatepost_server.instance import Variable
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Text, Timestamp
from gatepost_server.ui.kit.fields import Hidden, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row

HOME: Final = "/admin/variables"
_SHOWN: Final = 80
_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Value", place="wide"),
    Column("Set", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


def written(value: object) -> str:
    """Return a value as people type it: texts as they are, everything else as JSON."""
    is_plain = isinstance(value, str) and not _reads_as_json(value)
    return str(value) if is_plain else json.dumps(value, ensure_ascii=False)


def _reads_as_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def variable_list(found: Page[Variable], state: ListState, now: datetime, csrf: str, url: str) -> Component:
    """Return the list of all global variables."""
    new = ButtonLink("New variable", f"{HOME}/new", "primary", "plus", opens_dialog=True)
    same = SameWith(
        [
            Snippet("CLI", "gatepost variables list\ngatepost variables set region=eu"),
            Snippet(
                "curl",
                'curl -X PUT -H "Authorization: Key $GATEPOST_API_KEY" --json \'{"value": "eu"}\' \\\n'
                f"  {url}/api/v1/variables/region",
            ),
            Snippet(
                "In an application",
                "import json, os\n\njson.loads(os.environ['GATEPOST_VARIABLES'])['region']",
            ),
        ]
    )
    head = PageHead(
        "Variables",
        "Configuration that everybody’s scenarios and applications can read. Not a place for secrets.",
        [Crumb("Administration"), Crumb("Variables")],
        [same, new],
    )
    empty = Empty(
        "No variables yet", "Set what many applications need to know, such as a region.", "settings", new
    )
    rows = [_row(one, now, csrf) for one in found.items]
    table = ResourceTable(
        "variables", "variables", _COLUMNS, rows, state, empty, find_hint="Name", next_cursor=found.next
    )
    return Stack([head, table])


def _row(one: Variable, now: datetime, csrf: str) -> Row:
    here, value = f"{HOME}/{one.name}", written(one.value)
    menu = ActionsMenu(
        f"menu-{one.name}",
        one.name,
        [
            MenuItem("Edit", f"{here}/edit", "pencil", opens_dialog=True),
            MenuItem(f"Delete {one.name}…", f"{here}/delete", "trash", opens_dialog=True, is_danger=True),
        ],
        csrf,
    )
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return Row([NameCell(one.name, f"by {one.by_name}"), Text(shown), Timestamp(one.updated_at, now)], menu)


def edit_dialog(
    name: str, value: str, csrf: str, *, is_new: bool, name_error: str = "", error: str = "", is_over: bool
) -> FormDialog:
    """Return the form that sets a variable."""
    value_field = TextField(
        "value", "Value", value, error=error, is_first=not is_new, is_required=False,
        hint="Text, or JSON such as 5, true or a list.",
    )  # fmt: skip
    name_field = TextField(
        "name", "Name", name, error=name_error, is_first=True, max_length=64,
        hint="Letters, digits and underscores.",
    )  # fmt: skip
    return FormDialog(
        "New variable" if is_new else f"Edit {name}",
        f"{HOME}/new" if is_new else f"{HOME}/{name}/edit",
        "Save",
        [name_field if is_new else Hidden("name", name), value_field],
        csrf,
        HOME,
        sentence="Everybody who publishes can read it. Applications see it when they start the next time.",
        is_over=is_over,
        symbol="settings",
    )


def delete_dialog(name: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a variable is deleted."""
    return ConfirmDialog(
        f"Delete {name}?",
        "It can be set again.",
        f"{HOME}/{name}/delete",
        f"Delete {name}",
        csrf,
        HOME,
        ["Scenarios miss it at their next run, applications at their next start."],
        is_over=is_over,
    )
