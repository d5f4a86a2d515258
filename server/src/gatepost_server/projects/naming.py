"""Names of projects and datasets, and the words that describe them; pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import is_id

DATASET_PREFIX: Final = "dat"
PROJECT_PREFIX: Final = "prj"

_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,49}")
_DATASET: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_LONGEST_NAME: Final = 100
_LONGEST_TEXT: Final = 5000
_LONGEST_TAG: Final = 50
_MOST_TAGS: Final = 50


def checked_key(text: str) -> str:
    """Return *text* as the key of a project.

    Raises:
        Invalid: it does not begin with a letter A–Z, or holds more than A–Z, 0–9 and _.
    """
    if not _KEY.fullmatch(text):
        fault = FieldFault("key", "a letter A–Z, then up to 49 of A–Z, 0–9 and _")
        raise Invalid("The key cannot be used.", faults=[fault], code="key-invalid")
    return text


def checked_title(text: str) -> str:
    """Return *text* as the name of a project.

    Raises:
        Invalid: empty, longer than 100 characters, or not printable.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        fault = FieldFault("name", f"1 to {_LONGEST_NAME} printable characters")
        raise Invalid("The name cannot be used.", faults=[fault], code="name-invalid")
    return name


def checked_dataset_name(text: str) -> str:
    """Return *text* as the name of a dataset: one that can stand in an address as it is.

    Raises:
        Invalid: other characters, too long, or it looks like an id.
    """
    if not _DATASET.fullmatch(text) or is_id(text):
        fault = FieldFault("name", "up to 100 of A–Z, a–z, 0–9, _, - and ., beginning with a letter or digit")
        raise Invalid("The name cannot be used.", faults=[fault], code="name-invalid")
    return text


def folded(name: str) -> str:
    """Return what two names have in common that differ in case only."""
    return name.casefold()


def checked_text(text: str, field: str) -> str:
    """Return *text* as a description.

    Raises:
        Invalid: longer than 5000 characters.
    """
    if len(text) > _LONGEST_TEXT:
        fault = FieldFault(field, f"at most {_LONGEST_TEXT} characters")
        raise Invalid("The text is too long.", faults=[fault])
    return text


def checked_tags(tags: Sequence[str]) -> list[str]:
    """Return *tags* trimmed, each once, in their order.

    Raises:
        Invalid: too many, or one that is empty, too long or not printable.
    """
    kept = list(dict.fromkeys(unicodedata.normalize("NFC", tag).strip() for tag in tags))
    is_bad = any(not tag or len(tag) > _LONGEST_TAG or not tag.isprintable() for tag in kept)
    if is_bad or len(kept) > _MOST_TAGS:
        fault = FieldFault("tags", f"at most {_MOST_TAGS}, each of 1 to {_LONGEST_TAG} printable characters")
        raise Invalid("The tags cannot be used.", faults=[fault])
    return kept
