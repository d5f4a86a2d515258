"""Consents on the profile: the projects whose keys may act with one's own data rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Text
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.pieces import Card, SettingRow, Stack
from gatepost_server.ui.kit.tables import Choice


@dataclass(frozen=True)
class Consent:
    """A project that one has agreed to; the key stands for the name where one sees it no more."""

    project: str
    name: str


def card(given: Sequence[Consent]) -> Component:
    """Return the card that lists them."""
    new = ButtonLink("Give consent", "/profile/consents/new", symbol="plus", opens_dialog=True)
    if not given:
        empty = Text("None. Keys of projects can name you only when you agree, or an administrator does.")
        return Card("Projects that may act with my data rules", empty, new)
    rows: list[Component] = [
        SettingRow(
            one.name,
            f"Keys of {one.project} may name you: your data rules narrow what they read.",
            ButtonLink(
                "Take back", f"/profile/consents/{one.project}/withdraw", "danger-line", opens_dialog=True
            ),
        )
        for one in given
    ]
    return Card("Projects that may act with my data rules", Stack(rows), new)


def give_dialog(
    choices: Sequence[Choice], chosen: str, csrf: str, *, is_whole: bool, error: str = "", is_over: bool
) -> FormDialog:
    """Ask for the project; typed when there are too many to choose from."""
    hint = "People who administer it may then name you as the associated user of its keys."
    field: Component = SelectField("project", "Project", choices, chosen, hint, error)
    if not is_whole:
        field = TextField(
            "project", "Key of the project", chosen, hint=hint, error=error, is_first=True, max_length=100
        )
    return FormDialog(
        "Give consent",
        "/profile/consents/new",
        "Give consent",
        [field],
        csrf,
        "/profile",
        "Keys that name you read the rows that your data rules show, within the rights the key has itself. "
        "The trail names the key, with you beside it.",
        is_over=is_over,
        symbol="user-check",
    )


def withdraw_dialog(one: Consent, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Ask before a consent is taken back."""
    return ConfirmDialog(
        f"Take back your consent for {one.name}?",
        "You can give it again.",
        f"/profile/consents/{one.project}/withdraw",
        "Take back",
        csrf,
        "/profile",
        ["Keys of the project that name you by your consent read no data from their next request on."],
        is_over=is_over,
        symbol="user-off",
    )
