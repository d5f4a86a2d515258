"""What an application finds in its environment: the list, and the questions around it."""

from collections.abc import Sequence
from datetime import datetime

from gatepost_server.apps import EnvVariable
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Snippet
from gatepost_server.ui.kit.pieces import SettingRow
from gatepost_server.ui.pages.application_work import Both
from gatepost_server.ui.pages.applications import AppRow


def variable_rows(row: AppRow, env: Sequence[EnvVariable], now: datetime) -> list[Component]:
    """Return the rows of the settings that are about variables."""
    base = f"/applications/{row.id}/env"
    add = ButtonLink("Set a variable", f"{base}/set", symbol="plus", opens_dialog=True)
    said = "Its process finds them at its next start; nobody is shown a value again."
    return [SettingRow("Environment variables", said, add), *(_one(base, one, now) for one in env)]


def _one(base: str, one: EnvVariable, now: datetime) -> SettingRow:
    change = ButtonLink("Change", f"{base}/set?name={one.name}", opens_dialog=True, extra="btn-sm")
    remove = BinLink(f"{base}/{one.name}/remove", one.name, "Remove")
    said = f"Set by {one.by_name}, {Timestamp(one.at, now).words}."
    return SettingRow(one.name, said, Both(change, remove))


def set_dialog(row: AppRow, name: str, csrf: str, url: str, *, error: str = "", is_over: bool) -> FormDialog:
    """Return the form that sets a variable."""
    call = 'curl -X PATCH -H "Authorization: Key $GATEPOST_API_KEY" --json'
    return FormDialog(
        "Set a variable",
        f"/applications/{row.id}/env/set",
        "Set variable",
        [
            TextField("name", "Name", name, error=error, is_first=not name, max_length=64),
            TextField(
                "value", "Value", kind="password", is_first=bool(name), is_required=False,
                hint="Kept sealed; it is never shown again.",
            ),
        ],
        csrf,
        f"/applications/{row.id}/settings",
        sentence=f"{row.name} finds it in its environment from its next start on.",
        is_over=is_over,
        symbol="variable",
        same=[
            Snippet("CLI", f"gatepost apps env {row.number} --set NAME"),
            Snippet("curl", f"{call} '{{\"NAME\": \"VALUE\"}}' \\\n  {url}/api/v1/apps/{row.id}/env"),
        ],
    )  # fmt: skip


def remove_dialog(row: AppRow, name: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a variable is removed."""
    return ConfirmDialog(
        f"Remove {name}?",
        "Its value is kept nowhere else here.",
        f"/applications/{row.id}/env/{name}/remove",
        f"Remove {name}",
        csrf,
        f"/applications/{row.id}/settings",
        [f"{row.name} misses it from its next start on."],
        is_over=is_over,
    )
