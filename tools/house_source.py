"""What the rules of the house read: one file, parsed once, and how its parts are named."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

SERVER: Final = "server/src/gatepost_server"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Fault:
    """One place where a rule is broken."""

    line: int
    rule: str
    sentence: str


@dataclass(frozen=True)
class Source:
    """One file of the repository as it was read; `path` is relative to the root."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module; empty for files that are not Python."""
        return ast.parse(self.text if self.path.suffix == ".py" else "")

    @property
    def is_test(self) -> bool:
        """True below tests/."""
        return self.path.parts[0] == "tests"

    @property
    def is_revision(self) -> bool:
        """True for a migration: frozen, and as long as what it changes."""
        return self.path.is_relative_to(f"{SERVER}/store/migrations/versions")

    @property
    def room(self) -> str | None:
        """The package below `gatepost_server` the file lies in, or None outside the server."""
        if not self.path.is_relative_to(SERVER):
            return None
        return self.path.relative_to(SERVER).parts[0].removesuffix(".py")

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Yield every node of one of *kinds*."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def functions(self) -> Iterator[Function]:
        """Yield every function and method."""
        for node in self.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, Function)
            yield node

    def calls(self) -> Iterator[ast.Call]:
        """Yield every call."""
        for node in self.nodes(ast.Call):
            assert isinstance(node, ast.Call)
            yield node


def length_of(function: Function) -> int:
    """Count the lines of *function* without its docstring."""
    end = function.end_lineno or function.lineno
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    said = (first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0
    return end - function.lineno + 1 - said


def modules_in(node: ast.AST) -> list[str]:
    """Name every module that *node* may import from."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
    return []


def last_word(node: ast.expr) -> str:
    """Return the last word of a name or an attribute, or nothing."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_text(node: ast.expr) -> bool:
    """Tell whether *node* is a text as written."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_path(node: ast.expr) -> bool:
    """Tell whether *node* looks like the path of a route."""
    return isinstance(node, ast.JoinedStr) or (is_text(node) and ast.literal_eval(node)[:1] in {"/", ""})
