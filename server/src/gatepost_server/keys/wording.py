"""What people write about keys: descriptions, permissions, origins, words to search by."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from gatepost_server.authz import policy
from gatepost_server.authz.policy import DATASET, PROJECT
from gatepost_server.kernel.errors import FieldFault, Invalid

ON_PROJECTS: Final = f"{PROJECT} {DATASET} USE"
"""What may be given to a key on a project."""
ON_DATASETS: Final = DATASET
"""What may be given to a key on a dataset."""

_LONGEST_DESCRIPTION: Final = 500
_MOST_ORIGINS: Final = 20
_WORD: Final = re.compile(r"[^\W_]+")
_SCHEMES: Final = ("https", "http")


def words_of(text: str) -> set[str]:
    """Return the words of *text* in lower case: letters and digits that stand together."""
    return {word[:100] for word in _WORD.findall(text.casefold())}


def checked_description(text: str) -> str:
    """Return *text* as the description of a key.

    Raises:
        Invalid: longer than 500 characters, or with control characters other than line ends.
    """
    text = text.strip()
    if len(text) > _LONGEST_DESCRIPTION or not text.replace("\n", "").isprintable():
        fault = FieldFault("description", "at most 500 printable characters")
        raise Invalid("The description cannot be used.", faults=[fault])
    return text


def checked_permissions(names: Sequence[str], known: str, field: str) -> int:
    """Return the atoms that *names* mean; none is allowed.

    Raises:
        Invalid: a name that is not among *known*; the fault says which.
    """
    unknown = [name for name in names if name not in known.split()]
    if unknown:
        fault = FieldFault(field, f"there is no permission {unknown[0][:60]!r} here; one of {known}")
        raise Invalid("Unknown permission.", faults=[fault], code="unknown-permission")
    return policy.mask(names)


def checked_rights(rights: Mapping[str, Sequence[str]], known: str, field: str) -> dict[str, int]:
    """Return atoms by name of thing.

    Raises:
        Invalid: as `checked_permissions`.
    """
    return {name: checked_permissions(given, known, f"{field}.{name}") for name, given in rights.items()}


def checked_origins(origins: Iterable[str]) -> list[str]:
    """Return web origins as browsers write them, each once.

    Raises:
        Invalid: one is more or less than scheme, host and port; or there are more than 20.
    """
    found = sorted({_origin(text) for text in origins})
    if len(found) > _MOST_ORIGINS:
        fault = FieldFault("allowed_origins", f"at most {_MOST_ORIGINS}")
        raise Invalid("Too many origins.", faults=[fault])
    return found


def _origin(text: str) -> str:
    fault = FieldFault("allowed_origins", f"{text[:80]!r} is not like https://app.example.com")
    refusal = Invalid("Not an origin.", faults=[fault])
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise refusal from None
    host = parts.hostname or ""
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in _SCHEMES or not is_bare or not re.fullmatch(r"[0-9a-z.:\-]{1,253}", host):
        raise refusal
    is_usual = port is None or port == {"https": 443, "http": 80}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if is_usual else f":{port}")
