"""The runtime parameters of an application: the list, and the form of one."""

from collections.abc import Sequence

from gatepost_server.apps import AppParameter, Parameter, ParameterType, Value, span_of
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.facts import Text
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, SettingRow
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.applications import AppRow


def value_words(value: Value | None) -> str:
    """Say what a parameter holds."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value}”" if isinstance(value, str) else f"{value}"


def declared_words(one: Parameter) -> str:
    """Say of which type a parameter is, within which bounds, and what it is without a value."""
    said = " ".join(part for part in (one.type.value, span_of(one)) if part)
    return f"{said}; default: {value_words(one.default)}"


def declared_card(declared: Sequence[Parameter]) -> Card:
    """Return the card of what a version declares."""
    facts = [Fact(one.name, Text(declared_words(one), one.description)) for one in declared]
    return Card("Runtime parameters", Facts(facts))


def parameter_rows(row: AppRow, parameters: Sequence[AppParameter]) -> list[Component]:
    """Return the rows of the settings that are about runtime parameters."""
    said = "Declared by the version in metadata.yaml; its process finds them at its next start."
    return [
        SettingRow("Runtime parameters", said, Text(f"of v{row.version}", is_quiet=True)),
        *(_one(row, one) for one in parameters),
    ]


def _one(row: AppRow, one: AppParameter) -> SettingRow:
    address = f"/applications/{row.id}/parameters/{one.declared.name}"
    change = ButtonLink("Change", address, opens_dialog=True, extra="btn-sm")
    standing = "Needs a value." if one.is_missing else f"Now {value_words(one.payload)}."
    about = f" {one.declared.description}" if one.declared.description else ""
    return SettingRow(one.declared.name, f"{standing} {declared_words(one.declared)}.{about}", change)


def parameter_dialog(
    row: AppRow, one: AppParameter, typed: str, csrf: str, url: str, *, error: str = "", is_over: bool
) -> FormDialog:
    """Return the form that sets one parameter, or takes its value back when it is left empty."""
    name, call = one.declared.name, 'curl -X PATCH -H "Authorization: Key $GATEPOST_API_KEY" --json'
    hint = f"Of type {declared_words(one.declared)}. Empty: the default."
    field: Component = TextField(
        "value", name, typed, hint=hint, error=error, is_required=False, is_first=True
    )
    if one.declared.type is ParameterType.BOOLEAN:
        choices = [Choice("", "The default"), Choice("true", "true"), Choice("false", "false")]
        field = SelectField("value", name, choices, typed.lower(), hint=hint, error=error)
    return FormDialog(
        f"Set {name}",
        f"/applications/{row.id}/parameters/{name}",
        "Set parameter",
        [field],
        csrf,
        f"/applications/{row.id}/settings",
        sentence=one.declared.description or f"{row.name} finds it from its next start on.",
        is_over=is_over,
        symbol="variable",
        same=[
            Snippet("CLI", f"gatepost apps parameters {row.number} --set {name}=VALUE"),
            Snippet(
                "curl", f"{call} '{{\"{name}\": VALUE}}' \\\n  {url}/api/v1/apps/{row.id}/runtime-parameters"
            ),
        ],
    )
