"""The kinds of tiles as people fill them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.tables import Choice

WIDTHS: Final = (
    Choice("half", "Half of a row"),
    Choice("third", "A third of a row"),
    Choice("full", "A whole row"),
)


@dataclass(frozen=True)
class TileField:
    """One field of a tile: a line, a text, a number, names by commas, or one of a few choices."""

    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    choices: Sequence[Choice] = ()
    is_required: bool = True


@dataclass(frozen=True)
class TileForm:
    """A kind of tile: its words, its icon and its fields."""

    words: str
    symbol: Icon
    fields: Sequence[TileField]


_DATASET: Final = TileField("dataset", "Dataset", hint="By name.")
_HOME: Final = TileField(
    "from_project", "Of the project", hint="The key of one that exposes it to this one; none for its own.",
    is_required=False,
)  # fmt: skip
FORMS: Final[Mapping[str, TileForm]] = {
    "table": TileForm(
        "Table",
        "table",
        (
            _DATASET,
            _HOME,
            TileField("columns", "Columns", "names", "Separated by commas; none for all.", is_required=False),
            TileField("limit", "Rows at most", "number", "1 to 500; 20 when empty.", is_required=False),
        ),
    ),
    "chart": TileForm(
        "Chart",
        "chart-area-line",
        (
            _DATASET,
            _HOME,
            TileField("kind", "Kind", "choice", choices=(
                Choice("bar", "Bars"), Choice("line", "Line"), Choice("area", "Area"),
                Choice("scatter", "Dots"), Choice("pie", "Pie"),
            )),
            TileField("x", "Across (x)", hint="A column."),
            TileField("aggregate", "Rows of one x", "choice", choices=(
                Choice("sum", "Sum of y"), Choice("count", "Number of rows"), Choice("avg", "Average of y"),
                Choice("min", "Smallest y"), Choice("max", "Largest y"), Choice("none", "As they are"),
            )),
            TileField("y", "Up (y)", hint="A column of numbers; none to count rows.", is_required=False),
        ),
    ),
    "text": TileForm("Text", "file-text", (TileField("text", "Text", "text", "Markdown."),)),
    "app": TileForm(
        "Application",
        "apps",
        (
            TileField("app", "Application", hint="Its id or its number."),
            TileField("show", "Shown as", "choice", choices=(
                Choice("frame", "A frame"), Choice("link", "A link"),
            )),
        ),
    ),
}  # fmt: skip


def words_of(kind: str) -> str:
    """Return what a kind of tile is called."""
    return FORMS[kind].words if kind in FORMS else kind.capitalize()


def symbol_of(kind: str) -> Icon:
    """Return the icon of a kind of tile."""
    return FORMS[kind].symbol if kind in FORMS else "apps"


def about(tile: Mapping[str, Any]) -> str:
    """Return in short what a tile is about."""
    named = tile.get("title") or tile.get("dataset") or tile.get("app") or str(tile.get("text", ""))
    return str(named).split("\n")[0][:60]


def fields_of(kind: str, tile: Mapping[str, Any], faults: Mapping[str, str]) -> list[Component]:
    """Return the fields of a tile of *kind*, with what is wrong with each."""
    first: list[Component] = [
        TextField(
            "title", "Title", str(tile.get("title", "")), error=faults.get("title", ""),
            is_required=False, is_first=True, max_length=200,
        )
    ]  # fmt: skip
    own = [_field(one, tile.get(one.name), faults.get(one.name, "")) for one in FORMS[kind].fields]
    width = SelectField(
        "width", "Width", WIDTHS, str(tile.get("width", "half")), error=faults.get("width", "")
    )
    return [*first, *own, width]


def _field(one: TileField, value: Any, error: str) -> Component:
    text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    if one.kind == "choice":
        return SelectField(one.name, one.label, one.choices, text or one.choices[0].value, one.hint, error)
    if one.kind == "text":
        return TextArea(one.name, one.label, text, one.hint, error, 8, is_required=True)
    return TextField(one.name, one.label, text, hint=one.hint, error=error, is_required=one.is_required)
