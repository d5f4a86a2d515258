"""What a bundle asks for, read strictly, and what its kind needs besides; pure."""

import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from gatepost_server.apps.model import Kind
from gatepost_server.runtime.environments.own_library import NAME

BASELINE: dict[Kind, tuple[str, ...]] = {
    Kind.FASTAPI: ("fastapi", "uvicorn", "httptools", "websockets"),
    Kind.ASGI: ("uvicorn", "httptools", "websockets"),
    Kind.WSGI: ("gunicorn",),
    Kind.STREAMLIT: ("streamlit",),
    Kind.SHINY: ("shiny", "uvicorn", "httptools", "websockets"),
}
_DISTRIBUTIONS = {"socketio": "python-socketio"}
"""Frameworks whose distribution is not called as their package is."""
_HASH = re.compile(r"\s+--hash[= ](sha(?:256|384|512):[0-9a-fA-F]+)")
_COMMENT = re.compile(r"(^|\s)#.*$")


class UnacceptableError(Exception):
    """The requirements cannot be used; the sentence says which line and why."""


@dataclass(frozen=True)
class Wanted:
    """Requirement lines as uv reads them; `added` are those that the kind needs besides."""

    lines: tuple[str, ...]
    added: tuple[str, ...] = ()

    def names(self, distribution: str) -> bool:
        """Tell whether the lines ask for *distribution* themselves."""
        return distribution in _named(self.lines)

    def key(self, *, interpreter: str, library: str) -> str:
        """Return the name of the one environment for these lines and *interpreter*.

        Our own library, of the digest *library*, counts where the lines name it.
        """
        facts = json.dumps(
            [sorted((*self.lines, *self.added)), interpreter, 1, *([library] if self.names(NAME) else [])]
        )
        return hashlib.sha256(facts.encode()).hexdigest()[:24]


def parse_requirements(text: str) -> tuple[str, ...]:
    """Read a requirements file; only names, versions, markers and hashes are taken.

    Options, addresses and paths would let a bundle choose where code comes from, so they
    are refused rather than skipped.

    Raises:
        UnacceptableError: a line is something else.
    """
    lines = []
    for number, raw in enumerate(text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines(), 1):
        line = _COMMENT.sub("", raw).strip()
        if line:
            lines.append(_checked(line, f"requirements.txt, line {number}"))
    return tuple(lines)


def parse_pyproject(text: str) -> tuple[str, ...]:
    """Read the dependencies of a pyproject.toml.

    Raises:
        UnacceptableError: it cannot be read, or a dependency is more than name and version.
    """
    try:
        project = tomllib.loads(text).get("project", {})
        named = project.get("dependencies", [])
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise UnacceptableError(f"pyproject.toml cannot be read: {error}.") from error
    if not isinstance(named, list) or not all(isinstance(line, str) for line in named):
        raise UnacceptableError("project.dependencies in pyproject.toml must be a list of texts.")
    return tuple(_checked(line, "project.dependencies") for line in named)


def _checked(line: str, where: str) -> str:
    hashes = [f"--hash={digest}" for digest in _HASH.findall(line)]
    bare = _HASH.sub("", line).strip()
    if bare.startswith("-"):
        option = bare.split()[0].split("=")[0]
        raise UnacceptableError(
            f"{where}: the option {option} is not taken; list packages and versions only."
        )
    try:
        requirement = Requirement(bare)
    except InvalidRequirement as error:
        raise UnacceptableError(f"{where}: “{bare}” is not a package with an optional version.") from error
    if requirement.url is not None:
        raise UnacceptableError(
            f"{where}: “{bare}” names an address; packages come from the server's index only."
        )
    return " ".join((str(requirement), *hashes))


def complete(kind: Kind, lines: Sequence[str], framework: str | None = None) -> Wanted:
    """Add what *kind* needs to be served and *lines* do not name, and the *framework* itself."""
    named = _named(lines)
    needed = dict.fromkeys(
        (*BASELINE.get(kind, ()), *((_DISTRIBUTIONS.get(framework, framework),) if framework else ()))
    )
    added = tuple(name for name in needed if canonicalize_name(name) not in named)
    return Wanted(tuple(lines), added)


def _named(lines: Sequence[str]) -> set[str]:
    """Return the distributions that *lines* name, each by its one spelling."""
    return {canonicalize_name(Requirement(line.split(" --hash")[0]).name) for line in lines}
