"""Form fields, each with its label, hint and fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar
from gatepost_server.ui.kit.tables import Choice


@dataclass(frozen=True)
class TextField(Component):
    """One line of text; `error` says what to do about what was sent.

    `suggestions` are offered while typing. With `fills` an island makes up a value until
    somebody types one: a project's key from its name, a dataset's name from its file.
    """

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
    fills: Literal["", "key", "dataset"] = ""
    suggestions: Sequence[str] = ()


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
    limit_mb: int = 0


@dataclass(frozen=True)
class PeopleField(Component):
    """One or several people, found by name while typing; names are typed without scripts.

    `find` answers `?q=` with a `Found`; what is sent are usernames, each under `name`, or
    several in one with commas. `without_scripts` says how, to those who have to type them.
    """

    template: ClassVar[str] = "kit/people_field.html"
    name: str
    label: str
    find: str
    value: str = ""
    hint: str = ""
    error: str = ""
    is_first: bool = True
    without_scripts: str = ""


@dataclass(frozen=True)
class FoundPerson:
    """Somebody who may be picked; `note` says what speaks against it or for it."""

    username: str
    display_name: str
    note: str = ""

    @property
    def avatar(self) -> Avatar:
        """The circle before the name."""
        return Avatar(self.display_name)


@dataclass(frozen=True)
class Found(Component):
    """The people that a `PeopleField` found; `where` ends the sentence that there are none."""

    template: ClassVar[str] = "kit/found_people.html"
    people: Sequence[FoundPerson]
    query: str
    where: str = ""


@dataclass(frozen=True)
class Advanced(Component):
    """Fields that few need, folded away until asked for or faulty."""

    template: ClassVar[str] = "kit/advanced.html"
    title: str
    fields: Sequence[Component]
    is_open: bool = False


@dataclass(frozen=True)
class Hidden(Component):
    """A value that goes along unseen."""

    template: ClassVar[str] = "kit/hidden.html"
    name: str
    value: str
