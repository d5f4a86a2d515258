"""The console of a data API: parameters at the left, what came back at the right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from gatepost_server import dataapis
from gatepost_server.connections import SourceColumn
from gatepost_server.dataapis import DataApi, Operation, Parameter, TriedApi
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Section, Stack
from gatepost_server.ui.kit.tables import Choice, Empty
from gatepost_server.ui.pages.connection_browse import PreviewTable
from gatepost_server.ui.pages.data_api import ApiView, Badges, page
from gatepost_server.ui.pages.data_api_docs import how_to_call
from gatepost_server.ui.pages.dataset import shown_value
from gatepost_server.ui.pages.project_settings import Code


@dataclass(frozen=True)
class TrialForm:
    """What is sent, as it is typed; `given` by the name of the parameter."""

    stage: Literal["development", "production"] = "development"
    operation: str = Operation.LIST
    given: Mapping[str, str] = field(default_factory=dict)
    fields: str = ""
    limit: str = "20"
    client: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Console(Component):
    """The form of a call."""

    template: ClassVar[str] = "dataapis/console.html"
    form: TrialForm
    parameters: Sequence[Parameter]
    operations: Sequence[Choice]
    stages: Sequence[Choice]
    callers: Sequence[Choice]
    action: str
    csrf: str

    @property
    def lines(self) -> Sequence[tuple[Parameter, str, str, str]]:
        """Each parameter with its kind of field, what was typed, and what is wrong with it."""
        kinds = {"date": "date", "time": "time", "timestamp": "datetime-local"}
        return [
            (
                one,
                kinds.get(one.type, "text"),
                self.form.given.get(one.name, ""),
                self.form.faults.get(one.name, ""),
            )
            for one in self.parameters
        ]

    @property
    def more_faults(self) -> str:
        """What is wrong with what is no parameter."""
        names = {one.name for one in self.parameters}
        return " ".join(words for name, words in self.form.faults.items() if name not in names)


def trial(
    view: ApiView,
    console: Console,
    found: TriedApi | None,
    now: datetime,
    csrf: str,
    url: str,
) -> Component:
    """Return the console; *found* is how the call went, None before the first."""
    writing = [one for one in view.one.operations if one.is_writing]
    left: list[Component] = [console]
    if writing:
        words = " and ".join(one.value for one in writing)
        sentence = "Here it is only read. Docs shows how it is called."
        left.append(
            Note(f"It can {words} rows, too.", sentence, action=ButtonLink("Docs", f"{view.base}/docs"))
        )
    right: Component = Empty(
        "Nothing asked yet", "Run it: the first rows are shown here as a caller gets them.", "player-play"
    )
    if found is not None:
        right = _result(view, console.form, found)
    beside = Stack([right, how_to_call(view.one, url, "curl", f"{view.base}/docs")])
    return page(view, "test", [Halves(Stack(left), beside)], now, csrf, url)


@dataclass(frozen=True)
class Halves(Component):
    """What is asked beside what comes of it."""

    template: ClassVar[str] = "dataapis/halves.html"
    left: Component
    right: Component


def _result(view: ApiView, form: TrialForm, found: TriedApi) -> Component:
    count = len(found.rows)
    rows = f"{count} row{'' if count == 1 else 's'}" + ("; there are more" if found.truncated else "")
    badge = Badges([StateBadge("200 OK", "green", "circle-check")])
    columns = [SourceColumn(one.name, one.type, one.type) for one in found.columns]
    lines = [[shown_value(cell) for cell in row] for row in found.rows]
    table: Component = PreviewTable(view.one.name, columns, lines)
    if not count:
        table = Empty("No rows", "Nothing in the source fits what was sent.", "table")
    said = f"v{found.version}, {found.ms} ms, {rows}"
    parts: list[Component] = [Section("Rows", table, said, badge)]
    if found.left_out and form.client:
        names = ", ".join(found.left_out)
        parts.append(Note(f"It would not see {names}.", "Its authorization leaves that out."))
    if found.sql is not None:
        parts.append(Card("What the source was asked", Code(found.sql)))
    return Stack(parts)


def parameters_of(one: DataApi, stage: str, operation: str = Operation.LIST) -> Sequence[Parameter]:
    """Return what a call in *stage* takes, as far as who looks may see it; to get a row, its key besides."""
    latest = one.latest
    if latest is not None and stage in latest.stages:
        meant = Operation(operation) if operation in set(Operation) else Operation.LIST
        return dataapis.parameters_of(latest.definition, meant)
    return one.parameters
