"""What each code of a refusal means and what to do: the words behind /docs/problems."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Explained:
    """One permanent code, in words for whoever met it."""

    code: str
    meaning: str
    remedy: str


@dataclass(frozen=True)
class Chapter:
    """Codes that belong together."""

    name: str
    title: str
    codes: Sequence[Explained]


@cache
def catalogue() -> Sequence[Chapter]:
    """Return every code there is, by chapter; a test holds it complete."""
    text = resources.files(__package__).joinpath("problems.toml").read_text(encoding="utf-8")
    chapters = []
    for name, chapter in tomllib.loads(text).items():
        codes = [Explained(code, said["meaning"], said["remedy"]) for code, said in chapter["codes"].items()]
        chapters.append(Chapter(name, chapter["title"], tuple(codes)))
    return tuple(chapters)
