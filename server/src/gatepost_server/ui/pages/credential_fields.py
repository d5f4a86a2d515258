"""Fields of forms that ask for a login: the choice of a type by links, and a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.pages.credential_words import SecretField


@dataclass(frozen=True)
class TypeLink:
    """One type, and the form for it."""

    words: str
    symbol: Icon
    href: str
    is_here: bool


@dataclass(frozen=True)
class TypeLinks(Component):
    """The choice of a type; each is a link, so that the fields of the form follow without scripts."""

    template: ClassVar[str] = "credentials/types.html"
    items: Sequence[TypeLink]


def secret_field(asked: SecretField, errors: Mapping[str, str], *, is_new: bool) -> Component:
    """Return an empty field for a secret; what was typed is never sent back."""
    error, hint = errors.get(asked.name, ""), asked.hint
    if not is_new:
        hint = f"{hint} Leave it empty to keep what is stored.".strip()
    is_required = is_new and asked.is_needed
    if asked.is_text:
        return TextArea(asked.name, asked.label, "", hint, error, 6, is_code=True, is_required=is_required)
    return TextField(
        asked.name, asked.label, kind="password", hint=hint, error=error, autocomplete="new-password",
        is_required=is_required,
    )  # fmt: skip
