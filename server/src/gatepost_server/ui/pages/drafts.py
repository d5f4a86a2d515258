"""A draft of a version: what may be done with it, and the questions before it is built or discarded."""

from collections.abc import Sequence

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.fields import SelectField
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import SettingRow
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.app_words import KIND_WORDS
from gatepost_server.ui.pages.application_settings import SettingCard
from gatepost_server.ui.pages.versions import VersionRow


def draft_parts(base: str, row: VersionRow, *, may_edit: bool) -> list[Component]:
    """Return what is said above a draft, and what may be done with it."""
    made = f"It was made from v{row.based_on}." if row.based_on else ""
    note = Note(
        f"v{row.number} is a draft.",
        f"{made} Nothing runs it before it is built; then it never changes again.".strip(),
        "blue",
        "pencil",
    )
    if not may_edit:
        return [note]
    build = ButtonLink("Build", f"{base}/build", "primary", "box", opens_dialog=True)
    discard = ButtonLink("Discard", f"{base}/discard", "danger-line", "trash", opens_dialog=True)
    rows: list[Component] = [
        SettingRow("Build", "It is made final; no application changes by this.", build),
        SettingRow("Discard", "Its files are removed; the versions before it stay.", discard),
    ]
    return [note, SettingCard(rows)]


def build_dialog(
    base: str, row: VersionRow, kind: str, csrf: str, *, fault: str = "", is_over: bool
) -> FormDialog:
    """Return the question before a draft is built."""
    kinds = [Choice(value.value, words) for value, words in KIND_WORDS.items()]
    return FormDialog(
        f"Build v{row.number}?",
        f"{base}/build",
        f"Build v{row.number}",
        [SelectField("kind", "Kind", [Choice("", "Find out from the files"), *kinds], kind)],
        csrf,
        base,
        sentence="From now on it never changes. No application changes by this.",
        fault=fault,
        is_over=is_over,
        symbol="box",
        same=[Snippet("CLI", f"gatepost sources build {base.split('/')[2]} {row.number}")],
    )


def discard_dialog(base: str, row: VersionRow, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before a draft is discarded."""
    effects: Sequence[str] = ["Its files and resources are removed; the versions before it stay."]
    return ConfirmDialog(
        f"Discard the draft v{row.number}?",
        "This cannot be undone.",
        f"{base}/discard",
        f"Discard v{row.number}",
        csrf,
        base,
        effects,
        fault=fault,
        is_over=is_over,
    )
