"""Which files of a folder stay at home: the rules of .gatepostignore (those of .gitignore)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

IGNORE_FILE: Final = ".gatepostignore"
ALWAYS: Final = (
    ".git", ".hg", ".svn", "__pycache__/", "*.pyc", ".venv/", "node_modules/", ".mypy_cache/",
    ".ruff_cache/", ".pytest_cache/", ".Rproj.user/", ".DS_Store", IGNORE_FILE,
    # What holds secrets of whoever deploys; an application gets its own by variables and credentials.
    ".ssh/", ".gnupg/", ".aws/", ".azure/", ".kube/", ".config/", ".docker/", ".env", ".netrc", ".pgpass",
    ".my.cnf", ".pypirc", ".npmrc", ".git-credentials", "*_history",
)  # fmt: skip
"""Left out whatever the rules say, unless one takes it back in (`!.env`)."""


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    is_exception: bool
    only_folders: bool


class Ignore:
    """Decide for paths like `data/raw.csv` (with `/`, relative to the folder).

    The last rule that fits decides; `!` makes an exception. As in git, nothing below an
    ignored folder can be taken back in.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules = [rule for line in (*ALWAYS, *lines) if (rule := _rule_of(line)) is not None]

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Tell whether *path* itself stays out; its parents are to be asked first."""
        for rule in reversed(self._rules):
            if (is_folder or not rule.only_folders) and rule.pattern.fullmatch(path):
                return not rule.is_exception
        return False


def _rule_of(line: str) -> _Rule | None:
    text = line.rstrip("\r\n")
    text = text.rstrip(" ") if not text.endswith("\\ ") else text
    if not text or text.startswith("#"):
        return None
    is_exception = text.startswith("!")
    text = text[1:] if is_exception else text
    only_folders = text.endswith("/")
    text = text.rstrip("/")
    if not text:
        return None
    anywhere = "/" not in text
    body = _expression(text.removeprefix("/"))
    return _Rule(re.compile(f"(?:.*/)?{body}" if anywhere else body, re.DOTALL), is_exception, only_folders)


_TOKENS: Final = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)


def _expression(glob: str) -> str:
    return "".join(_token(found.group()) for found in _TOKENS.finditer(glob))


def _token(token: str) -> str:
    fixed = {"**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]"}
    if token in fixed:
        return fixed[token]
    if token.startswith("*"):
        return "[^/]*"
    if token.startswith("[") and len(token) > 1:
        inner = token[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^/{inner[1:]}]" if inner.startswith("!") else f"(?!/)[{inner}]"
    return re.escape(token[1:] if token.startswith("\\") and len(token) > 1 else token)
