"""Fields for more than a line: texts and JSON, ticks, a name typed to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class TextArea(Component):
    """Several lines of text. With `checks` an island says while typing whether it is JSON of that shape.

    The server checks it again; `is_code` draws it in the font of code. One that
    `may_be_empty` is not called optional: what is empty is written, too.
    """

    template: ClassVar[str] = "kit/text_area.html"
    name: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    lines: int = 5
    is_code: bool = False
    is_required: bool = False
    checks: Literal["", "object", "list"] = ""
    max_length: int | None = None
    may_be_empty: bool = False


@dataclass(frozen=True)
class Tick:
    """One thing that can be ticked, with its sentence."""

    value: str
    words: str
    sentence: str = ""
    is_on: bool = False


@dataclass(frozen=True)
class Ticks(Component):
    """Several things of which any number can be ticked.

    With `only_for` they are shown only while the form has that option chosen.
    """

    template: ClassVar[str] = "kit/ticks.html"
    name: str
    label: str
    items: Sequence[Tick]
    error: str = ""
    only_for: Literal["", "single"] = ""


@dataclass(frozen=True)
class TypedName(Component):
    """A name that has to be typed before the button of the form works; sent as `typed_name`."""

    template: ClassVar[str] = "kit/typed_name.html"
    typed_name: str
    error: str = ""
