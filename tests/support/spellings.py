"""Every way in which a program presents its key."""

import base64
from collections.abc import Callable
from typing import Final

import pytest


def basic(user: str, password: str) -> str:
    """Return the value of an Authorization header of the scheme Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


SPELLINGS: Final[dict[str, Callable[[str], dict[str, str]]]] = {
    "Key": lambda key: {"Authorization": f"Key {key}"},
    "key, in small letters": lambda key: {"Authorization": f"key {key}"},
    "Bearer": lambda key: {"Authorization": f"Bearer {key}"},
    "Token": lambda key: {"Authorization": f"Token {key}"},
    "Basic, as the user": lambda key: {"Authorization": basic(key, "")},
    "Basic, as the password": lambda key: {"Authorization": basic("anything", key)},
    "X-RSC-Authorization, bare": lambda key: {"X-RSC-Authorization": key},
    "X-RSC-Authorization with Key": lambda key: {"X-RSC-Authorization": f"Key {key}"},
    "X-RSC-Authorization behind a proxy's own Basic": lambda key: {
        "X-RSC-Authorization": f"Key {key}",
        "Authorization": basic("proxy", "its own word"),
    },
}
spelled = pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())


def misspelt(key: str) -> str:
    """Return *key* with one letter that is wrong."""
    return key[:-1] + ("A" if key[-1] != "A" else "B")
