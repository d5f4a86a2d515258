"""The kinds of steps as people fill them in; a kind that is not here is typed as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.tables import Choice

RAW: Final = "step_json"
"""The field of a step of which only the JSON is known."""


@dataclass(frozen=True)
class StepField:
    """One field of a step: a line, several, code, or one of a few choices."""

    name: str
    label: str
    kind: Literal["line", "text", "code", "choice"] = "line"
    hint: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class StepForm:
    """A kind of step: its words, its icon, its fields, and which of them sums it up."""

    words: str
    adds: str
    symbol: Icon
    fields: tuple[StepField, ...]
    title: str


FORMS: Final[Mapping[str, StepForm]] = {
    "sql": StepForm(
        "Run a query",
        "Query into a dataset",
        "database",
        (
            StepField(
                "query", "Query", "code",
                "One SELECT over the project's datasets, and those exposed to it as PROJECT.dataset.",
            ),
            StepField("into", "Into the dataset", hint="It is made when it is not there."),
            StepField(
                "mode", "What is there already", "choice",
                choices=(Choice("overwrite", "is overwritten"), Choice("append", "stays; rows are appended")),
            ),
        ),
        "into {into}",
    ),
    "refresh_dataset": StepForm(
        "Refresh a dataset", "Refresh a dataset", "refresh",
        (StepField("dataset", "Dataset", hint="Its own query is run; without one its rows are read again."),),
        "{dataset}",
    ),
    "mail": StepForm(
        "Send a mail", "Mail", "share",
        (
            StepField("to", "To", hint="Addresses, separated by commas."),
            StepField("subject", "Subject"),
            StepField("text", "Text", "text"),
        ),
        "to {to}",
    ),
    "restart_app": StepForm(
        "Restart an application", "Restart of an application", "player-play",
        (StepField("app", "Application", hint="Its id or its number."),),
        "{app}",
    ),
}  # fmt: skip


def words_of(kind: str) -> str:
    """Return what a kind of step is called."""
    return FORMS[kind].words if kind in FORMS else kind.replace("_", " ").capitalize()


def symbol_of(kind: str) -> Icon:
    """Return the icon of a kind of step."""
    return FORMS[kind].symbol if kind in FORMS else "bolt"


def title_of(step: Mapping[str, Any]) -> str:
    """Return in short what a step is about."""
    form = FORMS.get(str(step.get("type")))
    return form.title.format_map({**dict.fromkeys(_names(form), ""), **step}) if form is not None else ""


def fields_of(kind: str, step: Mapping[str, Any], faults: Mapping[str, str]) -> list[Component]:
    """Return the fields of a step of *kind*, with what is wrong with each."""
    form = FORMS.get(kind)
    if form is None:
        text = json.dumps({name: value for name, value in step.items() if name != "type"}, indent=2)
        error = " ".join(f"{name}: {words}" for name, words in faults.items())
        return [
            TextArea(
                RAW,
                "Fields",
                text,
                "A JSON object.",
                error,
                8,
                is_code=True,
                is_required=True,
                checks="object",
            )
        ]
    return [_field(one, str(step.get(one.name, "")), faults.get(one.name, "")) for one in form.fields]


def _field(one: StepField, value: str, error: str) -> Component:
    if one.kind == "choice":
        return SelectField(one.name, one.label, one.choices, value, one.hint, error)
    if one.kind == "line":
        return TextField(one.name, one.label, value, hint=one.hint, error=error)
    is_code = one.kind == "code"
    return TextArea(
        one.name, one.label, value, one.hint, error, 8 if is_code else 5, is_code=is_code, is_required=True
    )


def _names(form: StepForm) -> list[str]:
    return [one.name for one in form.fields]
