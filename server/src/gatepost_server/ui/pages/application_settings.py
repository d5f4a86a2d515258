"""What may be done to an application, and the questions before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps.model import AppState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.pieces import PostButton, SettingRow, Stack
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.applications import AppRow


def settings(view: AppView, now: datetime, csrf: str, url: str) -> Component:
    """Return the tab with rename, start and stop, and delete."""
    row, base = view.row, f"/applications/{view.row.id}"
    rename = ButtonLink("Rename", f"{base}/rename", symbol="pencil", opens_dialog=True)
    items: list[Component] = [SettingRow("Name", f"It is called {row.name}. Its addresses stay.", rename)]
    if row.state is AppState.STOPPED:
        items.append(SettingRow("Start", "It answers again.", PostButton("Start", f"{base}/start", csrf)))
    else:
        items.append(
            SettingRow(
                "Restart",
                "A fresh process; open pages reconnect.",
                PostButton("Restart", f"{base}/restart", csrf),
            )
        )
        items.append(
            SettingRow(
                "Stop", "It answers nobody until it is started.", PostButton("Stop", f"{base}/stop", csrf)
            )
        )
    parts: list[Component] = [SettingCard(items)]
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


def delete_dialog(row: AppRow, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before an application is deleted."""
    return ConfirmDialog(
        f"Delete {row.name}?",
        "This cannot be undone.",
        f"/applications/{row.id}/delete",
        f"Delete {row.name}",
        csrf,
        f"/applications/{row.id}",
        [
            "It stops at once; open pages close, and every role on it ends.",
            f"{row.content_url} and its own address answer nobody any more.",
            "Its source and versions stay; they can be published again, or deleted there.",
        ],
        row.name,
        fault,
        is_over,
    )
