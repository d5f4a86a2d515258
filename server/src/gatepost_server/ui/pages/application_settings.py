"""What may be done to an application, and the questions before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps import AppEnding, AppParameter, EnvVariable
from gatepost_server.apps.model import AppState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.pieces import PostButton, SettingRow, Stack
from gatepost_server.ui.pages.app_env import variable_rows
from gatepost_server.ui.pages.app_parameters import parameter_rows
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.applications import AppRow


def settings(
    view: AppView,
    env: Sequence[EnvVariable],
    now: datetime,
    csrf: str,
    url: str,
    parameters: Sequence[AppParameter] = (),
    *,
    client: ButtonLink | None = None,
) -> Component:
    """Return the tab with rename, start and stop, its AppKey (*client*), variables, and delete."""
    row, base = view.row, f"/applications/{view.row.id}"
    rename = ButtonLink("Rename", f"{base}/rename", symbol="pencil", opens_dialog=True)
    items: list[Component] = [SettingRow("Name", f"It is called {row.name}. Its addresses stay.", rename)]
    items += _steering(row, base, csrf)
    if client is not None:
        items.append(SettingRow("AppKey", "With one, programs call data APIs as this application.", client))
    parts: list[Component] = [SettingCard(items), SettingCard(variable_rows(row, env, now))]
    if parameters:
        parts.append(SettingCard(parameter_rows(row, parameters)))
    if row.may_delete:
        delete = ButtonLink(f"Delete {row.name}", f"{base}/delete", "danger-line", "trash", opens_dialog=True)
        parts.append(
            SettingCard(
                [
                    SettingRow(
                        "Delete", "It stops and is gone for good; its source and versions stay.", delete
                    )
                ],
                is_danger=True,
            )
        )
    return page(view, "settings", Stack(parts), now, csrf, url)


def _steering(row: AppRow, base: str, csrf: str) -> list[Component]:
    if row.state is AppState.STOPPED:
        return [SettingRow("Start", "It answers again.", PostButton("Start", f"{base}/start", csrf))]
    restart = PostButton("Restart", f"{base}/restart", csrf)
    stop = PostButton("Stop", f"{base}/stop", csrf)
    return [
        SettingRow("Restart", "A fresh process; open pages reconnect.", restart),
        SettingRow("Stop", "It answers nobody until it is started.", stop),
    ]


@dataclass(frozen=True)
class SettingCard(Component):
    """Setting rows in one card; red when they destroy."""

    template: ClassVar[str] = "apps/setting_card.html"
    items: Sequence[Component]
    is_danger: bool = False


def rename_dialog(row: AppRow, name: str, csrf: str, *, error: str = "", is_over: bool) -> FormDialog:
    """Return the form that renames an application."""
    base = f"/applications/{row.id}"
    field = TextField("name", "Name", name, error=error, is_first=True, max_length=120)
    return FormDialog(f"Rename {row.name}", f"{base}/rename", "Rename", [field], csrf, base, is_over=is_over)


def delete_dialog(
    row: AppRow, ending: AppEnding, now: datetime, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before an application is deleted; its name is asked for while it is used."""
    used = ending.last_used_at
    said = f"It was last used {Timestamp(used, now).words}." if used else "Nobody has used it yet."
    return ConfirmDialog(
        f"Delete {row.name}?",
        f"{said} This cannot be undone.",
        f"/applications/{row.id}/delete",
        f"Delete {row.name}",
        csrf,
        f"/applications/{row.id}",
        [
            "Its process ends and open pages close, at once.",
            f"{row.content_url} and its own address answer nobody any more.",
            *_ended(ending),
            "Its source and versions stay; they can be published again, or deleted there.",
        ],
        row.name if ending.was_used_lately else "",
        fault,
        is_over,
        same=[Snippet("CLI", f"gatepost apps delete {row.number}")],
    )


def _ended(ending: AppEnding) -> list[str]:
    """Say what else ends, as far as the viewer may know it."""
    said = []
    if ending.people is not None:
        roles = (
            "1 person or group loses its role" if ending.people == 1 else f"{ending.people} lose their role"
        )
        said.append(f"{roles} on it.")
    else:
        said.append("Every role on it ends.")
    if ending.keys:
        said.append("Its own key is refused from now on." if ending.keys == 1 else f"{ending.keys} keys end.")
    if ending.variables:
        one = ending.variables == 1
        said.append(
            "Its variable is forgotten." if one else f"Its {ending.variables} variables are forgotten."
        )
    if ending.usecases:
        one = ending.usecases == 1
        said.append("Its use case loses it." if one else f"{ending.usecases} use cases lose it.")
    return said
