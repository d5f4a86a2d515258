"""Form fields, each with its label, hint and fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import Choice


@dataclass(frozen=True)
class TextField(Component):
    """One line of text; `error` says what to do about what was sent."""

    template: ClassVar[str] = "kit/text_field.html"
    name: str
    label: str
    value: str = ""
    kind: Literal["text", "email", "password", "date"] = "text"
    hint: str = ""
    error: str = ""
    autocomplete: str = "off"
    is_required: bool = True
    is_big: bool = False
    is_first: bool = False
    max_length: int | None = None
    min_length: int | None = None


@dataclass(frozen=True)
class SelectField(Component):
    """One choice of a few, as a drop-down list."""

    template: ClassVar[str] = "kit/select_field.html"
    name: str
    label: str
    choices: Sequence[Choice]
    value: str = ""
    hint: str = ""
    error: str = ""


@dataclass(frozen=True)
class Option:
    """One choice that needs a sentence; `why_not` disables it and says why."""

    value: str
    words: str
    sentence: str
    why_not: str = ""


@dataclass(frozen=True)
class RadioField(Component):
    """One choice of a few, each with its sentence."""

    template: ClassVar[str] = "kit/radio_field.html"
    name: str
    label: str
    options: Sequence[Option]
    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class FileField(Component):
    """A file to send, chosen or dropped."""

    template: ClassVar[str] = "kit/file_field.html"
    name: str
    label: str
    accept: str
    hint: str = ""
    error: str = ""


@dataclass(frozen=True)
class Hidden(Component):
    """A value that goes along unseen."""

    template: ClassVar[str] = "kit/hidden.html"
    name: str
    value: str
