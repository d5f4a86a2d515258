"""The forms of data connections: made, changed with a word about whom that detaches, deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gatepost_server.connections import ConnectionType
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea, Tick, Ticks
from gatepost_server.ui.kit.fields import Advanced, Hidden, SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS, FieldWords
from gatepost_server.ui.pages.connections import HOME, ConnectionView, same_connections
from gatepost_server.ui.pages.credential_fields import TypeLink, TypeLinks

_NEW: Final = f"{HOME}/new"


@dataclass(frozen=True)
class ConnectionForm:
    """What was typed into the form of a connection, and what is wrong with it."""

    type: ConnectionType = ConnectionType.POSTGRESQL
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def new_dialog(form: ConnectionForm, csrf: str, url: str, *, is_over: bool) -> FormDialog:
    """Return the form that makes a connection; its fields are those of the driver."""
    types = [
        TypeLink(words.words, words.symbol, f"{_NEW}?type={each}", each is form.type)
        for each, words in DRIVER_WORDS.items()
    ]
    fields: list[Component] = [TypeLinks(types), Hidden("type", form.type), *_fields(form)]
    return FormDialog(
        "Add new data connection", _NEW, "Add data connection", fields, csrf, HOME,
        sentence="It says where data lies. A password is asked for when it is tested, not here.",
        fault=form.fault, is_over=is_over, symbol="plug-connected", same=same_connections(url),
    )  # fmt: skip


@dataclass(frozen=True)
class Detached:
    """Whose credentials a change would detach: how many people, those of them one may know, and one's own."""

    people: int
    names: Sequence[str] = ()
    own: int = 0

    @property
    def words(self) -> str:
        """Them, in words."""
        if not self.people:
            return "yours"
        who = "1 other person" if self.people == 1 else f"{self.people} other people"
        who = f"{who} ({', '.join(self.names)})" if self.names else who
        return f"{who}, and yours" if self.own else who


def edit_dialog(
    of: ConnectionView, form: ConnectionForm, csrf: str, *, is_over: bool, losing: Detached | None = None
) -> FormDialog:
    """Return the form that changes a connection; *losing* has to be confirmed before it is saved."""
    notes: list[Component] = []
    submit = "Save"
    if losing is not None:
        submit = "Save and detach them"
        notes = [
            Note(
                f"This detaches stored credentials: {losing.words}.",
                "The connection would lead elsewhere, so the passwords do not go along. Their owners "
                f"can associate them again. {_own_words(losing)}",
                "amber", "alert-triangle",
                ButtonLink("Confirm your password", f"/confirm?next={of.base}/edit", extra="btn-sm")
                if losing.own else None,
            ),
            Hidden("confirmed", "yes"),
        ]  # fmt: skip
    return FormDialog(
        f"Edit {of.one.name}", f"{of.base}/edit", submit, [*notes, Hidden("type", form.type), *_fields(form)],
        csrf, f"{of.base}/settings", fault=form.fault, is_over=is_over, symbol="pencil",
    )  # fmt: skip


def _own_words(losing: Detached) -> str:
    if not losing.own:
        return "Yours stay."
    return "Yours would stay if you confirmed your password first, and then change it."


def _fields(form: ConnectionForm) -> list[Component]:
    name = TextField(
        "name", "Name", form.name, hint="What people find it by, such as “Warehouse”.",
        error=form.errors.get("name", ""), is_first=True, max_length=100,
    )  # fmt: skip
    words = DRIVER_WORDS[form.type].fields
    usual = [_field(one, form) for one in words if not one.is_rare]
    rare: list[Component] = [_field(one, form) for one in words if one.is_rare]
    options = [
        Tick(
            "restricted", "People only", "Keys of projects and applications cannot use it.",
            "restricted" in form.options,
        ),
        Tick(
            "impersonate", "Each works as themselves",
            "What runs over it does so for a person, with that person's credentials.",
            "impersonate" in form.options,
        ),
    ]  # fmt: skip
    rare.append(Ticks("options", "Who may use it, and as whom", options))
    is_open = any(
        form.values.get(one.name) or f"params.{one.name}" in form.errors for one in words if one.is_rare
    )
    return [name, *usual, Advanced("Advanced", rare, is_open=is_open or bool(form.options))]


def _field(asked: FieldWords, form: ConnectionForm) -> Component:
    error, value = form.errors.get(f"params.{asked.name}", ""), form.values.get(asked.name, "")
    if asked.kind == "choice":
        return SelectField(asked.name, asked.label, asked.choices, value, error=error)
    if asked.kind == "text":
        return TextArea(asked.name, asked.label, value, asked.hint, error, 5, is_code=True)
    return TextField(
        asked.name,
        asked.label,
        value,
        hint=asked.hint,
        error=error,
        is_required=asked.is_needed,
        max_length=500,
    )


def delete_dialog(of: ConnectionView, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a connection is deleted."""
    return ConfirmDialog(
        f"Delete the data connection {of.one.name}?", "This cannot be undone.", f"{of.base}/delete",
        f"Delete {of.one.name}", csrf, f"{of.base}/settings",
        [
            "Everybody who uses it loses it at once.",
            "The credentials that sign in here stay, with their other connections.",
        ],
        is_over=is_over,
    )  # fmt: skip
