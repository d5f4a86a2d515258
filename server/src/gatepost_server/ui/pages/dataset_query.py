"""Where the rows of a dataset come from when it is refreshed: its saved query, shown or typed."""

from datetime import datetime

from gatepost_server.projects import SavedQuery
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm, PostButton, Section, Stack
from gatepost_server.ui.pages.dataset import DatasetView, page
from gatepost_server.ui.pages.project_settings import Code

_WORDS = "One SELECT over the project's datasets, and those exposed to it as PROJECT.dataset."


def query(
    view: DatasetView,
    found: SavedQuery | None,
    typed: str | None,
    now: datetime,
    csrf: str,
    url: str,
    *,
    fault: str = "",
) -> Component:
    """Return a dataset's query, as a form for who may change it; *typed* is what they sent last."""
    parts: list[Component] = [_note(view, found, csrf)]
    sql = typed if typed is not None else found.sql if found is not None else ""
    if _is_theirs(view):
        field = TextArea("query", "Query", sql, _WORDS, lines=8, is_code=True, is_required=True)
        parts.append(
            CardForm(
                "Query", f"{view.base}/query", "Save query", [field], csrf,
                "It reads what you may read, whoever refreshes the dataset.", fault,
            )
        )  # fmt: skip
    elif found is not None:
        parts.append(Section("Query", Code(found.sql)))
    return page(view, "query", Stack(parts), now, csrf, url)


def _is_theirs(view: DatasetView) -> bool:
    return {"edit", "write"} <= view.may


def _note(view: DatasetView, found: SavedQuery | None, csrf: str) -> Component:
    if found is None:
        return Note(
            "The dataset has no query of its own.",
            "A scenario that refreshes it reads again what was uploaded.", "blue", "info-circle",
        )  # fmt: skip
    drop = PostButton("Do without it", f"{view.base}/query/clear", csrf, "plain btn-sm")
    return Note(
        "A scenario that refreshes it runs this query.",
        f"It overwrites the rows, and reads as {found.by} may.", "green", "refresh",
        drop if _is_theirs(view) else None,
    )  # fmt: skip
